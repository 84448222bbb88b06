/* SPDX-License-Identifier: Apache-2.0 */
/* found-draft.c - the draft of a founding as it is handed in: people, machines,
 * policy, anchors. Nothing of it is recorded yet. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"
#include "recovery/found.h"
#include "recovery/policy/base.h"
#include "recovery/rule.h"
#include "recovery/staff-row.h"
#include "softkey-root.h"

/* Officers that found a station, at least (governance, 3.1). */
#define FOUNDERS_MIN 2
#define PERSONS_MAX 1000

static void
free_signature(void *data)
{
  RecoveryFoundSignature *signature = data;

  g_free(signature->person);
  g_free(signature->stmt_line);
  g_clear_pointer(&signature->sig, g_bytes_unref);
  g_clear_pointer(&signature->machine_sig, g_bytes_unref);
  g_free(signature);
}

RecoveryFound *
recovery_found_new(void)
{
  RecoveryFound *found = g_new0(RecoveryFound, 1);

  found->ids = fidotool_json_new_object();
  found->registrations =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  found->challenges =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  found->signatures = g_ptr_array_new_with_free_func(free_signature);
  found->roots = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  return found;
}

void
recovery_found_free(RecoveryFound *found)
{
  if (found == NULL)
    return;
  g_free(found->origin);
  g_free(found->rp_id);
  g_free(found->rp_origin);
  g_free(found->policy_text);
  g_strfreev(found->founders);
  recovery_roster_free(found->roster);
  recovery_policy_free(found->policy);
  fidotool_json_free(found->ids);
  g_ptr_array_unref(found->registrations);
  g_hash_table_unref(found->challenges);
  g_ptr_array_unref(found->signatures);
  g_ptr_array_unref(found->roots);
  g_free(found);
}

bool
recovery_found_draft_bad(GError **error, const char *what, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE, "founding: %s%s%s",
              what == NULL ? "" : what, what == NULL ? "" : " ", why);
  return false;
}

static bool
take_text(const FidotoolJson *request, const char *name, char **place,
          GError **error)
{
  const char *text = fidotool_json_get_text(request, name);

  if (text == NULL || *text == '\0' || strlen(text) > (1 << 20))
    return recovery_found_draft_bad(error, name, "is missing");
  *place = g_strdup(text);
  return true;
}

/* DER certificates that issue attestations; the shipped root of software keys
 * is for practice alone. */
static bool
take_roots(const RecoveryStation *station, const FidotoolJson *list,
           GPtrArray *roots, GError **error)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    g_autoptr(GBytes) der =
        fidotool_bytes_unbase64(fidotool_json_text(fidotool_json_at(list, i)));
    g_autofree char *hex = NULL;

    if (der == NULL || g_bytes_get_size(der) > 8192 ||
        g_bytes_get_size(der) == 0)
      return recovery_found_draft_bad(error, NULL, "a root is no DER");
    hex = fidotool_bytes_sha256_hex(g_bytes_get_data(der, NULL),
                                    g_bytes_get_size(der));
    if (!station->config.practice && strcmp(hex, SOFTKEY_ROOT_SHA256) == 0)
      return recovery_found_draft_bad(
          error, NULL, "the root of software keys is for practice alone");
    g_ptr_array_add(roots, g_steal_pointer(&der));
  }
  return roots->len > 0 ||
         recovery_found_draft_bad(error, NULL, "roots are missing");
}

/* As PEM, written from the bytes: nothing of a certificate is parsed here. */
char *
recovery_found_draft_pem(GPtrArray *roots)
{
  GString *text = g_string_new(NULL);

  for (unsigned i = 0; i < roots->len; i++) {
    GBytes *der = g_ptr_array_index(roots, i);
    g_autofree char *base64 = fidotool_bytes_base64(g_bytes_get_data(der, NULL),
                                                    g_bytes_get_size(der));

    g_string_append(text, "-----BEGIN CERTIFICATE-----\n");
    for (size_t at = 0; at < strlen(base64); at += 64)
      g_string_append_printf(text, "%.64s\n", base64 + at);
    g_string_append(text, "-----END CERTIFICATE-----\n");
  }
  return g_string_free(text, false);
}

static bool
add_machine(RecoveryFound *found, const char *id, const char *key_text,
            int64_t after_ms, int64_t before_ms, GError **error)
{
  g_autoptr(GBytes) bytes = fidotool_bytes_unbase64(key_text);
  RecoveryRosterMachine *machine;
  RecoverySshsigKey key;

  if (!recovery_jcs_is_id(id == NULL ? "" : id) || bytes == NULL ||
      !recovery_sshsig_read_key(g_bytes_get_data(bytes, NULL),
                                g_bytes_get_size(bytes), &key, NULL) ||
      key.type != RECOVERY_SSHSIG_ED25519)
    return recovery_found_draft_bad(error, id,
                                    "is a machine without a good key");
  machine = recovery_roster_add_machine(found->roster);
  machine->id = g_strdup(id);
  machine->key = key;
  machine->key_bytes = g_steal_pointer(&bytes);
  machine->valid_after_ms = after_ms;
  machine->valid_before_ms = before_ms;
  return true;
}

static bool
add_person(RecoveryTrial *trial, RecoveryFound *found, const FidotoolJson *row,
           int64_t after_ms, int64_t before_ms, GError **error)
{
  const char *person = fidotool_json_get_text(row, "person");
  const char *employee = fidotool_json_get_text(row, "employee");
  const char *team = fidotool_json_get_text(row, "team");
  const RecoveryRosterKey *before;
  RecoveryRosterKey *key;
  uint8_t commitment[32];

  if (!recovery_jcs_is_id(person) || employee == NULL ||
      !recovery_jcs_is_id(team) ||
      fidotool_json_size(fidotool_json_get(row, "roles")) == 0)
    return recovery_found_draft_bad(error, person,
                                    "lacks employee, team or roles");
  recovery_vault_employee(trial->station->vault, employee, commitment);
  /* Named twice: one person with two keys. */
  before = recovery_roster_find_person(found->roster, person);
  key = recovery_roster_add_key(found->roster);
  key->person = g_strdup(person);
  key->sub =
      before == NULL ? recovery_trial_new_id("s-") : g_strdup(before->sub);
  key->team = g_strdup(team);
  key->employee = fidotool_bytes_hex(commitment, 32);
  key->roles = recovery_staff_row_roles(fidotool_json_get(row, "roles"));
  key->valid_after_ms = after_ms;
  key->valid_before_ms = before_ms;
  return true;
}

static bool
add_station_machine(RecoveryTrial *trial, RecoveryFound *found,
                    const char *station, int64_t after_ms, int64_t before_ms,
                    GError **error)
{
  RecoverySshsigKey key = {.type = RECOVERY_SSHSIG_ED25519};
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  memcpy(key.point, trial->station->machine_public, 32);
  bytes = recovery_sshsig_write_key(&key);
  text = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                               g_bytes_get_size(bytes));
  return add_machine(found, station, text, after_ms, before_ms, error);
}

static bool
take_people(RecoveryTrial *trial, RecoveryFound *found,
            const FidotoolJson *request, GError **error)
{
  const FidotoolJson *persons = fidotool_json_get(request, "persons");
  const FidotoolJson *machines = fidotool_json_get(request, "machines");
  const char *station = fidotool_json_get_text(request, "station");
  const char *after = fidotool_json_get_text(request, "valid_after");
  const char *before = fidotool_json_get_text(request, "valid_before");
  /* What cannot be read is no window. */
  int64_t after_ms = INT64_MAX, before_ms = 0;

  (void)recovery_time_read(after, &after_ms);
  (void)recovery_time_read(before, &before_ms);
  if (!recovery_jcs_is_id(station))
    return recovery_found_draft_bad(error, NULL, "station is no id");
  if (after_ms >= before_ms)
    return recovery_found_draft_bad(
        error, NULL, "valid_after and valid_before are no window");
  if (fidotool_json_size(persons) > PERSONS_MAX ||
      fidotool_json_size(machines) == 0)
    return recovery_found_draft_bad(error, NULL,
                                    "too many persons, or no other machine");
  found->roster = recovery_roster_new(station);
  if (!add_station_machine(trial, found, station, after_ms, before_ms, error))
    return false;
  for (size_t i = 0; i < fidotool_json_size(machines); i++) {
    const FidotoolJson *row = fidotool_json_at(machines, i);

    if (!add_machine(found, fidotool_json_get_text(row, "id"),
                     fidotool_json_get_text(row, "key"), after_ms, before_ms,
                     error))
      return false;
  }
  for (size_t i = 0; i < fidotool_json_size(persons); i++)
    if (!add_person(trial, found, fidotool_json_at(persons, i), after_ms,
                    before_ms, error))
      return false;
  return true;
}

static bool
take_founders(RecoveryFound *found, const FidotoolJson *list, GError **error)
{
  GPtrArray *names = g_ptr_array_new();
  bool ok = fidotool_json_size(list) >= FOUNDERS_MIN;

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *name = fidotool_json_text(fidotool_json_at(list, i));
    const RecoveryRosterKey *row =
        name == NULL ? NULL : recovery_roster_find_person(found->roster, name);

    ok = ok && row != NULL && recovery_roster_key_has_role(row, "security");
    for (unsigned k = 0; ok && k < names->len; k++)
      ok = strcmp(g_ptr_array_index(names, k), name) != 0;
    g_ptr_array_add(names, g_strdup(name == NULL ? "" : name));
  }
  g_ptr_array_add(names, NULL);
  found->founders = (char **)g_ptr_array_free(names, false);
  return ok || recovery_found_draft_bad(
                   error, NULL,
                   "founders are at least two different persons with "
                   "the role security");
}

/* The first policy keeps none: three officers sign one later. */
static bool
names_no_base(const RecoveryPolicy *policy, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autofree char *text = NULL;

  recovery_base_check(recovery_policy_document(policy), NULL, problems);
  if (problems->errors == 0)
    return true;
  text = recovery_problem_write_errors(problems);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s", text);
  return false;
}

/* In force at once: what is not valid yet would refuse everybody, and a version
 * near the highest leaves none for the next. */
static bool
take_policy(const RecoveryTrial *trial, RecoveryFound *found, GError **error)
{
  found->policy =
      recovery_policy_read(found->policy_text, strlen(found->policy_text),
                           trial->station->config.practice, error);
  if (found->policy == NULL)
    return false;
  if (recovery_policy_version(found->policy) > RECOVERY_DOCUMENT_VERSION_FIRST)
    return recovery_found_draft_bad(error, "policy",
                                    "has a version above 99999999");
  if (!names_no_base(found->policy, error))
    return false;
  return recovery_policy_document(found->policy)->policy.valid_from_s <=
             trial->now.now_ms / 1000 ||
         recovery_found_draft_bad(error, "policy",
                                  "has a valid_from that has not come yet");
}

bool
recovery_found_draft_begin(RecoveryTrial *trial, const FidotoolJson *request,
                           FidotoolJson **ret_answer,
                           RecoveryRefusal **ret_refusal, GError **error)
{
  RecoveryFound *found = recovery_found_new();
  bool ok = take_text(request, "log", &found->origin, error) &&
            take_text(request, "rp_id", &found->rp_id, error) &&
            take_text(request, "origin", &found->rp_origin, error) &&
            take_text(request, "policy", &found->policy_text, error) &&
            take_roots(trial->station, fidotool_json_get(request, "roots"),
                       found->roots, error) &&
            take_people(trial, found, request, error) &&
            take_founders(found, fidotool_json_get(request, "founders"), error);

  ok = ok && take_policy(trial, found, error);
  /* Before anybody makes a key for it. */
  if (ok)
    *ret_refusal = recovery_rule_staffing_first(found->roster, found->policy,
                                                trial->station->config.practice,
                                                trial->now.now_ms / 1000);
  if (!ok || *ret_refusal != NULL) {
    recovery_found_free(found);
    return false;
  }
  recovery_found_free(trial->station->found);
  trial->station->found = found;
  *ret_answer = fidotool_json_new_object();
  fidotool_json_set_text(*ret_answer, "act", "station.found");
  return true;
}
