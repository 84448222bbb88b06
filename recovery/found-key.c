/* SPDX-License-Identifier: Apache-2.0 */
/* found-key.c - the first staff make their keys, judged before anybody signs
 * the roster that will hold them. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/types.h"
#include "recovery/error.h"
#include "recovery/found.h"

/* Keys of staff */

const char *
recovery_found_key_rp_id(const RecoveryStation *station)
{
  return station->config.practice ? RECOVERY_SSHSIG_APPLICATION_PRACTICE
                                  : RECOVERY_SSHSIG_APPLICATION;
}

static FidotoolJson *
key_options(RecoveryTrial *trial, const char *person, const char *cdh)
{
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *options =
      fidotool_json_set(answer, "options", fidotool_json_new_object());
  FidotoolJson *user, *algs;
  g_autofree char *id = fidotool_bytes_base64url(person, strlen(person));

  fidotool_json_set_text(options, "rp_id",
                         recovery_found_key_rp_id(trial->station));
  fidotool_json_set_text(options, "rp_name", "Keyturn approvals");
  fidotool_json_set_text(options, "cdh", cdh);
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

/* The person's row that has no key yet, or else the last of theirs. */
RecoveryRosterKey *
recovery_found_key_row(RecoveryFound *found, const char *person)
{
  RecoveryRosterKey *last = NULL;

  for (unsigned i = 0; found != NULL && i < found->roster->keys->len; i++) {
    RecoveryRosterKey *row = g_ptr_array_index(found->roster->keys, i);

    if (g_strcmp0(row->person, person) != 0)
      continue;
    if (row->key_bytes == NULL)
      return row;
    last = row;
  }
  return last;
}

FidotoolJson *
recovery_found_key_propose(RecoveryTrial *trial, RecoveryRefusal **ret_refusal)
{
  const char *person = fidotool_json_get_text(trial->request, "person");
  g_autofree char *cdh = recovery_trial_random_hex(32);

  if (recovery_found_key_row(trial->station->found, person) == NULL) {
    *ret_refusal = recovery_refusal_new(
        "actor-unknown", "This person is not in the draft of the roster.",
        "A person that station.found named.");
    return NULL;
  }
  g_hash_table_replace(trial->station->found->challenges, g_strdup(person),
                       g_strdup(cdh));
  return key_options(trial, person, cdh);
}

static RecoveryJudging *
judge_key(RecoveryTrial *trial, RecoveryFound *found,
          const FidotoolJson *request, RecoveryRefusal **ret_refusal,
          GError **error)
{
  const char *text = fidotool_json_get_text(request, "attestation");
  g_autoptr(GBytes) att = fidotool_bytes_unbase64(text);
  g_autofree char *att_text = NULL;
  FidotoolJson *options = fidotool_json_new_object();
  FidotoolJson *response = fidotool_json_new_object(), *inner;

  fidotool_json_set_text(options, "rp_id",
                         recovery_found_key_rp_id(trial->station));
  fidotool_json_set_text(options, "cdh",
                         fidotool_json_get_text(request, "cdh"));
  fidotool_json_set_int(options, "require_uv", 1);
  fidotool_json_set_int(options, "model_needed", 1);
  inner = fidotool_json_set(response, "response", fidotool_json_new_object());
  att_text = att == NULL ? g_strdup("")
                         : fidotool_bytes_base64url(g_bytes_get_data(att, NULL),
                                                    g_bytes_get_size(att));
  fidotool_json_set_text(inner, "attestationObject", att_text);
  g_ptr_array_set_size(trial->station->roots, 0);
  for (unsigned i = 0; i < found->roots->len; i++)
    g_ptr_array_add(trial->station->roots,
                    g_bytes_ref(g_ptr_array_index(found->roots, i)));
  return recovery_judging_ask(trial->station, "registration", options, response,
                              NULL, trial->now.now_ms / 1000, ret_refusal,
                              error);
}

/* The row takes what the worker read from the registration. */
static bool
fill_row(RecoveryFound *found, RecoveryRosterKey *row,
         const RecoveryJudging *judging, GBytes *registration, GError **error)
{
  const char *key_text = fidotool_json_get_text(judging->answer, "ssh_key");
  g_autoptr(GBytes) key = fidotool_bytes_unbase64(key_text);
  g_autofree char *hex = fidotool_bytes_hex(judging->cred, 32);

  if (key == NULL ||
      !recovery_sshsig_read_key(g_bytes_get_data(key, NULL),
                                g_bytes_get_size(key), &row->key, NULL))
    return recovery_found_draft_bad(error, NULL,
                                    "the key's algorithm cannot sign here");
  memcpy(row->cred, judging->cred, 32);
  fidotool_bytes_sha256(g_bytes_get_data(registration, NULL),
                        g_bytes_get_size(registration), row->registration);
  g_clear_pointer(&row->key_bytes, g_bytes_unref);
  row->key_bytes = g_steal_pointer(&key);
  fidotool_json_set_text(found->ids, hex,
                         fidotool_json_get_text(judging->answer, "cred"));
  g_ptr_array_add(found->registrations, g_bytes_ref(registration));
  return true;
}

static bool
key_is_taken(const RecoveryFound *found, const RecoveryRosterKey *row,
             const uint8_t cred[32])
{
  for (unsigned i = 0; i < found->roster->keys->len; i++) {
    const RecoveryRosterKey *other = g_ptr_array_index(found->roster->keys, i);

    if (other != row && memcmp(other->cred, cred, 32) == 0)
      return true;
  }
  return false;
}

bool
recovery_found_key_submit(RecoveryTrial *trial, const FidotoolJson *request,
                          FidotoolJson **ret_answer,
                          RecoveryRefusal **ret_refusal, GError **error)
{
  RecoveryFound *found = trial->station->found;
  const char *person = fidotool_json_get_text(request, "person");
  const char *cdh_hex = fidotool_json_get_text(request, "cdh");
  RecoveryRosterKey *row = recovery_found_key_row(found, person);
  g_autoptr(RecoveryJudging) judging = NULL;
  g_autoptr(GBytes) att = NULL, registration = NULL;
  uint8_t cdh[32];

  if (row == NULL || cdh_hex == NULL ||
      g_strcmp0(g_hash_table_lookup(found->challenges, person), cdh_hex) != 0) {
    *ret_refusal = recovery_refusal_new("statement-unknown",
                                        "These creation options are not ours.",
                                        "Ask for new ones.");
    return false;
  }
  (void)fidotool_bytes_unhex(cdh_hex, cdh, 32); /* our own digits */
  judging = judge_key(trial, found, request, ret_refusal, error);
  if (judging == NULL)
    return false;
  *ret_refusal = recovery_policy_roster(found->policy, &judging->facts,
                                        trial->now.now_ms / 1000);
  if (*ret_refusal == NULL && key_is_taken(found, row, judging->cred))
    *ret_refusal = recovery_refusal_new(
        "one-person", "This key belongs to another person already.",
        "A key of their own.");
  if (*ret_refusal != NULL)
    return false;
  att = fidotool_bytes_unbase64(fidotool_json_get_text(request, "attestation"));
  registration = recovery_judging_registration(att, cdh, NULL);
  if (!fill_row(found, row, judging, registration, error))
    return false;
  /* Who signed, signed a roster without this key. */
  g_ptr_array_set_size(found->signatures, 0);
  g_hash_table_remove(found->challenges, person);
  *ret_answer = fidotool_json_new_object();
  fidotool_json_set_text(*ret_answer, "act", "roster.key");
  fidotool_json_set_text(*ret_answer, "person", person);
  recovery_trial_set_hex(*ret_answer, "cred", judging->cred, 32);
  return true;
}
