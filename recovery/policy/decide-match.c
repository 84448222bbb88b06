/* SPDX-License-Identifier: Apache-2.0 */
/* decide-match.c - the rules that match a request, out of the few cells where
 * they may stand, and those of them that are there at its time. */
#include <string.h>

#include "recovery/policy/decide-private.h"

#define DAY_S 86400

typedef RecoveryDecide Decide;
typedef RecoveryDecideWorker Worker;
typedef RecoveryDecideRule Rule;

static bool
selects(const Decide *decide, const RecoveryDecideSelect *select, uint32_t is)
{
  const uint32_t *list;
  uint32_t low = 0, high = select->count;

  if (select->count <= 1)
    return select->count == 0 || select->first == is;
  list = &g_array_index(decide->pool, uint32_t, select->first);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;

    if (list[middle] < is)
      low = middle + 1;
    else
      high = middle;
  }
  return low < select->count && list[low] == is;
}

static bool
selects_population(const Worker *worker, const RecoveryDecideSelect *select)
{
  if (select->count == 0)
    return true;
  for (guint i = 0; i < worker->populations->len; i++)
    if (selects(worker->decide, select,
                g_array_index(worker->populations, uint32_t, i)))
      return true;
  return false;
}

static void
look_at_rule(Worker *worker, uint32_t number)
{
  const Rule *rule = &worker->decide->rules[number];

  if (!selects(worker->decide, &rule->by[RECOVERY_DECIDE_JOURNEY],
               worker->journey) ||
      !selects(worker->decide, &rule->by[RECOVERY_DECIDE_APP], worker->app) ||
      !selects(worker->decide, &rule->by[RECOVERY_DECIDE_TRANSACTION],
               worker->transaction) ||
      !selects_population(worker, &rule->by[RECOVERY_DECIDE_POPULATION]) ||
      (rule->signal != RECOVERY_DOCUMENT_NONE &&
       recovery_decide_is_good(worker, rule->signal)) ||
      !recovery_decide_see(worker, &worker->rules, number))
    return;
  g_array_append_val(worker->hits[rule->kind], number);
}

/* Cells to be looked at: their memory is asked for before it is waited for. */
typedef struct {
  uint64_t hashes[32];
  unsigned count;
} Probes;

static void
look_at_probes(Worker *worker, Probes *probes)
{
  const Decide *decide = worker->decide;

  for (unsigned i = 0; i < probes->count; i++) {
    const RecoveryDecideCell *cell =
        recovery_decide_find_cell(decide, probes->hashes[i]);

    for (uint32_t j = 0; j < cell->count; j++)
      look_at_rule(worker, decide->cell_rules[cell->first + j]);
  }
  probes->count = 0;
}

static void
add_probe(Worker *worker, Probes *probes,
          const uint32_t by[RECOVERY_DECIDE_DIMENSIONS])
{
  uint64_t hash = recovery_decide_hash(by);

  if (probes->count == G_N_ELEMENTS(probes->hashes))
    look_at_probes(worker, probes);
  __builtin_prefetch(
      &worker->decide->cells[(uint32_t)hash & worker->decide->cell_mask]);
  probes->hashes[probes->count++] = hash;
}

/* The cells of this request, for each set of "any" that there is. */
static void
look_at_cells(Worker *worker)
{
  const uint32_t is[] = {worker->journey, worker->app, worker->transaction};
  Probes probes = {.count = 0};

  for (unsigned any = 0; any < 16; any++) {
    uint32_t by[RECOVERY_DECIDE_DIMENSIONS];

    if ((worker->decide->patterns & 1u << any) == 0)
      continue;
    for (unsigned d = 0; d < RECOVERY_DECIDE_POPULATION; d++)
      by[d] = (any & 1u << d) != 0 ? RECOVERY_DECIDE_ANY : is[d];
    by[RECOVERY_DECIDE_POPULATION] = RECOVERY_DECIDE_ANY;
    if ((any & 1u << RECOVERY_DECIDE_POPULATION) != 0) {
      add_probe(worker, &probes, by);
      continue;
    }
    for (guint i = 0; i < worker->populations->len; i++) {
      by[RECOVERY_DECIDE_POPULATION] =
          g_array_index(worker->populations, uint32_t, i);
      add_probe(worker, &probes, by);
    }
  }
  look_at_probes(worker, &probes);
}

/* ---- what is there at this time ---- */

static bool
is_fallback_there(const Worker *worker, const Rule *rule)
{
  const RecoveryDocument *document = worker->decide->document;
  const RecoveryDocumentPermit *fallback =
      RECOVERY_DOCUMENT_AT(document, FALLBACKS, Permit, rule->index);
  const RecoveryDocumentJourney *journey =
      RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, worker->journey);
  const RecoveryRequest *request = worker->request;

  if (journey->risk > fallback->max_risk ||
      request->now_s >= fallback->expires_s)
    return false;
  for (size_t i = 0; i < request->n_uses; i++)
    if (strcmp(request->uses[i].id, fallback->id) == 0)
      return request->uses[i].value < fallback->uses_per_30d;
  return false; /* nobody knows how often it was used */
}

/* A review that is still to come has not been. */
int64_t
recovery_decide_due(const Worker *worker,
                    const RecoveryDocumentException *exception)
{
  const RecoveryRequest *request = worker->request;
  int64_t last_s = exception->from_s;

  for (size_t i = 0; i < request->n_reviews; i++)
    if (strcmp(request->reviews[i].id, exception->id) == 0 &&
        request->reviews[i].value <= request->now_s)
      last_s = MAX(last_s, request->reviews[i].value);
  return last_s + exception->review_every_d * DAY_S;
}

static bool
is_exception_there(const Worker *worker, const Rule *rule)
{
  const RecoveryDocumentException *exception = RECOVERY_DOCUMENT_AT(
      worker->decide->document, EXCEPTIONS, Exception, rule->index);
  int64_t now_s = worker->request->now_s;

  return exception->from_s <= now_s && now_s < exception->until_s &&
         now_s < recovery_decide_due(worker, exception);
}

/* Drops what is not there. */
static void
keep_only(Worker *worker, RecoveryDecideKind kind,
          bool (*is_there)(const Worker *worker, const Rule *rule))
{
  GArray *hits = worker->hits[kind];
  guint kept = 0;

  for (guint i = 0; i < hits->len; i++)
    if (is_there(worker,
                 &worker->decide->rules[g_array_index(hits, uint32_t, i)]))
      g_array_index(hits, uint32_t, kept++) = g_array_index(hits, uint32_t, i);
  hits->len = kept;
}

void
recovery_decide_match(Worker *worker)
{
  look_at_cells(worker);
  keep_only(worker, RECOVERY_DECIDE_RULE_FALLBACK, is_fallback_there);
  keep_only(worker, RECOVERY_DECIDE_RULE_EXCEPTION, is_exception_there);
}
