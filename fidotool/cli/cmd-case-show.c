/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-case-show.c - fidotool case list, show and acts: what is there, and who
 * may do what next. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/sitting.h"

typedef void (*Print)(const FidotoolJson *answer);

/* One query in words: the role is only there so that it may be asked. */
typedef struct {
  const char *what;
  bool of_case;
  Print print;
  const char *description;
} Show;

static char *
word(const FidotoolJson *row, const char *name)
{
  const char *text = fidotool_json_get_text(row, name);

  return fidotool_cmd_printable(text ? text : "-");
}

static void
print_cases(const FidotoolJson *answer)
{
  const FidotoolJson *cases = fidotool_json_get(answer, "cases");

  if (fidotool_json_size(cases) == 0)
    printf("No cases.\n");
  for (size_t i = 0; i < fidotool_json_size(cases); i++) {
    const FidotoolJson *row = fidotool_json_at(cases, i);
    g_autofree char *id = word(row, "case");
    g_autofree char *state = word(row, "state");
    g_autofree char *sub = word(row, "sub");
    g_autofree char *opened = word(row, "opened");
    g_autofree char *code = word(row, "short_code");
    const char *late =
        fidotool_json_get_int(row, "overdue", 0) == 1 ? " overdue" : "";

    const char *flagged =
        fidotool_json_get_int(row, "flagged", 0) == 1 ? " flagged" : "";

    printf("%-12s %-18s %-12s %-24s %s%s%s\n", id, state, sub, opened, code,
           late, flagged);
  }
}

/* Who may, or why not. */
static void
print_person(const FidotoolJson *row, const char *who)
{
  g_autofree char *person = who ? g_strdup(who) : word(row, "person");
  g_autofree char *rule = word(row, "rule");
  g_autofree char *text = word(row, "text");
  g_autofree char *enough = word(row, "enough");

  if (fidotool_json_get_int(row, "open", 0) == 1)
    printf("  %-16s may%s\n", person,
           strcmp(rule, "role-not-active") == 0 ? ", once the role is active"
                                                : "");
  else
    printf("  %-16s may not (%s): %s\n  %-16s enough: %s\n", person, rule, text,
           "", enough);
}

static void
print_acts(const FidotoolJson *answer)
{
  const FidotoolJson *acts = fidotool_json_get(answer, "acts");
  g_autofree char *of = word(answer, "case");
  g_autofree char *state = word(answer, "state");

  printf("%s is %s\n", of, state);
  for (size_t i = 0; i < fidotool_json_size(acts); i++) {
    const FidotoolJson *act = fidotool_json_at(acts, i);
    const FidotoolJson *persons = fidotool_json_get(act, "persons");
    g_autofree char *name = word(act, "act");
    g_autofree char *slot = word(act, "slot");

    printf("\n%s%s%s\n", name, strcmp(slot, "-") == 0 ? "" : " for slot ",
           strcmp(slot, "-") == 0 ? "" : slot);
    for (size_t k = 0; k < fidotool_json_size(persons); k++)
      print_person(fidotool_json_at(persons, k), NULL);
    /* No person does it. */
    if (fidotool_json_get(act, "open"))
      print_person(act, "the new key");
  }
}

static const Show list = {
    .what = "cases",
    .print = print_cases,
    .description = "Lists every case: id, state, person, when it was opened, "
                   "short code,\nand whether it has waited too long for a "
                   "security officer.\n"
                   "Example:\n  fidotool case list --as ada",
};

static const Show show = {
    .what = "case",
    .of_case = true,
    .print = fidotool_governed_print,
    .description = "Shows one case.\n"
                   "Example:\n  fidotool case show c-4f1e22aa --as ada",
};

static const Show acts = {
    .what = "acts",
    .of_case = true,
    .print = print_acts,
    .description = "Says which acts are open to whom, and for the others the "
                   "rule that refuses and\nwhat would be enough.\n"
                   "Example:\n  fidotool case acts c-4f1e22aa --as ada",
};

static int
run(FidotoolCmd *cmd, FidotoolGovernedOptions *who, const Show *what,
    const char *of)
{
  g_autofree char *role = g_steal_pointer(&who->role);
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolGoverned governed;

  fidotool_json_set_text(request, "what", what->what);
  if (of)
    fidotool_json_set_text(request, "case", of);
  if (fidotool_governed_open(&governed, cmd, who, 0, &error) &&
      fidotool_governed_any_role(&governed, role, "agent", &error))
    answer = fidotool_governed_query(&governed, request, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    what->print(answer);
  return fidotool_governed_done(&governed, g_steal_pointer(&answer), NULL);
}

static void
clear_who(FidotoolGovernedOptions *who)
{
  g_free(who->as);
  g_free(who->role);
}

/* The case that is asked about; ret_of is left where there is none to name. */
static bool
find_case(const Show *what, int argc, char **argv, const char **ret_of,
          GError **error)
{
  if (what->of_case)
    return (*ret_of = fidotool_sitting_find_case(argc, argv, error)) != NULL;
  if (argc > 1)
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "there are no arguments");
  return argc <= 1;
}

static int
parse_and_run(FidotoolCmd *cmd, int argc, char **argv, const Show *what)
{
  FidotoolGovernedOptions who = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&who),
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  const char *of = NULL;
  int code;

  if (fidotool_cmd_parse(cmd, entries, what->description, &argc, &argv,
                         &error) &&
      find_case(what, argc, argv, &of, &error))
    code = run(cmd, &who, what, of);
  else
    code = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  clear_who(&who);
  return code;
}

int
fidotool_cmd_case_list(FidotoolCmd *cmd, int argc, char **argv)
{
  return parse_and_run(cmd, argc, argv, &list);
}

int
fidotool_cmd_case_show(FidotoolCmd *cmd, int argc, char **argv)
{
  return parse_and_run(cmd, argc, argv, &show);
}

int
fidotool_cmd_case_acts(FidotoolCmd *cmd, int argc, char **argv)
{
  return parse_and_run(cmd, argc, argv, &acts);
}
