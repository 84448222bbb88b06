/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-exception.c - fidotool exception list: what is excepted, until when, how
 * often it was used, and whose review is due. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/columns.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "recovery/format/time.h"

#define ROLE "security"
#define DAY_MS INT64_C(86400000)

static const char *
text_of(const FidotoolJson *row, const char *name)
{
  const char *text = fidotool_json_get_text(row, name);

  return text == NULL ? "" : text;
}

/* ---- which ---- */

/* Live, with a review within so many days; or gone for want of one. */
static bool
is_due(const FidotoolJson *row, int64_t now_ms, int days)
{
  int64_t due_ms = 0;

  if (strcmp(text_of(row, "state"), "overdue") == 0)
    return true;
  return strcmp(text_of(row, "state"), "live") == 0 &&
         recovery_time_read(text_of(row, "due"), &due_ms) &&
         due_ms - now_ms <= days * DAY_MS;
}

/* days: -1 for all. */
static FidotoolJson *
pick(const FidotoolJson *answer, const char *id, int days)
{
  const FidotoolJson *rows = fidotool_json_get(answer, "exceptions");
  FidotoolJson *picked = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(picked, "exceptions", fidotool_json_new_array());
  int64_t now_ms = 0;

  fidotool_json_set_text(picked, "time", text_of(answer, "time"));
  (void)recovery_time_read(text_of(answer, "time"), &now_ms);
  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const FidotoolJson *row = fidotool_json_at(rows, i);

    if ((id != NULL && strcmp(text_of(row, "id"), id) != 0) ||
        (days >= 0 && !is_due(row, now_ms, days)))
      continue;
    fidotool_json_append(list, fidotool_json_copy(row));
  }
  return picked;
}

/* ---- words ---- */

static void
print_line(const char *text)
{
  g_autofree char *shown = fidotool_cmd_printable(text);

  printf("%s\n", shown);
}

static char *
join(const FidotoolJson *list)
{
  g_autoptr(GString) out = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ",
                           fidotool_json_text(fidotool_json_at(list, i)));
  return g_string_free(g_steal_pointer(&out), false);
}

/* What became of it, with the date that goes with it. */
static char *
word_state(const FidotoolJson *row)
{
  const char *state = text_of(row, "state");
  g_autofree char *by = join(fidotool_json_get(row, "approved_by"));

  if (strcmp(state, "waiting") == 0)
    return g_strdup_printf("waits for a second signature until %.16sZ (signed "
                           "by %s)",
                           text_of(row, "lapses"), by);
  if (strcmp(state, "live") == 0)
    return g_strdup_printf("live until %.10s, review due %.10s",
                           text_of(row, "until"), text_of(row, "due"));
  if (strcmp(state, "early") == 0)
    return g_strdup_printf("begins %.10s, until %.10s", text_of(row, "from"),
                           text_of(row, "until"));
  if (strcmp(state, "overdue") == 0)
    return g_strdup_printf("overdue: ended without a review on %.10s",
                           text_of(row, "due"));
  if (strcmp(state, "ended") == 0)
    return g_strdup_printf("ended %.10s by %s", text_of(row, "ended"),
                           text_of(row, "ended_by"));
  if (strcmp(state, "expired") == 0)
    return g_strdup_printf("expired %.10s", text_of(row, "until"));
  return g_strdup("idle: the policy has nothing that it waives");
}

static void
print_scope(const FidotoolJson *row)
{
  g_autofree char *waives = join(fidotool_json_get(row, "waives"));
  g_autofree char *scope = fidotool_columns_scope(row);
  g_autofree char *line = g_strdup_printf("  waives %s; %s", waives, scope);

  print_line(line);
}

/* Of one that is not live yet its state does not say them. */
static void
print_dates(const FidotoolJson *row)
{
  if (strcmp(text_of(row, "state"), "waiting") == 0 ||
      strcmp(text_of(row, "state"), "early") == 0)
    printf("  from %.10s until %.10s, a review every %" G_GINT64_FORMAT
           " days\n",
           text_of(row, "from"), text_of(row, "until"),
           fidotool_json_get_int(row, "review_every_d", 0));
}

static void
print_row(const FidotoolJson *row)
{
  g_autofree char *state = word_state(row);
  g_autofree char *head = g_strdup_printf("%s  %s", text_of(row, "id"), state);
  g_autofree char *owner = g_strdup_printf(
      "  owner %s: %s", text_of(row, "owner"), text_of(row, "reason"));
  g_autofree char *instead =
      g_strdup_printf("  in its place: %s", text_of(row, "compensating"));

  print_line(head);
  print_scope(row);
  print_dates(row);
  print_line(owner);
  print_line(instead);
  if (fidotool_json_get(row, "uses") != NULL)
    printf("  used %" G_GINT64_FORMAT " times\n",
           fidotool_json_get_int(row, "uses", 0));
}

/* One that was asked for by its ID is shown in full. */
static void
print_rows(const FidotoolJson *picked, bool full)
{
  const FidotoolJson *rows = fidotool_json_get(picked, "exceptions");

  if (fidotool_json_size(rows) == 0)
    printf("none\n");
  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    if (full)
      fidotool_columns_print(fidotool_json_at(rows, i),
                             fidotool_columns_exception,
                             FIDOTOOL_COLUMNS_EXCEPTION);
    else
      print_row(fidotool_json_at(rows, i));
}

/* ---- the command ---- */

static FidotoolJson *
ask(FidotoolCmd *cmd, FidotoolGoverned *governed, FidotoolGovernedOptions *who,
    GError **error)
{
  g_autofree char *role = g_steal_pointer(&who->role);
  g_autoptr(FidotoolJson) question = fidotool_json_new_object();

  fidotool_json_set_text(question, "what", "exceptions");
  if (!fidotool_governed_open(governed, cmd, who, 0, error) ||
      !fidotool_governed_activate(governed, role ? role : ROLE, NULL, error))
    return NULL;
  return fidotool_governed_query(governed, question, error);
}

static bool
check_arguments(int argc, int days, GError **error)
{
  if (argc <= 2 && days >= -1)
    return true;
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                      argc > 2 ? "give one ID, or none"
                               : "--due takes a number of days");
  return false;
}

int
fidotool_cmd_exception_list(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolGovernedOptions who = {0};
  int days = -1;
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&who),
      {"due", 0, 0, G_OPTION_ARG_INT, &days,
       "those alone whose review is due within so many days, or overdue",
       "DAYS"},
      G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) answer = NULL;
  g_autoptr(FidotoolJson) picked = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Lists the exceptions of a station: live, waiting for a second "
          "signature, overdue, ended;\nor the one of that ID, in full. An "
          "exception is used when a decision rests on it.\n"
          "Example:\n  fidotool exception list --due 7 --as sid",
          &argc, &argv, &error) ||
      !check_arguments(argc, days, &error)) {
    g_free(who.as);
    g_free(who.role);
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  answer = ask(cmd, &governed, &who, &error);
  if (answer == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  picked = pick(answer, argc == 2 ? argv[1] : NULL, days);
  if (!cmd->json)
    print_rows(picked, argc == 2);
  return fidotool_governed_done(&governed, g_steal_pointer(&picked), NULL);
}
