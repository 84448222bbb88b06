/* SPDX-License-Identifier: Apache-2.0 */
/* lint-columns.c - L45: populations by what the directory does not have. */
#include "recovery/policy/columns.h"
#include "recovery/policy/lint-private.h"

typedef RecoveryColumnsFinding Finding;

/* "attribute employment", "groups" */
static char *
name_column(const Finding *finding)
{
  return finding->attribute == NULL
             ? g_strdup("groups")
             : g_strdup_printf("attribute %s", finding->attribute);
}

static char *
suggest(const Finding *finding)
{
  return finding->nearest == NULL
             ? g_strdup("")
             : g_strdup_printf("; did you mean \"%s\"?", finding->nearest);
}

static void
say(const RecoveryLint *lint, const Finding *finding)
{
  const guint persons = lint->options.columns->persons;
  g_autofree char *column = name_column(finding);
  g_autofree char *near = suggest(finding);

  switch (finding->fault) {
  case RECOVERY_COLUMNS_NONE:
    recovery_problem_error(
        lint->problems, "L45", finding->at,
        "%s: the directory has no column for %s, so that every decision would "
        "be an error and a denial, for everybody%s",
        finding->population, column,
        finding->nearest != NULL ? near
                                 : ". Import it with that column, or tell "
                                   "these people by another");
    break;
  case RECOVERY_COLUMNS_SOME:
    recovery_problem_warn(
        lint->problems, "L45", finding->at,
        "%s: %s: known of %u of %u in the directory; of the others every "
        "decision is an error and a denial. Import them with that column",
        finding->population, column, finding->known, persons);
    break;
  case RECOVERY_COLUMNS_NOBODY:
    recovery_problem_warn(
        lint->problems, "L45", finding->at,
        "%s: %s: nobody of the directory has \"%s\", so that no rule finds "
        "these people%s",
        finding->population, column, finding->value, near);
    break;
  case RECOVERY_COLUMNS_NOT_TOLD:
    recovery_problem_unchecked(
        lint->problems, "L45", NULL,
        "not checked: does anybody have these values of %s (%s); the directory "
        "has too many to tell them",
        column, finding->population);
    break;
  }
}

void
recovery_lint_columns(const RecoveryLint *lint)
{
  g_autoptr(GArray) findings =
      recovery_columns_compare(lint->options.columns, lint->document);

  for (guint i = 0; i < findings->len; i++)
    say(lint, &g_array_index(findings, Finding, i));
}
