/* SPDX-License-Identifier: Apache-2.0 */
/* deed-staff.c - acts of staff outside a case: activate a role, enrol one's
 * key, import the directory, export the evidence. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/tar.h"

static int64_t
active_until_ms(const RecoveryTrial *trial)
{
  return trial->now.now_ms +
         recovery_policy_role_active_s(trial->station->model->policy,
                                       recovery_trial_text(trial, "role")) *
             1000;
}

bool
recovery_deed_staff_fill_role(RecoveryTrial *trial, FidotoolJson *statement,
                              G_GNUC_UNUSED GError **error)
{
  const char *role = recovery_trial_text(trial, "role");

  fidotool_json_set_text(statement, "role", role == NULL ? "" : role);
  return true;
}

bool
recovery_deed_staff_role(RecoveryTrial *trial, FidotoolJson *entry,
                         GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);

  fidotool_json_set_text(entry, "role", recovery_trial_text(trial, "role"));
  if (!recovery_trial_note_of(trial, entry, row->sub,
                              recovery_trial_text(trial, "reason"), error))
    return false;
  recovery_trial_set_time(trial->done, "until", active_until_ms(trial));
  return recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

void
recovery_deed_staff_activated(RecoveryTrial *trial)
{
  RecoveryTrialRole *role = g_new0(RecoveryTrialRole, 1);

  role->person = g_strdup(trial->actor);
  role->role = g_strdup(recovery_trial_text(trial, "role"));
  role->until_ms = active_until_ms(trial);
  g_ptr_array_add(trial->session->roles, role);
}

const RecoveryRosterKey *
recovery_deed_staff_to_enrol(const RecoveryTrial *trial)
{
  const RecoveryRoster *roster = trial->station->model->roster;
  const char *cred = recovery_trial_text(trial, "cred");
  const char *object = fidotool_json_get_text(trial->request, "object");

  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);
    g_autofree char *hex = fidotool_bytes_hex(row->cred, 32);
    g_autofree char *registration = fidotool_bytes_hex(row->registration, 32);

    if (strcmp(row->person, trial->actor) != 0 ||
        g_hash_table_contains(trial->station->model->enrolled, registration))
      continue;
    if ((cred == NULL || strcmp(cred, hex) == 0) &&
        (object == NULL || strcmp(object, registration) == 0))
      return row;
  }
  return trial->newcomer != NULL &&
                 !g_hash_table_contains(trial->station->model->enrolled, object)
             ? trial->newcomer
             : NULL;
}

bool
recovery_deed_staff_fill_enrol(RecoveryTrial *trial, FidotoolJson *statement,
                               GError **error)
{
  const RecoveryRosterKey *row = recovery_deed_staff_to_enrol(trial);

  if (row == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE,
                "%s has no key that is still to be enrolled", trial->actor);
    return false;
  }
  recovery_trial_set_hex(statement, "object", row->registration, 32);
  return true;
}

bool
recovery_deed_staff_enrol(RecoveryTrial *trial, FidotoolJson *entry,
                          GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *object = fidotool_json_get_text(trial->statement, "object");
  uint8_t registration[32];

  fidotool_json_set_text(entry, "object", object);
  (void)fidotool_bytes_unhex(object, registration, 32); /* its form was read */
  if (trial->judging != NULL &&
      !recovery_judgement_keep(trial, trial->judging, registration, trial->info,
                               entry, error))
    return false;
  return recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

bool
recovery_deed_staff_read_import(RecoveryTrial *trial, GError **error)
{
  return fidotool_json_get_text(trial->draft, "object") != NULL ||
         recovery_directory_read_csv(
             trial, fidotool_json_get_text(trial->request, "csv"), error);
}

bool
recovery_deed_staff_fill_import(RecoveryTrial *trial, FidotoolJson *statement,
                                GError **error)
{
  g_autofree char *digest = NULL;
  const char *import;

  if (!recovery_deed_staff_read_import(trial, error))
    return false;
  import = fidotool_json_get_text(trial->draft, "object");
  digest = fidotool_bytes_sha256_hex(import, strlen(import));
  fidotool_json_set_text(statement, "object", digest);
  return true;
}

bool
recovery_deed_staff_import(RecoveryTrial *trial, FidotoolJson *entry,
                           GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *import = fidotool_json_get_text(trial->draft, "object");
  g_autoptr(GBytes) body = g_bytes_new(import, strlen(import));
  uint8_t digest[32];

  if (!recovery_store_put_object(trial->station->store, "import", body, digest,
                                 error) ||
      !recovery_directory_keep(trial, error))
    return false;
  recovery_trial_set_hex(entry, "object", digest, 32);
  return recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

/* The bundle is made with the proposal: the auditor signs its manifest. */
bool
recovery_deed_staff_fill_export(RecoveryTrial *trial, FidotoolJson *statement,
                                GError **error)
{
  const char *manifest;

  if (fidotool_json_get_text(trial->draft, "object") == NULL) {
    GPtrArray *files = recovery_bundle_make(
        trial->station, fidotool_json_get_text(trial->request, "reports"),
        error);
    const RecoveryTarFile *file;
    gsize len;

    if (files == NULL)
      return false;
    file = recovery_tar_find(files, "manifest-sha256.txt");
    manifest = g_bytes_get_data(file->data, &len);
    g_autofree char *text = g_strndup(manifest, len);
    fidotool_json_set_text(trial->draft, "object", text);
    trial->files = files;
  }
  manifest = fidotool_json_get_text(trial->draft, "object");
  g_autofree char *digest =
      fidotool_bytes_sha256_hex(manifest, strlen(manifest));
  fidotool_json_set_text(statement, "object", digest);
  return true;
}

bool
recovery_deed_staff_export(RecoveryTrial *trial, FidotoolJson *entry,
                           GError **error)
{
  fidotool_json_set_text(entry, "object",
                         fidotool_json_get_text(trial->statement, "object"));
  recovery_trial_set_hex(trial->done, "statement", trial->stmt, 32);
  return recovery_trial_append(trial, entry, error);
}
