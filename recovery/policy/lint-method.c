/* SPDX-License-Identifier: Apache-2.0 */
/* lint-method.c - L26 and L48: what the method of a class is by the standards,
 * and whether its word means anything. */
#include <string.h>

#include "recovery/policy/lint-private.h"
#include "recovery/policy/method.h"
#include "recovery/policy/nearest.h"

typedef RecoveryDocumentClass Class;
typedef RecoveryLint Lint;

/* L26. Its word in other letters is a fault since a later version: what was
 * loaded before stays readable. */
static void
check_restricted(const Lint *lint, const Class *class_of,
                 const RecoveryMethod *method)
{
  if (method->standing == RECOVERY_METHOD_RESTRICTED &&
      class_of->restricted.at.line == 0 &&
      (lint->warn || strcmp(method->word, class_of->match.method) == 0))
    recovery_problem_error(
        lint->problems, "L26", class_of->at,
        "%s is a restricted authenticator (NIST SP 800-63B-4, 3.2.9). Add "
        "restricted: {alternative: ..., notice: ..., risk_assessment: ..., "
        "migration_plan: ...}",
        class_of->id);
}

/* "; did you mean "otp"?", or all of them. */
static char *
suggest(const char *word)
{
  RecoveryNearest nearest = recovery_nearest_begin(word);
  GString *text = g_string_new(NULL);
  const RecoveryMethod *method;

  for (size_t i = 0; (method = recovery_method_at(i)) != NULL; i++)
    if (method->standing != RECOVERY_METHOD_REFUSED)
      recovery_nearest_try(&nearest, method->word);
  if (nearest.nearest != NULL) {
    g_string_printf(text, "; did you mean \"%s\"?", nearest.nearest);
    return g_string_free(text, FALSE);
  }
  g_string_assign(text, ". Known are ");
  for (size_t i = 0; (method = recovery_method_at(i)) != NULL; i++)
    if (method->standing != RECOVERY_METHOD_REFUSED)
      g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ", method->word);
  return g_string_free(text, FALSE);
}

/* L48 */
static void
check_word(const Lint *lint, const Class *class_of,
           const RecoveryMethod *method)
{
  const char *word = class_of->match.method;
  g_autofree char *near = NULL;

  if (method == NULL) {
    near = suggest(word);
    recovery_problem_warn(lint->problems, "L48", class_of->at,
                          "%s: method %s is not known: unless requests say it "
                          "by this very word, nothing is ever of this class%s",
                          class_of->id, word, near);
  } else if (method->standing == RECOVERY_METHOD_REFUSED) {
    recovery_problem_error(lint->problems, "L48", class_of->at,
                           "%s: e-mail proves no possession of anything and is "
                           "no authenticator (NIST SP 800-63B-4, 3.1.3). Take "
                           "the class out",
                           class_of->id);
  } else if (strcmp(method->word, word) != 0) {
    recovery_problem_error(lint->problems, "L48", class_of->at,
                           "%s: method %s is written %s: words are compared "
                           "letter by letter",
                           class_of->id, word, method->word);
  }
}

void
recovery_lint_methods(const Lint *lint)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, CLASSES); i++) {
    const Class *class_of =
        RECOVERY_DOCUMENT_AT(lint->document, CLASSES, Class, i);
    const RecoveryMethod *method = recovery_method_find(class_of->match.method);

    if (class_of->match.method == NULL)
      continue;
    if (method != NULL)
      check_restricted(lint, class_of, method);
    if (lint->warn)
      check_word(lint, class_of, method);
  }
}
