/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-case-open.c - fidotool case open: a person has lost a key. */
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/note.h"
#include "fidotool/cli/sitting.h"
#include "fidotool/cli/verb.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *op, *sub, *person, *reason, *lost_at;
  char **keys;
  gboolean remote;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->op);
  g_free(options->sub);
  g_free(options->person);
  g_free(options->reason);
  g_free(options->lost_at);
  g_strfreev(options->keys);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool
usage(GError **error, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s", what);
  return false;
}

static bool
parse(FidotoolCmd *cmd, Options *options, int *argc, char ***argv,
      GError **error)
{
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options->who),
      {"op", 0, 0, G_OPTION_ARG_STRING, &options->op,
       "what it is for (default recover)", "recover"},
      {"sub", 0, 0, G_OPTION_ARG_STRING, &options->sub,
       "the person, by the station's id", "SUB"},
      {"person", 0, 0, G_OPTION_ARG_STRING, &options->person,
       "the person, by name or employee number", "TEXT"},
      {"key", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->keys,
       "a lost key, by the hash or id of its credential; all that the person "
       "has where none is named",
       "CRED"},
      {"reason", 0, 0, G_OPTION_ARG_STRING, &options->reason,
       "why (default lost)", "lost|stolen|damaged|pin-locked"},
      {"lost-at", 0, 0, G_OPTION_ARG_STRING, &options->lost_at, "since when",
       "TIME"},
      {"remote", 0, 0, G_OPTION_ARG_NONE, &options->remote,
       "the person is not on site", NULL},
      G_OPTION_ENTRY_NULL};

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Opens a case and suspends the lost keys at once; giving access "
          "back takes two others.\n"
          "Example:\n  fidotool case open --as ada --person \"Sam Fox\" "
          "--reason lost --lost-at 2026-11-20",
          argc, argv, error))
    return false;
  if (*argc != 1 || !options->sub == !options->person)
    return usage(error, "name one person: --person TEXT or --sub SUB");
  return true;
}

/* The hash of a credential, from itself or from the credential's id. */
static char *
read_cred(const char *text, GError **error)
{
  uint8_t hash[32];
  g_autoptr(GBytes) id = NULL;

  if (fidotool_bytes_unhex(text, hash, sizeof hash))
    return g_strdup(text);
  id = fidotool_bytes_unbase64url(text);
  if (id && g_bytes_get_size(id) > 0)
    return fidotool_bytes_sha256_hex(g_bytes_get_data(id, NULL),
                                     g_bytes_get_size(id));
  (void)usage(error, "a key is named by the 64 hex digits of its credential's "
                     "hash, or its id in base64url");
  return NULL;
}

/* The one person whom a text fits; names are never guessed between. */
static char *
find_sub(FidotoolGoverned *governed, const char *text, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolJson *persons;

  fidotool_json_set_text(request, "what", "persons");
  fidotool_json_set_text(request, "text", text);
  answer = fidotool_governed_query(governed, request, error);
  if (!answer)
    return NULL;
  persons = fidotool_json_get(answer, "persons");
  if (fidotool_json_size(persons) == 1)
    return g_strdup(
        fidotool_json_get_text(fidotool_json_at(persons, 0), "sub"));
  if (fidotool_json_size(persons) > 1) {
    fprintf(stderr, "More than one person fits:\n");
    for (size_t i = 0; i < fidotool_json_size(persons); i++) {
      const FidotoolJson *person = fidotool_json_at(persons, i);
      g_autofree char *name =
          fidotool_cmd_printable(fidotool_json_get_text(person, "name"));
      g_autofree char *sub =
          fidotool_cmd_printable(fidotool_json_get_text(person, "sub"));

      fprintf(stderr, "  %s  %s\n", sub, name);
    }
  }
  g_set_error(error, FIDOTOOL_ERROR,
              fidotool_json_size(persons) == 0 ? FIDOTOOL_ERROR_NOT_FOUND
                                               : FIDOTOOL_ERROR_USAGE,
              fidotool_json_size(persons) == 0
                  ? "nobody in the directory fits \"%s\""
                  : "\"%s\" fits several: name one with --sub",
              text);
  return NULL;
}

static FidotoolJson *
new_request(FidotoolGoverned *governed, const Options *options, GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "case.open");
  g_autofree char *sub = options->sub
                             ? g_strdup(options->sub)
                             : find_sub(governed, options->person, error);
  g_autofree char *lost_at = NULL;
  FidotoolJson *creds;

  if (!sub)
    return NULL;
  fidotool_json_set_text(request, "sub", sub);
  fidotool_json_set_text(request, "op", options->op ? options->op : "recover");
  fidotool_json_set_text(request, "reason",
                         options->reason ? options->reason : "lost");
  if (options->remote)
    fidotool_json_set_text(request, "tier", "remote");
  if (options->lost_at) {
    lost_at = fidotool_verb_time(options->lost_at, error);
    if (!lost_at)
      return NULL;
    fidotool_json_set_text(request, "lost_at", lost_at);
  }
  creds = fidotool_json_set(request, "creds", fidotool_json_new_array());
  for (char **key = options->keys; key && *key; key++) {
    g_autofree char *cred = read_cred(*key, error);

    if (!cred)
      return NULL;
    fidotool_json_append_text(creds, cred);
  }
  return g_steal_pointer(&request);
}

int
fidotool_cmd_case_open(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolJson) done = NULL;
  FidotoolGoverned governed;

  if (!parse(cmd, &options, &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (fidotool_governed_open(&governed, cmd, &options.who, 0, &error) &&
      fidotool_governed_activate(&governed,
                                 options.who.role ? options.who.role : "agent",
                                 "case.open", &error))
    request = new_request(&governed, &options, &error);
  if (request) {
    fidotool_note_put(request);
    done = fidotool_governed_act(&governed, request, &error);
  }
  if (!done)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  fidotool_sitting_set_case(fidotool_json_get_text(done, "case"));
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(&governed, g_steal_pointer(&done),
                                FIDOTOOL_CMD_CHANGED);
}
