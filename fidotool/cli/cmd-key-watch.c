/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-watch.c - fidotool key watch: keys as they come and go, until
 * Ctrl-C. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_change(const char *mark, const FidotoolJson *key)
{
  g_autofree char *selector =
      fidotool_cmd_printable(fidotool_json_get_text(key, "selector"));
  g_autofree char *product =
      fidotool_cmd_printable(fidotool_json_get_text(key, "product"));

  printf("%s %s %s\n", mark, selector, product);
}

/* "keys" comes once, with all that are there. */
static void
on_event(const char *name, const FidotoolJson *fields, gpointer data)
{
  FidotoolCmd *cmd = data;
  const FidotoolJson *keys = fidotool_json_get(fields, "keys");

  if (cmd->json || cmd->events) {
    cmd->events = true;
    fidotool_cmd_event(cmd, name, fidotool_json_copy(fields));
    return;
  }
  for (size_t i = 0; i < fidotool_json_size(keys); i++)
    print_change("+", fidotool_json_at(keys, i));
  if (fidotool_json_get(fields, "key"))
    print_change(strcmp(name, "arrived") == 0 ? "+" : "-",
                 fidotool_json_get(fields, "key"));
  (void)fflush(stdout); /* main() looks at the last flush */
}

int
fidotool_cmd_key_watch(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) result = NULL;
  FidotoolClientHooks hooks = {.event = on_event, .data = cmd};

  if (!fidotool_cmd_parse(cmd, NULL,
                          "With --json each change is one line of JSON.\n"
                          "Example:\n  fidotool key watch",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  hooks.cancel_fd = fidotool_cmd_cancel_fd(cmd);
  fidotool_json_set_text(request, "job", "watch");
  result = fidotool_client_run(request, &hooks, NULL, &error);
  /* Ctrl-C is how a watch ends well. */
  if (g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED))
    return FIDOTOOL_CMD_OK;
  return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
}
