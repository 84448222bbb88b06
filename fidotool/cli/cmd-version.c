/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-version.c - fidotool version: what this program is. */
#include <stdio.h>

#include "fidotool/cli/commands.h"

int
fidotool_cmd_version(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *result;

  if (!fidotool_cmd_parse(cmd, NULL, "Example:\n  fidotool version --json",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    printf("fidotool %s\n", KEYTURN_VERSION);
  result = fidotool_json_new_object();
  fidotool_json_set_text(result, "version", KEYTURN_VERSION);
  return fidotool_cmd_done(cmd, result, NULL);
}
