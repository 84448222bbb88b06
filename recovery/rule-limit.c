/* SPDX-License-Identifier: Apache-2.0 */
/* rule-limit.c - how often: cases of a subject, cases of an agent, approvals.
 */
#include <string.h>

#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_limit_subject(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  const char *sub = recovery_trial_text(trial, "sub");
  int64_t since = trial->now.now_ms - tier->subject_span_s * 1000, n = 0;

  for (unsigned i = 0; i < trial->station->model->case_ids->len; i++) {
    const RecoveryCase *of = recovery_model_case(
        trial->station->model,
        g_ptr_array_index(trial->station->model->case_ids, i));

    if (strcmp(of->sub, sub) == 0 && of->opened_ms > since)
      n++;
  }
  if (tier->subject_count == 0 || n < tier->subject_count)
    return NULL;
  return recovery_rule_refuse(
      "This person had as many cases as the policy allows.",
      "Wait, or ask a security officer to change the policy.");
}

RecoveryRefusal *
recovery_rule_limit_agent(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  int64_t since = trial->now.now_ms - tier->agent_span_s * 1000, n = 0;

  for (unsigned i = 0; i < trial->station->model->case_ids->len; i++) {
    const RecoveryCase *of = recovery_model_case(
        trial->station->model,
        g_ptr_array_index(trial->station->model->case_ids, i));

    if (strcmp(of->agent, trial->actor) == 0 && of->opened_ms > since)
      n++;
  }
  if (tier->agent_count == 0 || n < tier->agent_count)
    return NULL;
  return recovery_rule_refuse(
      "This agent opened as many cases as the policy allows.",
      "Another agent, or wait.");
}

RecoveryRefusal *
recovery_rule_limit_approver(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  int64_t since = trial->now.now_ms - tier->approver_span_s * 1000, n = 0;
  GArray *given = trial->station->model->approvals;

  for (unsigned i = 0; i < given->len; i++) {
    const RecoveryModelApproval *approval =
        &g_array_index(given, RecoveryModelApproval, i);

    if (strcmp(approval->person, trial->actor) == 0 && approval->at_ms > since)
      n++;
  }
  if (tier->approver_count == 0 || n < tier->approver_count)
    return NULL;
  return recovery_rule_refuse(
      "This approver gave as many approvals as the policy allows.",
      "Another approver, or wait.");
}
