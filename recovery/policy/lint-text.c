/* SPDX-License-Identifier: Apache-2.0 */
/* lint-text.c - texts that have to say something, and are white space. What was
 * loaded with such a text once stays readable. */
#include "recovery/policy/lint-private.h"

typedef RecoveryLint Lint;
typedef RecoveryProblemPlace Place;

static bool
is_blank(const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
    if (!g_unichar_isspace(g_utf8_get_char(p)))
      return false;
  return true;
}

static void
check(const Lint *lint, Place at, const char *name, const char *text)
{
  if (text != NULL && is_blank(text))
    recovery_problem_error(lint->problems, "L01", at,
                           "%s is blank, and has to say something", name);
}

static void
check_restricted(const Lint *lint)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, CLASSES); i++) {
    const RecoveryDocumentRestricted *restricted =
        &RECOVERY_DOCUMENT_AT(lint->document, CLASSES, Class, i)->restricted;

    check(lint, restricted->at, "alternative", restricted->alternative);
    check(lint, restricted->at, "notice", restricted->notice);
    check(lint, restricted->at, "risk_assessment", restricted->risk_assessment);
    check(lint, restricted->at, "migration_plan", restricted->migration_plan);
  }
}

void
recovery_lint_texts(const Lint *lint)
{
  const RecoveryDocument *document = lint->document;

  check(lint, document->policy.at, "owner", document->policy.owner);
  check(lint, document->recovery.at, "risk_analysis_ref",
        document->recovery.risk_analysis_ref);
  check_restricted(lint);
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, FORBIDS); i++) {
    const RecoveryDocumentForbid *forbid =
        RECOVERY_DOCUMENT_AT(document, FORBIDS, Forbid, i);

    check(lint, forbid->at, "why", forbid->why);
  }
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, EXCEPTIONS); i++) {
    const RecoveryDocumentException *exception =
        RECOVERY_DOCUMENT_AT(document, EXCEPTIONS, Exception, i);

    check(lint, exception->at, "reason", exception->reason);
    check(lint, exception->at, "compensating", exception->compensating);
  }
}
