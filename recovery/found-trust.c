/* SPDX-License-Identifier: Apache-2.0 */
/* found-trust.c - what the auditor is given: the station's key, the genesis,
 * the founding officers, the anchors. Said with the founding, and again while
 * it may have been cut off; never later, for what the auditor trusts is what
 * was handed over at the beginning. */
#include "recovery/error.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/jcs.h"
#include "recovery/found.h"

/* Who signed entry 0. */
static char **
founders_of(RecoveryStation *station, GError **error)
{
  g_auto(RecoveryStoreEntry) stored = {0};
  g_autoptr(FidotoolJson) entry = NULL;
  const FidotoolJson *actors;
  char **founders;

  if (!recovery_store_entry(station->store, 0, &stored, error))
    return NULL;
  entry =
      recovery_jcs_read(g_bytes_get_data(stored.body, NULL),
                        g_bytes_get_size(stored.body), RECOVERY_JCS_MAX, error);
  if (entry == NULL)
    return NULL;
  actors = fidotool_json_get(entry, "actors");
  founders = g_new0(char *, fidotool_json_size(actors) + 1);
  for (size_t i = 0; i < fidotool_json_size(actors); i++)
    founders[i] = g_strdup(fidotool_json_text(fidotool_json_at(actors, i)));
  return founders;
}

bool
recovery_found_trust_fill(RecoveryTrial *trial, FidotoolJson *answer,
                          GError **error)
{
  RecoveryStation *station = trial->station;
  GBytes *line = g_ptr_array_index(station->model->rosters, 0);
  g_autoptr(RecoveryRoster) roster = recovery_roster_read(
      g_bytes_get_data(line, NULL), g_bytes_get_size(line), error);
  g_auto(GStrv) founders = roster == NULL ? NULL : founders_of(station, error);
  g_autofree char *vkey = NULL, *officers = NULL, *text = NULL;
  g_autoptr(GBytes) roots = NULL;
  uint8_t genesis[32];

  if (founders == NULL)
    return false;
  roots = station->config.hooks.load("roots.pem", station->config.hooks.data,
                                     error);
  if (roots == NULL)
    return false;
  (void)recovery_record_genesis(station->record,
                                genesis); /* entry 0 is there */
  recovery_trial_set_hex(answer, "genesis", genesis, 32);
  vkey =
      recovery_checkpoint_vkey(station->model->origin, station->station_public);
  officers = recovery_roster_officers(roster, (const char *const *)founders,
                                      g_strv_length(founders));
  text = g_strndup(g_bytes_get_data(roots, NULL), g_bytes_get_size(roots));
  fidotool_json_set_text(answer, "vkey", vkey);
  fidotool_json_set_text(answer, "officers", officers);
  fidotool_json_set_text(answer, "roots", text);
  return true;
}

FidotoolJson *
recovery_found_trust_query(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                           GError **error)
{
  g_autoptr(FidotoolJson) answer = NULL;

  if (trial->session->peer != RECOVERY_PEER_ADMIN) {
    *ret_refusal = recovery_refusal_new(
        "role", "A station is founded by root alone.", "Run it as root.");
    return NULL;
  }
  if (trial->station->model->case_ids->len > 0) {
    *ret_refusal = recovery_refusal_new(
        "state",
        "The station has had its first case: the auditor trusts what was "
        "handed over at the founding.",
        "The auditor's own copy.");
    return NULL;
  }
  answer = fidotool_json_new_object();
  return recovery_found_trust_fill(trial, answer, error)
             ? g_steal_pointer(&answer)
             : NULL;
}
