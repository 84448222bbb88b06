/* SPDX-License-Identifier: Apache-2.0 */
/* rule-key-plan.c - what leave may be given for. */
#include "recovery/format/jcs.h"
#include "recovery/format/key-plan.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_key_plan_names(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const FidotoolJson *cred = fidotool_json_get(trial->request, "credential");

  if (recovery_key_plan_check(recovery_trial_text(trial, "plan"), cred, 0,
                              RECOVERY_KEY_PLAN_LIFE_MS, NULL) &&
      recovery_jcs_is_hex(recovery_trial_text(trial, "target"), 32) &&
      (cred == NULL || recovery_jcs_is_hex(fidotool_json_text(cred), 32)))
    return NULL;
  return recovery_rule_refuse(
      "This names no key, or nothing that a plan may be for.",
      "A key as keyhelper knows it, and a reset, or one credential of it.");
}
