/* SPDX-License-Identifier: Apache-2.0 */
/* rule-policy.c - a new policy: one at a time, and always a higher version. */
#include <string.h>

#include "recovery/rule.h"

/* Each is weighed against the one in force: two that wait would take each
 * other's measure away. */
RecoveryRefusal *
recovery_rule_policy_one(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const GPtrArray *changes = trial->station->model->changes;

  for (unsigned i = 0; i < changes->len; i++)
    if (strcmp(((const RecoveryModelChange *)changes->pdata[i])->act,
               "policy.load") == 0)
      return recovery_rule_refuse("Another policy waits for its time.",
                                  "Wait for it, or an officer vetoes it.");
  return NULL;
}

RecoveryRefusal *
recovery_rule_policy_rises(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryStation *station = trial->station;
  const int64_t highest = station->model->policy_highest;
  const char *yaml = recovery_trial_text(trial, "policy");
  g_autoptr(RecoveryPolicy) policy =
      yaml == NULL ? NULL
                   : recovery_policy_read(yaml, strlen(yaml),
                                          station->config.practice, NULL);
  g_autofree char *number = NULL;
  FidotoolJson *enough;

  /* What cannot be read is said where it is weighed. */
  if (policy == NULL || recovery_policy_version(policy) > highest)
    return NULL;
  number = g_strdup_printf("%" G_GINT64_FORMAT, highest);
  enough = recovery_message_new("A version above {version}.");
  recovery_message_put_text(enough, "version", number);
  return recovery_refusal_say(
      "",
      recovery_message_new("The policy's version is not higher than all "
                           "that were in force here."),
      enough);
}
