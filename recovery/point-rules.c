/* SPDX-License-Identifier: Apache-2.0 */
/* point-rules.c - what the decision point decides by: the policy in force, and
 * the exceptions that are live in the record. */
#include "recovery/point-private.h"
#include "recovery/policy-read.h"

RecoveryExceptionRules *
recovery_point_rules(RecoveryTrial *trial)
{
  const RecoveryModel *model = trial->station->model;
  RecoveryExceptionRules *rules = &recovery_point_of(trial->station)->rules;

  recovery_exception_rules_ready(rules, model, model->policy,
                                 trial->now.now_ms / 1000);
  return rules;
}

const RecoveryDocument *
recovery_point_rules_document(const RecoveryTrial *trial,
                              const RecoveryExceptionRules *rules)
{
  return rules->decide != NULL ? &rules->document
                               : trial->station->model->policy->document;
}
