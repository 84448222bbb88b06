/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-approve.c - fidotool policy approvals and policy approve: which
 * decisions wait for somebody who approves them, and one of them approved. With
 * --out nothing is signed here: the proposal goes to a machine with fidotool
 * sign, and comes back with submit. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/document.h"
#include "fidotool/cli/governed.h"

#define ROLE "helpdesk-lead"
#define ACT "decision.approve"

typedef struct {
  FidotoolGovernedOptions who;
  char *reference, *slot;
  char *employee, *caller, *journey, *app, *transaction;
  int minutes;
  char *out;
} Options;

static void
clear_options(Options *options)
{
  char **texts[] = {&options->who.as,     &options->who.role, &options->slot,
                    &options->reference,  &options->employee, &options->caller,
                    &options->journey,    &options->app,      &options->out,
                    &options->transaction};

  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(*texts[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool
usage(GError **error, const char *text)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, text);
  return false;
}

static const char *
text_of(const FidotoolJson *row, const char *name)
{
  const char *text = fidotool_json_get_text(row, name);

  return text == NULL ? "" : text;
}

/* ---- what waits, in words ---- */

static void
print_line(const char *text)
{
  g_autofree char *shown = fidotool_cmd_printable(text);

  printf("%s\n", shown);
}

static void
print_place(const FidotoolJson *row)
{
  bool named = fidotool_json_get(row, "transaction") != NULL;
  g_autofree char *text = g_strdup_printf(
      "  for %s (%s): %s at %s%s%s", text_of(row, "name"),
      text_of(row, "employee"), text_of(row, "journey"), text_of(row, "app"),
      named ? ", " : "", text_of(row, "transaction"));

  print_line(text);
}

static void
print_needs(const FidotoolJson *row)
{
  const FidotoolJson *slots = fidotool_json_get(row, "slots");
  const FidotoolJson *given = fidotool_json_get(row, "approved");
  int64_t needed = fidotool_json_get_int(row, "approvals", 0);
  g_autoptr(GString) text = g_string_new(NULL);

  g_string_append_printf(text, "  needs %" G_GINT64_FORMAT " approval%s",
                         needed, needed == 1 ? "" : "s");
  for (size_t i = 0; i < fidotool_json_size(slots); i++)
    g_string_append_printf(text, "%s%s", i == 0 ? ", as " : " and as ",
                           fidotool_json_text(fidotool_json_at(slots, i)));
  for (size_t i = 0; i < fidotool_json_size(given); i++) {
    const FidotoolJson *one = fidotool_json_at(given, i);

    g_string_append_printf(text, "; approved by %s as %s until %.16sZ",
                           text_of(one, "by"), text_of(one, "slot"),
                           text_of(one, "until"));
  }
  print_line(text->str);
}

static void
print_waiting(const FidotoolJson *row)
{
  g_autofree char *head = g_strdup_printf(
      "%s  waits, asked by %s at %.16sZ", text_of(row, "reference"),
      text_of(row, "caller"), text_of(row, "asked"));

  print_line(head);
  print_place(row);
  print_needs(row);
}

static void
print_given(const FidotoolJson *row)
{
  const char *state = text_of(row, "state");
  bool live = strcmp(state, "live") == 0, used = strcmp(state, "used") == 0;
  const char *reference = fidotool_json_get_text(row, "reference");
  g_autofree char *head = g_strdup_printf(
      "%s  %s, approved by %s as %s; %s %.16sZ",
      reference == NULL ? "(erased)" : reference, live ? "live" : state,
      text_of(row, "by"), text_of(row, "slot"), used ? "used" : "until",
      text_of(row, used ? "used" : "until"));

  print_line(head);
  print_place(row);
}

static void
print_rows(const FidotoolJson *answer, const char *name,
           void (*print)(const FidotoolJson *row))
{
  const FidotoolJson *rows = fidotool_json_get(answer, name);

  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    print(fidotool_json_at(rows, i));
}

static void
print_list(const FidotoolJson *answer)
{
  print_rows(answer, "waiting", print_waiting);
  print_rows(answer, "given", print_given);
  if (fidotool_json_size(fidotool_json_get(answer, "waiting")) == 0)
    printf("Nothing waits for an approval.\n");
}

static FidotoolJson *
list(FidotoolGoverned *governed, GError **error)
{
  return fidotool_governed_ask(governed, "approvals", NULL, error);
}

int
fidotool_cmd_policy_approvals(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autofree char *role = NULL;
  g_autoptr(GError) error = NULL;
  FidotoolJson *answer = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Lists the decisions that programs asked a station for in the last "
          "hour and that wait for\nsomebody who approves them, and what was "
          "approved of late. For whoever may approve:\n--role names the slot "
          "(default: helpdesk-lead).\n"
          "Example:\n  fidotool policy approvals --as ben",
          &argc, &argv, &error) ||
      (argc > 1 && !usage(&error, "it takes options alone")))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  role = g_steal_pointer(&options.who.role);
  if (fidotool_governed_open(&governed, cmd, &options.who, 0, &error) &&
      fidotool_governed_any_role(&governed, role, ROLE, &error))
    answer = list(&governed, &error);
  if (answer == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    print_list(answer);
  return fidotool_governed_done(&governed, answer, NULL);
}

/* ---- approve ---- */

/* Fits what was said of it, as far as it was said. */
static bool
fits(const FidotoolJson *row, const Options *options)
{
  const struct {
    const char *name, *wanted;
  } members[] = {{"reference", options->reference},
                 {"employee", options->employee},
                 {"caller", options->caller},
                 {"journey", options->journey},
                 {"app", options->app},
                 {"transaction", options->transaction}};

  for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
    if (members[i].wanted != NULL &&
        strcmp(text_of(row, members[i].name), members[i].wanted) != 0)
      return false;
  return true;
}

static const FidotoolJson *
choose(const FidotoolJson *answer, const Options *options, GError **error)
{
  const FidotoolJson *rows = fidotool_json_get(answer, "waiting");
  const FidotoolJson *found = NULL;

  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const FidotoolJson *row = fidotool_json_at(rows, i);

    if (!fits(row, options))
      continue;
    if (found != NULL) {
      (void)usage(error, "several of that reference wait: say which with "
                         "--person, --caller, --journey, --app or "
                         "--transaction");
      return NULL;
    }
    found = row;
  }
  if (found == NULL)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "nothing that waits is called %s; what was not asked in the "
                "last hour is approved with --person, --caller, --journey and "
                "--app",
                options->reference);
  return found;
}

static bool
is_whole(const Options *options)
{
  return options->employee != NULL && options->caller != NULL &&
         options->journey != NULL && options->app != NULL;
}

static void
set_text(FidotoolJson *request, const char *name, const char *text)
{
  if (text != NULL)
    fidotool_json_set_text(request, name, text);
}

static FidotoolJson *
make_request(FidotoolGoverned *governed, const Options *options,
             const FidotoolJson *row)
{
  static const char *const names[] = {"employee", "caller", "journey", "app",
                                      "transaction"};
  const char *const said[] = {options->employee, options->caller,
                              options->journey, options->app,
                              options->transaction};
  FidotoolJson *request = fidotool_governed_request(governed, ACT);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    set_text(request, names[i],
             row == NULL ? said[i] : fidotool_json_get_text(row, names[i]));
  fidotool_json_set_text(request, "reference", options->reference);
  fidotool_json_set_text(request, "slot", options->slot);
  if (options->minutes != 0)
    fidotool_json_set_int(request, "minutes", options->minutes);
  return request;
}

/* Signs and hands in, or writes what is to be signed elsewhere. */
static FidotoolJson *
act(FidotoolGoverned *governed, const Options *options,
    const FidotoolJson *request, GError **error)
{
  g_autoptr(FidotoolJson) proposal = NULL;
  g_autoptr(FidotoolJson) done = NULL;

  if (options->out == NULL)
    return fidotool_governed_act(governed, request, error);
  proposal = fidotool_governed_propose(governed, request, error);
  if (proposal == NULL ||
      !fidotool_document_write(options->out, proposal, error))
    return NULL;
  done = fidotool_json_new_object();
  fidotool_json_set_text(done, "proposal", options->out);
  return g_steal_pointer(&done);
}

/* What waits is only shown to a role; what is said whole needs no look. */
static FidotoolJson *
approve(FidotoolGoverned *governed, const Options *options, const char *role,
        GError **error)
{
  g_autoptr(FidotoolJson) answer = NULL;
  g_autoptr(FidotoolJson) request = NULL;
  const FidotoolJson *row = NULL;

  if (!is_whole(options)) {
    if (!fidotool_governed_any_role(governed, role, options->slot, error))
      return NULL;
    answer = list(governed, error);
    row = answer == NULL ? NULL : choose(answer, options, error);
    if (row == NULL)
      return NULL;
  }
  request = make_request(governed, options, row);
  return act(governed, options, request, error);
}

static int
run(FidotoolCmd *cmd, Options *options)
{
  FidotoolGoverned governed = {.cmd = cmd};
  g_autofree char *role = g_steal_pointer(&options->who.role);
  g_autoptr(GError) error = NULL;
  FidotoolJson *done = NULL;

  if (fidotool_governed_open(&governed, cmd, &options->who, 0, &error))
    done = approve(&governed, options, role, &error);
  if (done == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(&governed, done,
                                options->out == NULL ? FIDOTOOL_CMD_CHANGED
                                                     : FIDOTOOL_CMD_UNCHANGED);
}

int
fidotool_cmd_policy_approve(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"slot", 0, 0, G_OPTION_ARG_STRING, &options.slot,
       "as what you approve: a role of yours", "SLOT"},
      {"person", 0, 0, G_OPTION_ARG_STRING, &options.employee,
       "for this person alone, by employee number", "EMPLOYEE"},
      {"caller", 0, 0, G_OPTION_ARG_STRING, &options.caller,
       "asked by this program", "NAME"},
      {"journey", 0, 0, G_OPTION_ARG_STRING, &options.journey,
       "of this journey", "ID"},
      {"app", 0, 0, G_OPTION_ARG_STRING, &options.app, "at this app", "ID"},
      {"transaction", 0, 0, G_OPTION_ARG_STRING, &options.transaction,
       "of this transaction", "ID"},
      {"minutes", 0, 0, G_OPTION_ARG_INT, &options.minutes,
       "how long it may be used (default: 60; 1440 at most)", "N"},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
       "sign nothing here: write the proposal, for fidotool sign", "FILE"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Approves one decision that a program asks a station for: what it "
          "calls REFERENCE, once. It is\nfor just this person, program, "
          "journey, app and transaction, and used up by the allow that it\n"
          "makes possible. Nobody approves their own. What waits is found by "
          "its reference; with --person,\n--caller, --journey and --app it "
          "need not have been asked yet.\n"
          "Example:\n  fidotool policy approve PAY-17 --slot helpdesk-lead "
          "--as ben",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "REFERENCE", &error) ||
      (options.slot == NULL &&
       !usage(&error, "as what do you approve it? give --slot")))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  options.reference = g_strdup(argv[1]);
  return run(cmd, &options);
}
