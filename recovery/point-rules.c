/* SPDX-License-Identifier: Apache-2.0 */
/* point-rules.c - what the decision point decides by: the policy in force, and
 * the exceptions that are live in the record. */
#include "recovery/point-private.h"
#include "recovery/policy-read.h"

typedef RecoveryPointRules Rules;

/*
 * The one place where the record's exceptions join a decision: those that are
 * live at now_s, as RecoveryDocumentException whose references go into the
 * policy in force. NULL: there are none; a policy's own section is refused when
 * it is read. ret_until_s: until when the list stays as it is, acts aside.
 */
static GArray *
list_exceptions(G_GNUC_UNUSED const RecoveryTrial *trial,
                G_GNUC_UNUSED int64_t now_s, int64_t *ret_until_s)
{
  *ret_until_s = INT64_MAX;
  return NULL;
}

void
recovery_point_rules_clear(Rules *rules)
{
  g_clear_pointer(&rules->worker, recovery_decide_worker_free);
  g_clear_pointer(&rules->decide, recovery_decide_free);
  rules->serial = 0;
}

static void
compile(const RecoveryTrial *trial, Rules *rules, int64_t now_s)
{
  const RecoveryPolicy *policy = trial->station->model->policy;
  GArray *exceptions = list_exceptions(trial, now_s, &rules->until_s);

  recovery_point_rules_clear(rules);
  if (exceptions != NULL) {
    rules->document = *policy->document;
    rules->document.sections[RECOVERY_DOCUMENT_EXCEPTIONS] = exceptions;
    rules->decide = recovery_decide_new(&rules->document);
  }
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
      now_s >= rules->until_s)
    compile(trial, rules, now_s);
  return rules;
}

const RecoveryDocument *
recovery_point_rules_document(const RecoveryTrial *trial, const Rules *rules)
{
  return rules->decide != NULL ? &rules->document
                               : trial->station->model->policy->document;
}
