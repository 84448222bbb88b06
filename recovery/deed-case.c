/* SPDX-License-Identifier: Apache-2.0 */
/* deed-case.c - the agent's and verifier's acts: open, prove, submit, amend,
 * withdraw. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

/* Where no key is named, every key the person still has is reported. */
const FidotoolJson *
recovery_deed_case_creds(RecoveryTrial *trial)
{
  const FidotoolJson *asked = fidotool_json_get(trial->request, "creds");
  const char *sub = recovery_trial_text(trial, "sub");
  FidotoolJson *creds = fidotool_json_get(trial->draft, "creds");
  g_autoptr(GList) names = NULL;

  if (creds != NULL)
    return creds;
  creds = fidotool_json_set(trial->draft, "creds", fidotool_json_new_array());
  for (size_t i = 0; i < fidotool_json_size(asked); i++) {
    const char *hex = fidotool_json_text(fidotool_json_at(asked, i));

    fidotool_json_append_text(creds, hex == NULL ? "" : hex);
  }
  names = g_hash_table_get_keys(trial->station->model->keys);
  names = g_list_sort(names, (GCompareFunc)strcmp);
  for (GList *l = names; l != NULL && fidotool_json_size(asked) == 0;
       l = l->next) {
    const RecoveryModelKey *key =
        recovery_model_key(trial->station->model, l->data);

    if (sub != NULL && strcmp(key->sub, sub) == 0 &&
        (key->state == RECOVERY_KEY_ACTIVE ||
         key->state == RECOVERY_KEY_SUSPENDED))
      fidotool_json_append_text(creds, l->data);
  }
  return creds;
}

bool
recovery_deed_case_fill_open(RecoveryTrial *trial, FidotoolJson *statement,
                             G_GNUC_UNUSED GError **error)
{
  const char *sub = fidotool_json_get_text(trial->request, "sub");

  if (fidotool_json_get_text(trial->draft, "case") == NULL) {
    g_autofree char *id = recovery_trial_new_id("c-");

    fidotool_json_set_text(trial->draft, "case", id);
  }
  fidotool_json_set_text(statement, "case",
                         fidotool_json_get_text(trial->draft, "case"));
  fidotool_json_set_text(statement, "op",
                         fidotool_json_get_text(trial->request, "op"));
  fidotool_json_set_text(statement, "sub", sub);
  return true;
}

/* Commits afresh to what the directory knows of the person. */
static bool
commit_person(RecoveryTrial *trial, const char *sub, FidotoolJson *ret_pii,
              GError **error)
{
  static const char *const names[] = {"name", "employee"};
  g_autoptr(FidotoolJson) person = recovery_directory_find(trial->station, sub);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *value = fidotool_json_get_text(person, names[i]);
    g_autofree char *hex = NULL;

    if (value == NULL)
      continue;
    if (!recovery_trial_commit(trial, sub, names[i], value, &hex, error))
      return false;
    fidotool_json_append_text(ret_pii, hex);
  }
  return true;
}

bool
recovery_deed_case_open(RecoveryTrial *trial, FidotoolJson *entry,
                        GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *sub = recovery_trial_text(trial, "sub");
  const char *id = recovery_trial_text(trial, "case");
  const char *lost_at = fidotool_json_get_text(trial->request, "lost_at");
  const FidotoolJson *creds = recovery_deed_case_creds(trial);
  FidotoolJson *pii = fidotool_json_new_array();

  fidotool_json_set(entry, "pii", pii);
  fidotool_json_set_text(entry, "case", id);
  fidotool_json_set_text(entry, "sub", sub);
  fidotool_json_set_text(entry, "state", "open");
  fidotool_json_set_text(entry, "op", "recover");
  fidotool_json_set_text(entry, "tier", "standard");
  fidotool_json_set_text(entry, "reason", recovery_trial_text(trial, "reason"));
  fidotool_json_set(entry, "creds", fidotool_json_copy(creds));
  if (lost_at != NULL)
    fidotool_json_set_text(entry, "lost_at", lost_at);
  if (!commit_person(trial, sub, pii, error) ||
      !recovery_trial_note(trial, entry, sub, error) ||
      !recovery_trial_append(trial, g_steal_pointer(&taken), error))
    return false;
  trial->of = recovery_model_case(trial->station->model, id);
  for (size_t i = 0; i < fidotool_json_size(creds); i++) {
    const char *cred = fidotool_json_text(fidotool_json_at(creds, i));
    FidotoolJson *suspend;

    suspend =
        recovery_trial_entry("case.suspend_keys", trial->of, trial->of->state);
    fidotool_json_set_text(suspend, "cred", cred);
    if (!recovery_trial_append(trial, suspend, error))
      return false;
  }
  return recovery_effect_notice(trial, trial->of, "opened", error);
}

bool
recovery_deed_case_start_proofing(RecoveryTrial *trial, FidotoolJson *entry,
                                  GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;

  fidotool_json_set_text(entry, "branch", recovery_trial_text(trial, "branch"));
  fidotool_json_set_int(entry, "ial",
                        fidotool_json_get_int(trial->request, "ial", 0));
  return recovery_trial_in_case(trial, entry, RECOVERY_STATE_PROOFING, error) &&
         recovery_trial_note(trial, entry, trial->of->sub, error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

/* What the agent noted of a document: only behind a commitment. */
static bool
commit_evidence(RecoveryTrial *trial, char **ret_hex, GError **error)
{
  static const char *const names[] = {"type", "method", "result", "issuer",
                                      "number_end"};
  g_autoptr(FidotoolJson) field = fidotool_json_new_object();
  FidotoolJson *piece =
      fidotool_json_set(field, "evidence", fidotool_json_new_object());
  g_autofree char *line = NULL;
  uint8_t commitment[32];

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *text = fidotool_json_get_text(trial->request, names[i]);

    if (text != NULL)
      fidotool_json_set_text(piece, names[i], text);
  }
  line = recovery_jcs_write(field, NULL, error);
  if (line == NULL ||
      !recovery_vault_commit(trial->station->vault, trial->of->sub, line,
                             trial->now.now_ms / 1000 + 90 * 86400, commitment,
                             error))
    return false;
  *ret_hex = fidotool_bytes_hex(commitment, 32);
  return true;
}

bool
recovery_deed_case_add_evidence(RecoveryTrial *trial, FidotoolJson *entry,
                                GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  g_autofree char *hex = NULL;

  if (!commit_evidence(trial, &hex, error))
    return false;
  fidotool_json_set_text(entry, "type", recovery_trial_text(trial, "type"));
  fidotool_json_set_text(entry, "method", recovery_trial_text(trial, "method"));
  fidotool_json_set_text(entry, "result", recovery_trial_text(trial, "result"));
  fidotool_json_set_text(entry, "evidence", hex);
  fidotool_json_set(entry, "pii", fidotool_json_new_array());
  return recovery_trial_in_case(trial, entry, RECOVERY_STATE_PROOFING, error) &&
         recovery_trial_note(trial, entry, trial->of->sub, error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

bool
recovery_deed_case_amend(RecoveryTrial *trial, FidotoolJson *entry,
                         GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;

  recovery_trial_set_hex(entry, "target", trial->of->submit_stmt, 32);
  fidotool_json_set(entry, "pii", fidotool_json_new_array());
  return recovery_trial_in_case(trial, entry, RECOVERY_STATE_PROOFING, error) &&
         recovery_trial_note(trial, entry, trial->of->sub, error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

static FidotoolJson *
texts(GPtrArray *list)
{
  FidotoolJson *array = fidotool_json_new_array();

  for (unsigned i = 0; i < list->len; i++)
    fidotool_json_append_text(array, g_ptr_array_index(list, i));
  return array;
}

static FidotoolJson *
slots_of(RecoveryTrial *trial)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  FidotoolJson *slots = fidotool_json_new_array();

  for (char **slot = tier->slots; *slot != NULL; slot++)
    fidotool_json_append_text(slots, *slot);
  return slots;
}

/* The frozen case: all that the approvers approve, in one line. */
static char *
frozen_line(RecoveryTrial *trial, const char *evidence, GError **error)
{
  const RecoveryCase *of = trial->of;
  g_autoptr(FidotoolJson) line = fidotool_json_new_object();
  FidotoolJson *creds = fidotool_json_new_array();

  for (unsigned i = 0; i < of->reported->len; i++) {
    g_autofree char *hex =
        fidotool_bytes_hex(g_ptr_array_index(of->reported, i), 32);

    fidotool_json_append_text(creds, hex);
  }
  fidotool_json_set_int(line, "v", 1);
  fidotool_json_set_text(line, "log", trial->station->model->origin);
  fidotool_json_set_text(line, "station", trial->station->model->station);
  fidotool_json_set_text(line, "case", of->id);
  fidotool_json_set_text(line, "op", of->op);
  fidotool_json_set_text(line, "tier", of->tier);
  fidotool_json_set_text(line, "sub", of->sub);
  fidotool_json_set_text(line, "agent", of->agent);
  fidotool_json_set_text(line, "verifier", trial->actor);
  fidotool_json_set_text(line, "reason", of->reason);
  if (of->lost_at != NULL)
    fidotool_json_set_text(line, "lost_at", of->lost_at);
  fidotool_json_set_text(line, "branch", of->branch);
  fidotool_json_set_int(line, "ial", of->ial);
  fidotool_json_set(line, "creds", creds);
  fidotool_json_set(line, "pii", texts(of->pii));
  fidotool_json_set_text(line, "evidence", evidence);
  fidotool_json_set(line, "slots", slots_of(trial));
  recovery_trial_set_time(line, "opened", of->opened_ms);
  fidotool_json_set_text(line, "random",
                         fidotool_json_get_text(trial->draft, "random"));
  return recovery_jcs_write(line, NULL, error);
}

bool
recovery_deed_case_fill_submit(RecoveryTrial *trial, FidotoolJson *statement,
                               GError **error)
{
  g_autofree char *list = recovery_opening_evidence(trial->of);
  g_autofree char *evidence = fidotool_bytes_sha256_hex(list, strlen(list));
  g_autofree char *line = NULL, *digest = NULL;

  if (fidotool_json_get_text(trial->draft, "random") == NULL) {
    g_autofree char *random = recovery_trial_random_hex(16);

    fidotool_json_set_text(trial->draft, "random", random);
  }
  line = frozen_line(trial, evidence, error);
  if (line == NULL)
    return false;
  digest = fidotool_bytes_sha256_hex(line, strlen(line));
  fidotool_json_set_text(trial->draft, "frozen", line);
  recovery_trial_fill_case(trial, statement);
  fidotool_json_set_text(statement, "case_digest", digest);
  fidotool_json_set_text(statement, "evidence", evidence);
  return true;
}

bool
recovery_deed_case_submit(RecoveryTrial *trial, FidotoolJson *entry,
                          GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *frozen = fidotool_json_get_text(trial->draft, "frozen");
  uint8_t digest[32];

  fidotool_bytes_sha256(frozen, strlen(frozen), digest);
  fidotool_json_set_text(entry, "op", trial->of->op);
  fidotool_json_set_text(entry, "tier", trial->of->tier);
  fidotool_json_set(entry, "slots", slots_of(trial));
  fidotool_json_set_text(entry, "evidence",
                         fidotool_json_get_text(trial->statement, "evidence"));
  return recovery_vault_keep(trial->station->vault, trial->of->sub, digest,
                             frozen, trial->now.now_ms / 1000 + 90 * 86400,
                             error) &&
         recovery_trial_in_case(trial, entry, RECOVERY_STATE_AWAITING_APPROVAL,
                                error) &&
         recovery_trial_note(trial, entry, trial->of->sub, error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

bool
recovery_deed_case_fill_withdraw(RecoveryTrial *trial, FidotoolJson *statement,
                                 G_GNUC_UNUSED GError **error)
{
  recovery_trial_fill_case(trial, statement);
  return true;
}

bool
recovery_deed_case_withdraw(RecoveryTrial *trial, FidotoolJson *entry,
                            GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;

  fidotool_json_set_text(entry, "method", "signed");
  return recovery_trial_in_case(trial, entry, RECOVERY_STATE_WITHDRAWN,
                                error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error) &&
         recovery_effect_notice(trial, trial->of, "withdrawn", error);
}
