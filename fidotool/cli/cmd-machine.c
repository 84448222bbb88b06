/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-machine.c - fidotool machine init and show: this machine's own key. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/machine.h"

static int
finish(FidotoolCmd *cmd, const FidotoolMachine *machine, const char *changed)
{
  FidotoolJson *result = fidotool_json_new_object();

  if (!cmd->json)
    printf("%s %s\n", machine->public_key, machine->id);
  fidotool_json_set_text(result, "id", machine->id);
  fidotool_json_set_text(result, "key", machine->public_key);
  fidotool_json_set_text(result, "folder", machine->folder);
  return fidotool_cmd_done(cmd, result, changed);
}

/* --machine, or where a machine's key lives by default. */
static char *
find_place(const FidotoolCmd *cmd)
{
  return cmd->machine ? g_strdup(cmd->machine) : fidotool_machine_default();
}

/* The host's name as an id, as far as it is one. */
static char *
default_id(void)
{
  char *id = g_ascii_strdown(g_get_host_name(), -1);

  g_strdelimit(id, "._ ", '-');
  return id;
}

int
fidotool_cmd_machine_init(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *id = NULL;
  g_autofree char *place = NULL;
  const GOptionEntry entries[] = {
      {"id", 0, 0, G_OPTION_ARG_STRING, &id,
       "what the roster calls it (default: the host's name)", "ID"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolMachine) machine = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Makes this machine's Ed25519 key and prints its public half for "
          "the roster. The key\nsigns beside a person's, so that everybody "
          "can tell where something was signed.\n"
          "Example:\n  fidotool machine init --id desk-ben",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  place = find_place(cmd);
  if (!id)
    id = default_id();
  machine = fidotool_machine_make(place, id, &error);
  if (!machine)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return finish(cmd, machine, FIDOTOOL_CMD_CHANGED);
}

int
fidotool_cmd_machine_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *place = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolMachine) machine = NULL;

  if (!fidotool_cmd_parse(cmd, NULL,
                          "Prints the public half of this machine's key.\n"
                          "Example:\n  fidotool machine show",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  place = find_place(cmd);
  machine = fidotool_machine_open(place, &error);
  if (!machine)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return finish(cmd, machine, NULL);
}
