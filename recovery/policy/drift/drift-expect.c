/* SPDX-License-Identifier: Apache-2.0 */
/* drift-expect.c - the policy's side of a cell. */
#include "recovery/policy/drift/drift-expect.h"

#include <string.h>

#define WEBAUTHN "webauthn"

/* ---- lists ---- */

RecoveryDriftPolicy *
recovery_drift_expect_policy_new(const RecoveryDocument *document,
                                 int64_t now_s)
{
  RecoveryDriftPolicy *policy = g_new0(RecoveryDriftPolicy, 1);
  const uint32_t n = recovery_document_count(document, RECOVERY_DOCUMENT_LISTS);

  policy->document = document;
  policy->now_s = now_s;
  policy->lists =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentList *list =
        RECOVERY_DOCUMENT_AT(document, LISTS, List, i);
    GHashTable *set = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint k = 0; k < list->entries->len; k++) {
      const RecoveryDocumentEntry *entry =
          &g_array_index(list->entries, RecoveryDocumentEntry, k);

      if (now_s < entry->until_s)
        g_hash_table_add(set, (void *)entry->aaguid);
    }
    g_ptr_array_add(policy->lists, set);
  }
  return policy;
}

void
recovery_drift_expect_policy_free(RecoveryDriftPolicy *policy)
{
  if (policy == NULL)
    return;
  g_ptr_array_unref(policy->lists);
  g_free(policy);
}

/* On a list is only who proves its model. */
static bool
is_on_list(const RecoveryDriftPolicy *policy, uint32_t list,
           const RecoveryDriftProbe *probe)
{
  return probe->attested && probe->aaguid != NULL &&
         g_hash_table_contains(policy->lists->pdata[list], probe->aaguid);
}

/* ---- classes ---- */

static bool
is_as_wanted(RecoveryDocumentWant want, bool have)
{
  return want == RECOVERY_DOCUMENT_ANY ||
         (want == RECOVERY_DOCUMENT_YES) == have;
}

static bool
matches(const RecoveryDriftPolicy *policy, const RecoveryDocumentMatch *match,
        const RecoveryDriftProbe *probe)
{
  const char *method = match->method != NULL ? match->method : WEBAUTHN;

  return strcmp(method, probe->method) == 0 &&
         is_as_wanted(match->uv, probe->uv) &&
         is_as_wanted(match->be, probe->be) &&
         is_as_wanted(match->attested, probe->attested) &&
         (match->aaguid_list.index == RECOVERY_DOCUMENT_NONE ||
          is_on_list(policy, match->aaguid_list.index, probe));
}

uint32_t
recovery_drift_expect_class(const RecoveryDriftPolicy *policy,
                            const RecoveryDriftProbe *probe)
{
  const RecoveryDocument *document = policy->document;
  const uint32_t n =
      recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES);
  uint32_t best = RECOVERY_DOCUMENT_NONE;

  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentClass *class =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    if (class->use != RECOVERY_DOCUMENT_FOR_ROSTER &&
        matches(policy, &class->match, probe) &&
        (best == RECOVERY_DOCUMENT_NONE ||
         class->rank >
             RECOVERY_DOCUMENT_AT(document, CLASSES, Class, best)->rank))
      best = i;
  }
  return best;
}

/* ---- which rules apply ---- */

typedef struct {
  const RecoveryDriftPolicy *policy;
  uint32_t journey, app;
  const bool *populations;
} Place;

static bool
selects(const RecoveryDocumentRefs *refs, uint32_t index)
{
  for (uint32_t i = 0; i < refs->count; i++)
    if (refs->items[i].index == index)
      return true;
  return refs->count == 0;
}

static bool
selects_person(const RecoveryDocumentRefs *refs, const bool *populations)
{
  for (uint32_t i = 0; i < refs->count; i++)
    if (populations[refs->items[i].index])
      return true;
  return refs->count == 0;
}

/* Plain access: no transaction. */
static bool
applies(const Place *place, const RecoveryDocumentScope *scope)
{
  return scope->transaction.count == 0 &&
         selects(&scope->journey, place->journey) &&
         selects(&scope->app, place->app) &&
         selects_person(&scope->population, place->populations);
}

static void
add_rule(RecoveryDriftExpect *expect, const char *id)
{
  g_ptr_array_add(expect->rules, (void *)id);
}

static void
open_permit(const Place *place, const RecoveryDocumentPermit *permit,
            RecoveryDriftExpect *expect)
{
  if (!applies(place, &permit->scope))
    return;
  for (uint32_t i = 0; i < permit->accept.count; i++)
    expect->accepted[permit->accept.items[i].index] = true;
  expect->open = expect->open || permit->accept.count > 0;
  add_rule(expect, permit->id);
}

static void
open_permits(const Place *place, RecoveryDriftExpect *expect)
{
  const RecoveryDocument *document = place->policy->document;
  const RecoveryDocumentJourney *journey =
      RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, place->journey);
  uint32_t n = recovery_document_count(document, RECOVERY_DOCUMENT_PERMITS);

  for (uint32_t i = 0; i < n; i++)
    open_permit(place, RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, i),
                expect);
  n = recovery_document_count(document, RECOVERY_DOCUMENT_FALLBACKS);
  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentPermit *fallback =
        RECOVERY_DOCUMENT_AT(document, FALLBACKS, Permit, i);

    if (place->policy->now_s < fallback->expires_s &&
        journey->risk <= fallback->max_risk)
      open_permit(place, fallback, expect);
  }
}

static void
close_forbidden(const Place *place, RecoveryDriftExpect *expect)
{
  const RecoveryDocument *document = place->policy->document;
  const uint32_t n =
      recovery_document_count(document, RECOVERY_DOCUMENT_FORBIDS);

  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentForbid *forbid =
        RECOVERY_DOCUMENT_AT(document, FORBIDS, Forbid, i);

    if (!applies(place, &forbid->scope))
      continue;
    if (forbid->unless_good.index != RECOVERY_DOCUMENT_NONE) {
      expect->conditional = true;
      continue;
    }
    expect->open = false;
    add_rule(expect, forbid->id);
  }
}

/* Is a requirement waived by an exception that is live? */
static bool
is_waived(const Place *place, uint32_t requirement)
{
  const RecoveryDocument *document = place->policy->document;
  const uint32_t n =
      recovery_document_count(document, RECOVERY_DOCUMENT_EXCEPTIONS);

  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentException *exception =
        RECOVERY_DOCUMENT_AT(document, EXCEPTIONS, Exception, i);

    if (exception->from_s <= place->policy->now_s &&
        place->policy->now_s < exception->until_s &&
        applies(place, &exception->scope) && exception->waives.count > 0 &&
        selects(&exception->waives, requirement))
      return true;
  }
  return false;
}

static void
tighten(const RecoveryDocument *document,
        const RecoveryDocumentRequire *requirement, RecoveryDriftExpect *expect)
{
  if (requirement->min_class.index != RECOVERY_DOCUMENT_NONE)
    expect->min_rank =
        MAX(expect->min_rank, RECOVERY_DOCUMENT_AT(document, CLASSES, Class,
                                                   requirement->min_class.index)
                                  ->rank);
  if (requirement->max_age_s >= 0 &&
      (expect->max_age_s == RECOVERY_DRIFT_NO_AGE ||
       requirement->max_age_s < expect->max_age_s))
    expect->max_age_s = requirement->max_age_s;
  if (requirement->aaguid_list.index != RECOVERY_DOCUMENT_NONE)
    g_array_append_val(expect->lists, requirement->aaguid_list.index);
  expect->approvals = MAX(expect->approvals, requirement->approvals);
  add_rule(expect, requirement->id);
}

static void
apply_requirements(const Place *place, RecoveryDriftExpect *expect)
{
  const RecoveryDocument *document = place->policy->document;
  const uint32_t n =
      recovery_document_count(document, RECOVERY_DOCUMENT_REQUIRES);

  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentRequire *requirement =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);

    if (!applies(place, &requirement->scope) || is_waived(place, i))
      continue;
    if (requirement->unless_good.index != RECOVERY_DOCUMENT_NONE)
      expect->conditional = true;
    else
      tighten(document, requirement, expect);
  }
}

RecoveryDriftExpect *
recovery_drift_expect(const RecoveryDriftPolicy *policy, uint32_t journey,
                      const bool *populations, uint32_t app)
{
  const Place place = {policy, journey, app, populations};
  const RecoveryDocument *document = policy->document;
  RecoveryDriftExpect *expect = g_new0(RecoveryDriftExpect, 1);

  expect->policy = policy;
  expect->accepted = g_new0(
      bool, recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES) + 1);
  expect->max_age_s = RECOVERY_DRIFT_NO_AGE;
  expect->lists = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  expect->rules = g_ptr_array_new();
  expect->no_webauthn =
      RECOVERY_DOCUMENT_AT(document, APPS, App, app)->webauthn ==
      RECOVERY_DOCUMENT_NO;
  open_permits(&place, expect);
  close_forbidden(&place, expect);
  apply_requirements(&place, expect);
  return expect;
}

void
recovery_drift_expect_free(RecoveryDriftExpect *expect)
{
  if (expect == NULL)
    return;
  g_free(expect->accepted);
  g_array_unref(expect->lists);
  g_ptr_array_unref(expect->rules);
  g_free(expect);
}

bool
recovery_drift_expect_takes_class(const RecoveryDriftExpect *expect,
                                  uint32_t index)
{
  return expect->open && index != RECOVERY_DOCUMENT_NONE &&
         expect->accepted[index] &&
         RECOVERY_DOCUMENT_AT(expect->policy->document, CLASSES, Class, index)
                 ->rank >= expect->min_rank;
}

bool
recovery_drift_expect_takes(const RecoveryDriftExpect *expect,
                            const RecoveryDriftProbe *probe)
{
  if ((expect->no_webauthn && strcmp(probe->method, WEBAUTHN) == 0) ||
      !recovery_drift_expect_takes_class(
          expect, recovery_drift_expect_class(expect->policy, probe)))
    return false;
  for (guint i = 0; i < expect->lists->len; i++)
    if (!is_on_list(expect->policy, g_array_index(expect->lists, uint32_t, i),
                    probe))
      return false;
  return true;
}
