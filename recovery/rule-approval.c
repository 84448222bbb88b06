/* SPDX-License-Identifier: Apache-2.0 */
/* rule-approval.c - who may fill a slot, and with what. */
#include <string.h>

#include "recovery/format/time.h"
#include "recovery/member.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_approval_slot(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *slot = recovery_trial_text(trial, "slot");

  /* Who refuses without naming one fills the first; an approval without one
   * is by no role. */
  if (slot == NULL ||
      g_strv_contains((const char *const *)trial->of->slots, slot))
    return NULL;
  return recovery_rule_refuse("This case has no such slot.",
                              "A slot the case names.");
}

RecoveryRefusal *
recovery_rule_approval_slot_free(RecoveryTrial *trial,
                                 G_GNUC_UNUSED GError **error)
{
  if (recovery_case_approval(trial->of, recovery_trial_text(trial, "slot")) ==
      NULL)
    return NULL;
  return recovery_rule_refuse("This slot is filled already.",
                              "The slot that is still free.");
}

RecoveryRefusal *
recovery_rule_approval_made(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->of->made->len > 0)
    return NULL;
  return recovery_rule_refuse(
      "The new key has not made its credential yet.",
      "First fidotool case make, with the person present.");
}

RecoveryRefusal *
recovery_rule_approval_not_staff_of_case(RecoveryTrial *trial,
                                         G_GNUC_UNUSED GError **error)
{
  if (!g_hash_table_contains(trial->of->staff, trial->actor) &&
      strcmp(trial->of->agent, trial->actor) != 0)
    return NULL;
  return recovery_rule_refuse(
      "Who opened, proved or submitted a case does not decide it.",
      "Somebody who had no hand in this case.");
}

RecoveryRefusal *
recovery_rule_approval_person_once(RecoveryTrial *trial,
                                   G_GNUC_UNUSED GError **error)
{
  if (!recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return recovery_rule_refuse(
      "This person approved this case already; two keys are not two "
      "people.",
      "Another person.");
}

RecoveryRefusal *
recovery_rule_approval_team(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);

  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);

    if (strcmp(approval->team, row->team) == 0)
      return recovery_rule_refuse(
          "Somebody of the same team approved this case already.",
          "An approver of another team.");
  }
  return NULL;
}

RecoveryRefusal *
recovery_rule_approval_contact_word(RecoveryTrial *trial,
                                    G_GNUC_UNUSED GError **error)
{
  FidotoolJson *enough;

  if (recovery_member_has("contact", recovery_trial_text(trial, "contact")))
    return NULL;
  enough = recovery_message_new("--contact {words}.");
  recovery_message_put(enough, "words", recovery_member_words("contact"));
  return recovery_refusal_say(
      "",
      recovery_message_new("An approver states their own contact with the "
                           "person."),
      enough);
}

/* This approval fills the last slot. */
static bool
is_last(const RecoveryTrial *trial)
{
  return trial->of->approvals->len + 1 >= g_strv_length(trial->of->slots);
}

RecoveryRefusal *
recovery_rule_approval_contact(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  const char *contact = recovery_trial_text(trial, "contact");
  bool met = g_strcmp0(contact, "none") != 0;

  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);

    met = met || strcmp(approval->contact, "none") != 0;
  }
  if (met || !is_last(trial))
    return NULL;
  return recovery_rule_refuse("No approver has had contact with the person.",
                              "One approver sees them, or calls them back.");
}

RecoveryRefusal *
recovery_rule_approval_off_kiosk(RecoveryTrial *trial,
                                 G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  int needed = MAX(trial->of->off_kiosk,
                   recovery_policy_standard(model->policy)->off_kiosk);
  int away = strcmp(trial->machine->id, model->station) != 0;

  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);

    away += strcmp(approval->machine, model->station) != 0;
  }
  if (!is_last(trial) || away >= needed)
    return NULL;
  return recovery_rule_refuse(
      "Every approval was signed on this station, whose screen could "
      "have lied.",
      "This approval signed on another enrolled machine, with fidotool "
      "sign.");
}

int64_t
recovery_rule_approval_read_s(const RecoveryTrial *trial)
{
  return MAX(trial->of->read_s,
             recovery_policy_standard(trial->station->model->policy)->read_s);
}

RecoveryRefusal *
recovery_rule_approval_read_time(RecoveryTrial *trial,
                                 G_GNUC_UNUSED GError **error)
{
  int64_t iat_ms = 0;
  int64_t read_s = recovery_rule_approval_read_s(trial);

  (void)recovery_time_read(fidotool_json_get_text(trial->statement, "iat"),
                           &iat_ms);
  if (trial->now.now_ms - iat_ms >= read_s * 1000)
    return NULL;
  return recovery_rule_refuse("The case was shown too short a time to be read.",
                              "Read it, then sign.");
}
