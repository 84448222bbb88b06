/* SPDX-License-Identifier: Apache-2.0 */
/* exception-rules.c - a policy with the exceptions of the record, made ready
 * once and kept until one of the two is another. */
#include "recovery/exception-rules.h"

#include "recovery/policy-read.h"

typedef RecoveryExceptionRules Rules;

void
recovery_exception_rules_clear(Rules *rules)
{
  g_clear_pointer(&rules->worker, recovery_decide_worker_free);
  g_clear_pointer(&rules->decide, recovery_decide_free);
  g_clear_pointer(&rules->live, recovery_exception_live_free);
  rules->serial = 0;
}

static void
compile(Rules *rules, const RecoveryModel *model, const RecoveryPolicy *policy,
        int64_t now_s)
{
  recovery_exception_rules_clear(rules);
  rules->live = recovery_exception_live(model, policy, now_s);
  /* The references of those that are live go into this policy. */
  if (rules->live->list->len > 0) {
    rules->document = *policy->document;
    rules->document.sections[RECOVERY_DOCUMENT_EXCEPTIONS] = rules->live->list;
    rules->decide = recovery_decide_new(&rules->document);
  }
  rules->exception_acts = model->exception_acts;
  rules->worker = recovery_decide_worker_new(
      rules->decide != NULL ? rules->decide : policy->decide);
  rules->serial = policy->serial;
  rules->in_force = model->policy->serial;
}

void
recovery_exception_rules_ready(Rules *rules, const RecoveryModel *model,
                               const RecoveryPolicy *policy, int64_t now_s)
{
  /* A model that was made again has read its policy again, too. */
  if (rules->worker == NULL || rules->serial != policy->serial ||
      rules->in_force != model->policy->serial ||
      rules->exception_acts != model->exception_acts ||
      now_s >= rules->live->until_s)
    compile(rules, model, policy, now_s);
}
