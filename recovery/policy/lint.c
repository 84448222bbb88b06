/* SPDX-License-Identifier: Apache-2.0 */
/* lint.c - all parts of lint, one after another. */
#include "recovery/policy/crowd.h"
#include "recovery/policy/lint-private.h"

static bool
knows_roster(const RecoveryLintOptions *options)
{
  return options->roster != NULL;
}

/* Before anybody was imported there is nothing to look at. */
static bool
knows_columns(const RecoveryLintOptions *options)
{
  return options->columns != NULL && options->columns->persons > 0;
}

static bool
knows_models(const RecoveryLintOptions *options)
{
  return options->models != NULL;
}

static bool
knows_metadata(const RecoveryLintOptions *options)
{
  return options->find_bad != NULL;
}

static bool
knows_base(const RecoveryLintOptions *options)
{
  return options->base != NULL;
}

#define ROSTER "--roster FILE, or --as PERSON at a station"

/* Rows that look at what is not in the document, and who knows it. NULL: so far
 * nobody does. */
static const struct {
  const char *rule, *needs, *option;
  bool (*knows)(const RecoveryLintOptions *options);
} elsewhere[] = {
    {"L05", "a roster: are there as many eligible persons as slots", ROSTER,
     knows_roster},
    {"L06", "a roster: are there two eligible persons for each slot", ROSTER,
     knows_roster},
    {"L07", "a roster: does anybody open a case, and release a key", ROSTER,
     knows_roster},
    {"L09",
     "the register of keys: does anybody still pass when a class, a model or "
     "a firmware is dropped",
     "--as PERSON at a station", knows_models},
    {"L10", "a roster: who holds the break-glass key, and who reviews its use",
     ROSTER, knows_roster},
    {"L31", "the base: does the policy keep its forbids and minima",
     "--base FILE", knows_base},
    {"L36", "the metadata: have listed models a bad status", "--metadata",
     knows_metadata},
    {"L39", "the station's targets: can each of them restrict a new key",
     "no station knows its targets yet", NULL},
    {"L45",
     "a directory: does it have the groups and attributes that populations "
     "are told by (once one was imported)",
     "--as PERSON at a station", knows_columns},
};

/* What can be looked at beside the document. */
static void
run_elsewhere(const RecoveryLint *lint)
{
  if (lint->options.base != NULL)
    recovery_lint_base(lint);
  if (lint->options.roster != NULL)
    recovery_lint_roster(lint);
  if (knows_columns(&lint->options))
    recovery_lint_columns(lint);
  if (lint->options.find_bad != NULL)
    recovery_lint_statuses(lint);
  /* Only a document without error decides anything. */
  if (lint->options.models != NULL && lint->problems->errors == 0)
    recovery_lint_models(lint);
  else if (lint->options.models != NULL)
    recovery_problem_unchecked(lint->problems, "L09", NULL,
                               "not checked while there is an error: does "
                               "anybody still pass when a model is dropped");
}

static void
run(const RecoveryLint *lint)
{
  recovery_lint_classes(lint);
  recovery_lint_rules(lint);
  recovery_lint_public(lint);
  recovery_lint_recovery(lint);
  recovery_lint_roles(lint);
  recovery_lint_retention(lint);
  recovery_lint_cells(lint);
  recovery_lint_doors(lint);
}

void
recovery_lint_check(const RecoveryDocument *document, bool practice,
                    RecoveryProblems *problems)
{
  RecoveryLint lint = {
      .document = document,
      .options = {.practice = practice, .now_s = RECOVERY_LINT_NO_TIME},
      .problems = problems,
  };

  run(&lint);
  recovery_problem_sort(problems);
}

static void
check_review(const RecoveryLint *lint)
{
  const RecoveryDocumentPolicy *policy = &lint->document->policy;

  if (policy->review_by_s == 0)
    recovery_problem_warn(lint->problems, "L35", policy->at,
                          "there is no review_by. Say when it is to be looked "
                          "at again: review_by: a date, a quarter ahead");
  else if (policy->review_by_s <= lint->options.now_s)
    recovery_problem_warn(
        lint->problems, "L35", policy->at,
        "review_by has passed: every decision says so. "
        "Review it, and load a new version with a later date");
}

/* L46: not of what was loaded once, which has to be read again. */
static void
check_beginning(const RecoveryLint *lint)
{
  const RecoveryDocumentPolicy *policy = &lint->document->policy;

  if (policy->review_by_s != 0 && policy->valid_from_s >= policy->review_by_s)
    recovery_problem_error(lint->problems, "L46", policy->at,
                           "valid_from is not before review_by: it would be "
                           "overdue from its first second on. Give a later "
                           "review_by, or an earlier valid_from");
  if (lint->options.now_s != RECOVERY_LINT_NO_TIME &&
      policy->valid_from_s > lint->options.now_s)
    recovery_problem_warn(
        lint->problems, "L46", policy->at,
        "valid_from has not come: until then everything is denied, and a "
        "station does not take it. Load it once it has come, or give an "
        "earlier date");
}

/* L47 */
static void
check_version(const RecoveryLint *lint)
{
  const RecoveryDocumentPolicy *policy = &lint->document->policy;
  const int64_t last = lint->options.version;

  if (last == 0 && policy->version > RECOVERY_DOCUMENT_VERSION_FIRST)
    recovery_problem_warn(lint->problems, "L47", policy->at,
                          "version %" G_GINT64_FORMAT " leaves few above it, "
                          "and a version is never used again: no station is "
                          "founded with one above %d. Count from 1",
                          policy->version, RECOVERY_DOCUMENT_VERSION_FIRST);
  else if (last != 0 &&
           (policy->version <= last ||
            policy->version > last + RECOVERY_DOCUMENT_VERSION_STEP))
    recovery_problem_error(
        lint->problems, "L47", policy->at,
        "version %" G_GINT64_FORMAT ": the one in force is %" G_GINT64_FORMAT
        ", and the next is above it, by %d at most. Take %" G_GINT64_FORMAT,
        policy->version, last, RECOVERY_DOCUMENT_VERSION_STEP, last + 1);
}

void
recovery_lint_review(const RecoveryDocument *document,
                     const RecoveryLintOptions *options,
                     RecoveryProblems *problems)
{
  RecoveryLint lint = {
      .document = document,
      .options = *options,
      .warn = true,
      .problems = problems,
  };

  run(&lint);
  run_elsewhere(&lint);
  check_review(&lint);
  recovery_lint_texts(&lint);
  recovery_lint_unused(&lint);
  check_beginning(&lint);
  check_version(&lint);
  for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++)
    if (elsewhere[i].knows == NULL || !elsewhere[i].knows(options))
      recovery_problem_unchecked(problems, elsewhere[i].rule,
                                 elsewhere[i].option, "not checked, needs %s",
                                 elsewhere[i].needs);
  recovery_problem_sort(problems);
}

/* ---- words ---- */

static void
add_item(GString *text, guint i, guint count, const char *between,
         const char *id)
{
  if (i > 0)
    g_string_append(text, i + 1 == count ? between : ", ");
  g_string_append(text, id);
}

char *
recovery_lint_who(const RecoveryDocument *document, const GArray *populations,
                  uint64_t set)
{
  GString *text = g_string_new(NULL);
  guint count = recovery_crowd_count(set), n = 0;

  for (guint i = 0; i < populations->len && i < 64; i++)
    if ((set & (UINT64_C(1) << i)) != 0)
      add_item(text, n++, count, " and ",
               recovery_document_id(document, RECOVERY_DOCUMENT_POPULATIONS,
                                    g_array_index(populations, uint32_t, i)));
  if (n == 0)
    g_string_assign(text, "anybody");
  return g_string_free(text, FALSE);
}

char *
recovery_lint_classes_of(const RecoveryDocument *document, uint64_t set)
{
  GString *text = g_string_new(NULL);
  guint count = recovery_crowd_count(set), n = 0;

  for (uint32_t i = 0; i < 64; i++)
    if ((set & (UINT64_C(1) << i)) != 0)
      add_item(text, n++, count, " or ",
               recovery_document_id(document, RECOVERY_DOCUMENT_CLASSES, i));
  return g_string_free(text, FALSE);
}
