/* SPDX-License-Identifier: Apache-2.0 */
/* lint-public.c - what a rule asks of a kind of people: synced keys of an
 * enterprise, backup state and attestation of the public. */
#include "recovery/policy/lint-private.h"

typedef RecoveryDocumentClass Class;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryLint Lint;

static const Class *
class_at(const Lint *lint, uint32_t i)
{
  return RECOVERY_DOCUMENT_AT(lint->document, CLASSES, Class, i);
}

/* The first population of the kind that the rule is for, or NULL. */
static const char *
find_population(const Lint *lint, const Refs *refs,
                RecoveryDocumentAudience kind)
{
  uint32_t count = refs->count > 0
                       ? refs->count
                       : RECOVERY_LINT_COUNT(lint->document, POPULATIONS);

  for (uint32_t i = 0; i < count; i++) {
    uint32_t index = refs->count > 0 ? refs->items[i].index : i;
    const RecoveryDocumentPopulation *population =
        RECOVERY_DOCUMENT_AT(lint->document, POPULATIONS, Population, index);

    if (population->kind == kind)
      return population->id;
  }
  return NULL;
}

static bool
is_webauthn(const Class *class_of)
{
  return class_of->match.method == NULL ||
         g_strcmp0(class_of->match.method, "webauthn") == 0;
}

static void
check_synced(const Lint *lint, const RecoveryDocumentPermit *permit)
{
  const char *population = find_population(lint, &permit->scope.population,
                                           RECOVERY_DOCUMENT_ENTERPRISE);

  for (uint32_t i = 0; population != NULL && i < permit->accept.count; i++) {
    const RecoveryDocumentRef *ref = &permit->accept.items[i];
    const Class *class_of = class_at(lint, ref->index);

    if (is_webauthn(class_of) && class_of->match.be != RECOVERY_DOCUMENT_NO &&
        class_of->sync_fabric_ref == NULL)
      recovery_problem_error(
          lint->problems, "L24", ref->at,
          "%s lets %s use %s, which may be a synced passkey, and nothing says "
          "which sync fabric is trusted (NIST SP 800-63B-4, B.2). Add "
          "sync_fabric_ref to the class, or be: false to its match",
          permit->id, population, class_of->id);
  }
}

static void
check_permit_of_public(const Lint *lint, const RecoveryDocumentPermit *permit)
{
  const char *population = find_population(lint, &permit->scope.population,
                                           RECOVERY_DOCUMENT_PUBLIC);
  bool attested = permit->accept.count > 0;

  for (uint32_t i = 0; population != NULL && i < permit->accept.count; i++) {
    const Class *class_of = class_at(lint, permit->accept.items[i].index);

    attested = attested && class_of->match.attested == RECOVERY_DOCUMENT_YES;
    if (class_of->match.bs != RECOVERY_DOCUMENT_ANY)
      recovery_problem_warn(
          lint->problems, "L22", permit->accept.items[i].at,
          "%s decides on %s by backup state, which changes by itself (NIST SP "
          "800-63B-4, B.3). Take bs out of the match of %s",
          permit->id, population, class_of->id);
  }
  if (population != NULL && attested)
    recovery_problem_warn(
        lint->problems, "L23", permit->at,
        "%s asks %s for an attested key, which shuts people out (NIST SP "
        "800-63B-4, B.3). Accept a class without attested: true, too, or name "
        "the populations that it is meant for",
        permit->id, population);
}

static void
check_require_of_public(const Lint *lint,
                        const RecoveryDocumentRequire *require)
{
  const char *population = find_population(lint, &require->scope.population,
                                           RECOVERY_DOCUMENT_PUBLIC);
  const Class *least = require->min_class.index == RECOVERY_DOCUMENT_NONE
                           ? NULL
                           : class_at(lint, require->min_class.index);

  if (population == NULL)
    return;
  if (least != NULL && least->match.bs != RECOVERY_DOCUMENT_ANY)
    recovery_problem_warn(
        lint->problems, "L22", require->min_class.at,
        "%s decides on %s by backup state, which changes by itself (NIST SP "
        "800-63B-4, B.3). Ask for a class without bs in its match",
        require->id, population);
  if (require->aaguid_list.index != RECOVERY_DOCUMENT_NONE ||
      (least != NULL && least->match.attested == RECOVERY_DOCUMENT_YES))
    recovery_problem_warn(
        lint->problems, "L23", require->at,
        "%s asks %s for an attested key, which shuts people out (NIST SP "
        "800-63B-4, B.3). Name the populations of staff that it is meant for",
        require->id, population);
}

static void
check_permits(const Lint *lint, RecoveryDocumentSection section)
{
  const GArray *permits = lint->document->sections[section];

  for (guint i = 0; i < permits->len; i++) {
    const RecoveryDocumentPermit *permit =
        &g_array_index(permits, RecoveryDocumentPermit, i);

    check_synced(lint, permit);
    if (lint->warn)
      check_permit_of_public(lint, permit);
  }
}

void
recovery_lint_public(const Lint *lint)
{
  check_permits(lint, RECOVERY_DOCUMENT_PERMITS);
  check_permits(lint, RECOVERY_DOCUMENT_FALLBACKS);
  for (uint32_t i = 0;
       lint->warn && i < RECOVERY_LINT_COUNT(lint->document, REQUIRES); i++)
    check_require_of_public(
        lint, RECOVERY_DOCUMENT_AT(lint->document, REQUIRES, Require, i));
}
