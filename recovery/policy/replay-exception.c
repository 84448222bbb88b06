/* SPDX-License-Identifier: Apache-2.0 */
/* replay-exception.c - exceptions of the record, as they were there at a time:
 * granted, begun, reviewed and not over. */
#include "recovery/policy/replay-exception.h"

#include "recovery/policy/waiver.h"

typedef struct {
  RecoveryExceptionLine *line;
  int64_t from_ms, until_ms; /* was there */
} Granted;

static void
free_granted(void *data)
{
  Granted *granted = data;

  recovery_exception_line_free(granted->line);
  g_free(granted);
}

GPtrArray *
recovery_replay_exception_list(void)
{
  return g_ptr_array_new_with_free_func(free_granted);
}

void
recovery_replay_exception_add(GPtrArray *list, RecoveryExceptionLine *line,
                              int64_t granted_ms, int64_t reviewed_ms,
                              int64_t ended_ms)
{
  Granted *granted = g_new0(Granted, 1);
  int64_t until_s =
      MIN(line->until_s, recovery_exception_line_due(line, reviewed_ms / 1000));

  granted->line = line;
  granted->from_ms = MAX(granted_ms, line->from_s * 1000);
  granted->until_ms = MIN(ended_ms, until_s * 1000);
  g_ptr_array_add(list, granted);
}

/* ---- with the rules of a policy ---- */

/* One of that name in the policy itself is what the policy says. */
static bool
was_there(const Granted *granted, const RecoveryDocument *document,
          int64_t at_ms)
{
  return granted->from_ms <= at_ms && at_ms < granted->until_ms &&
         recovery_document_find(document, RECOVERY_DOCUMENT_EXCEPTIONS,
                                granted->line->id) == RECOVERY_DOCUMENT_NONE &&
         recovery_waiver_applies(document, granted->line);
}

static bool
is_same(const GPtrArray *one, const GPtrArray *other)
{
  if (one->len != other->len)
    return false;
  for (guint i = 0; i < one->len; i++)
    if (g_ptr_array_index(one, i) != g_ptr_array_index(other, i))
      return false;
  return true;
}

static void
add_granted(RecoveryReplayRules *rules, const RecoveryDocument *document,
            const Granted *granted)
{
  RecoveryDocumentException *one =
      recovery_waiver_add(document, granted->line, granted->line->from_s,
                          rules->exceptions, rules->owned);

  /* Reviews were looked at for that time; none is due again. */
  one->review_every_d = RECOVERY_EXCEPTION_LINE_REVIEW_MAX;
}

static void
compile(RecoveryReplayRules *rules, const RecoveryDocument *document,
        GPtrArray *there)
{
  const GArray *own = document->sections[RECOVERY_DOCUMENT_EXCEPTIONS];

  recovery_replay_exception_clear(rules);
  rules->there = there;
  rules->exceptions =
      g_array_new(false, true, sizeof(RecoveryDocumentException));
  rules->owned = g_ptr_array_new_with_free_func(g_free);
  if (own != NULL && own->len > 0)
    g_array_append_vals(rules->exceptions, own->data, own->len);
  for (guint i = 0; i < there->len; i++)
    add_granted(rules, document, g_ptr_array_index(there, i));
  rules->document = *document;
  rules->document.sections[RECOVERY_DOCUMENT_EXCEPTIONS] = rules->exceptions;
  rules->decide = recovery_decide_new(&rules->document);
  rules->worker = recovery_decide_worker_new(rules->decide);
}

RecoveryDecideWorker *
recovery_replay_exception_rules(RecoveryReplayRules *rules,
                                const RecoveryPolicy *policy,
                                const GPtrArray *list, int64_t at_ms)
{
  g_autoptr(GPtrArray) there = g_ptr_array_new();

  for (guint i = 0; i < list->len; i++)
    if (was_there(g_ptr_array_index(list, i), policy->document, at_ms))
      g_ptr_array_add(there, g_ptr_array_index(list, i));
  if (rules->worker == NULL || !is_same(there, rules->there))
    compile(rules, policy->document, g_steal_pointer(&there));
  return rules->worker;
}

void
recovery_replay_exception_clear(RecoveryReplayRules *rules)
{
  g_clear_pointer(&rules->worker, recovery_decide_worker_free);
  g_clear_pointer(&rules->decide, recovery_decide_free);
  g_clear_pointer(&rules->exceptions, g_array_unref);
  g_clear_pointer(&rules->owned, g_ptr_array_unref);
  g_clear_pointer(&rules->there, g_ptr_array_unref);
}
