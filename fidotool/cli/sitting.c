/* SPDX-License-Identifier: Apache-2.0 */
/* sitting.c - what the next command line finds from the one before. */
#include "fidotool/cli/sitting.h"

#include <string.h>

/* One connection, one person, one process: main() has no other state. */
static FidotoolSitting *current;

FidotoolSitting *
fidotool_sitting_current(void)
{
  return current;
}

void
fidotool_sitting_set(FidotoolSitting *sitting)
{
  current = sitting;
}

bool
fidotool_sitting_has_role(const FidotoolSitting *sitting, const char *role)
{
  for (guint i = 0; i < sitting->roles->len; i++)
    if (strcmp(sitting->roles->pdata[i], role) == 0)
      return true;
  return false;
}

void
fidotool_sitting_add_role(FidotoolSitting *sitting, const char *role)
{
  if (!fidotool_sitting_has_role(sitting, role))
    g_ptr_array_add(sitting->roles, g_strdup(role));
}

const char *
fidotool_sitting_find_case(int argc, char **argv, GError **error)
{
  const FidotoolSitting *sitting = fidotool_sitting_current();

  if (argc == 2)
    return argv[1];
  if (argc < 2 && sitting && sitting->of)
    return sitting->of;
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                      argc < 2 ? "which case? fidotool case list shows them"
                               : "one case at a time");
  return NULL;
}

void
fidotool_sitting_set_case(const char *of)
{
  char *copy = g_strdup(of); /* of may be the one remembered */

  if (!current) {
    g_free(copy);
    return;
  }
  g_free(current->of);
  current->of = copy;
}

void
fidotool_sitting_lend(const FidotoolSitting *sitting, FidotoolCmd *cmd)
{
  const FidotoolCmd *first = sitting->first;

  if (!cmd->device)
    cmd->device = g_strdup(first->device);
  if (!cmd->machine)
    cmd->machine = g_strdup(first->machine);
  if (cmd->pin_fd < 0)
    cmd->pin_fd = first->pin_fd;
  cmd->yes = cmd->yes || first->yes;
  cmd->non_interactive = cmd->non_interactive || first->non_interactive;
  cmd->json = cmd->json || first->json;
  cmd->events = cmd->events || first->events;
}
