/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-report.c - fidotool report weaker, fallbacks, exceptions, approvals and
 * overdue:
 * what a review meeting looks through, as text, JSON or CSV. */
#include <stdio.h>

#include "fidotool/cli/columns.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"

/* clang-format off */
static const FidotoolColumn weaker_columns[] = {
  { "seq", "entry", NULL }, { "t", "time", NULL }, { "act", "act", NULL }, { "case", "case", NULL },
  { "sub", "person", NULL }, { "caller", "caller", NULL }, { "journey", "journey", NULL },
  { "app", "app", NULL }, { "transaction", "transaction", NULL }, { "method", "method", NULL },
  { "result", "outcome", NULL }, { "why", "why", NULL }, { "reasons", "reasons", NULL },
  { "rules", "rules", NULL }, { "fallbacks", "fallbacks", NULL }, { "waived", "waived", NULL },
  { "exceptions", "exceptions", NULL }, { "review", "review", NULL },
};
static const FidotoolColumn tally_columns[] = {
  { "id", "id", NULL }, { "uses", "uses", NULL }, { "persons", "persons", NULL },
  { "most_of_one", "most of one person", NULL }, { "uses_per_30d", "limit", NULL },
  { "last", "last", NULL }, { "expires", "expires", NULL }, { "in_force", "in force", NULL },
};
static const FidotoolColumn approval_columns[] = {
  { "seq", "entry", NULL }, { "t", "time", NULL }, { "act", "act", NULL }, { "sub", "person", NULL },
  { "caller", "caller", NULL }, { "journey", "journey", NULL }, { "app", "app", NULL }, { "transaction", "transaction", NULL },
  { "actor", "approved by", NULL }, { "slot", "slot", NULL }, { "until", "until", NULL }, { "stmt", "approval", NULL },
  { "result", "outcome", NULL }, { "rules", "rules", NULL }, { "approvals", "approvals used", NULL },
};
static const FidotoolColumn overdue_columns[] = {
  { "case", "case", NULL }, { "op", "kind", NULL }, { "sub", "person", NULL }, { "state", "state", NULL },
  { "since", "since", NULL }, { "due", "due", NULL },
};
static const struct {
  const char *of;
  const FidotoolColumn *columns;
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
  { "exceptions", fidotool_columns_exception, FIDOTOOL_COLUMNS_REVIEW,
    "Lists every exception for the meeting that reviews them: whose it is, why, what\n"
    "it waives and for whom, its dates, and in how many decisions it was used.\n\n"
    "Example:\n  fidotool report exceptions --as sid --role security --csv > exceptions.csv" },
  { "overdue", overdue_columns, G_N_ELEMENTS(overdue_columns),
    "Lists the cases that have waited for more than a day in the routine check, or\n"
    "for more than three days for the decision of a contest.\n\n"
    "Example:\n  fidotool report overdue --as sid --role security" },
  { "approvals", approval_columns, G_N_ELEMENTS(approval_columns),
    "Lists who approved which decision, and every allow that used approvals up.\n"
    "Persons are the record's pseudonyms; what was approved is named by no word.\n\n"
    "Example:\n  fidotool report approvals --as sid --role security --since 2026-11-01" },
};
/* clang-format on */

static FidotoolJson *
ask(FidotoolGoverned *governed, const char *of, const char *since,
    const char *role, GError **error)
{
  FidotoolJson *request;

  if (!fidotool_governed_any_role(governed, role, "security", error))
    return NULL;
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "of", of);
  if (since != NULL)
    fidotool_json_set_text(request, "since", since);
  return fidotool_governed_ask(governed, "report", request, error);
}

static void
print_report(size_t kind, const FidotoolJson *answer, bool csv)
{
  const FidotoolJson *rows = fidotool_json_get(answer, reports[kind].of);
  int64_t left = fidotool_json_get_int(answer, "left_out", 0);

  if (csv)
    fidotool_columns_print_csv(rows, reports[kind].columns,
                               reports[kind].count);
  for (size_t i = 0; !csv && i < fidotool_json_size(rows); i++)
    fidotool_columns_print(fidotool_json_at(rows, i), reports[kind].columns,
                           reports[kind].count);
  if (!csv && fidotool_json_size(rows) == 0)
    printf("Nothing of the kind is in the record.\n");
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

int
fidotool_cmd_report_approvals(FidotoolCmd *cmd, int argc, char **argv)
{
  return run(cmd, 4, argc, argv);
}
