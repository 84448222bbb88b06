/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-roster-change.c - fidotool roster add, remove and sign: one officer words
 * a change of the roster and signs it, another signs the same elsewhere. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "recovery/format/roster.h"

#define ROLE "security"

typedef struct {
  FidotoolGovernedOptions who;
  char *person, *employee, *team, *roles, *object;
  int days;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->person);
  g_free(options->employee);
  g_free(options->team);
  g_free(options->roles);
  g_free(options->object);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool
usage(const char *text, GError **error)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, text);
  return false;
}

/* Signs a change in the officer's name; text is the whole new file. */
static FidotoolJson *
sign_change(FidotoolGoverned *governed, const char *act, const char *text,
            GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_governed_request(governed, act);

  fidotool_json_set_text(request,
                         strcmp(act, "policy.load") == 0  ? "policy"
                         : strcmp(act, "trust.load") == 0 ? "trust"
                         : strcmp(act, "base.load") == 0  ? "base"
                                                          : "roster",
                         text);
  return fidotool_governed_act(governed, request, error);
}

/* --- add ------------------------------------------------------------------ */

static void
set_roles(FidotoolJson *request, const char *roles)
{
  g_auto(GStrv) words = g_strsplit(roles, ",", -1);
  FidotoolJson *list =
      fidotool_json_set(request, "roles", fidotool_json_new_array());

  for (char **word = words; *word; word++)
    fidotool_json_append_text(list, g_strstrip(*word));
}

/* The station words the row: it knows the key, and who the person is. */
static FidotoolJson *
add(FidotoolGoverned *governed, const void *data, GError **error)
{
  const Options *options = data;
  FidotoolJson *request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) answer = NULL;

  fidotool_json_set_text(request, "person", options->person);
  if (options->employee)
    fidotool_json_set_text(request, "employee", options->employee);
  if (options->team)
    fidotool_json_set_text(request, "team", options->team);
  if (options->roles)
    set_roles(request, options->roles);
  if (options->days != 0)
    fidotool_json_set_int(request, "days", options->days);
  answer = fidotool_governed_ask(governed, "roster-with", request, error);
  return answer ? sign_change(governed, "roster.change",
                              fidotool_json_get_text(answer, "roster"), error)
                : NULL;
}

/* --- remove --------------------------------------------------------------- */

static FidotoolJson *
remove_person(FidotoolGoverned *governed, const void *data, GError **error)
{
  const Options *options = data;
  g_autoptr(FidotoolJson) answer =
      fidotool_governed_ask(governed, "roster", NULL, error);
  const char *line = fidotool_json_get_text(answer, "roster");
  g_autoptr(RecoveryRoster) roster = NULL;
  g_autofree char *changed = NULL;
  guint before;

  if (!answer)
    return NULL;
  roster =
      recovery_roster_read(line ? line : "", line ? strlen(line) : 0, error);
  if (!roster)
    return NULL;
  before = roster->keys->len;
  for (guint i = before; i > 0; i--) {
    const RecoveryRosterKey *row = roster->keys->pdata[i - 1];

    if (strcmp(row->person, options->person) == 0)
      g_ptr_array_remove_index(roster->keys, i - 1);
  }
  if (roster->keys->len == before) {
    (void)usage("this person is not on the roster", error);
    return NULL;
  }
  changed = recovery_roster_write(roster, NULL, error);
  return changed ? sign_change(governed, "roster.change", changed, error)
                 : NULL;
}

/* --- sign ----------------------------------------------------------------- */

/* The one change that waits for a second signature, or the one that is named
 * by the beginning of its digest. */
static const FidotoolJson *
choose(const FidotoolJson *answer, const char *object, GError **error)
{
  const FidotoolJson *list = fidotool_json_get(answer, "proposed");
  const FidotoolJson *found = NULL;

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);

    if (object &&
        !g_str_has_prefix(fidotool_json_get_text(row, "object"), object))
      continue;
    if (found) {
      (void)usage("several changes wait: name one with --object DIGEST", error);
      return NULL;
    }
    found = row;
  }
  if (!found)
    (void)usage("no such change waits for a second signature", error);
  return found;
}

static FidotoolJson *
sign(FidotoolGoverned *governed, const void *data, GError **error)
{
  const Options *options = data;
  g_autoptr(FidotoolJson) answer =
      fidotool_governed_ask(governed, "changes", NULL, error);
  const FidotoolJson *chosen =
      answer ? choose(answer, options->object, error) : NULL;

  return chosen ? sign_change(governed, fidotool_json_get_text(chosen, "act"),
                              fidotool_json_get_text(chosen, "text"), error)
                : NULL;
}

/* -------------------------------------------------------------------------- */

/* Those that are about one person. */
static int
run_about(FidotoolCmd *cmd, Options *options, FidotoolGovernedWork change)
{
  if (options->person)
    return fidotool_governed_run(cmd, &options->who, ROLE, change, options);
  return fidotool_cmd_failed(cmd,
                             g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                                         "who is it about? give --person "
                                         "PERSON"));
}

int
fidotool_cmd_roster_add(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"person", 0, 0, G_OPTION_ARG_STRING, &options.person,
       "whose new key it is", "PERSON"},
      {"employee", 0, 0, G_OPTION_ARG_STRING, &options.employee,
       "their employee number", "NUMBER"},
      {"team", 0, 0, G_OPTION_ARG_STRING, &options.team, "their team", "TEAM"},
      {"roles", 0, 0, G_OPTION_ARG_STRING, &options.roles,
       "what they may do, with commas between", "ROLE,..."},
      {"days", 0, 0, G_OPTION_ARG_INT, &options.days,
       "how long the key is good (default 365)", "N"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Gives a row to a key that proved itself (roster enrol --key), "
          "signed by one officer; the\nsecond signs with roster sign, on "
          "another machine. It takes effect 24 hours later, unless\nan "
          "officer vetoes it. Of a person who is on the roster already, "
          "nothing more need be said.\n"
          "Example:\n  fidotool roster add --person nia --employee 1009 --team "
          "desk --roles agent --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return run_about(cmd, &options, add);
}

int
fidotool_cmd_roster_remove(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  {"person", 0, 0, G_OPTION_ARG_STRING,
                                   &options.person, "who leaves", "PERSON"},
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Takes a person with all their keys off the roster, signed by one "
          "officer; the second\nsigns with roster sign, on another machine. It "
          "takes effect at once.\n"
          "Example:\n  fidotool roster remove --person nia --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return run_about(cmd, &options, remove_person);
}

int
fidotool_cmd_roster_sign(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"object", 0, 0, G_OPTION_ARG_STRING, &options.object,
       "which change, where several wait: its digest, or the beginning",
       "DIGEST"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Signs a change of roster, policy, base or trust that another "
          "officer signed first: the whole\nof it is shown. One of the two signs "
          "beside "
          "the key of another machine.\n"
          "Example:\n  fidotool roster sign --as sol --machine desk-sol",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_governed_run(cmd, &options.who, ROLE, sign, &options);
}
