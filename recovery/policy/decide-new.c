/* SPDX-License-Identifier: Apache-2.0 */
/* decide-new.c - a document made ready, and what a decision is worked out in.
 */
#include <string.h>

#include "recovery/policy/decide-private.h"

typedef RecoveryDecide Decide;
typedef RecoveryDecideWorker Worker;

/* ---- making ready ---- */

static void
name_sections(Decide *decide)
{
  static const RecoveryDocumentSection named[] = {
      RECOVERY_DOCUMENT_SIGNALS,   RECOVERY_DOCUMENT_JOURNEYS,
      RECOVERY_DOCUMENT_APPS,      RECOVERY_DOCUMENT_TRANSACTIONS,
      RECOVERY_DOCUMENT_FALLBACKS, RECOVERY_DOCUMENT_EXCEPTIONS,
      RECOVERY_DOCUMENT_SLOTS};

  for (size_t i = 0; i < G_N_ELEMENTS(named); i++)
    for (uint32_t j = 0;
         j < recovery_document_count(decide->document, named[i]); j++)
      *recovery_names_put(&decide->names, named[i],
                          recovery_document_id(decide->document, named[i], j)) =
          j;
}

static void
chain_member(Decide *decide, uint32_t space, const char *text,
             uint32_t population, bool asks_more)
{
  uint32_t *head = recovery_names_put(&decide->names, space, text);
  RecoveryDecideMember member = {population, *head, asks_more};

  *head = decide->members->len;
  g_array_append_val(decide->members, member);
}

static uint32_t
number_attribute(Decide *decide, const char *name)
{
  uint32_t *number =
      recovery_names_put(&decide->names, RECOVERY_DECIDE_ATTRIBUTES, name);

  if (*number == RECOVERY_NAMES_NONE) {
    *number = decide->attributes->len;
    g_ptr_array_add(decide->attributes, (gpointer)name);
  }
  return *number;
}

/* By each group; where there are none, by each value of the first attribute. */
static void
name_population(Decide *decide, uint32_t i)
{
  const RecoveryDocumentPopulation *population =
      RECOVERY_DOCUMENT_AT(decide->document, POPULATIONS, Population, i);
  const GArray *attributes = population->attributes;

  for (uint32_t j = 0; j < population->groups.count; j++)
    chain_member(decide, RECOVERY_DECIDE_GROUPS, population->groups.items[j], i,
                 attributes != NULL);
  decide->asks_groups = decide->asks_groups || population->groups.count > 0;
  for (guint j = 0; attributes != NULL && j < attributes->len; j++) {
    const RecoveryDocumentAttribute *attribute =
        &g_array_index(attributes, RecoveryDocumentAttribute, j);
    uint32_t number = number_attribute(decide, attribute->name);

    for (uint32_t k = 0;
         population->groups.count == 0 && j == 0 && k < attribute->values.count;
         k++)
      chain_member(decide, RECOVERY_DECIDE_VALUES + number,
                   attribute->values.items[k], i, attributes->len > 1);
  }
}

static void
find_record_signals(Decide *decide)
{
  for (uint32_t i = 0;
       i < recovery_document_count(decide->document, RECOVERY_DOCUMENT_SIGNALS);
       i++)
    if (strcmp(
            RECOVERY_DOCUMENT_AT(decide->document, SIGNALS, Signal, i)->source,
            "record") == 0)
      g_array_append_val(decide->record_signals, i);
}

Decide *
recovery_decide_new(const RecoveryDocument *document)
{
  Decide *decide = g_new0(Decide, 1);

  decide->document = document;
  recovery_names_init(&decide->names);
  decide->pool = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  decide->members = g_array_new(FALSE, FALSE, sizeof(RecoveryDecideMember));
  decide->attributes = g_ptr_array_new();
  decide->record_signals = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  name_sections(decide);
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS);
       i++)
    name_population(decide, i);
  find_record_signals(decide);
  recovery_decide_compile_classes(decide);
  recovery_decide_compile_rules(decide);
  return decide;
}

void
recovery_decide_free(Decide *decide)
{
  if (decide == NULL)
    return;
  recovery_names_clear(&decide->names);
  g_array_unref(decide->pool);
  g_array_unref(decide->members);
  g_ptr_array_unref(decide->attributes);
  g_array_unref(decide->record_signals);
  g_array_unref(decide->entries);
  g_free(decide->rules);
  g_free(decide->cells);
  g_free(decide->cell_rules);
  g_free(decide->classes);
  g_free(decide->by_rank);
  g_free(decide->by_id);
  g_free(decide);
}

/* ---- a worker ---- */

/* Every set of what was seen, with how many there can be. */
#define N_SEEN 7
static void
list_seen(Worker *worker, RecoveryDecideSeen *seen[N_SEEN])
{
  seen[0] = &worker->rules;
  seen[1] = &worker->applied;
  seen[2] = &worker->populations_in;
  seen[3] = &worker->classes;
  seen[4] = &worker->signals;
  seen[5] = &worker->slots;
  seen[6] = &worker->lists;
}

Worker *
recovery_decide_worker_new(const Decide *decide)
{
  const RecoveryDocument *document = decide->document;
  const uint32_t counts[N_SEEN] = {
      decide->n_rules,
      decide->n_rules,
      recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS),
      recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES),
      recovery_document_count(document, RECOVERY_DOCUMENT_SIGNALS),
      recovery_document_count(document, RECOVERY_DOCUMENT_SLOTS),
      recovery_document_count(document, RECOVERY_DOCUMENT_LISTS)};
  Worker *worker = g_new0(Worker, 1);
  RecoveryDecideSeen *seen[N_SEEN];

  worker->decide = decide;
  list_seen(worker, seen);
  for (int i = 0; i < N_SEEN; i++)
    *seen[i] = (RecoveryDecideSeen){g_new0(uint32_t, counts[i] + 1), counts[i]};
  worker->populations = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  worker->shown = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  for (int i = 0; i < RECOVERY_DECIDE_N_RULES; i++)
    worker->hits[i] = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  for (int i = 0; i < RECOVERY_DECIDE_N_IDS; i++)
    worker->ids[i] = g_ptr_array_new();
  return worker;
}

void
recovery_decide_worker_free(Worker *worker)
{
  RecoveryDecideSeen *seen[N_SEEN];

  if (worker == NULL)
    return;
  list_seen(worker, seen);
  for (int i = 0; i < N_SEEN; i++)
    g_free(seen[i]->at);
  g_array_unref(worker->populations);
  g_array_unref(worker->shown);
  for (int i = 0; i < RECOVERY_DECIDE_N_RULES; i++)
    g_array_unref(worker->hits[i]);
  for (int i = 0; i < RECOVERY_DECIDE_N_IDS; i++)
    g_ptr_array_unref(worker->ids[i]);
  g_free(worker);
}

void
recovery_decide_begin(Worker *worker)
{
  const RecoveryDocument *document = worker->decide->document;
  RecoveryDecideSeen *seen[N_SEEN];

  if (++worker->serial == 0) {
    list_seen(worker, seen);
    for (int i = 0; i < N_SEEN; i++)
      memset(seen[i]->at, 0, seen[i]->count * sizeof(uint32_t));
    worker->serial = 1;
  }
  worker->populations->len = 0;
  for (int i = 0; i < RECOVERY_DECIDE_N_RULES; i++)
    worker->hits[i]->len = 0;
  for (int i = 0; i < RECOVERY_DECIDE_N_IDS; i++)
    worker->ids[i]->len = 0;
  worker->decision =
      (RecoveryDecision){.outcome = RECOVERY_DECIDE_DENY,
                         .reason = RECOVERY_DECIDE_ERROR,
                         .next_review_s = document->policy.review_by_s};
}
