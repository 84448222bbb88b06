/* SPDX-License-Identifier: Apache-2.0 */
/* exception.c - which exceptions are there: granted, begun, reviewed in time,
 * not ended, and about rules that the policy in force has. */
#include "recovery/exception.h"

#include <string.h>

typedef RecoveryDocumentSection Section;

static const char *const names[] = {
    [RECOVERY_EXCEPTION_EARLY] = "early",
    [RECOVERY_EXCEPTION_LIVE] = "live",
    [RECOVERY_EXCEPTION_OVERDUE] = "overdue",
    [RECOVERY_EXCEPTION_IDLE] = "idle",
    [RECOVERY_EXCEPTION_ENDED] = "ended",
    [RECOVERY_EXCEPTION_EXPIRED] = "expired",
};

static const Section sections[] = {
    [RECOVERY_EXCEPTION_LINE_JOURNEY] = RECOVERY_DOCUMENT_JOURNEYS,
    [RECOVERY_EXCEPTION_LINE_POPULATION] = RECOVERY_DOCUMENT_POPULATIONS,
    [RECOVERY_EXCEPTION_LINE_APP] = RECOVERY_DOCUMENT_APPS,
    [RECOVERY_EXCEPTION_LINE_TRANSACTION] = RECOVERY_DOCUMENT_TRANSACTIONS,
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

const char *
recovery_exception_stray(const RecoveryPolicy *policy,
                         const RecoveryExceptionLine *line,
                         RecoveryExceptionLineScope *ret_scope)
{
  const RecoveryDocument *document = recovery_policy_document(policy);

  for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
    for (char **id = line->scope[i]; id != NULL && *id != NULL; id++) {
      if (recovery_document_find(document, sections[i], *id) !=
          RECOVERY_DOCUMENT_NONE)
        continue;
      *ret_scope = (RecoveryExceptionLineScope)i;
      return *id;
    }
  return NULL;
}

static bool
is_known(const RecoveryPolicy *policy, const RecoveryExceptionLine *line)
{
  RecoveryExceptionLineScope scope;

  if (recovery_exception_stray(policy, line, &scope) != NULL)
    return false;
  for (char **id = line->waives; *id != NULL; id++)
    if (recovery_document_find(recovery_policy_document(policy),
                               RECOVERY_DOCUMENT_REQUIRES,
                               *id) != RECOVERY_DOCUMENT_NONE)
      return true;
  return false;
}

/* ---- when ---- */

int64_t
recovery_exception_due(const RecoveryModelException *exception)
{
  /* A review within a second counts from its beginning: the sooner. */
  return recovery_exception_line_due(exception->line,
                                     exception->reviewed_ms / 1000);
}

RecoveryExceptionState
recovery_exception_state(const RecoveryModel *model,
                         const RecoveryModelException *exception,
                         int64_t now_ms)
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
  if (!is_known(model->policy, line))
    return RECOVERY_EXCEPTION_IDLE;
  return now_ms < line->from_s * 1000 ? RECOVERY_EXCEPTION_EARLY
                                      : RECOVERY_EXCEPTION_LIVE;
}

/* ---- ready to be decided with ---- */

static RecoveryDocumentRefs
refer(RecoveryExceptionLive *live, const RecoveryDocument *document,
      Section section, char **ids)
{
  size_t count = ids == NULL ? 0 : g_strv_length(ids);
  RecoveryDocumentRef *items;
  uint32_t found = 0;

  if (count == 0)
    return (RecoveryDocumentRefs){0};
  items = g_new0(RecoveryDocumentRef, count);
  g_ptr_array_add(live->lists, items);
  for (size_t i = 0; i < count; i++) {
    items[found].index = recovery_document_find(document, section, ids[i]);
    if (items[found].index != RECOVERY_DOCUMENT_NONE)
      found++;
  }
  return (RecoveryDocumentRefs){.items = items, .count = found};
}

static void
add_live(RecoveryExceptionLive *live, const RecoveryDocument *document,
         const RecoveryModelException *exception)
{
  const RecoveryExceptionLine *line = exception->line;
  RecoveryDocumentException one = {
      .id = line->id,
      .owner = line->owner,
      .reason = line->reason,
      .compensating = line->compensating,
      .waives = refer(live, document, RECOVERY_DOCUMENT_REQUIRES, line->waives),
      .approved_by = {(const char *const *)exception->approved_by, 2},
      .from_s = MAX(line->from_s, exception->reviewed_ms / 1000),
      .until_s = line->until_s,
      .review_every_d = line->review_every_d};
  RecoveryDocumentRefs *scopes[] = {
      [RECOVERY_EXCEPTION_LINE_JOURNEY] = &one.scope.journey,
      [RECOVERY_EXCEPTION_LINE_POPULATION] = &one.scope.population,
      [RECOVERY_EXCEPTION_LINE_APP] = &one.scope.app,
      [RECOVERY_EXCEPTION_LINE_TRANSACTION] = &one.scope.transaction};

  for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++)
    *scopes[i] = refer(live, document, sections[i], line->scope[i]);
  g_array_append_val(live->list, one);
}

RecoveryExceptionLive *
recovery_exception_live(const RecoveryModel *model, int64_t now_s)
{
  RecoveryExceptionLive *live = g_new0(RecoveryExceptionLive, 1);

  live->list = g_array_new(false, true, sizeof(RecoveryDocumentException));
  live->lists = g_ptr_array_new_with_free_func(g_free);
  live->until_s = INT64_MAX;
  for (unsigned i = 0; i < model->exceptions->len; i++) {
    const RecoveryModelException *exception =
        g_ptr_array_index(model->exceptions, i);
    RecoveryExceptionState state =
        recovery_exception_state(model, exception, now_s * 1000);

    if (state == RECOVERY_EXCEPTION_EARLY) {
      live->until_s = MIN(live->until_s, exception->line->from_s);
    } else if (state == RECOVERY_EXCEPTION_LIVE) {
      live->until_s = MIN(live->until_s, exception->line->until_s);
      live->until_s = MIN(live->until_s, recovery_exception_due(exception));
      add_live(live, recovery_policy_document(model->policy), exception);
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
