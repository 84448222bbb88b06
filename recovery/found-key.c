/* SPDX-License-Identifier: Apache-2.0 */
/* found-key.c - the first staff make their keys, judged before anybody signs
 * the roster that will hold them. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/found.h"
#include "recovery/staff-key.h"

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
  return recovery_staff_key_options(trial->station, person, cdh);
}

/* The anchors that the draft brings. */
static void
use_roots(RecoveryStation *station, const RecoveryFound *found)
{
  g_ptr_array_set_size(station->roots, 0);
  for (unsigned i = 0; i < found->roots->len; i++)
    g_ptr_array_add(station->roots,
                    g_bytes_ref(g_ptr_array_index(found->roots, i)));
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
  const char *text = fidotool_json_get_text(request, "attestation");
  g_autoptr(RecoveryJudging) judging = NULL;
  g_autoptr(GBytes) att = NULL, registration = NULL;
  g_autofree char *hex = NULL;
  uint8_t cdh[32], digest[32];

  if (row == NULL || cdh_hex == NULL ||
      g_strcmp0(g_hash_table_lookup(found->challenges, person), cdh_hex) != 0) {
    *ret_refusal = recovery_refusal_new("statement-unknown",
                                        "These creation options are not ours.",
                                        "Ask for new ones.");
    return false;
  }
  use_roots(trial->station, found);
  judging =
      recovery_staff_key_judge(trial->station, found->policy, text, cdh_hex,
                               trial->now.now_ms / 1000, ret_refusal, error);
  if (judging == NULL)
    return false;
  if (key_is_taken(found, row, judging->cred)) {
    *ret_refusal = recovery_refusal_new(
        "one-person", "This key belongs to another person already.",
        "A key of their own.");
    return false;
  }
  (void)fidotool_bytes_unhex(cdh_hex, cdh, 32); /* our own digits */
  att = fidotool_bytes_unbase64(text);
  registration = recovery_judging_registration(att, cdh, NULL);
  fidotool_bytes_sha256(g_bytes_get_data(registration, NULL),
                        g_bytes_get_size(registration), digest);
  if (!recovery_staff_key_fill(row, judging, digest, error))
    return false;
  hex = fidotool_bytes_hex(judging->cred, 32);
  fidotool_json_set_text(found->ids, hex,
                         fidotool_json_get_text(judging->answer, "cred"));
  g_ptr_array_add(found->registrations, g_bytes_ref(registration));
  /* Who signed, signed a roster without this key. */
  g_ptr_array_set_size(found->signatures, 0);
  g_hash_table_remove(found->challenges, person);
  *ret_answer = fidotool_json_new_object();
  fidotool_json_set_text(*ret_answer, "act", "roster.key");
  fidotool_json_set_text(*ret_answer, "person", person);
  recovery_trial_set_hex(*ret_answer, "cred", judging->cred, 32);
  return true;
}
