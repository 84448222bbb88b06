/* SPDX-License-Identifier: Apache-2.0 */
/* lint-rule.c - one rule by itself: what it names, and whether it can ever
 * apply. */
#include <string.h>

#include "recovery/policy/lint-private.h"
#include "recovery/policy/nearest.h"
#include "recovery/policy/table.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentRef Ref;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentScope Scope;
typedef RecoveryDocumentPermit Permit;
typedef RecoveryDocumentRequire Require;
typedef RecoveryDocumentException Exception;
typedef RecoveryLint Lint;

static bool
is_roster(const Document *document, const Ref *ref)
{
  return ref->index != RECOVERY_DOCUMENT_NONE &&
         RECOVERY_DOCUMENT_AT(document, CLASSES, Class, ref->index)->use ==
             RECOVERY_DOCUMENT_FOR_ROSTER;
}

/* ---- the class of staff's keys ---- */

static void
check_accept(const Lint *lint, RecoveryDocumentSection section)
{
  const GArray *permits = lint->document->sections[section];

  for (guint i = 0; i < permits->len; i++) {
    const Refs *accept = &g_array_index(permits, Permit, i).accept;

    for (uint32_t j = 0; j < accept->count; j++)
      if (is_roster(lint->document, &accept->items[j]))
        recovery_problem_error(lint->problems, "L37", accept->items[j].at,
                               "a permit names the class for the roster. Name "
                               "a class with a rank");
  }
}

static void
check_requires(const Lint *lint)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, REQUIRES); i++) {
    const Ref *least =
        &RECOVERY_DOCUMENT_AT(lint->document, REQUIRES, Require, i)->min_class;

    if (is_roster(lint->document, least))
      recovery_problem_error(lint->problems, "L37", least->at,
                             "a requirement names the class for the roster. "
                             "Name a class with a rank");
  }
}

/* L50: a slot comes to be by being named, so that a misspelt one is one, too.
 */
static bool
is_slot_elsewhere(const Document *document, uint32_t slot)
{
  const RecoveryDocumentTier *tiers[] = {&document->recovery.standard,
                                         &document->recovery.remote,
                                         &document->recovery.privileged};
  const char *id =
      recovery_document_id(document, RECOVERY_DOCUMENT_SLOTS, slot);

  for (size_t i = 0; i < G_N_ELEMENTS(tiers); i++)
    for (uint32_t j = 0; j < tiers[i]->slots.count; j++)
      if (tiers[i]->slots.items[j].index == slot)
        return true;
  return strcmp(id, "security") == 0 ||
         recovery_document_find(document, RECOVERY_DOCUMENT_ROLES, id) !=
             RECOVERY_DOCUMENT_NONE;
}

/* The nearest of those that are elsewhere; NULL: none is near. */
static const char *
find_slot(const Document *document, const char *id)
{
  RecoveryNearest nearest = recovery_nearest_begin(id);

  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, SLOTS); i++)
    if (is_slot_elsewhere(document, i))
      recovery_nearest_try(
          &nearest, recovery_document_id(document, RECOVERY_DOCUMENT_SLOTS, i));
  /* A slot of decisions alone is one, too: two letters may differ. */
  return nearest.distance <= 2 ? nearest.nearest : NULL;
}

static void
check_slots(const Lint *lint, const Require *require)
{
  for (uint32_t i = 0; i < require->slots.count; i++) {
    const Ref *ref = &require->slots.items[i];
    const char *id = recovery_document_id(lint->document,
                                          RECOVERY_DOCUMENT_SLOTS, ref->index);
    const char *near = find_slot(lint->document, id);

    if (near != NULL && !is_slot_elsewhere(lint->document, ref->index))
      recovery_problem_warn(lint->problems, "L50", ref->at,
                            "%s: no tier and no role has the slot %s; did you "
                            "mean \"%s\"?",
                            require->id, id, near);
  }
}

/* ---- exceptions ---- */

static void
check_exception(const Lint *lint, const Exception *exception)
{
  RecoveryProblems *problems = lint->problems;

  if (exception->until_s <= exception->from_s ||
      exception->until_s - exception->from_s > 90 * RECOVERY_LINT_DAY_S)
    recovery_problem_error(problems, "L28", exception->at,
                           "%s: from its from to its until there are more than "
                           "90 days, or none. End it sooner",
                           exception->id);
  if (exception->review_every_d > 30)
    recovery_problem_error(problems, "L28", exception->at,
                           "%s: review_every_d is more than 30", exception->id);
  if (exception->approved_by.count < 2)
    recovery_problem_error(problems, "L28", exception->at,
                           "%s: two people approve an exception",
                           exception->id);
  for (uint32_t j = 0; j < exception->approved_by.count; j++)
    if (strcmp(exception->approved_by.items[j], exception->owner) == 0)
      recovery_problem_error(problems, "L28", exception->at,
                             "%s: its owner approves it. Two others do",
                             exception->id);
}

/* What is over, or whose first review is due whatever the record says. */
static void
check_overdue(const Lint *lint, const Exception *exception)
{
  int64_t now = lint->options.now_s;

  if (exception->until_s <= now)
    recovery_problem_warn(lint->problems, "L44", exception->at,
                          "%s has ended and waives nothing. Take it out",
                          exception->id);
  else if (now != RECOVERY_LINT_NO_TIME &&
           now - exception->from_s >=
               exception->review_every_d * RECOVERY_LINT_DAY_S)
    recovery_problem_warn(lint->problems, "L44", exception->at,
                          "%s was to be reviewed within %" G_GINT64_FORMAT
                          " days of its from: without a signed review since "
                          "it waives nothing",
                          exception->id, exception->review_every_d);
}

/* ---- rules that never apply ---- */

static bool
overlaps(const Refs *one, const Refs *other)
{
  for (uint32_t i = 0; i < one->count; i++)
    for (uint32_t j = 0; j < other->count; j++)
      if (one->items[i].index == other->items[j].index)
        return true;
  return one->count == 0 || other->count == 0;
}

/* One of its transactions belongs to one of its apps. */
static bool
has_cell(const Document *document, const Scope *scope)
{
  if (scope->transaction.count == 0 || scope->app.count == 0)
    return true;
  for (uint32_t i = 0; i < scope->transaction.count; i++)
    for (uint32_t j = 0; j < scope->app.count; j++)
      if (recovery_table_has(document, scope->app.items[j].index,
                             scope->transaction.items[i].index))
        return true;
  return false;
}

static void
check_cells(const Lint *lint, RecoveryDocumentSection section, size_t scope_at)
{
  GArray *rules = lint->document->sections[section];
  guint size = g_array_get_element_size(rules);

  for (guint i = 0; i < rules->len; i++) {
    const char *rule = rules->data + i * size;
    RecoveryProblemPlace at;

    memcpy(&at, rule, sizeof(at));
    if (!has_cell(lint->document, (const Scope *)(rule + scope_at)))
      recovery_problem_warn(lint->problems, "L42", at,
                            "%s never applies: none of its transactions "
                            "belongs to any of its apps. Change the one or the "
                            "other",
                            recovery_document_id(lint->document, section, i));
  }
}

static void
check_fallback(const Lint *lint, const Permit *fallback)
{
  const Document *document = lint->document;

  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, JOURNEYS); i++) {
    Ref ref = {.index = i};
    Refs one = {&ref, 1, false};

    if (overlaps(&fallback->scope.journey, &one) &&
        RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, i)->risk <=
            fallback->max_risk)
      return;
  }
  recovery_problem_warn(lint->problems, "L42", fallback->at,
                        "%s never applies: the risk of each of its journeys is "
                        "above max_risk. Raise max_risk, or name other "
                        "journeys",
                        fallback->id);
}

static void
check_waiver(const Lint *lint, const Exception *exception)
{
  for (uint32_t i = 0; i < exception->waives.count; i++) {
    const Ref *ref = &exception->waives.items[i];
    const Require *require =
        RECOVERY_DOCUMENT_AT(lint->document, REQUIRES, Require, ref->index);

    if (!overlaps(&exception->scope.journey, &require->scope.journey) ||
        !overlaps(&exception->scope.app, &require->scope.app) ||
        !overlaps(&exception->scope.transaction, &require->scope.transaction))
      recovery_problem_warn(lint->problems, "L42", ref->at,
                            "%s never waives %s: nothing is in the scope of "
                            "both. Change its journey, app or transaction",
                            exception->id, require->id);
  }
}

/* Without apps there is nothing to sign in to. */
static void
check_apps(const Lint *lint)
{
  const Document *document = lint->document;

  for (uint32_t i = 0; RECOVERY_LINT_COUNT(document, APPS) == 0 &&
                       i < RECOVERY_LINT_COUNT(document, PERMITS);
       i++) {
    const Permit *permit = RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, i);
    bool recovery = permit->scope.journey.count > 0;

    for (uint32_t j = 0; j < permit->scope.journey.count; j++)
      recovery =
          recovery && RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey,
                                           permit->scope.journey.items[j].index)
                              ->kind == RECOVERY_DOCUMENT_KIND_RECOVERY;
    if (!recovery)
      recovery_problem_warn(lint->problems, "L42", permit->at,
                            "%s permits nothing yet: there are no apps. Name "
                            "them, like apps: [{id: wiki, capabilities: "
                            "{webauthn: true, acr: true, max_age: true}}]",
                            permit->id);
  }
}

static void
check_dead(const Lint *lint)
{
  const Document *document = lint->document;

  check_apps(lint);
  check_cells(lint, RECOVERY_DOCUMENT_PERMITS, offsetof(Permit, scope));
  check_cells(lint, RECOVERY_DOCUMENT_FALLBACKS, offsetof(Permit, scope));
  check_cells(lint, RECOVERY_DOCUMENT_REQUIRES, offsetof(Require, scope));
  check_cells(lint, RECOVERY_DOCUMENT_FORBIDS,
              offsetof(RecoveryDocumentForbid, scope));
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, FALLBACKS); i++)
    check_fallback(lint, RECOVERY_DOCUMENT_AT(document, FALLBACKS, Permit, i));
}

void
recovery_lint_rules(const Lint *lint)
{
  const Document *document = lint->document;

  check_accept(lint, RECOVERY_DOCUMENT_PERMITS);
  check_accept(lint, RECOVERY_DOCUMENT_FALLBACKS);
  check_requires(lint);
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, EXCEPTIONS); i++) {
    const Exception *exception =
        RECOVERY_DOCUMENT_AT(document, EXCEPTIONS, Exception, i);

    check_exception(lint, exception);
    if (lint->warn) {
      check_overdue(lint, exception);
      check_waiver(lint, exception);
    }
  }
  for (uint32_t i = 0;
       lint->warn && i < RECOVERY_LINT_COUNT(document, REQUIRES); i++)
    check_slots(lint, RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i));
  if (lint->warn)
    check_dead(lint);
}
