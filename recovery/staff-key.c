/* SPDX-License-Identifier: Apache-2.0 */
/* staff-key.c - makes and judges keys of staff. At the founding they wait in a
 * draft; later a key proves itself first, and two officers give it a row. */
#include "recovery/staff-key.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/types.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"

const char *
recovery_staff_key_rp_id(const RecoveryStation *station)
{
  return station->config.practice ? RECOVERY_SSHSIG_APPLICATION_PRACTICE
                                  : RECOVERY_SSHSIG_APPLICATION;
}

FidotoolJson *
recovery_staff_key_options(const RecoveryStation *station, const char *person,
                           const char *cdh_hex)
{
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *options =
      fidotool_json_set(answer, "options", fidotool_json_new_object());
  FidotoolJson *user, *algs;
  g_autofree char *id = fidotool_bytes_base64url(person, strlen(person));

  fidotool_json_set_text(options, "rp_id", recovery_staff_key_rp_id(station));
  fidotool_json_set_text(options, "rp_name", "Keyturn approvals");
  fidotool_json_set_text(options, "cdh", cdh_hex);
  user = fidotool_json_set(options, "user", fidotool_json_new_object());
  fidotool_json_set_text(user, "id", id);
  fidotool_json_set_text(user, "name", person);
  fidotool_json_set_text(user, "display_name", person);
  algs = fidotool_json_set(options, "algs", fidotool_json_new_array());
  fidotool_json_append(algs, fidotool_json_new_int(FIDOTOOL_ALG_ES256));
  fidotool_json_append(algs, fidotool_json_new_int(FIDOTOOL_ALG_EDDSA));
  fidotool_json_set_int(options, "uv", 1);
  fidotool_json_set_int(options, "rk", 0);
  fidotool_json_set_int(options, "cred_protect", 2);
  fidotool_json_set_text(options, "attestation", "direct");
  fidotool_json_set(options, "exclude", fidotool_json_new_array());
  return answer;
}

/* The policy's word on what the judge found; NULL and a refusal otherwise. */
static RecoveryJudging *
meets_policy(RecoveryJudging *judging, const RecoveryPolicy *policy,
             int64_t at_s, RecoveryRefusal **ret_refusal)
{
  g_autoptr(RecoveryJudging) taken = judging;

  if (taken != NULL)
    *ret_refusal = recovery_policy_roster(policy, &taken->facts, at_s);
  return *ret_refusal == NULL ? g_steal_pointer(&taken) : NULL;
}

RecoveryJudging *
recovery_staff_key_judge(RecoveryStation *station, const RecoveryPolicy *policy,
                         const char *att, const char *cdh_hex, int64_t at_s,
                         RecoveryRefusal **ret_refusal, GError **error)
{
  g_autoptr(GBytes) bytes = fidotool_bytes_unbase64(att);
  g_autofree char *text = NULL;
  FidotoolJson *options = fidotool_json_new_object();
  FidotoolJson *response = fidotool_json_new_object(), *inner;

  fidotool_json_set_text(options, "rp_id", recovery_staff_key_rp_id(station));
  fidotool_json_set_text(options, "cdh", cdh_hex);
  fidotool_json_set_int(options, "require_uv", 1);
  fidotool_json_set_int(options, "model_needed", 1);
  inner = fidotool_json_set(response, "response", fidotool_json_new_object());
  text = bytes == NULL ? g_strdup("")
                       : fidotool_bytes_base64url(g_bytes_get_data(bytes, NULL),
                                                  g_bytes_get_size(bytes));
  fidotool_json_set_text(inner, "attestationObject", text);
  return meets_policy(recovery_judging_ask(station, "registration", options,
                                           response, NULL, at_s, ret_refusal,
                                           error),
                      policy, at_s, ret_refusal);
}

bool
recovery_staff_key_fill(RecoveryRosterKey *row, const RecoveryJudging *judging,
                        const uint8_t registration[32], GError **error)
{
  const char *text = fidotool_json_get_text(judging->answer, "ssh_key");
  g_autoptr(GBytes) key = fidotool_bytes_unbase64(text);

  if (key == NULL ||
      !recovery_sshsig_read_key(g_bytes_get_data(key, NULL),
                                g_bytes_get_size(key), &row->key, NULL)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "the key's algorithm cannot sign here");
    return false;
  }
  memcpy(row->cred, judging->cred, 32);
  memcpy(row->registration, registration, 32);
  g_clear_pointer(&row->key_bytes, g_bytes_unref);
  row->key_bytes = g_steal_pointer(&key);
  return true;
}

/* After the founding */

static RecoveryRefusal *
refuse_key(RecoveryTrial *trial, const char *person)
{
  if (!trial->station->model->started)
    return recovery_refusal_new(
        "enrol-first",
        "The keys of the first roster have not all been enrolled.",
        "Every person runs fidotool roster enrol with their key.");
  if (!recovery_trial_has_role(trial, "roster.change"))
    return recovery_refusal_new(
        "role-not-active",
        "A key of staff is made where a security officer is: the role is not "
        "active on this connection.",
        "An officer activates the role with their key first.");
  if (!recovery_jcs_is_id(person))
    return recovery_refusal_new("actor-unknown",
                                "This is nothing that a person may be called.",
                                "Small letters, digits and hyphens.");
  return NULL;
}

FidotoolJson *
recovery_staff_key_propose(RecoveryTrial *trial, RecoveryRefusal **ret_refusal)
{
  const char *person = fidotool_json_get_text(trial->request, "person");
  g_autofree char *cdh = NULL;
  RecoveryPending *pending;

  *ret_refusal = refuse_key(trial, person);
  if (*ret_refusal != NULL)
    return NULL;
  cdh = recovery_trial_random_hex(32);
  pending = g_new0(RecoveryPending, 1);
  pending->request = fidotool_json_copy(trial->request);
  pending->draft = fidotool_json_new_object();
  pending->peer = trial->session->peer;
  pending->session = trial->session;
  pending->until_ms = trial->now.now_ms + RECOVERY_STATEMENT_LIFE_MS;
  g_hash_table_replace(trial->station->pending, g_strdup(cdh), pending);
  return recovery_staff_key_options(trial->station, person, cdh);
}

/* One key belongs to one person for ever. */
static RecoveryRefusal *
refuse_owner(const RecoveryModel *model, const RecoveryRosterKey *row,
             const char *person)
{
  g_autofree char *key = fidotool_bytes_sha256_hex(
      g_bytes_get_data(row->key_bytes, NULL), g_bytes_get_size(row->key_bytes));
  const char *owner = g_hash_table_lookup(model->key_owner, key);

  if (owner == NULL || strcmp(owner, person) == 0)
    return NULL;
  return recovery_refusal_new("one-person",
                              "This key belongs to another person already.",
                              "A key of their own.");
}

static bool
keep_registration(RecoveryStation *station, GBytes *registration,
                  uint8_t ret_digest[32], GError **error)
{
  if (!recovery_store_begin(station->store, error))
    return false;
  if (recovery_store_put_object(station->store, "registration", registration,
                                ret_digest, error))
    return recovery_store_commit(station->store, error);
  recovery_store_rollback(station->store);
  return false;
}

bool
recovery_staff_key_submit(RecoveryTrial *trial, const FidotoolJson *request,
                          RecoveryRefusal **ret_refusal, GError **error)
{
  const char *person = fidotool_json_get_text(request, "person");
  const char *cdh_hex = fidotool_json_get_text(request, "cdh");
  const char *text = fidotool_json_get_text(request, "attestation");
  const RecoveryPending *pending =
      cdh_hex == NULL ? NULL
                      : g_hash_table_lookup(trial->station->pending, cdh_hex);
  g_autoptr(RecoveryRoster) rows = recovery_roster_new("draft");
  RecoveryRosterKey *row = recovery_roster_add_key(rows);
  g_autoptr(RecoveryJudging) judging = NULL;
  g_autoptr(GBytes) att = NULL, registration = NULL;
  uint8_t cdh[32], digest[32];

  *ret_refusal = refuse_key(trial, person);
  if (*ret_refusal != NULL)
    return false;
  if (pending == NULL || pending->until_ms < trial->now.now_ms ||
      pending->session != trial->session ||
      g_strcmp0(fidotool_json_get_text(pending->request, "act"),
                "roster.key") != 0 ||
      g_strcmp0(fidotool_json_get_text(pending->request, "person"), person) !=
          0) {
    *ret_refusal = recovery_refusal_new(
        "statement-unknown", "These creation options are not ours, or too old.",
        "Ask for new ones.");
    return false;
  }
  judging = recovery_staff_key_judge(
      trial->station, trial->station->model->policy, text, cdh_hex,
      trial->now.now_ms / 1000, ret_refusal, error);
  if (judging == NULL)
    return false;
  (void)fidotool_bytes_unhex(cdh_hex, cdh, 32); /* our own digits */
  att = fidotool_bytes_unbase64(text);
  registration = recovery_judging_registration(att, cdh, NULL);
  fidotool_bytes_sha256(g_bytes_get_data(registration, NULL),
                        g_bytes_get_size(registration), digest);
  if (!recovery_staff_key_fill(row, judging, digest, error))
    return false;
  *ret_refusal = refuse_owner(trial->station->model, row, person);
  if (*ret_refusal != NULL ||
      !keep_registration(trial->station, registration, digest, error))
    return false;
  g_hash_table_remove(trial->station->pending, cdh_hex);
  fidotool_json_set_text(trial->done, "act", "roster.key");
  fidotool_json_set_text(trial->done, "person", person);
  recovery_trial_set_hex(trial->done, "object", digest, 32);
  recovery_trial_set_hex(trial->done, "cred", row->cred, 32);
  return true;
}

bool
recovery_staff_key_load(RecoveryTrial *trial, const uint8_t registration[32],
                        RecoveryRosterKey *row, char **ret_id,
                        RecoveryRefusal **ret_refusal, GError **error)
{
  int64_t at_s = trial->now.now_ms / 1000;
  g_autoptr(RecoveryJudging) judging = meets_policy(
      recovery_judging_again(trial->station, registration,
                             recovery_staff_key_rp_id(trial->station), at_s,
                             ret_refusal, error),
      trial->station->model->policy, at_s, ret_refusal);

  if (judging == NULL ||
      !recovery_staff_key_fill(row, judging, registration, error))
    return false;
  *ret_id = g_strdup(fidotool_json_get_text(judging->answer, "cred"));
  return true;
}

bool
recovery_staff_key_judge_enrol(RecoveryTrial *trial,
                               RecoveryRefusal **ret_refusal, GError **error)
{
  int64_t at_s = trial->now.now_ms / 1000;
  uint8_t registration[32];

  if (strcmp(trial->deed->act, "roster.enrol") != 0)
    return true;
  (void)fidotool_bytes_unhex(fidotool_json_get_text(trial->statement, "object"),
                             registration, 32); /* its form was read */
  trial->judging = meets_policy(
      recovery_judging_again(trial->station, registration,
                             recovery_staff_key_rp_id(trial->station), at_s,
                             ret_refusal, error),
      trial->station->model->policy, at_s, ret_refusal);
  return trial->judging != NULL;
}

FidotoolJson *
recovery_staff_key_newcomers(const RecoveryModel *model)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (unsigned i = 0; i < model->enrolments->len; i++) {
    const char *hex = g_ptr_array_index(model->enrolments, i);
    FidotoolJson *one;

    if (g_hash_table_contains(model->listed, hex))
      continue;
    one = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(one, "person",
                           g_hash_table_lookup(model->enrolled, hex));
    fidotool_json_set_text(one, "registration", hex);
  }
  return list;
}

bool
recovery_staff_key_find(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                        GError **error)
{
  const char *hex = fidotool_json_get_text(trial->request, "object");
  g_autoptr(RecoveryRoster) rows = NULL;
  g_autoptr(GBytes) body = NULL;
  g_autofree char *kind = NULL;
  RecoveryRosterKey *row;
  uint8_t registration[32];

  if (!fidotool_bytes_unhex(hex, registration, 32) ||
      !recovery_jcs_is_id(trial->actor) ||
      g_hash_table_contains(trial->station->model->listed, hex))
    return true;
  if (!recovery_store_object(trial->station->store, registration, &body, &kind,
                             error))
    return false;
  if (body == NULL || strcmp(kind, "registration") != 0)
    return true;
  rows = recovery_roster_new("draft");
  row = recovery_roster_add_key(rows);
  if (!recovery_staff_key_load(trial, registration, row, &trial->newcomer_id,
                               ret_refusal, error))
    return false;
  *ret_refusal = refuse_owner(trial->station->model, row, trial->actor);
  if (*ret_refusal != NULL)
    return false;
  row->person = g_strdup(trial->actor);
  row->valid_before_ms = INT64_MAX; /* a roster gives it its time */
  trial->newcomers = g_steal_pointer(&rows);
  trial->newcomer = row;
  return true;
}

bool
recovery_staff_key_check(RecoveryTrial *trial, const RecoveryRosterKey *row,
                         char **ret_id, GError **error)
{
  g_autofree char *hex = fidotool_bytes_hex(row->registration, 32);
  const char *person =
      g_hash_table_lookup(trial->station->model->enrolled, hex);
  g_autoptr(RecoveryRefusal) refusal = NULL;
  g_autoptr(RecoveryRoster) rows = recovery_roster_new("draft");
  RecoveryRosterKey *judged = recovery_roster_add_key(rows);

  if (g_strcmp0(person, row->person) != 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "the new key of %s did not prove itself at this station",
                row->person);
    return false;
  }
  if (!recovery_staff_key_load(trial, row->registration, judged, ret_id,
                               &refusal, error)) {
    if (refusal != NULL)
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                  "the new key of %s: %s", row->person, refusal->text);
    return false;
  }
  if (memcmp(judged->cred, row->cred, 32) == 0 &&
      g_bytes_equal(judged->key_bytes, row->key_bytes))
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "the new key of %s is not the one of its registration",
              row->person);
  return false;
}
