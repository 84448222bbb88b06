/* SPDX-License-Identifier: Apache-2.0 */
/* decide-resolve.c - who asks, for what, with what, and how good the signals
 * are: all that is looked up once for a decision. What is unknown here is an
 * error or counts as bad, and is never guessed. */
#include <stdarg.h>
#include <string.h>

#include "recovery/policy/decide-private.h"
#include "recovery/policy/nearest.h"

typedef RecoveryDecide Decide;
typedef RecoveryDecideWorker Worker;
typedef RecoveryRequest Request;

bool
recovery_decide_fail(Worker *worker, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  g_vsnprintf(worker->error, sizeof(worker->error), format, args);
  va_end(args);
  worker->decision.error = worker->error;
  return false;
}

static uint32_t
look_up(const Worker *worker, RecoveryDocumentSection section, const char *id)
{
  return recovery_names_get(&worker->decide->names, section, id);
}

/* Of more than these a wrong word would cost more than a decision. */
#define NEAR_MAX 1000

static bool
fail_unknown(Worker *worker, RecoveryDocumentSection section, const char *place,
             const char *id)
{
  const RecoveryDocument *document = worker->decide->document;
  uint32_t count = recovery_document_count(document, section);
  RecoveryNearest search = recovery_nearest_begin(id);

  for (uint32_t i = 0; count <= NEAR_MAX && i < count; i++)
    recovery_nearest_try(&search, recovery_document_id(document, section, i));
  if (search.nearest == NULL)
    return recovery_decide_fail(worker, "%s: \"%s\" is not known", place, id);
  return recovery_decide_fail(worker,
                              "%s: \"%s\" is not known; did you mean \"%s\"?",
                              place, id, search.nearest);
}

/* ---- where ---- */

static bool
resolve_transaction(Worker *worker)
{
  const RecoveryDocument *document = worker->decide->document;
  const char *id = worker->request->transaction;
  const RecoveryDocumentRefs *apps;

  worker->transaction =
      recovery_document_count(document, RECOVERY_DOCUMENT_TRANSACTIONS);
  if (id == NULL)
    return true;
  worker->transaction = look_up(worker, RECOVERY_DOCUMENT_TRANSACTIONS, id);
  if (worker->transaction == RECOVERY_NAMES_NONE)
    return fail_unknown(worker, RECOVERY_DOCUMENT_TRANSACTIONS, "transaction",
                        id);
  apps = &RECOVERY_DOCUMENT_AT(document, TRANSACTIONS, Transaction,
                               worker->transaction)
              ->apps;
  for (uint32_t i = 0; i < apps->count; i++)
    if (apps->items[i].index == worker->app)
      return true;
  return recovery_decide_fail(worker, "transaction: \"%s\" is none of app %s",
                              id, worker->request->app);
}

static bool
resolve_place(Worker *worker)
{
  const Request *request = worker->request;
  const RecoveryDocumentPolicy *policy = &worker->decide->document->policy;

  if (request->now_s < policy->valid_from_s)
    return recovery_decide_fail(worker, "time: the policy is not valid yet");
  if (request->policy_version != 0 &&
      request->policy_version != policy->version)
    return recovery_decide_fail(
        worker, "policy_version: this is version %" G_GINT64_FORMAT,
        policy->version);
  worker->journey =
      look_up(worker, RECOVERY_DOCUMENT_JOURNEYS, request->journey);
  if (worker->journey == RECOVERY_NAMES_NONE)
    return fail_unknown(worker, RECOVERY_DOCUMENT_JOURNEYS, "journey",
                        request->journey);
  worker->app = look_up(worker, RECOVERY_DOCUMENT_APPS, request->app);
  if (worker->app == RECOVERY_NAMES_NONE)
    return fail_unknown(worker, RECOVERY_DOCUMENT_APPS, "app", request->app);
  return resolve_transaction(worker);
}

/* ---- who ---- */

static const RecoveryRequestAttribute *
find_attribute(const Request *request, const char *name)
{
  for (size_t i = 0; i < request->n_attributes; i++)
    if (strcmp(request->attributes[i].name, name) == 0)
      return &request->attributes[i];
  return NULL;
}

static bool
has_any(const RecoveryRequestAttribute *has,
        const RecoveryDocumentTexts *values)
{
  for (size_t i = 0; has != NULL && i < has->n_values; i++)
    for (uint32_t j = 0; j < values->count; j++)
      if (strcmp(has->values[i], values->items[j]) == 0)
        return true;
  return false;
}

static bool
has_attributes(const Request *request,
               const RecoveryDocumentPopulation *population)
{
  const GArray *asked = population->attributes;

  for (guint i = 0; asked != NULL && i < asked->len; i++) {
    const RecoveryDocumentAttribute *attribute =
        &g_array_index(asked, RecoveryDocumentAttribute, i);

    if (!has_any(find_attribute(request, attribute->name), &attribute->values))
      return false;
  }
  return true;
}

/* Those of a chain whose whole rule the person meets. */
static void
join_populations(Worker *worker, uint32_t member)
{
  const Decide *decide = worker->decide;

  while (member != RECOVERY_NAMES_NONE) {
    const RecoveryDecideMember *at =
        &g_array_index(decide->members, RecoveryDecideMember, member);

    if (!recovery_decide_is_seen(worker, &worker->populations_in,
                                 at->population) &&
        (!at->asks_more ||
         has_attributes(worker->request,
                        RECOVERY_DOCUMENT_AT(decide->document, POPULATIONS,
                                             Population, at->population)))) {
      (void)recovery_decide_see(worker, &worker->populations_in,
                                at->population);
      g_array_append_val(worker->populations, at->population);
    }
    member = at->next;
  }
}

static bool
check_attributes(Worker *worker)
{
  const GPtrArray *asked = worker->decide->attributes;
  const Request *request = worker->request;

  for (guint i = 0; i < asked->len; i++) {
    const char *name = g_ptr_array_index(asked, i);

    /* "attributes": null says that there is none of them. */
    if (!request->attributes_known ||
        (request->attributes != NULL && find_attribute(request, name) == NULL))
      return recovery_decide_fail(worker,
                                  "person.attributes.%s: is not there, and a "
                                  "population asks for it (null: none)",
                                  name);
  }
  return true;
}

static bool
resolve_person(Worker *worker)
{
  const Decide *decide = worker->decide;
  const Request *request = worker->request;

  if (decide->asks_groups && !request->groups_known)
    return recovery_decide_fail(worker, "person.groups: is not there, and a "
                                        "population asks for it (null: none)");
  if (!check_attributes(worker))
    return false;
  for (size_t i = 0; i < request->n_groups; i++)
    join_populations(worker,
                     recovery_names_get(&decide->names, RECOVERY_DECIDE_GROUPS,
                                        request->groups[i]));
  for (size_t i = 0; decide->attributes->len > 0 && i < request->n_attributes;
       i++) {
    const RecoveryRequestAttribute *attribute = &request->attributes[i];
    uint32_t number = recovery_names_get(
        &decide->names, RECOVERY_DECIDE_ATTRIBUTES, attribute->name);

    for (size_t j = 0; number != RECOVERY_NAMES_NONE && j < attribute->n_values;
         j++)
      join_populations(worker,
                       recovery_names_get(&decide->names,
                                          RECOVERY_DECIDE_VALUES + number,
                                          attribute->values[j]));
  }
  return true;
}

/* ---- with what ---- */

static bool
resolve_class(Worker *worker)
{
  const Request *request = worker->request;
  const RecoveryRequestFacts *facts = &request->authenticator;
  const RecoveryDocumentApp *app =
      RECOVERY_DOCUMENT_AT(worker->decide->document, APPS, App, worker->app);

  if (facts->at_s != RECOVERY_REQUEST_UNKNOWN && facts->at_s > request->now_s)
    return recovery_decide_fail(worker, "authenticator.at: is in the future");
  if (app->webauthn != RECOVERY_DOCUMENT_YES && facts->method != NULL &&
      strcmp(facts->method, "webauthn") == 0)
    return recovery_decide_fail(
        worker, "authenticator.method: app %s cannot do webauthn", app->id);
  worker->age_s = facts->at_s == RECOVERY_REQUEST_UNKNOWN
                      ? -1
                      : request->now_s - facts->at_s;
  worker->class_of =
      recovery_decide_class(worker->decide, facts, request->now_s);
  if (worker->class_of == RECOVERY_DOCUMENT_NONE)
    return recovery_decide_fail(worker, "authenticator: is of no class");
  worker->rank = worker->decide->classes[worker->class_of].rank;
  return true;
}

/* ---- approvals, uses, reviews ---- */

static bool
resolve_approvals(Worker *worker)
{
  const Request *request = worker->request;

  worker->persons = 0;
  for (size_t i = 0; i < request->n_approvals; i++) {
    const RecoveryRequestApproval *approval = &request->approvals[i];
    uint32_t slot = RECOVERY_NAMES_NONE;

    if (approval->slot != NULL) {
      slot = look_up(worker, RECOVERY_DOCUMENT_SLOTS, approval->slot);
      if (slot == RECOVERY_NAMES_NONE)
        return recovery_decide_fail(worker,
                                    "approvals[%zu].slot: \"%s\" is not known",
                                    i, approval->slot);
    }
    for (size_t j = 0; j < i; j++)
      if (strcmp(request->approvals[j].by, approval->by) == 0)
        return recovery_decide_fail(
            worker, "approvals[%zu].by: a second approval by %s", i,
            approval->by);
    /* Nobody approves for themselves. */
    if (strcmp(approval->by, request->person) == 0)
      continue;
    worker->persons++;
    if (slot != RECOVERY_NAMES_NONE)
      (void)recovery_decide_see(worker, &worker->slots, slot);
  }
  return true;
}

static bool
check_known(Worker *worker, RecoveryDocumentSection section, const char *place,
            const RecoveryRequestCount *counts, size_t n_counts)
{
  for (size_t i = 0; i < n_counts; i++)
    if (look_up(worker, section, counts[i].id) == RECOVERY_NAMES_NONE)
      return recovery_decide_fail(worker, "%s.%s: is not known", place,
                                  counts[i].id);
  return true;
}

/* ---- signals ---- */

static bool
is_good_value(const RecoveryDocumentGood *good, RecoveryDocumentGoodKind kind,
              int64_t number, const char *text)
{
  switch (good->kind) {
  case RECOVERY_DOCUMENT_GOOD_TRUTH:
  case RECOVERY_DOCUMENT_GOOD_NUMBER:
    return kind == good->kind && number == good->number;
  case RECOVERY_DOCUMENT_GOOD_TEXT:
    return kind == good->kind && strcmp(text, good->text) == 0;
  case RECOVERY_DOCUMENT_GOOD_RANGE:
    return kind == RECOVERY_DOCUMENT_GOOD_NUMBER && number >= good->min &&
           number <= good->max;
  }
  return false;
}

static bool
is_good_now(const RecoveryDocumentSignal *signal,
            const RecoveryRequestSignal *is, int64_t now_s)
{
  return strcmp(is->source, signal->source) == 0 && is->at_s <= now_s &&
         now_s - is->at_s <= signal->max_age_s &&
         is_good_value(&signal->good, is->kind, is->number, is->text);
}

static void
resolve_signals(Worker *worker)
{
  const Request *request = worker->request;

  for (size_t i = 0; i < request->n_signals; i++) {
    const RecoveryRequestSignal *is = &request->signals[i];
    uint32_t index = look_up(worker, RECOVERY_DOCUMENT_SIGNALS, is->id);
    const RecoveryDocumentSignal *signal;

    if (index == RECOVERY_NAMES_NONE)
      continue;
    signal =
        RECOVERY_DOCUMENT_AT(worker->decide->document, SIGNALS, Signal, index);
    /* What the record says is never told by a caller. */
    if (strcmp(signal->source, "record") != 0 &&
        is_good_now(signal, is, request->now_s))
      (void)recovery_decide_see(worker, &worker->signals, index);
  }
}

int64_t
recovery_decide_restriction(const RecoveryDocument *document, const char *tier)
{
  const struct {
    const char *name;
    const RecoveryDocumentTier *tier;
  } tiers[] = {{"standard", &document->recovery.standard},
               {"remote", &document->recovery.remote},
               {"privileged", &document->recovery.privileged}};

  for (size_t i = 0; tier != NULL && i < G_N_ELEMENTS(tiers); i++)
    if (strcmp(tier, tiers[i].name) == 0 && tiers[i].tier->at.line != 0)
      return tiers[i].tier->restrict_h * 3600;
  return -1;
}

static bool
read_settled(Worker *worker, bool *ret_value)
{
  const RecoveryRequestRecord *record = &worker->request->record;
  int64_t restriction;

  if (!record->recovered_known)
    return recovery_decide_fail(worker, "record.recovered_at: is not there "
                                        "(null: no recovery)");
  *ret_value = true;
  if (record->recovered_at_s == RECOVERY_REQUEST_UNKNOWN)
    return true;
  restriction = recovery_decide_restriction(worker->decide->document,
                                            record->recovered_in);
  if (restriction < 0)
    return recovery_decide_fail(worker, "record.recovered_tier: expected a "
                                        "tier of the policy");
  *ret_value = worker->request->now_s >= record->recovered_at_s + restriction;
  return true;
}

/* Each signal of the record that is declared, whether a rule names it or not:
 * one that cannot be read is an error. */
static bool
resolve_record(Worker *worker)
{
  const Decide *decide = worker->decide;

  for (guint i = 0; i < decide->record_signals->len; i++) {
    uint32_t index = g_array_index(decide->record_signals, uint32_t, i);
    const RecoveryDocumentSignal *signal =
        RECOVERY_DOCUMENT_AT(decide->document, SIGNALS, Signal, index);
    const char *state = worker->request->record.key_state;
    bool value = state != NULL && strcmp(state, "active") == 0;

    if (strcmp(signal->id, "key_active") != 0) {
      if (!read_settled(worker, &value))
        return false;
    } else if (state == NULL) {
      return recovery_decide_fail(worker, "record.key_state: is not there");
    }
    if (is_good_value(&signal->good, RECOVERY_DOCUMENT_GOOD_TRUTH, value, NULL))
      (void)recovery_decide_see(worker, &worker->signals, index);
  }
  return true;
}

bool
recovery_decide_is_good(const Worker *worker, uint32_t signal)
{
  return recovery_decide_is_seen(worker, &worker->signals, signal);
}

bool
recovery_decide_resolve(Worker *worker)
{
  const Request *request = worker->request;

  resolve_signals(worker);
  return resolve_place(worker) && resolve_person(worker) &&
         resolve_approvals(worker) &&
         check_known(worker, RECOVERY_DOCUMENT_FALLBACKS, "uses", request->uses,
                     request->n_uses) &&
         check_known(worker, RECOVERY_DOCUMENT_EXCEPTIONS, "reviews",
                     request->reviews, request->n_reviews) &&
         resolve_record(worker) && resolve_class(worker);
}
