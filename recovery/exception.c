/* SPDX-License-Identifier: Apache-2.0 */
/* exception.c - which exceptions are there: granted, begun, reviewed in time,
 * not ended, and about rules that the policy in force has. */
#include "recovery/exception.h"

#include "recovery/policy/waiver.h"

typedef RecoveryDocumentSection Section;

static const char *const names[] = {
    [RECOVERY_EXCEPTION_EARLY] = "early",
    [RECOVERY_EXCEPTION_LIVE] = "live",
    [RECOVERY_EXCEPTION_OVERDUE] = "overdue",
    [RECOVERY_EXCEPTION_IDLE] = "idle",
    [RECOVERY_EXCEPTION_ENDED] = "ended",
    [RECOVERY_EXCEPTION_EXPIRED] = "expired",
};

const char *
recovery_exception_state_name(RecoveryExceptionState state)
{
  return names[state];
}

/* ---- what the policy has ---- */

Section
recovery_exception_rule(const RecoveryPolicy *policy, const char *id)
{
  const RecoveryDocument *document = recovery_policy_document(policy);

  for (Section i = RECOVERY_DOCUMENT_PERMITS; i <= RECOVERY_DOCUMENT_EXCEPTIONS;
       i++)
    if (recovery_document_find(document, i, id) != RECOVERY_DOCUMENT_NONE)
      return i;
  return RECOVERY_DOCUMENT_N_SECTIONS;
}

/* ---- when ---- */

int64_t
recovery_exception_due(const RecoveryModelException *exception)
{
  /* A review within a second counts from its beginning: the sooner. */
  return recovery_exception_line_due(exception->line,
                                     exception->reviewed_ms / 1000);
}

static RecoveryExceptionState
find_state(const RecoveryModel *model, const RecoveryPolicy *policy,
           const RecoveryModelException *exception, int64_t now_ms)
{
  const RecoveryExceptionLine *line = exception->line;
  /* A clock that was put back brings nothing back. */
  int64_t latest_ms = MAX(now_ms, model->last_ms);

  if (exception->ended_by != NULL)
    return RECOVERY_EXCEPTION_ENDED;
  if (latest_ms >= line->until_s * 1000)
    return RECOVERY_EXCEPTION_EXPIRED;
  if (latest_ms >= recovery_exception_due(exception) * 1000)
    return RECOVERY_EXCEPTION_OVERDUE;
  if (!recovery_waiver_applies(recovery_policy_document(policy), line))
    return RECOVERY_EXCEPTION_IDLE;
  return now_ms < line->from_s * 1000 ? RECOVERY_EXCEPTION_EARLY
                                      : RECOVERY_EXCEPTION_LIVE;
}

RecoveryExceptionState
recovery_exception_state(const RecoveryModel *model,
                         const RecoveryModelException *exception,
                         int64_t now_ms)
{
  return find_state(model, model->policy, exception, now_ms);
}

/* ---- ready to be decided with ---- */

static void
add_live(RecoveryExceptionLive *live, const RecoveryDocument *document,
         const RecoveryModelException *exception)
{
  const RecoveryExceptionLine *line = exception->line;
  RecoveryDocumentException *one = recovery_waiver_add(
      document, line, MAX(line->from_s, exception->reviewed_ms / 1000),
      live->list, live->lists);

  one->approved_by.items = (const char *const *)exception->approved_by;
  one->approved_by.count = G_N_ELEMENTS(exception->approved_by);
}

RecoveryExceptionLive *
recovery_exception_live(const RecoveryModel *model,
                        const RecoveryPolicy *policy, int64_t now_s)
{
  RecoveryExceptionLive *live = g_new0(RecoveryExceptionLive, 1);

  live->list = g_array_new(false, true, sizeof(RecoveryDocumentException));
  live->lists = g_ptr_array_new_with_free_func(g_free);
  live->until_s = INT64_MAX;
  for (unsigned i = 0; i < model->exceptions->len; i++) {
    const RecoveryModelException *exception =
        g_ptr_array_index(model->exceptions, i);
    RecoveryExceptionState state =
        find_state(model, policy, exception, now_s * 1000);

    if (state == RECOVERY_EXCEPTION_EARLY) {
      live->until_s = MIN(live->until_s, exception->line->from_s);
    } else if (state == RECOVERY_EXCEPTION_LIVE) {
      live->until_s = MIN(live->until_s, exception->line->until_s);
      live->until_s = MIN(live->until_s, recovery_exception_due(exception));
      add_live(live, recovery_policy_document(policy), exception);
    }
  }
  return live;
}

void
recovery_exception_live_free(RecoveryExceptionLive *live)
{
  if (live == NULL)
    return;
  g_array_unref(live->list);
  g_ptr_array_unref(live->lists);
  g_free(live);
}
