/* SPDX-License-Identifier: Apache-2.0 */
/* deed-decide.c - the approvers' and releaser's acts, and what follows the
 * last approval. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/routine-check.h"
#include "recovery/rule.h"

#define HOUR_MS INT64_C(3600000)

static void
set_newkey(RecoveryTrial *trial, FidotoolJson *statement)
{
  uint8_t newkey[32];

  if (recovery_case_newkey(trial->of, newkey))
    recovery_trial_set_hex(statement, "newkey", newkey, 32);
  else
    fidotool_json_set_text(statement, "newkey", "next-at-station");
}

bool
recovery_deed_decide_fill_approve(RecoveryTrial *trial, FidotoolJson *statement,
                                  G_GNUC_UNUSED GError **error)
{
  FidotoolJson *previous = fidotool_json_new_array();
  const char *slot = recovery_trial_text(trial, "slot");
  const char *contact = recovery_trial_text(trial, "contact");

  recovery_trial_fill_case(trial, statement);
  fidotool_json_set_text(statement, "slot", slot == NULL ? "" : slot);
  fidotool_json_set_text(statement, "contact", contact == NULL ? "" : contact);
  set_newkey(trial, statement);
  recovery_trial_set_hex(statement, "evidence", trial->of->evidence_digest, 32);
  fidotool_json_set(statement, "previous", previous);
  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);
    g_autofree char *hex = fidotool_bytes_hex(approval->stmt, 32);

    fidotool_json_append_text(previous, hex);
  }
  return true;
}

bool
recovery_deed_decide_quorum(RecoveryTrial *trial, GError **error)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  RecoveryState next = recovery_routine_check_next(trial);
  FidotoolJson *entry = recovery_trial_entry("case.quorum", trial->of, next);
  bool away = false;

  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);

    away =
        away || strcmp(approval->machine, trial->station->model->station) != 0;
  }
  recovery_trial_set_time(entry, "not_before",
                          trial->now.now_ms +
                              MAX(trial->of->wait_h, tier->wait_h) * HOUR_MS);
  if (!away) {
    fidotool_json_set_int(entry, "weaker", 1);
    fidotool_json_set_text(entry, "why", "no-signature-off-the-kiosk");
  }
  return recovery_trial_append(trial, entry, error) &&
         recovery_effect_notice(trial, trial->of, "approved", error) &&
         (next != RECOVERY_STATE_ROUTINE_CHECK ||
          recovery_routine_check_tell(trial, error));
}

bool
recovery_deed_decide_approve(RecoveryTrial *trial, FidotoolJson *entry,
                             GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  g_autofree char *text = NULL;

  fidotool_json_set_text(entry, "slot", recovery_trial_text(trial, "slot"));
  if (!recovery_trial_in_case(trial, entry, RECOVERY_STATE_AWAITING_APPROVAL,
                              error) ||
      !recovery_trial_note(trial, entry, trial->of->sub, error) ||
      !recovery_trial_append(trial, g_steal_pointer(&taken), error))
    return false;
  text = g_strdup_printf("An approval was given in your name: case %s, slot "
                         "%s, signed on %s.",
                         trial->of->id, recovery_trial_text(trial, "slot"),
                         trial->machine->id);
  if (!recovery_effect_tell(trial, trial->actor, text, error))
    return false;
  return !recovery_case_is_full(trial->of) ||
         recovery_deed_decide_quorum(trial, error);
}

/* The slot a refusal is for: the one named, or the first that the person
 * fills; in the routine check there are none. */
static const char *
slot_of_refusal(const RecoveryTrial *trial)
{
  const char *slot = recovery_trial_text(trial, "slot");
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);

  if (recovery_rule_check_is_due(trial))
    return NULL;
  for (char **one = trial->of->slots; slot == NULL && one != NULL && *one;
       one++)
    if (row != NULL && recovery_roster_key_has_role(row, *one))
      slot = *one;
  return slot;
}

bool
recovery_deed_decide_fill_refuse(RecoveryTrial *trial, FidotoolJson *statement,
                                 G_GNUC_UNUSED GError **error)
{
  const char *slot = slot_of_refusal(trial);
  const char *reason = recovery_trial_text(trial, "reason");

  recovery_trial_fill_case(trial, statement);
  if (slot != NULL)
    fidotool_json_set_text(statement, "slot", slot);
  recovery_trial_set_hex(statement, "target", trial->of->submit_stmt, 32);
  fidotool_json_set_text(statement, "reason", reason == NULL ? "" : reason);
  return true;
}

bool
recovery_deed_decide_refuse(RecoveryTrial *trial, FidotoolJson *entry,
                            GError **error)
{
  static const char *const names[] = {"slot", "target", "reason"};
  g_autoptr(FidotoolJson) taken = entry;

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *text = fidotool_json_get_text(trial->statement, names[i]);

    if (text != NULL)
      fidotool_json_set_text(entry, names[i], text);
  }
  return recovery_trial_in_case(trial, entry, RECOVERY_STATE_REFUSED, error) &&
         recovery_trial_note(trial, entry, trial->of->sub, error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error) &&
         recovery_effect_notice(trial, trial->of, "refused", error);
}

bool
recovery_deed_decide_fill_activate(RecoveryTrial *trial,
                                   FidotoolJson *statement,
                                   G_GNUC_UNUSED GError **error)
{
  recovery_trial_fill_case(trial, statement);
  set_newkey(trial, statement);
  return true;
}

bool
recovery_deed_decide_activate(RecoveryTrial *trial, FidotoolJson *entry,
                              GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const RecoveryCase *of = trial->of;
  const RecoveryCaseMade *first = g_ptr_array_index(of->made, 0);

  recovery_trial_set_hex(entry, "cred", first->cred, 32);
  if (first->weaker) {
    fidotool_json_set_int(entry, "weaker", 1);
    fidotool_json_set_text(entry, "why", "restricted-class");
  }
  if (!recovery_trial_in_case(trial, entry, RECOVERY_STATE_ISSUED, error) ||
      !recovery_trial_note(trial, entry, of->sub, error) ||
      !recovery_trial_append(trial, g_steal_pointer(&taken), error))
    return false;
  for (unsigned i = 1; i < of->made->len; i++) {
    const RecoveryCaseMade *spare = g_ptr_array_index(of->made, i);
    g_autofree char *hex = fidotool_bytes_hex(spare->cred, 32);

    if (!recovery_effect_key(trial, "key.enrol", of, hex, error))
      return false;
  }
  for (unsigned i = 0; i < of->reported->len; i++) {
    g_autofree char *hex =
        fidotool_bytes_hex(g_ptr_array_index(of->reported, i), 32);

    if (!recovery_effect_key(trial, "key.revoke", of, hex, error))
      return false;
  }
  return recovery_effect_notice(trial, of, "issued", error);
}

/* Uphold and reject: two signatures over the case. */
bool
recovery_deed_decide_fill_contest(RecoveryTrial *trial, FidotoolJson *statement,
                                  G_GNUC_UNUSED GError **error)
{
  FidotoolJson *previous = fidotool_json_new_array();

  recovery_trial_fill_case(trial, statement);
  fidotool_json_set(statement, "previous", previous);
  if (trial->first != NULL) {
    g_autofree char *hex = fidotool_bytes_hex(trial->first->stmt, 32);

    fidotool_json_append_text(previous, hex);
  }
  return true;
}

/* What a contest suspended is given back, or taken for good. */
static bool
end_contest(RecoveryTrial *trial, const char *act, GError **error)
{
  if (strcmp(act, "case.reject") == 0)
    return true; /* suspended to active takes the subject (governance 9) */
  for (unsigned i = 0; i < trial->of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(trial->of->made, i);
    g_autofree char *hex = fidotool_bytes_hex(made->cred, 32);
    const RecoveryModelKey *key =
        recovery_model_key(trial->station->model, hex);

    if (key->state == RECOVERY_KEY_SUSPENDED &&
        !recovery_effect_key(trial, "key.revoke", trial->of, hex, error))
      return false;
  }
  return true;
}

bool
recovery_deed_decide_contest(RecoveryTrial *trial, FidotoolJson *entry,
                             GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *act = trial->deed->act;

  if (trial->first == NULL) {
    g_autofree char *proposed = g_strconcat(act, ".proposed", NULL);

    fidotool_json_set_text(entry, "act", proposed);
    fidotool_json_set_text(entry, "case", trial->of->id);
    fidotool_json_set_text(entry, "sub", trial->of->sub);
    fidotool_json_set_text(entry, "state",
                           recovery_state_name(trial->of->state));
    return recovery_trial_append(trial, g_steal_pointer(&taken), error);
  }
  return recovery_trial_in_case(trial, entry, trial->of->before_contest,
                                error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error) &&
         end_contest(trial, act, error) &&
         recovery_effect_notice(trial, trial->of, "contest-decided", error);
}
