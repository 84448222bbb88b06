/* SPDX-License-Identifier: Apache-2.0 */
/* point-waiting.c - questions that wait for an approval, so that somebody can
 * see them. They are kept in memory alone, of each caller so many and for an
 * hour: whoever asks again is there again, and what is not there can still be
 * approved by whoever knows it. */
#include <string.h>

#include "recovery/consent.h"
#include "recovery/point-private.h"

#define HOUR_MS INT64_C(3600000)
#define OF_ONE_MAX 64
#define ALL_MAX 1024

typedef RecoveryPointQuestion Question;
typedef RecoveryPointWaiting Waiting;

void
recovery_point_waiting_free(void *data)
{
  Waiting *waiting = data;

  g_free(waiting->sub);
  g_free(waiting->caller);
  g_free(waiting->journey);
  g_free(waiting->app);
  g_free(waiting->transaction);
  g_free(waiting->reference);
  g_strfreev(waiting->slots);
  g_free(waiting);
}

static bool
is_of(const Waiting *waiting, const RecoveryConsentOf *of)
{
  return strcmp(waiting->sub, of->sub) == 0 &&
         strcmp(waiting->caller, of->caller) == 0 &&
         strcmp(waiting->journey, of->journey) == 0 &&
         strcmp(waiting->app, of->app) == 0 &&
         g_strcmp0(waiting->transaction, of->transaction) == 0 &&
         strcmp(waiting->reference, of->reference) == 0;
}

void
recovery_point_waiting_forget(const Question *question)
{
  RecoveryConsentOf of = recovery_point_consent_of(question);
  GPtrArray *all = recovery_point_of(question->trial->station)->waiting;

  for (guint i = all->len; of.reference != NULL && i > 0; i--)
    if (is_of(g_ptr_array_index(all, i - 1), &of))
      g_ptr_array_remove_index(all, i - 1);
}

/* The oldest come first: those that are over go, then one of the caller's own,
 * so that nobody's questions put out another's. False: there is no room. */
static bool
make_room(GPtrArray *all, const char *caller, int64_t now_ms)
{
  guint oldest = 0, n = 0;

  for (guint i = all->len; i > 0; i--) {
    const Waiting *waiting = g_ptr_array_index(all, i - 1);

    if (now_ms - waiting->asked_ms >= HOUR_MS)
      g_ptr_array_remove_index(all, i - 1);
  }
  for (guint i = all->len; i > 0; i--)
    if (strcmp(((const Waiting *)g_ptr_array_index(all, i - 1))->caller,
               caller) == 0) {
      oldest = i - 1;
      n++;
    }
  if (n >= OF_ONE_MAX)
    g_ptr_array_remove_index(all, oldest);
  return all->len < ALL_MAX;
}

void
recovery_point_waiting_note(const Question *question,
                            const RecoveryDecision *decision)
{
  RecoveryConsentOf of = recovery_point_consent_of(question);
  GPtrArray *all = recovery_point_of(question->trial->station)->waiting;
  int64_t now_ms = question->trial->now.now_ms;
  Waiting *waiting;

  recovery_point_waiting_forget(question);
  if (of.reference == NULL || decision->n_enough == 0 ||
      !make_room(all, of.caller, now_ms))
    return;
  waiting = g_new0(Waiting, 1);
  waiting->sub = g_strdup(of.sub);
  waiting->caller = g_strdup(of.caller);
  waiting->journey = g_strdup(of.journey);
  waiting->app = g_strdup(of.app);
  waiting->transaction = g_strdup(of.transaction);
  waiting->reference = g_strdup(of.reference);
  waiting->asked_ms = now_ms;
  waiting->approvals = decision->enough[0].approvals;
  waiting->slots = g_new0(char *, decision->enough[0].slots.count + 1);
  for (size_t i = 0; i < decision->enough[0].slots.count; i++)
    waiting->slots[i] = g_strdup(decision->enough[0].slots.items[i]);
  g_ptr_array_add(all, waiting);
}

const GPtrArray *
recovery_point_waiting_list(RecoveryTrial *trial)
{
  GPtrArray *all = recovery_point_of(trial->station)->waiting;

  (void)make_room(all, "", trial->now.now_ms);
  return all;
}
