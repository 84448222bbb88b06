/* SPDX-License-Identifier: Apache-2.0 */
/* rule-issue.c - may the person of the case be given this key: by the stricter
 * of the policy at the freeze and the one now, whenever it is asked. */
#include <string.h>

#include "recovery/error.h"
#include "recovery/rule.h"
#include "recovery/subject.h"

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

/* Not frozen yet, or by the policy that is in force still. */
static bool
is_as_frozen(const RecoveryTrial *trial)
{
  return trial->of->slots == NULL ||
         memcmp(trial->of->freeze_policy, trial->station->model->policy_digest,
                32) == 0;
}

RecoveryRefusal *
recovery_rule_issue(RecoveryTrial *trial, const RecoveryPolicyFacts *facts,
                    GError **error)
{
  const RecoveryPolicy *now = trial->station->model->policy;
  const int64_t at_s = trial->now.now_ms / 1000;
  g_auto(RecoverySubject) subject = {0};
  g_autoptr(RecoveryPolicy) then = NULL;
  RecoveryRefusal *refusal;

  recovery_subject_fill(trial->station, trial->of->sub, &subject);
  refusal = recovery_policy_issue(now, recovery_policy_standard(now),
                                  &subject.person, facts, at_s);
  if (refusal != NULL || is_as_frozen(trial))
    return refusal;
  then = policy_at_freeze(trial, error);
  return then == NULL
             ? NULL
             : recovery_policy_issue(then, recovery_policy_standard(then),
                                     &subject.person, facts, at_s);
}

RecoveryRefusal *
recovery_rule_issue_again(RecoveryTrial *trial, GError **error)
{
  for (unsigned i = 0; i < trial->of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(trial->of->made, i);
    g_autoptr(RecoveryJudging) judging = NULL;
    RecoveryRefusal *refusal = NULL;

    judging = recovery_judging_again(trial->station, made->registration,
                                     trial->station->model->rp_id,
                                     trial->now.now_ms / 1000, &refusal, error);
    if (judging == NULL)
      return refusal;
    refusal = recovery_rule_issue(trial, &judging->facts, error);
    if (refusal != NULL)
      return refusal;
  }
  return NULL;
}
