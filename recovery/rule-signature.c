/* SPDX-License-Identifier: Apache-2.0 */
/* rule-signature.c - the two signatures over a statement: the person's and the
 * machine's. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/act.h"
#include "recovery/rule.h"

static bool
is_signed_by(RecoveryTrial *trial, const RecoveryRosterKey *row)
{
  g_autofree char *name_space =
      recovery_act_namespace(trial->deed->act, trial->station->config.practice);

  if (strcmp(row->person, trial->actor) != 0 ||
      !recovery_sshsig_check(g_bytes_get_data(trial->sig, NULL),
                             g_bytes_get_size(trial->sig), &row->key,
                             name_space, trial->line, trial->line_len,
                             &trial->seen, NULL))
    return false;
  trial->key = row;
  return true;
}

RecoveryRefusal *
recovery_rule_signature_person(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  /* A key that is in no roster yet signs for itself alone. */
  const RecoveryRoster *roster =
      trial->newcomers != NULL ? trial->newcomers : trial->roster;

  for (unsigned i = 0; i < roster->keys->len; i++)
    if (is_signed_by(trial, g_ptr_array_index(roster->keys, i)))
      return NULL;
  return recovery_rule_refuse(
      "The signature over this statement was not made by a key of the "
      "person it names.",
      "Sign the statement again with the right key.");
}

RecoveryRefusal *
recovery_rule_signature_flags(RecoveryTrial *trial,
                              G_GNUC_UNUSED GError **error)
{
  if (recovery_sshsig_flags_ok(trial->seen.flags))
    return NULL;
  return recovery_rule_refuse(
      "The key signed without touch and PIN or fingerprint, or it is a "
      "key that can be copied.",
      "Sign again with touch and PIN, on a device-bound key.");
}

RecoveryRefusal *
recovery_rule_signature_key_window(RecoveryTrial *trial,
                                   G_GNUC_UNUSED GError **error)
{
  if (recovery_roster_valid_at(trial->key->valid_after_ms,
                               trial->key->valid_before_ms, trial->now.now_ms))
    return NULL;
  return recovery_rule_refuse(
      "The key is outside the time the roster gives it.",
      "Another key of this person, or a change of the roster.");
}

RecoveryRefusal *
recovery_rule_signature_counter(RecoveryTrial *trial,
                                G_GNUC_UNUSED GError **error)
{
  g_autofree char *hex = fidotool_bytes_hex(trial->key->cred, 32);
  void *last;

  if (!g_hash_table_lookup_extended(trial->station->model->counters, hex, NULL,
                                    &last))
    return NULL;
  /* 0 before: this key has no counter, or begins to count. */
  if (GPOINTER_TO_UINT(last) == 0 ||
      trial->seen.counter > GPOINTER_TO_UINT(last))
    return NULL;
  return recovery_rule_refuse(
      "The key's signature counter went back: it may have been copied.",
      "Stop, keep the key, and tell a security officer.");
}

RecoveryRefusal *
recovery_rule_signature_machine(RecoveryTrial *trial,
                                G_GNUC_UNUSED GError **error)
{
  g_autofree char *name_space =
      recovery_act_namespace("machine", trial->station->config.practice);
  uint8_t message[64];

  recovery_sshsig_machine_message(trial->line, trial->line_len,
                                  g_bytes_get_data(trial->sig, NULL),
                                  g_bytes_get_size(trial->sig), message);
  for (unsigned i = 0; i < trial->roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(trial->roster->machines, i);
    RecoverySshsigSeen seen;

    if (recovery_sshsig_check(g_bytes_get_data(trial->machine_sig, NULL),
                              g_bytes_get_size(trial->machine_sig),
                              &machine->key, name_space, message,
                              sizeof(message), &seen, NULL)) {
      trial->machine = machine;
      return NULL;
    }
  }
  return recovery_rule_refuse(
      "No machine of the roster signed beside the person.",
      "Sign at this station, or on a machine that is enrolled.");
}

RecoveryRefusal *
recovery_rule_signature_machine_window(RecoveryTrial *trial,
                                       G_GNUC_UNUSED GError **error)
{
  if (recovery_roster_valid_at(trial->machine->valid_after_ms,
                               trial->machine->valid_before_ms,
                               trial->now.now_ms))
    return NULL;
  return recovery_rule_refuse(
      "The machine is outside the time the roster gives it.",
      "Another enrolled machine, or a change of the roster.");
}
