/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-base.c - fidotool base load and show: what every policy of a station
 * keeps. One officer signs first, two others with roster sign. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "recovery/error.h"

#define ROLE "security"
/* What an act can carry. */
#define BASE_MAX (1024 * 1024)

static void
clear_options(FidotoolGovernedOptions *options)
{
  g_free(options->as);
  g_free(options->role);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolGovernedOptions, clear_options)

static FidotoolJson *
load(FidotoolGoverned *governed, const void *yaml, GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "base.load");

  fidotool_json_set_text(request, "base", yaml);
  return fidotool_governed_act(governed, request, error);
}

int
fidotool_cmd_base_load(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(FidotoolGovernedOptions) who = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&who),
                                  G_OPTION_ENTRY_NULL};
  g_autofree char *yaml = NULL;
  g_autoptr(GError) error = NULL;
  size_t len;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Hands a station a new base, whose forbids and minima every policy "
          "keeps. One officer signs,\ntwo others with roster sign, one of the "
          "three on another machine. It takes effect 24 hours\nlater, unless "
          "an officer vetoes it. The policy in force keeps it already; every "
          "later one\nalso names it.\n"
          "Example:\n  fidotool base load base-1.yaml --as sid",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "FILE", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  yaml = fidotool_cmd_read_file(argv[1], BASE_MAX, &len, &error);
  if (yaml == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_governed_run(cmd, &who, ROLE, load, yaml);
}

/* What the station says of it; NOT_FOUND where none is in force. */
static FidotoolJson *
ask(FidotoolGoverned *governed, const char *role, GError **error)
{
  g_autoptr(FidotoolJson) answer = NULL;
  const FidotoolJson *base;

  if (!fidotool_governed_any_role(governed, role, ROLE, error))
    return NULL;
  answer = fidotool_governed_ask(governed, "policy", NULL, error);
  if (answer == NULL)
    return NULL;
  base = fidotool_json_get(answer, "base");
  if (base == NULL)
    g_set_error_literal(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                        "no base is in force");
  return base == NULL ? NULL : fidotool_json_copy(base);
}

static void
print(const FidotoolJson *base)
{
  const char *text = fidotool_json_get_text(base, "text");
  g_auto(GStrv) lines = g_strsplit(text == NULL ? "" : text, "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_autofree char *words = fidotool_cmd_printable(*line);

    if (**line != '\0' || line[1] != NULL)
      printf("%s\n", words);
  }
}

int
fidotool_cmd_base_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(FidotoolGovernedOptions) who = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&who),
                                  G_OPTION_ENTRY_NULL};
  g_autofree char *role = NULL;
  g_autoptr(FidotoolJson) base = NULL;
  g_autoptr(GError) error = NULL;
  FidotoolGoverned governed = {.cmd = cmd};

  if (!fidotool_cmd_parse(cmd, entries,
                          "Prints the base that policies of the station keep, "
                          "as it was signed.\n"
                          "Example:\n  fidotool base show --as sid",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 1)
    return fidotool_cmd_failed(cmd,
                               g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                                           "no argument is needed"));
  role = g_steal_pointer(&who.role);
  if (fidotool_governed_open(&governed, cmd, &who, 0, &error))
    base = ask(&governed, role, &error);
  if (base == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    print(base);
  return fidotool_governed_done(&governed, g_steal_pointer(&base),
                                FIDOTOOL_CMD_UNCHANGED);
}
