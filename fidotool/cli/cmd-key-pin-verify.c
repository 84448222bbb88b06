/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-pin-verify.c - fidotool key pin verify: is it the right PIN? A wrong
 * one costs a try, as everywhere. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_verified(const FidotoolJson *result)
{
  fprintf(stderr, "The PIN is right; %d tries are left.\n",
          (int)fidotool_json_get_int(result, "retries", 0));
}

int
fidotool_cmd_key_pin_verify(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, NULL,
                          "A wrong PIN costs a try.\n"
                          "Example:\n  fidotool key pin verify",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("pin-verify"),
                              print_verified);
}
