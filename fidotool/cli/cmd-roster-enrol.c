/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-roster-enrol.c - fidotool roster enrol: a key of staff signs for itself;
 * one that is not in the roster yet is made and judged first. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/act/making.h"
#include "fidotool/cli/sitting.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *key;     /* the new one */
  char *officer; /* whose role is active meanwhile */
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->key);
  g_free(options->officer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

/* The officer at the desk activates their role, in their own name; a sitting
 * has it already. */
static bool
bring_officer(FidotoolGoverned *governed, const char *officer, GError **error)
{
  const FidotoolSitting *sitting = fidotool_sitting_current();
  g_autofree char *person = g_steal_pointer(&governed->as);
  bool ok;

  governed->as = g_strdup(officer);
  ok = (!officer && sitting && sitting->roles->len > 0) ||
       fidotool_governed_activate(governed, "security", NULL, error);
  g_free(governed->as);
  governed->as = g_steal_pointer(&person);
  return ok;
}

/* Made with options of the station and judged there; the registration's
 * digest. */
static char *
make_key(FidotoolGoverned *governed, const char *key, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) offer = NULL;
  g_autoptr(FidotoolJson) made = NULL;
  g_autoptr(FidotoolJson) answer = NULL;

  g_free(governed->cmd->device);
  governed->cmd->device = g_strdup(key);
  fidotool_json_set_text(request, "act", "roster.key");
  fidotool_json_set_text(request, "person", governed->as);
  offer = fidotool_governed_propose(governed, request, error);
  if (offer)
    made = fidotool_key_run_answer(governed->cmd, fidotool_making_roster, offer,
                                   error);
  if (!made)
    return NULL;
  fidotool_json_set_text(made, "act", "roster.key");
  fidotool_json_set_text(made, "person", governed->as);
  answer = fidotool_governed_submit(governed, made, error);
  return answer ? g_strdup(fidotool_json_get_text(
                      fidotool_json_get(answer, "done"), "object"))
                : NULL;
}

static FidotoolJson *
enrol(FidotoolGoverned *governed, const void *data, GError **error)
{
  const Options *options = data;
  g_autoptr(FidotoolJson) request = NULL;
  g_autofree char *object = NULL;

  if (!governed->as) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "whose key? give --as PERSON");
    return NULL;
  }
  if (options->key) {
    if (!bring_officer(governed, options->officer, error))
      return NULL;
    object = make_key(governed, options->key, error);
    if (!object)
      return NULL;
  }
  request = fidotool_governed_request(governed, "roster.enrol");
  if (object)
    fidotool_json_set_text(request, "object", object);
  return fidotool_governed_act(governed, request, error);
}

int
fidotool_cmd_roster_enrol(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"key", 0, 0, G_OPTION_ARG_STRING, &options.key,
       "the new key, which the roster does not list yet: it is made first",
       "SEL"},
      {"officer", 0, 0, G_OPTION_ARG_STRING, &options.officer,
       "the security officer at the desk, for a new key", "PERSON"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "A key of staff signs for itself; until then it signs nothing else. "
          "With --key it is a\nnew one: made with options of the station, "
          "judged, and proved, while a security officer\nis at the desk. Two "
          "officers then give it a row: fidotool roster add.\n"
          "Examples:\n  fidotool roster enrol --as ben\n"
          "  fidotool roster enrol --as nia --key hid:/dev/hidraw4 "
          "--officer sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_governed_run(cmd, &options.who, NULL, enrol, &options);
}
