/* SPDX-License-Identifier: Apache-2.0 */
/* decide-enough.c - what would be enough: either everything that is asked, or
 * the signals, where nothing falls short that they would not lift. Whoever does
 * as they are told is then allowed. */
#include <string.h>

#include "recovery/policy/decide-private.h"

typedef RecoveryDecideWorker Worker;
typedef RecoveryDecideRule Rule;
typedef RecoveryDecideEnough Enough;

/* All that the requirements ask together. */
typedef struct {
  int64_t rank, max_age_s;
  uint32_t approvals;
} Need;

static RecoveryDecideIds
ids_of(const Worker *worker, int list)
{
  const GPtrArray *ids = worker->ids[list];

  return (RecoveryDecideIds){(const char *const *)ids->pdata, ids->len};
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds an id once, in its place. */
static void
add_id(Worker *worker, int list, RecoveryDocumentSection section,
       uint32_t index)
{
  GPtrArray *ids = worker->ids[list];
  const char *id =
      recovery_document_id(worker->decide->document, section, index);

  for (guint i = 0; i < ids->len; i++)
    if (g_ptr_array_index(ids, i) == id)
      return;
  g_ptr_array_add(ids, (gpointer)id);
}

static void
sort_ids(Worker *worker, int list)
{
  if (worker->ids[list]->len > 1)
    g_ptr_array_sort(worker->ids[list], compare_texts);
}

static const Rule *
hit_at(const Worker *worker, RecoveryDecideKind kind, guint i)
{
  return &worker->decide->rules[g_array_index(worker->hits[kind], uint32_t, i)];
}

static Need
combine(Worker *worker)
{
  const RecoveryDocument *document = worker->decide->document;
  Need need = {0, -1, 0};

  for (guint i = 0; i < worker->hits[RECOVERY_DECIDE_RULE_REQUIRE]->len; i++) {
    const Rule *rule = hit_at(worker, RECOVERY_DECIDE_RULE_REQUIRE, i);
    const RecoveryDocumentRefs *slots =
        &RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, rule->index)->slots;

    need.rank = MAX(need.rank, (int64_t)rule->rank);
    need.approvals = MAX(need.approvals, rule->approvals);
    if (rule->max_age_s >= 0 &&
        (need.max_age_s < 0 || rule->max_age_s < need.max_age_s))
      need.max_age_s = rule->max_age_s;
    if (rule->list != RECOVERY_DOCUMENT_NONE)
      add_id(worker, RECOVERY_DECIDE_IDS_LISTS, RECOVERY_DOCUMENT_LISTS,
             rule->list);
    for (uint32_t j = 0; j < slots->count; j++)
      add_id(worker, RECOVERY_DECIDE_IDS_SLOTS, RECOVERY_DOCUMENT_SLOTS,
             slots->items[j].index);
  }
  need.approvals =
      MAX(need.approvals, worker->ids[RECOVERY_DECIDE_IDS_SLOTS]->len);
  return need;
}

/* Classes that are accepted, strong enough, and that the app can carry. */
static void
find_classes(Worker *worker, int64_t rank)
{
  const RecoveryDecide *decide = worker->decide;
  bool webauthn = RECOVERY_DOCUMENT_AT(decide->document, APPS, App, worker->app)
                      ->webauthn == RECOVERY_DOCUMENT_YES;

  for (uint32_t i = 0; i < worker->classes.count; i++) {
    uint32_t class_of = decide->by_id[i];
    const RecoveryDecideClass *class = &decide->classes[class_of];

    if (recovery_decide_is_seen(worker, &worker->classes, class_of) &&
        class->rank >= rank &&
        (webauthn || strcmp(class->method, "webauthn") != 0))
      g_ptr_array_add(worker->ids[RECOVERY_DECIDE_IDS_CLASSES],
                      (gpointer)recovery_document_id(decide->document,
                                                     RECOVERY_DOCUMENT_CLASSES,
                                                     class_of));
  }
}

static void
add_need(Worker *worker)
{
  RecoveryDecision *decision = &worker->decision;
  Need need = combine(worker);

  find_classes(worker, need.rank);
  if (worker->ids[RECOVERY_DECIDE_IDS_CLASSES]->len == 0)
    return;
  sort_ids(worker, RECOVERY_DECIDE_IDS_LISTS);
  sort_ids(worker, RECOVERY_DECIDE_IDS_SLOTS);
  decision->enough[decision->n_enough++] = (Enough){
      .classes = ids_of(worker, RECOVERY_DECIDE_IDS_CLASSES),
      .max_age_s = need.max_age_s,
      .lists = ids_of(worker, RECOVERY_DECIDE_IDS_LISTS),
      .approvals = need.approvals,
      .slots = ids_of(worker, RECOVERY_DECIDE_IDS_SLOTS),
  };
}

/* Adds the signals that would lift a kind of rules; false where one of them
 * would stay. */
static bool
lift(Worker *worker, RecoveryDecideKind kind)
{
  for (guint i = 0; i < worker->hits[kind]->len; i++) {
    const Rule *rule = hit_at(worker, kind, i);

    if (kind == RECOVERY_DECIDE_RULE_REQUIRE &&
        !recovery_decide_is_short(worker, rule) &&
        !recovery_decide_lacks_approval(worker, rule))
      continue;
    if (rule->signal == RECOVERY_DOCUMENT_NONE)
      return false;
    add_id(worker, RECOVERY_DECIDE_IDS_SIGNALS, RECOVERY_DOCUMENT_SIGNALS,
           rule->signal);
  }
  return true;
}

static void
add_signals(Worker *worker)
{
  RecoveryDecision *decision = &worker->decision;

  if (!lift(worker, RECOVERY_DECIDE_RULE_FORBID) ||
      !lift(worker, RECOVERY_DECIDE_RULE_REQUIRE) ||
      worker->ids[RECOVERY_DECIDE_IDS_SIGNALS]->len == 0)
    return;
  sort_ids(worker, RECOVERY_DECIDE_IDS_SIGNALS);
  decision->enough[decision->n_enough++] = (Enough){
      .max_age_s = -1, .signals = ids_of(worker, RECOVERY_DECIDE_IDS_SIGNALS)};
}

void
recovery_decide_find_enough(Worker *worker, bool accepted)
{
  if (worker->decision.reason != RECOVERY_DECIDE_FORBID)
    add_need(worker);
  if (accepted)
    add_signals(worker);
}
