/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-report.c - fidotool report weaker, fallbacks, exceptions and overdue:
 * what a review meeting looks through, as text, JSON or CSV. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/sitting.h"

/* A column: its member of a row, and its head. */
typedef struct {
  const char *name, *head;
} Column;

/* clang-format off */
static const Column weaker_columns[] = {
  { "seq", "entry" }, { "t", "time" }, { "act", "act" }, { "case", "case" },
  { "sub", "person" }, { "caller", "caller" }, { "journey", "journey" },
  { "app", "app" }, { "transaction", "transaction" }, { "method", "method" },
  { "result", "outcome" }, { "why", "why" }, { "reasons", "reasons" },
  { "rules", "rules" }, { "fallbacks", "fallbacks" }, { "waived", "waived" },
  { "exceptions", "exceptions" }, { "review", "review" },
};
static const Column tally_columns[] = {
  { "id", "id" }, { "uses", "uses" }, { "persons", "persons" },
  { "most_of_one", "most of one person" }, { "uses_per_30d", "limit" },
  { "last", "last" }, { "expires", "expires" }, { "state", "state" }, { "due", "review due" }, { "in_force", "in force" },
};
static const Column overdue_columns[] = {
  { "case", "case" }, { "op", "kind" }, { "sub", "person" }, { "state", "state" },
  { "since", "since" }, { "due", "due" },
};
static const struct {
  const char *of;
  const Column *columns;
  size_t count;
  const char *help;
} reports[] = {
  { "weaker", weaker_columns, G_N_ELEMENTS(weaker_columns),
    "Lists every entry of the record that is marked as a weaker path, with its\n"
    "reasons. Persons are the record's pseudonyms.\n\n"
    "Example:\n  fidotool report weaker --as sid --role security --csv > weaker.csv" },
  { "fallbacks", tally_columns, G_N_ELEMENTS(tally_columns),
    "Counts the uses of each fallback in 30 days, or since a day.\n\n"
    "Example:\n  fidotool report fallbacks --as sid --role security" },
  { "exceptions", tally_columns, G_N_ELEMENTS(tally_columns),
    "Counts the decisions in which an exception waived something.\n\n"
    "Example:\n  fidotool report exceptions --as sid --role security --since 2026-11-01" },
  { "overdue", overdue_columns, G_N_ELEMENTS(overdue_columns),
    "Lists the cases that have waited for more than a day in the routine check, or\n"
    "for more than three days for the decision of a contest.\n\n"
    "Example:\n  fidotool report overdue --as sid --role security" },
};
/* clang-format on */

/* A member as text: lists with a blank between. */
static char *
cell_of(const FidotoolJson *row, const char *name)
{
  const FidotoolJson *value = fidotool_json_get(row, name);
  GString *out = g_string_new(NULL);
  int64_t number;

  if (fidotool_json_int(value, &number))
    g_string_append_printf(out, "%" G_GINT64_FORMAT, number);
  else if (fidotool_json_text(value) != NULL)
    g_string_append(out, fidotool_json_text(value));
  for (size_t i = 0; fidotool_json_type(value) == FIDOTOOL_JSON_ARRAY &&
                     i < fidotool_json_size(value);
       i++)
    g_string_append_printf(out, "%s%s", i > 0 ? " " : "",
                           fidotool_json_text(fidotool_json_at(value, i)));
  return g_string_free(out, false);
}

/* A cell of RFC 4180. What a spreadsheet would take for a formula is text. */
static void
print_csv_cell(const char *text, bool last)
{
  if (*text != '\0' && strchr("=+-@", *text) != NULL)
    printf("\"'%s\"", text);
  else if (strpbrk(text, ",\"\n") == NULL)
    printf("%s", text);
  else {
    g_auto(GStrv) parts = g_strsplit(text, "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    printf("\"%s\"", doubled);
  }
  printf("%s", last ? "\r\n" : ",");
}

static void
print_csv(const FidotoolJson *rows, const Column *columns, size_t count)
{
  for (size_t j = 0; j < count; j++)
    print_csv_cell(columns[j].head, j + 1 == count);
  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    for (size_t j = 0; j < count; j++) {
      g_autofree char *cell =
          cell_of(fidotool_json_at(rows, i), columns[j].name);

      print_csv_cell(cell, j + 1 == count);
    }
}

/* One paragraph a row: what is empty is left out. */
static void
print_rows(const FidotoolJson *rows, const Column *columns, size_t count)
{
  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    for (size_t j = 0; j < count; j++) {
      g_autofree char *cell =
          cell_of(fidotool_json_at(rows, i), columns[j].name);
      g_autofree char *line = fidotool_cmd_printable(cell);

      if (*line != '\0')
        printf("%s%-20s%s\n", j == 0 ? "" : "  ", columns[j].head, line);
    }
  }
  if (fidotool_json_size(rows) == 0)
    printf("Nothing of the kind is in the record.\n");
}

static FidotoolJson *
ask(FidotoolGoverned *governed, const char *of, const char *since,
    const char *role, GError **error)
{
  const FidotoolSitting *sitting = fidotool_sitting_current();
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", "report");
  fidotool_json_set_text(request, "of", of);
  if (since != NULL)
    fidotool_json_set_text(request, "since", since);
  if (!(sitting && sitting->roles->len > 0) &&
      !fidotool_governed_activate(governed, role ? role : "security", NULL,
                                  error))
    return NULL;
  return fidotool_governed_query(governed, request, error);
}

static void
print_report(size_t kind, const FidotoolJson *answer, bool csv)
{
  const FidotoolJson *rows = fidotool_json_get(answer, reports[kind].of);
  int64_t left = fidotool_json_get_int(answer, "left_out", 0);

  (csv ? print_csv : print_rows)(rows, reports[kind].columns,
                                 reports[kind].count);
  if (left > 0)
    fprintf(stderr, "%" G_GINT64_FORMAT " older rows are left out; --since\n",
            left);
}

static int
run(FidotoolCmd *cmd, size_t kind, int argc, char **argv)
{
  FidotoolGovernedOptions who = {0};
  g_autofree char *since = NULL, *role = NULL;
  gboolean csv = FALSE;
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&who),
      {"since", 0, 0, G_OPTION_ARG_STRING, &since, "from this day on", "DATE"},
      {"csv", 0, 0, G_OPTION_ARG_NONE, &csv, "as a table for a spreadsheet",
       NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(cmd, entries, reports[kind].help, &argc, &argv,
                          &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  role = g_steal_pointer(&who.role);
  if (fidotool_governed_open(&governed, cmd, &who, 0, &error))
    answer = ask(&governed, reports[kind].of, since, role, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    print_report(kind, answer, csv);
  return fidotool_governed_done(&governed, g_steal_pointer(&answer), NULL);
}

int
fidotool_cmd_report_weaker(FidotoolCmd *cmd, int argc, char **argv)
{
  return run(cmd, 0, argc, argv);
}

int
fidotool_cmd_report_fallbacks(FidotoolCmd *cmd, int argc, char **argv)
{
  return run(cmd, 1, argc, argv);
}

int
fidotool_cmd_report_exceptions(FidotoolCmd *cmd, int argc, char **argv)
{
  return run(cmd, 2, argc, argv);
}

int
fidotool_cmd_report_overdue(FidotoolCmd *cmd, int argc, char **argv)
{
  return run(cmd, 3, argc, argv);
}
