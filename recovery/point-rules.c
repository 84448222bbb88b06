/* SPDX-License-Identifier: Apache-2.0 */
/* point-rules.c - what the decision point decides by: the policy in force, and
 * the exceptions that are live in the record. */
#include "recovery/point-private.h"
#include "recovery/policy-read.h"

typedef RecoveryPointRules Rules;

void
recovery_point_rules_clear(Rules *rules)
{
  g_clear_pointer(&rules->worker, recovery_decide_worker_free);
  g_clear_pointer(&rules->decide, recovery_decide_free);
  g_clear_pointer(&rules->live, recovery_exception_live_free);
  rules->serial = 0;
}

static void
compile(const RecoveryTrial *trial, Rules *rules, int64_t now_s)
{
  const RecoveryModel *model = trial->station->model;
  const RecoveryPolicy *policy = model->policy;

  recovery_point_rules_clear(rules);
  rules->live = recovery_exception_live(model, now_s);
  /* The references of those that are live go into the policy in force. */
  if (rules->live->list->len > 0) {
    rules->document = *policy->document;
    rules->document.sections[RECOVERY_DOCUMENT_EXCEPTIONS] = rules->live->list;
    rules->decide = recovery_decide_new(&rules->document);
  }
  rules->exception_acts = model->exception_acts;
  rules->worker = recovery_decide_worker_new(
      rules->decide != NULL ? rules->decide : policy->decide);
  rules->serial = policy->serial;
}

Rules *
recovery_point_rules(RecoveryTrial *trial)
{
  Rules *rules = &recovery_point_of(trial->station)->rules;
  int64_t now_s = trial->now.now_ms / 1000;

  if (rules->worker == NULL ||
      rules->serial != trial->station->model->policy->serial ||
      rules->exception_acts != trial->station->model->exception_acts ||
      now_s >= rules->live->until_s)
    compile(trial, rules, now_s);
  return rules;
}

const RecoveryDocument *
recovery_point_rules_document(const RecoveryTrial *trial, const Rules *rules)
{
  return rules->decide != NULL ? &rules->document
                               : trial->station->model->policy->document;
}
