/* SPDX-License-Identifier: Apache-2.0 */
/* rule-release.c - before the new key becomes active: everything once more. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_release_releaser(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  if (!recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return recovery_rule_refuse("An approver of the case does not release it.",
                              "Somebody else.");
}

RecoveryRefusal *
recovery_rule_release_releaser_verifier(RecoveryTrial *trial,
                                        G_GNUC_UNUSED GError **error)
{
  if (!g_hash_table_contains(trial->of->verifiers, trial->actor))
    return NULL;
  return recovery_rule_refuse(
      "Who verified the person does not release the key.", "Another releaser.");
}

/* The policy at the freeze: a case is judged by the stricter of the two. */
static RecoveryPolicy *
policy_at_freeze(RecoveryTrial *trial, GError **error)
{
  g_autoptr(GBytes) body = NULL;

  if (!recovery_store_object(trial->station->store, trial->of->freeze_policy,
                             &body, NULL, error))
    return NULL;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "the policy of the freeze is missing");
    return NULL;
  }
  return recovery_policy_read(g_bytes_get_data(body, NULL),
                              g_bytes_get_size(body),
                              trial->station->config.practice, error);
}

RecoveryRefusal *
recovery_rule_release_judged_again(RecoveryTrial *trial, GError **error)
{
  g_autoptr(RecoveryPolicy) then = policy_at_freeze(trial, error);
  const RecoveryPolicy *now = trial->station->model->policy;
  int64_t at_s = trial->now.now_ms / 1000;

  if (then == NULL)
    return NULL;
  for (unsigned i = 0; i < trial->of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(trial->of->made, i);
    g_autoptr(RecoveryJudging) judging = NULL;
    RecoveryRefusal *refusal = NULL;

    judging = recovery_judging_again(trial->station, made->registration,
                                     trial->station->model->rp_id, at_s,
                                     &refusal, error);
    if (judging == NULL)
      return refusal;
    refusal = recovery_policy_issue(now, recovery_policy_standard(now),
                                    &judging->facts, at_s);
    if (refusal == NULL)
      refusal = recovery_policy_issue(then, recovery_policy_standard(then),
                                      &judging->facts, at_s);
    if (refusal != NULL)
      return refusal;
  }
  return NULL;
}

/* Every approval carries the head of the record as it was: still so? */
RecoveryRefusal *
recovery_rule_release_anchors(RecoveryTrial *trial, GError **error)
{
  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);
    g_autoptr(FidotoolJson) statement =
        recovery_model_statement(trial->station->model, approval->stmt, error);
    uint8_t then[32], now[32];

    if (statement == NULL ||
        !recovery_record_root_at(
            trial->station->record,
            fidotool_json_get_int(statement, "head_size", -1), now, error))
      return NULL;
    (void)fidotool_bytes_unhex(fidotool_json_get_text(statement, "head_root"),
                               then, 32); /* its form was read */
    if (memcmp(then, now, 32) != 0)
      return recovery_rule_refuse(
          "The record is not the one that was approved.",
          "Stop, and tell a security officer and the auditor.");
  }
  return NULL;
}
