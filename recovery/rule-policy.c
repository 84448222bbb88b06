/* SPDX-License-Identifier: Apache-2.0 */
/* rule-policy.c - a new policy: one at a time, always a higher version, and
 * valid by the time that it is in force. */
#include <string.h>

#include "recovery/deed.h"
#include "recovery/policy/print.h"
#include "recovery/rule.h"

/* What loosens waits so long. */
#define WAIT_S (24 * INT64_C(3600))

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

/* What cannot be read is said where it is weighed. */
static RecoveryPolicy *
read_policy(RecoveryTrial *trial)
{
  const char *yaml = recovery_trial_text(trial, "policy");

  return yaml == NULL
             ? NULL
             : recovery_policy_read(yaml, strlen(yaml),
                                    trial->station->config.practice, NULL);
}

RecoveryRefusal *
recovery_rule_policy_rises(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryStation *station = trial->station;
  const int64_t highest = station->model->policy_highest;
  g_autoptr(RecoveryPolicy) policy = read_policy(trial);
  g_autofree char *number = NULL;
  FidotoolJson *enough;

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

RecoveryRefusal *
recovery_rule_policy_step(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const int64_t highest = trial->station->model->policy_highest;
  g_autoptr(RecoveryPolicy) policy = read_policy(trial);
  g_autofree char *number = NULL;
  FidotoolJson *enough;

  if (policy == NULL || recovery_policy_version(policy) <=
                            highest + RECOVERY_DOCUMENT_VERSION_STEP)
    return NULL;
  number = g_strdup_printf("%" G_GINT64_FORMAT, highest + 1);
  enough = recovery_message_new("The next version, {version}, or one a little "
                                "above it.");
  recovery_message_put_text(enough, "version", number);
  return recovery_refusal_say(
      "",
      recovery_message_new("The policy's version is far above the last: a "
                           "version is never used again, and soon none would "
                           "be left."),
      enough);
}

/* It would wait for a day: something becomes looser, or cannot be compared. */
static bool
waits(RecoveryTrial *trial)
{
  g_autoptr(RecoveryChange) change = recovery_deed_policy_change(
      trial, recovery_trial_text(trial, "policy"), NULL);

  return change != NULL && change->looser != 0;
}

RecoveryRefusal *
recovery_rule_policy_begun(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const int64_t now_s = trial->now.now_ms / 1000;
  g_autoptr(RecoveryPolicy) policy = read_policy(trial);
  g_autofree char *time = NULL;
  FidotoolJson *text;
  int64_t from_s;

  if (policy == NULL)
    return NULL;
  from_s = recovery_policy_document(policy)->policy.valid_from_s;
  if (from_s <= now_s || (from_s <= now_s + WAIT_S && waits(trial)))
    return NULL;
  time = recovery_print_time(from_s);
  text = recovery_message_new("The policy is valid from {time} on, and would "
                              "be in force before: until then everybody would "
                              "be refused everywhere.");
  recovery_message_put_text(text, "time", time);
  return recovery_refusal_say(
      "", text,
      recovery_message_new("A valid_from that has come, or this policy once it "
                           "has; a day before where it makes something "
                           "looser, since that waits for a day."));
}
