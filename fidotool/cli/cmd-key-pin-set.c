/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-pin-set.c - fidotool key pin set (and change): sets the first PIN of
 * a key or changes the one it has; the key's state decides which. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

int
fidotool_cmd_key_pin_set(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  FidotoolJson *request;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "With --pin-fd the first line is the current PIN where the key has "
          "one, the next\nthe new PIN.\n"
          "Example:\n  fidotool key pin set --pin-fd 3 3< pins",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "job", "pin-set");
  result = fidotool_key_run_job(cmd, request, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    fprintf(stderr, "The PIN is set.\n");
  fidotool_json_remove(result, "libfido2");
  fidotool_json_remove(result, "device");
  return fidotool_cmd_done(cmd, g_steal_pointer(&result), FIDOTOOL_CMD_CHANGED);
}
