/* SPDX-License-Identifier: Apache-2.0 */
/* change.c - what loading a policy changes, counted. */
#include "recovery/policy/change.h"

#include "recovery/error.h"
#include "recovery/policy/lint.h"

static RecoveryDocument *
read_document(GBytes *yaml, const char *which, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  gsize len;
  const char *text = g_bytes_get_data(yaml, &len);
  RecoveryDocument *document = recovery_document_read(text, len, problems);
  g_autofree char *words = NULL;

  if (document != NULL)
    return document;
  words = recovery_problem_write_errors(problems);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "the policy %s cannot be read: %s", which, words);
  return NULL;
}

static void
count(RecoveryChange *change)
{
  const RecoveryDiff *diff = change->diff;

  change->looser = (int64_t)(diff->looser + diff->both);
  change->stricter = (int64_t)(diff->stricter + diff->both);
  for (guint i = 0; i < diff->points->len; i++) {
    const RecoveryDiffPoint *point = g_ptr_array_index(diff->points, i);

    change->looser += point->way != RECOVERY_DIFF_STRICTER;
    change->stricter += point->way != RECOVERY_DIFF_LOOSER;
  }
}

RecoveryChange *
recovery_change_new(GBytes *before, GBytes *after, int64_t at_s, GError **error)
{
  g_autoptr(RecoveryChange) change = g_new0(RecoveryChange, 1);
  /* In practice less is an error; what is a warning is one everywhere. */
  const RecoveryLintOptions options = {.practice = true, .now_s = at_s};

  change->looser = change->stricter = -1;
  change->problems = recovery_problem_new();
  change->before = read_document(before, "in force", error);
  if (change->before == NULL)
    return NULL;
  change->after = read_document(after, "to be loaded", error);
  if (change->after == NULL)
    return NULL;
  recovery_lint_review(change->after, &options, change->problems);
  change->warnings = (int64_t)change->problems->warnings;
  change->diff = recovery_diff_new(change->before, change->after, at_s);
  if (change->diff->whole)
    count(change);
  return g_steal_pointer(&change);
}

void
recovery_change_free(RecoveryChange *change)
{
  if (change == NULL)
    return;
  recovery_diff_free(change->diff);
  recovery_problem_free(change->problems);
  recovery_document_free(change->before);
  recovery_document_free(change->after);
  g_free(change);
}

void
recovery_change_state(const RecoveryChange *change, FidotoolJson *statement)
{
  if (change->diff->whole) {
    fidotool_json_set_int(statement, "looser", change->looser);
    fidotool_json_set_int(statement, "stricter", change->stricter);
  }
  fidotool_json_set_int(statement, "warnings", change->warnings);
}

bool
recovery_change_is_at_once(const FidotoolJson *statement)
{
  return fidotool_json_get_int(statement, "looser", -1) == 0;
}

/* A station of before compared no large tables: it states no number, and what
 * it loads waits. */
static bool
is_not_counted(const RecoveryChange *change, const FidotoolJson *statement)
{
  return change->diff->by_cell &&
         fidotool_json_get(statement, "looser") == NULL &&
         fidotool_json_get(statement, "stricter") == NULL;
}

bool
recovery_change_fits(const RecoveryChange *change,
                     const FidotoolJson *statement, bool with_warnings,
                     GError **error)
{
  const bool counted = !is_not_counted(change, statement);
  const struct {
    const char *name;
    int64_t is;
    bool asked;
  } rows[] = {
      {"looser", change->looser, counted},
      {"stricter", change->stricter, counted},
      {"warnings", change->warnings, with_warnings},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    int64_t said = fidotool_json_get_int(statement, rows[i].name, -1);

    if (!rows[i].asked || said == rows[i].is)
      continue;
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "the statement says %s: %" G_GINT64_FORMAT
                ", the two policies say %" G_GINT64_FORMAT,
                rows[i].name, said, rows[i].is);
    return false;
  }
  return true;
}
