/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-pin-status.c - fidotool key pin status: is there one, how many tries
 * are left, what a new one must be. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_status(const FidotoolJson *result)
{
  printf("PIN: %s\n", fidotool_json_get_text(result, "state"));
  if (fidotool_json_get(result, "retries"))
    printf("tries left: %d\n",
           (int)fidotool_json_get_int(result, "retries", 0));
  if (fidotool_json_get(result, "uv_retries"))
    printf("tries left of the fingerprint: %d\n",
           (int)fidotool_json_get_int(result, "uv_retries", 0));
  if (fidotool_json_get(result, "min_length"))
    printf("length: at least %d characters, at most %d bytes\n",
           (int)fidotool_json_get_int(result, "min_length", 0),
           (int)fidotool_json_get_int(result, "max_length", 0));
  if (fidotool_json_get_bool(result, "force_change", false))
    printf("the key wants its PIN changed\n");
}

int
fidotool_cmd_key_pin_status(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  FidotoolJson *request;

  if (!fidotool_cmd_parse(cmd, NULL, "Example:\n  fidotool key pin status",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "job", "pin-status");
  result = fidotool_key_run_job(cmd, request, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    print_status(result);
  fidotool_json_remove(result, "libfido2");
  fidotool_json_remove(result, "device");
  return fidotool_cmd_done(cmd, g_steal_pointer(&result), NULL);
}
