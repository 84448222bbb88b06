/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c - findings, collected and written. */
#include "recovery/policy/problem.h"

static void
free_problem(void *data)
{
  RecoveryProblem *problem = data;

  g_free(problem->text);
  g_free(problem);
}

RecoveryProblems *
recovery_problem_new(void)
{
  RecoveryProblems *problems = g_new0(RecoveryProblems, 1);

  problems->items = g_ptr_array_new_with_free_func(free_problem);
  return problems;
}

void
recovery_problem_free(RecoveryProblems *problems)
{
  if (problems == NULL)
    return;
  g_ptr_array_unref(problems->items);
  g_free(problems);
}

G_GNUC_PRINTF(5, 0)
static void
add(RecoveryProblems *problems, bool error, const char *rule,
    RecoveryProblemPlace at, const char *format, va_list args)
{
  uint64_t *count = error ? &problems->errors : &problems->warnings;
  RecoveryProblem *problem;

  if (++*count > RECOVERY_PROBLEM_MAX)
    return;
  problem = g_new0(RecoveryProblem, 1);
  *problem = (RecoveryProblem){.at = at, .rule = rule, .error = error};
  problem->text = g_strdup_vprintf(format, args);
  g_ptr_array_add(problems->items, problem);
}

void
recovery_problem_error(RecoveryProblems *problems, const char *rule,
                       RecoveryProblemPlace at, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  add(problems, true, rule, at, format, args);
  va_end(args);
}

void
recovery_problem_warn(RecoveryProblems *problems, const char *rule,
                      RecoveryProblemPlace at, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  add(problems, false, rule, at, format, args);
  va_end(args);
}

void
recovery_problem_unchecked(RecoveryProblems *problems, const char *rule,
                           const char *option, const char *format, ...)
{
  RecoveryProblem *problem = g_new0(RecoveryProblem, 1);
  va_list args;

  problems->unchecked++;
  *problem =
      (RecoveryProblem){.rule = rule, .unchecked = true, .option = option};
  va_start(args, format);
  problem->text = g_strdup_vprintf(format, args);
  va_end(args);
  g_ptr_array_add(problems->items, problem);
}

static gint
compare_places(gconstpointer a, gconstpointer b)
{
  const RecoveryProblem *one = *(const RecoveryProblem *const *)a;
  const RecoveryProblem *other = *(const RecoveryProblem *const *)b;

  if (one->unchecked != other->unchecked)
    return one->unchecked ? 1 : -1;
  if (one->unchecked)
    return g_strcmp0(one->rule, other->rule);
  if (one->at.line != other->at.line)
    return one->at.line < other->at.line ? -1 : 1;
  if (one->at.column != other->at.column)
    return one->at.column < other->at.column ? -1 : 1;
  return g_strcmp0(one->text, other->text);
}

void
recovery_problem_sort(RecoveryProblems *problems)
{
  g_ptr_array_sort(problems->items, compare_places);
}

char *
recovery_problem_write(const RecoveryProblem *problem)
{
  if (problem->at.line == 0)
    return g_strdup_printf("%s: %s", problem->rule, problem->text);
  return g_strdup_printf("line %u, column %u: %s: %s", problem->at.line,
                         problem->at.column, problem->rule, problem->text);
}

char *
recovery_problem_write_errors(const RecoveryProblems *problems)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);
    g_autofree char *line = NULL;

    if (!problem->error)
      continue;
    line = recovery_problem_write(problem);
    g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", line);
  }
  if (problems->errors > RECOVERY_PROBLEM_MAX)
    g_string_append_printf(text, "\nand %" G_GUINT64_FORMAT " more",
                           problems->errors - RECOVERY_PROBLEM_MAX);
  return g_string_free(text, FALSE);
}
