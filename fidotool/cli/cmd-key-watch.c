/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-watch.c - fidotool key watch: keys as they come and go, until
 * Ctrl-C. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-label.h"
#include "fidotool/cli/key-run.h"

typedef struct {
  FidotoolCmd *cmd;
  bool nameless; /* the names could not be read, and that was said */
} Watch;

/* A name may be given while we watch, so they are read each time. */
static void
add_names(Watch *watch, FidotoolJson *fields)
{
  const FidotoolJson *keys = fidotool_json_get(fields, "keys");
  FidotoolJson *key = fidotool_json_get(fields, "key");
  g_autoptr(FidotoolJson) names =
      watch->nameless ? NULL : fidotool_key_label_read(watch->cmd);

  watch->nameless = !names;
  for (size_t i = 0; i < fidotool_json_size(keys); i++)
    fidotool_key_label_add(names, fidotool_json_at(keys, i));
  if (key)
    fidotool_key_label_add(names, key);
}

static void
print_change(const char *mark, const FidotoolJson *key)
{
  g_autofree char *selector =
      fidotool_cmd_printable(fidotool_json_get_text(key, "selector"));
  g_autofree char *product =
      fidotool_cmd_printable(fidotool_json_get_text(key, "product"));
  const char *name = fidotool_json_get_text(key, "name");

  printf("%s %s %s%s%s\n", mark, selector, product, name ? " @" : "",
         name ? name : "");
}

/* "keys" comes once, with all that are there. */
static void
on_event(const char *name, const FidotoolJson *told, gpointer data)
{
  Watch *watch = data;
  FidotoolCmd *cmd = watch->cmd;
  g_autoptr(FidotoolJson) fields = fidotool_json_copy(told);
  const FidotoolJson *keys = fidotool_json_get(fields, "keys");

  add_names(watch, fields);
  if (cmd->json || cmd->events) {
    cmd->events = true;
    fidotool_cmd_event(cmd, name, g_steal_pointer(&fields));
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
  Watch watch = {.cmd = cmd};
  FidotoolClientHooks hooks = {.event = on_event, .data = &watch};

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
