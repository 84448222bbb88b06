/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-lint.c - fidotool policy lint [FILE]: everything that is wrong
 * with a policy, before anybody signs it, or with the one in force. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-file.h"
#include "fidotool/cli/policy-station.h"
#include "fidotool/cli/policy-surroundings.h"
#include "recovery/error.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *base, *at, *roster;
  gboolean practice, metadata;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->base);
  g_free(options->at);
  g_free(options->roster);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static const char description[] =
    "Errors keep a policy from being signed; warnings are signed with it. "
    "Each\n"
    "finding has the row of lint's table (L01 to L51), line and column, what\n"
    "is wrong, and what would be right. Rows that need a roster, a station,\n"
    "metadata or the base are named as not checked where that is not given.\n\n"
    "Without FILE a station is asked for the policy in force. With FILE and\n"
    "--as it is asked what only it knows: who its people are, which keys are\n"
    "in use.\n\n"
    "Exit codes: 0, or 21 where there is an error.\n\n"
    "Example:\n"
    "  fidotool policy lint policy.yaml --roster roster.json --metadata";

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
    if (problem->option != NULL)
      fidotool_json_set_text(row, "option", problem->option);
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
  /* A question has its mark. */
  const char *end = g_str_has_suffix(text, "?") ? "" : ".";

  if (problem->unchecked)
    printf("%s: %s.\n", problem->rule, text);
  else if (problem->at.line == 0)
    printf("%s %s: %s%s\n", level, problem->rule, text, end);
  else
    printf("line %u, column %u: %s %s: %s%s\n", problem->at.line,
           problem->at.column, level, problem->rule, text, end);
}

static void
print_count(uint64_t count, const char *what)
{
  if (count == 0)
    printf("no %ss", what);
  else
    printf("%" G_GUINT64_FORMAT " %s%s", count, what, count == 1 ? "" : "s");
}

/* Rows of one option stand together, in the order of their numbers. */
static void
add_option(const RecoveryProblems *problems, const char *option, GString *line)
{
  const char *between = line->len > 0 ? "; " : "Not checked: ";

  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);

    if (g_strcmp0(problem->option, option) != 0)
      continue;
    g_string_append_printf(line, "%s%s", between, problem->rule);
    between = ", ";
  }
  g_string_append_printf(line, " (%s)", option);
}

/* What was not looked at, in one line, and what would look at it. */
static void
print_unchecked(const RecoveryProblems *problems)
{
  g_autoptr(GString) line = g_string_new(NULL);
  g_autoptr(GPtrArray) told = g_ptr_array_new();

  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);

    if (problem->option == NULL ||
        g_ptr_array_find_with_equal_func(told, problem->option, g_str_equal,
                                         NULL))
      continue;
    g_ptr_array_add(told, (void *)problem->option);
    add_option(problems, problem->option, line);
  }
  if (line->len > 0)
    printf("%s.\n", line->str);
}

static void
print_findings(const RecoveryProblems *problems)
{
  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);

    if (problem->option == NULL)
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
  print_unchecked(problems);
}

/* What the station knows: its people, and the keys that it gave out. */
static bool
ask_station(FidotoolGoverned *governed, FidotoolPolicySurroundings *around,
            GError **error)
{
  g_autoptr(FidotoolJson) roster =
      fidotool_governed_ask(governed, "roster", NULL, error);
  g_autoptr(FidotoolJson) keys =
      roster == NULL ? NULL
                     : fidotool_governed_ask(governed, "register", NULL, error);
  g_autoptr(FidotoolJson) columns =
      keys == NULL
          ? NULL
          : fidotool_governed_ask(governed, "directory-columns", NULL, error);
  const char *line = fidotool_json_get_text(roster, "roster");

  if (columns == NULL || !fidotool_policy_surroundings_add_roster(
                             around, line != NULL ? line : "", error))
    return false;
  fidotool_policy_surroundings_add_register(around, keys);
  fidotool_policy_surroundings_add_columns(around, columns);
  return true;
}

static bool
look_around(const Options *options, FidotoolPolicySurroundings *around,
            GError **error)
{
  around->lint.practice = around->lint.practice || options->practice;
  return fidotool_policy_file_time("--at", options->at, &around->lint.now_s,
                                   error) &&
         (options->base == NULL || fidotool_policy_surroundings_add_base(
                                       around, options->base, error)) &&
         (options->roster == NULL ||
          fidotool_policy_surroundings_add_roster_file(around, options->roster,
                                                       error)) &&
         (!options->metadata ||
          fidotool_policy_surroundings_add_metadata(around, error));
}

/* The policy and all that is known around it. */
static bool
gather(FidotoolGoverned *governed, FidotoolCmd *cmd, Options *options,
       const char *path, FidotoolPolicyText *policy,
       FidotoolPolicySurroundings *around, GError **error)
{
  const bool asked = path == NULL || options->who.as != NULL;
  FidotoolPolicyText in_force = {0};

  if (!fidotool_policy_station_take(governed, cmd, &options->who, path, policy,
                                    error))
    return false;
  around->lint.practice = policy->practice;
  if (path != NULL && asked) {
    if (!fidotool_policy_station_open(governed, cmd, &options->who, error) ||
        !fidotool_policy_station_read(governed, &in_force, error))
      return false;
    around->lint.practice = in_force.practice;
    /* Unless it is that very one. */
    if (in_force.len != policy->len ||
        memcmp(in_force.text, policy->text, policy->len) != 0)
      around->lint.version = in_force.version;
    fidotool_policy_file_text_clear(&in_force);
  }
  return (!asked || ask_station(governed, around, error)) &&
         look_around(options, around, error);
}

static int
lint(FidotoolCmd *cmd, const char *path, Options *options)
{
  g_auto(FidotoolPolicySurroundings) around = {0};
  g_auto(FidotoolPolicyText) policy = {0};
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) document = NULL;
  g_autoptr(GError) error = NULL;
  FidotoolGoverned governed = {.cmd = cmd};

  if (!gather(&governed, cmd, options, path, &policy, &around, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  fidotool_governed_close(&governed);
  document = recovery_document_read(policy.text, policy.len, problems);
  if (document != NULL)
    recovery_lint_review(document, &around.lint, problems);
  if (!cmd->json)
    print_findings(problems);
  return fidotool_cmd_done_with(
      cmd, write_findings(policy.name, problems), NULL,
      problems->errors > 0 ? RECOVERY_ERROR_REFUSED : FIDOTOOL_CMD_OK);
}

int
fidotool_cmd_policy_lint(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry own[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"base", 0, 0, G_OPTION_ARG_FILENAME, &options.base,
       "the minima that the policy must keep", "FILE"},
      {"roster", 0, 0, G_OPTION_ARG_FILENAME, &options.roster,
       "the people there are, as \"roster show --json\" prints them", "FILE"},
      {"metadata", 0, 0, G_OPTION_ARG_NONE, &options.metadata,
       "ask the metadata that were imported for the models", NULL},
      {"practice", 0, 0, G_OPTION_ARG_NONE, &options.practice,
       "it is for practice: nobody has to wait", NULL},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options.at,
       "what will have ended by then, instead of now", "TIME"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) ||
      (argc > 1 && !fidotool_cmd_take_one(argc, argv, "FILE", &error)))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return lint(cmd, argc > 1 ? argv[1] : NULL, &options);
}
