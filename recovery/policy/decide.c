/* SPDX-License-Identifier: Apache-2.0 */
/* decide.c - what follows from the rules that match. */
#include "recovery/policy/decide.h"

#include <string.h>

#include "recovery/policy/decide-private.h"

typedef RecoveryDecide Decide;
typedef RecoveryDecideWorker Worker;
typedef RecoveryDecideRule Rule;
typedef RecoveryDecision Decision;

/* ---- telling ---- */

static const Rule *
rule_at(const Worker *worker, const GArray *rules, guint i)
{
  return &worker->decide->rules[g_array_index(rules, uint32_t, i)];
}

static int
compare_orders(gconstpointer a, gconstpointer b, gpointer data)
{
  const Rule *rules = data;
  uint32_t one = rules[*(const uint32_t *)a].order;
  uint32_t other = rules[*(const uint32_t *)b].order;

  return one < other ? -1 : one > other;
}

/* Few are sorted in place: a decision seldom names more. */
static void
sort_rules(const Worker *worker, GArray *rules)
{
  uint32_t *at = (uint32_t *)(void *)rules->data;
  const Rule *all = worker->decide->rules;

  if (rules->len > 32) {
    g_qsort_with_data(at, (gint)rules->len, sizeof(*at), compare_orders,
                      worker->decide->rules);
    return;
  }
  for (guint i = 1; i < rules->len; i++) {
    uint32_t moved = at[i];
    guint j = i;

    for (; j > 0 && all[at[j - 1]].order > all[moved].order; j--)
      at[j] = at[j - 1];
    at[j] = moved;
  }
}

RecoveryDecideIds
recovery_decide_tell(Worker *worker, int list, GArray *rules)
{
  GPtrArray *ids = worker->ids[list];

  sort_rules(worker, rules);
  for (guint i = 0; i < rules->len; i++)
    g_ptr_array_add(ids, (gpointer)rule_at(worker, rules, i)->id);
  return (RecoveryDecideIds){(const char *const *)ids->pdata, ids->len};
}

/* ---- exceptions ---- */

static const RecoveryDocumentException *
exception_of(const Worker *worker, const Rule *rule)
{
  return RECOVERY_DOCUMENT_AT(worker->decide->document, EXCEPTIONS, Exception,
                              rule->index);
}

static void
note_review(Decision *decision, int64_t due_s)
{
  if (decision->next_review_s == 0 || due_s < decision->next_review_s)
    decision->next_review_s = due_s;
}

/* Marks the requirements that an exception waives; true where one applies. */
static bool
waive(Worker *worker, const RecoveryDocumentException *exception)
{
  const uint32_t first = worker->decide->first_of[RECOVERY_DECIDE_RULE_REQUIRE];
  bool any = false;

  for (uint32_t i = 0; i < exception->waives.count; i++) {
    uint32_t number = first + exception->waives.items[i].index;

    if (!recovery_decide_is_seen(worker, &worker->rules, number))
      continue;
    (void)recovery_decide_see(worker, &worker->applied, number);
    any = true;
  }
  return any;
}

/* Takes the requirements that are waived out of those that apply. */
static void
apply_exceptions(Worker *worker)
{
  GArray *exceptions = worker->hits[RECOVERY_DECIDE_RULE_EXCEPTION];
  GArray *requires = worker->hits[RECOVERY_DECIDE_RULE_REQUIRE];
  Decision *decision = &worker->decision;
  guint used = 0, kept = 0;

  if (exceptions->len == 0)
    return;
  for (guint i = 0; i < exceptions->len; i++) {
    uint32_t number = g_array_index(exceptions, uint32_t, i);
    const RecoveryDocumentException *exception =
        exception_of(worker, &worker->decide->rules[number]);

    if (!waive(worker, exception))
      continue;
    g_array_index(exceptions, uint32_t, used++) = number;
    note_review(decision, recovery_decide_due(worker, exception));
  }
  exceptions->len = used;
  worker->shown->len = 0;
  for (guint i = 0; i < requires->len; i++) {
    uint32_t number = g_array_index(requires, uint32_t, i);

    if (recovery_decide_is_seen(worker, &worker->applied, number))
      g_array_append_val(worker->shown, number);
    else
      g_array_index(requires, uint32_t, kept++) = number;
  }
  requires->len = kept;
  decision->waived =
      recovery_decide_tell(worker, RECOVERY_DECIDE_IDS_WAIVED, worker->shown);
  decision->waivers =
      recovery_decide_tell(worker, RECOVERY_DECIDE_IDS_WAIVERS, exceptions);
}

/* ---- permits ---- */

/* Notes what the permits accept, and adds those that accept the class. */
static guint
look_at_permits(Worker *worker, RecoveryDecideKind kind)
{
  const GArray *permits = worker->hits[kind];
  guint before = worker->shown->len;

  for (guint i = 0; i < permits->len; i++) {
    const RecoveryDocumentRefs *accept = rule_at(worker, permits, i)->accept;
    bool accepts = false;

    for (uint32_t j = 0; j < accept->count; j++) {
      (void)recovery_decide_see(worker, &worker->classes,
                                accept->items[j].index);
      accepts = accepts || accept->items[j].index == worker->class_of;
    }
    if (accepts)
      g_array_append_val(worker->shown, g_array_index(permits, uint32_t, i));
  }
  return worker->shown->len - before;
}

static void
tell_accepted(Worker *worker)
{
  const Decide *decide = worker->decide;
  GPtrArray *ids = worker->ids[RECOVERY_DECIDE_IDS_ACCEPTED];

  for (uint32_t i = 0; i < worker->classes.count; i++)
    if (recovery_decide_is_seen(worker, &worker->classes, decide->by_id[i]))
      g_ptr_array_add(ids, (gpointer)recovery_document_id(
                               decide->document, RECOVERY_DOCUMENT_CLASSES,
                               decide->by_id[i]));
  worker->decision.accepted =
      (RecoveryDecideIds){(const char *const *)ids->pdata, ids->len};
}

/* ---- requirements ---- */

bool
recovery_decide_is_short(const Worker *worker, const Rule *rule)
{
  return worker->rank < (int64_t)rule->rank ||
         (rule->max_age_s >= 0 &&
          (worker->age_s < 0 || worker->age_s > rule->max_age_s)) ||
         (rule->list != RECOVERY_DOCUMENT_NONE &&
          !recovery_decide_on_list(worker->decide, rule->list,
                                   &worker->request->authenticator,
                                   worker->request->now_s));
}

bool
recovery_decide_lacks_approval(const Worker *worker, const Rule *rule)
{
  const RecoveryDocumentRefs *slots;

  if (rule->approvals > worker->persons)
    return true;
  if (rule->slots == 0)
    return false;
  slots = &RECOVERY_DOCUMENT_AT(worker->decide->document, REQUIRES, Require,
                                rule->index)
               ->slots;
  for (uint32_t i = 0; i < slots->count; i++)
    if (!recovery_decide_is_seen(worker, &worker->slots, slots->items[i].index))
      return true;
  return false;
}

/* Those that fall short, as what is told. */
static guint
find_short(Worker *worker,
           bool (*is_short)(const Worker *worker, const Rule *rule))
{
  const GArray *requires = worker->hits[RECOVERY_DECIDE_RULE_REQUIRE];

  worker->shown->len = 0;
  for (guint i = 0; i < requires->len; i++)
    if (is_short(worker, rule_at(worker, requires, i)))
      g_array_append_val(worker->shown, g_array_index(requires, uint32_t, i));
  return worker->shown->len;
}

/* ---- weaker ---- */

static bool
has_stronger_key(const Worker *worker)
{
  const RecoveryRequest *request = worker->request;

  for (size_t i = 0; i < request->n_keys; i++) {
    uint32_t other;

    if (!request->keys[i].active)
      continue;
    other = recovery_decide_class(worker->decide, &request->keys[i].facts,
                                  request->now_s);
    if (other != RECOVERY_DOCUMENT_NONE &&
        worker->decide->classes[other].rank > worker->rank &&
        recovery_decide_is_seen(worker, &worker->classes, other))
      return true;
  }
  return false;
}

static unsigned
find_weaker(const Worker *worker, bool only_fallback)
{
  unsigned weaker = 0;

  if (worker->request->break_glass)
    weaker |= RECOVERY_DECIDE_BREAK_GLASS;
  if (worker->decision.waived.count > 0)
    weaker |= RECOVERY_DECIDE_EXCEPTION;
  if (only_fallback)
    weaker |= RECOVERY_DECIDE_FALLBACK;
  if (worker->decide->classes[worker->class_of].restricted)
    weaker |= RECOVERY_DECIDE_RESTRICTED_CLASS;
  if (has_stronger_key(worker))
    weaker |= RECOVERY_DECIDE_STRONGER_KEY_NOT_USED;
  return weaker;
}

/* ---- the decision ---- */

static void
decide_as(Worker *worker, RecoveryDecideOutcome outcome,
          RecoveryDecideReason reason)
{
  worker->decision.outcome = outcome;
  worker->decision.reason = reason;
  worker->decision.decided =
      recovery_decide_tell(worker, RECOVERY_DECIDE_IDS_DECIDED, worker->shown);
}

static void
show(Worker *worker, RecoveryDecideKind kind)
{
  const GArray *hits = worker->hits[kind];

  g_array_append_vals(worker->shown, hits->data, hits->len);
}

static void
forbid(Worker *worker)
{
  GPtrArray *why = worker->ids[RECOVERY_DECIDE_IDS_WHY];
  GArray *forbids = worker->hits[RECOVERY_DECIDE_RULE_FORBID];

  worker->shown->len = 0;
  show(worker, RECOVERY_DECIDE_RULE_FORBID);
  decide_as(worker, RECOVERY_DECIDE_DENY, RECOVERY_DECIDE_FORBID);
  for (guint i = 0; i < forbids->len; i++)
    g_ptr_array_add(why, (gpointer)RECOVERY_DOCUMENT_AT(
                             worker->decide->document, FORBIDS, Forbid,
                             rule_at(worker, worker->shown, i)->index)
                             ->why);
  worker->decision.why =
      (RecoveryDecideIds){(const char *const *)why->pdata, why->len};
}

/* After the forbids: permits, then requirements. */
static void
permit(Worker *worker, guint permits, guint fallbacks)
{
  if (worker->hits[RECOVERY_DECIDE_RULE_PERMIT]->len +
          worker->hits[RECOVERY_DECIDE_RULE_FALLBACK]->len ==
      0) {
    decide_as(worker, RECOVERY_DECIDE_DENY, RECOVERY_DECIDE_NO_PERMIT);
    return;
  }
  if (permits + fallbacks == 0) {
    show(worker, RECOVERY_DECIDE_RULE_PERMIT);
    show(worker, RECOVERY_DECIDE_RULE_FALLBACK);
    decide_as(worker, RECOVERY_DECIDE_DENY, RECOVERY_DECIDE_CLASS);
    return;
  }
  /* Those that accept stand in `shown`. */
  show(worker, RECOVERY_DECIDE_RULE_REQUIRE);
  decide_as(worker, RECOVERY_DECIDE_ALLOW, RECOVERY_DECIDE_PERMIT);
}

/* Turns an allow into what the requirements leave of it. */
static void
require(Worker *worker, bool only_fallback)
{
  if (find_short(worker, recovery_decide_is_short) > 0) {
    worker->ids[RECOVERY_DECIDE_IDS_DECIDED]->len = 0;
    decide_as(worker, RECOVERY_DECIDE_STEP_UP, RECOVERY_DECIDE_REQUIREMENT);
    return;
  }
  if (find_short(worker, recovery_decide_lacks_approval) > 0) {
    worker->ids[RECOVERY_DECIDE_IDS_DECIDED]->len = 0;
    decide_as(worker, RECOVERY_DECIDE_NEED_APPROVAL,
              RECOVERY_DECIDE_REQUIREMENT);
  }
  worker->decision.weaker = find_weaker(worker, only_fallback);
}

/* A denial used nothing. */
static void
forget_exceptions(Worker *worker)
{
  Decision *decision = &worker->decision;

  decision->waived = (RecoveryDecideIds){NULL, 0};
  decision->waivers = (RecoveryDecideIds){NULL, 0};
  decision->next_review_s = worker->decide->document->policy.review_by_s;
}

static void
judge(Worker *worker)
{
  Decision *decision = &worker->decision;
  guint permits, fallbacks;

  recovery_decide_match(worker);
  decision->class_of = recovery_document_id(
      worker->decide->document, RECOVERY_DOCUMENT_CLASSES, worker->class_of);
  apply_exceptions(worker);
  worker->shown->len = 0;
  permits = look_at_permits(worker, RECOVERY_DECIDE_RULE_PERMIT);
  fallbacks = look_at_permits(worker, RECOVERY_DECIDE_RULE_FALLBACK);
  if (worker->hits[RECOVERY_DECIDE_RULE_FORBID]->len > 0) {
    forbid(worker);
  } else {
    tell_accepted(worker);
    permit(worker, permits, fallbacks);
    if (decision->outcome == RECOVERY_DECIDE_ALLOW)
      require(worker, permits == 0);
  }
  if (decision->outcome == RECOVERY_DECIDE_DENY)
    forget_exceptions(worker);
  if (decision->outcome != RECOVERY_DECIDE_ALLOW)
    recovery_decide_find_enough(worker, permits + fallbacks > 0);
}

static bool
is_stale(const Worker *worker)
{
  int64_t review_by_s = worker->decide->document->policy.review_by_s;

  return review_by_s == 0 || worker->request->now_s >= review_by_s;
}

const Decision *
recovery_decide_run(Worker *worker, const RecoveryRequest *request)
{
  recovery_decide_begin(worker);
  worker->request = request;
  worker->decision.stale_policy = is_stale(worker);
  if (recovery_decide_resolve(worker))
    judge(worker);
  return &worker->decision;
}

const Decision *
recovery_decide_refuse(Worker *worker, const char *error)
{
  recovery_decide_begin(worker);
  (void)recovery_decide_fail(worker, "%s", error);
  return &worker->decision;
}
