/* SPDX-License-Identifier: Apache-2.0 */
/* lint-base.c - L31: no forbid of the base is missing, and no tier asks for
 * less than the base does. */
#include <string.h>

#include "recovery/policy/lint-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentScope Scope;
typedef RecoveryDocumentForbid Forbid;
typedef RecoveryDocumentTier Tier;
typedef RecoveryLint Lint;

/* Two documents, a section of both. */
typedef struct {
  const Document *document, *base;
  RecoveryDocumentSection section;
} Pair;

/* One selects all that the other, the base's, selects; by id. */
static bool
covers(const Pair *pair, const Refs *refs, const Refs *of_base)
{
  if (refs->count == 0)
    return true;
  for (uint32_t i = 0; i < of_base->count; i++) {
    const char *id = recovery_document_id(pair->base, pair->section,
                                          of_base->items[i].index);
    bool found = false;

    for (uint32_t j = 0; j < refs->count; j++)
      found =
          found || strcmp(recovery_document_id(pair->document, pair->section,
                                               refs->items[j].index),
                          id) == 0;
    if (!found)
      return false;
  }
  return of_base->count > 0;
}

static bool
covers_scope(const Lint *lint, const Scope *scope, const Scope *of_base)
{
  const struct {
    RecoveryDocumentSection section;
    const Refs *refs, *of_base;
  } parts[] = {
      {RECOVERY_DOCUMENT_JOURNEYS, &scope->journey, &of_base->journey},
      {RECOVERY_DOCUMENT_POPULATIONS, &scope->population, &of_base->population},
      {RECOVERY_DOCUMENT_APPS, &scope->app, &of_base->app},
      {RECOVERY_DOCUMENT_TRANSACTIONS, &scope->transaction,
       &of_base->transaction},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    Pair pair = {lint->document, lint->options.base, parts[i].section};

    if (!covers(&pair, parts[i].refs, parts[i].of_base))
      return false;
  }
  return true;
}

/* The same signal, or none: then it always holds. */
static bool
covers_signal(const Lint *lint, const Forbid *forbid, const Forbid *of_base)
{
  if (forbid->unless_good.index == RECOVERY_DOCUMENT_NONE)
    return true;
  return of_base->unless_good.index != RECOVERY_DOCUMENT_NONE &&
         strcmp(recovery_document_id(lint->document, RECOVERY_DOCUMENT_SIGNALS,
                                     forbid->unless_good.index),
                recovery_document_id(lint->options.base,
                                     RECOVERY_DOCUMENT_SIGNALS,
                                     of_base->unless_good.index)) == 0;
}

static void
check_forbid(const Lint *lint, const Forbid *of_base)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, FORBIDS); i++) {
    const Forbid *forbid =
        RECOVERY_DOCUMENT_AT(lint->document, FORBIDS, Forbid, i);

    if (covers_scope(lint, &forbid->scope, &of_base->scope) &&
        covers_signal(lint, forbid, of_base))
      return;
  }
  recovery_problem_error(lint->problems, "L31", lint->document->policy.at,
                         "the base forbids %s (%s), and nothing here forbids "
                         "as much. Copy that forbid from the base",
                         of_base->id, of_base->why);
}

static void
check_slots(const Lint *lint, const char *name, const Tier *tier,
            const Tier *of_base)
{
  Pair pair = {lint->document, lint->options.base, RECOVERY_DOCUMENT_SLOTS};

  if (tier->slots.count < of_base->slots.count ||
      !covers(&pair, &tier->slots, &of_base->slots))
    recovery_problem_error(lint->problems, "L31", tier->at,
                           "%s lacks a slot of the base. Take in all of them",
                           name);
}

static void
check_tier(const Lint *lint, const char *name, const Tier *tier,
           const Tier *of_base)
{
  const struct {
    const char *what;
    int64_t is, least;
  } minima[] = {
      {"off_kiosk", tier->off_kiosk, of_base->off_kiosk},
      {"wait_h", tier->wait_h, of_base->wait_h},
      {"restrict_h", tier->restrict_h, of_base->restrict_h},
      {"contest_h", tier->contest_h, of_base->contest_h},
      {"read_s", tier->read_s, of_base->read_s},
      {"min_keys", tier->min_keys, of_base->min_keys},
  };

  if (of_base->at.line == 0)
    return;
  if (tier->at.line == 0) {
    recovery_problem_error(lint->problems, "L31", lint->document->recovery.at,
                           "the base has %s, and there is none here. Add it",
                           name);
    return;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(minima); i++)
    if (minima[i].is < minima[i].least)
      recovery_problem_error(
          lint->problems, "L31", tier->at,
          "%s: %s is %" G_GINT64_FORMAT ", and the base asks for at "
          "least %" G_GINT64_FORMAT,
          name, minima[i].what, minima[i].is, minima[i].least);
  check_slots(lint, name, tier, of_base);
}

static void
check_metadata(const Lint *lint)
{
  const RecoveryDocumentMetadata *is = &lint->document->metadata;
  const RecoveryDocumentMetadata *base = &lint->options.base->metadata;

  if (base->at.line == 0 ||
      (is->at.line != 0 && is->max_stale_days <= base->max_stale_days))
    return;
  recovery_problem_error(lint->problems, "L31", is->at,
                         "metadata: the base asks for a max_stale_days of at "
                         "most %" G_GINT64_FORMAT,
                         base->max_stale_days);
}

void
recovery_lint_base(const Lint *lint)
{
  const Document *base = lint->options.base;
  const RecoveryDocumentRecovery *recovery = &lint->document->recovery;

  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(base, FORBIDS); i++)
    check_forbid(lint, RECOVERY_DOCUMENT_AT(base, FORBIDS, Forbid, i));
  check_metadata(lint);
  check_tier(lint, "recovery.standard", &recovery->standard,
             &base->recovery.standard);
  check_tier(lint, "recovery.remote", &recovery->remote,
             &base->recovery.remote);
  check_tier(lint, "recovery.privileged", &recovery->privileged,
             &base->recovery.privileged);
}
