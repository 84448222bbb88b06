/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-select.c - fidotool key select and key wink: which of the keys on
 * the desk is it? The person shows it, or it shows itself. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_selected(const FidotoolJson *result)
{
  g_autofree char *selector = fidotool_cmd_printable(
      fidotool_json_get_text(fidotool_json_get(result, "device"), "selector"));

  printf("%s\n", selector);
}

int
fidotool_cmd_key_select(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "All keys ask to be touched at once; the one that is touched is "
          "printed. Other\ncommands do so with --device touch.\n"
          "Example:\n  fidotool key info --device \"$(fidotool key select)\"",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("select"),
                              print_selected);
}

static void
print_winked(const FidotoolJson *result)
{
  (void)result;
  fprintf(stderr, "The key blinks.\n");
}

int
fidotool_cmd_key_wink(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, NULL, "Example:\n  fidotool key wink --device hid:/dev/hidraw3",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("wink"),
                              print_winked);
}
