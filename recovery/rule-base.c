/* SPDX-License-Identifier: Apache-2.0 */
/* rule-base.c - the base of all policies: none goes below it, and neither
 * changes while the other waits. */
#include <string.h>

#include "recovery/policy/base.h"
#include "recovery/rule.h"

/* NULL: it is missing or cannot be read, which is said where it is weighed. */
static RecoveryDocument *
read_base(RecoveryTrial *trial)
{
  const char *yaml = recovery_trial_text(trial, "base");
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();

  return yaml == NULL ? NULL : recovery_base_read(yaml, strlen(yaml), problems);
}

static RecoveryRefusal *
refuse_findings(const RecoveryProblems *problems, FidotoolJson *message,
                FidotoolJson *enough)
{
  g_autofree char *text = recovery_problem_write_errors(problems);

  g_strdelimit(text, "\n", ' ');
  recovery_message_put_text(message, "findings", text);
  return recovery_refusal_say("", message, enough);
}

RecoveryRefusal *
recovery_rule_base_alone(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const GPtrArray *changes = trial->station->model->changes;
  const bool base = strcmp(trial->deed->act, "base.load") == 0;

  for (unsigned i = 0; i < changes->len; i++) {
    const RecoveryModelChange *change = changes->pdata[i];

    if (strcmp(change->act, "base.load") == 0 ||
        (base && strcmp(change->act, "policy.load") == 0))
      return recovery_rule_refuse(
          "A base or a policy waits for its time, and each is weighed against "
          "the other.",
          "Wait for it, or an officer vetoes it.");
  }
  return NULL;
}

RecoveryRefusal *
recovery_rule_base_rises(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const int64_t highest = trial->station->model->base_highest;
  g_autoptr(RecoveryDocument) base = read_base(trial);
  g_autofree char *number = NULL;
  FidotoolJson *enough;

  if (base == NULL || base->policy.version > highest)
    return NULL;
  number = g_strdup_printf("%" G_GINT64_FORMAT, highest);
  enough = recovery_message_new("A version above {version}.");
  recovery_message_put_text(enough, "version", number);
  return recovery_refusal_say(
      "",
      recovery_message_new("The base's version is not higher than all that "
                           "were in force here."),
      enough);
}

RecoveryRefusal *
recovery_rule_base_kept(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  g_autoptr(RecoveryDocument) base = read_base(trial);
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();

  if (base == NULL)
    return NULL;
  recovery_base_keeps(recovery_policy_document(trial->station->model->policy),
                      base, problems);
  return problems->errors == 0
             ? NULL
             : refuse_findings(
                   problems,
                   recovery_message_new(
                       "The policy in force is below this base: {findings}"),
                   recovery_message_new("A policy that keeps it, first."));
}

RecoveryRefusal *
recovery_rule_base_named(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *yaml = recovery_trial_text(trial, "policy");
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) policy =
      yaml == NULL ? NULL
                   : recovery_document_read(yaml, strlen(yaml), problems);

  if (policy == NULL)
    return NULL; /* said where it is weighed */
  recovery_base_check(policy, trial->station->model->base, problems);
  return problems->errors == 0
             ? NULL
             : refuse_findings(
                   problems,
                   recovery_message_new(
                       "The policy does not keep the base: {findings}"),
                   recovery_message_new("A policy that names the base in force "
                                        "and keeps all of it."));
}
