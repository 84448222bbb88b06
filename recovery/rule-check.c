/* SPDX-License-Identifier: Apache-2.0 */
/* rule-check.c - who looks at a case that was drawn for the routine check:
 * nobody who approved it, and nobody who releases it. */
#include <string.h>

#include "recovery/rule.h"

bool
recovery_rule_check_is_due(const RecoveryTrial *trial)
{
  return trial->of->state == RECOVERY_STATE_ROUTINE_CHECK;
}

RecoveryRefusal *
recovery_rule_check_approver(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!recovery_rule_check_is_due(trial) ||
      !recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return recovery_rule_refuse(
      "Who approved a case does not decide its routine check.",
      "A security officer who had no hand in this case.");
}

RecoveryRefusal *
recovery_rule_check_slot(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!recovery_rule_check_is_due(trial) ||
      recovery_trial_text(trial, "slot") == NULL)
    return NULL;
  return recovery_rule_refuse(
      "In the routine check a case is refused for no slot.",
      "The same without a slot, by a security officer.");
}

RecoveryRefusal *
recovery_rule_check_releaser(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (g_strcmp0(trial->of->checker, trial->actor) != 0)
    return NULL;
  return recovery_rule_refuse(
      "Who passed the routine check of a case does not release it.",
      "Another releaser.");
}
