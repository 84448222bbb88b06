/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-lint.c - fidotool policy lint FILE: everything that is wrong with
 * a policy, before anybody signs it. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-file.h"
#include "recovery/error.h"
#include "recovery/policy/lint.h"

typedef struct {
  char *base, *at;
  gboolean practice;
} Options;

static const char description[] =
    "Errors keep a policy from being signed; warnings are signed with it. "
    "Each\n"
    "finding has the row of lint's table (L01 to L44), line and column, what\n"
    "is wrong, and what would be right. Rows that need a roster, a station or\n"
    "the base are named as not checked.\n\n"
    "Exit codes: 0, or 21 where there is an error.\n\n"
    "Example:\n"
    "  fidotool policy lint policy.yaml";

static FidotoolJson *
write_findings(const char *path, const RecoveryProblems *problems)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *findings =
      fidotool_json_set(result, "findings", fidotool_json_new_array());

  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);
    FidotoolJson *row =
        fidotool_json_append(findings, fidotool_json_new_object());

    fidotool_json_set_text(row, "rule", problem->rule);
    fidotool_json_set_text(row, "level", problem->error ? "E" : "W");
    fidotool_json_set_bool(row, "checked", !problem->unchecked);
    if (problem->at.line > 0) {
      fidotool_json_set_int(row, "line", problem->at.line);
      fidotool_json_set_int(row, "column", problem->at.column);
    }
    fidotool_json_set_text(row, "text", problem->text);
  }
  fidotool_json_set_text(result, "file", path);
  fidotool_json_set_int(result, "errors", (int64_t)problems->errors);
  fidotool_json_set_int(result, "warnings", (int64_t)problems->warnings);
  fidotool_json_set_int(result, "unchecked", (int64_t)problems->unchecked);
  return result;
}

static void
print_finding(const RecoveryProblem *problem)
{
  g_autofree char *text = fidotool_cmd_printable(problem->text);
  const char *level = problem->error ? "error" : "warning";

  if (problem->unchecked)
    printf("  %s: %s\n", problem->rule, text);
  else if (problem->at.line == 0)
    printf("%s %s: %s.\n", level, problem->rule, text);
  else
    printf("line %u, column %u: %s %s: %s.\n", problem->at.line,
           problem->at.column, level, problem->rule, text);
}

static void
print_count(uint64_t count, const char *what)
{
  if (count == 0)
    printf("no %ss", what);
  else
    printf("%" G_GUINT64_FORMAT " %s%s", count, what, count == 1 ? "" : "s");
}

static void
print_findings(const RecoveryProblems *problems)
{
  bool unchecked = false;

  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);

    if (problem->unchecked && !unchecked)
      printf("Not looked at:\n");
    unchecked = unchecked || problem->unchecked;
    print_finding(problem);
  }
  if (problems->errors > RECOVERY_PROBLEM_MAX ||
      problems->warnings > RECOVERY_PROBLEM_MAX)
    printf("Only %d errors and %d warnings are shown.\n", RECOVERY_PROBLEM_MAX,
           RECOVERY_PROBLEM_MAX);
  print_count(problems->errors, "error");
  printf(", ");
  print_count(problems->warnings, "warning");
  printf(problems->errors > 0 ? ". With an error a policy cannot be signed.\n"
         : problems->warnings > 0
             ? ". The policy can be signed, and the warnings with it.\n"
             : ". The policy can be signed.\n");
}

static bool
read_options(const Options *options, RecoveryLintOptions *ret_lint,
             RecoveryDocument **ret_base, GError **error)
{
  ret_lint->practice = options->practice;
  if (!fidotool_policy_file_time(options->at, &ret_lint->now_s, error))
    return false;
  if (options->base == NULL)
    return true;
  *ret_base = fidotool_policy_file_need(options->base, error);
  ret_lint->base = *ret_base;
  return *ret_base != NULL;
}

static int
lint(FidotoolCmd *cmd, const char *path, const Options *options)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) document = NULL;
  g_autoptr(RecoveryDocument) base = NULL;
  g_autoptr(GError) error = NULL;
  RecoveryLintOptions lint_options = {0};
  g_autofree char *text = NULL;
  size_t len;

  if (!read_options(options, &lint_options, &base, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  text = fidotool_cmd_read_file(path, RECOVERY_DOCUMENT_MAX, &len, &error);
  if (text == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  document = recovery_document_read(text, len, problems);
  if (document != NULL)
    recovery_lint_review(document, &lint_options, problems);
  if (!cmd->json)
    print_findings(problems);
  return fidotool_cmd_done_with(cmd, write_findings(path, problems), NULL,
                                problems->errors > 0 ? RECOVERY_ERROR_REFUSED
                                                     : FIDOTOOL_CMD_OK);
}

int
fidotool_cmd_policy_lint(FidotoolCmd *cmd, int argc, char **argv)
{
  Options options = {0};
  const GOptionEntry own[] = {
      {"base", 0, 0, G_OPTION_ARG_FILENAME, &options.base,
       "the minima that the policy must keep", "FILE"},
      {"practice", 0, 0, G_OPTION_ARG_NONE, &options.practice,
       "it is for practice: nobody has to wait", NULL},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options.at,
       "what will have ended by then, instead of now", "TIME"},
      {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;
  int r;

  if (fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) &&
      fidotool_cmd_take_one(argc, argv, "FILE", &error))
    r = lint(cmd, argv[1], &options);
  else
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  g_free(options.base);
  g_free(options.at);
  return r;
}
