/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-list.c - fidotool key list: what is plugged in or lies on a reader;
 * none of it is asked more than whether it is a key. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_key(const FidotoolJson *key)
{
  g_autofree char *product =
      fidotool_cmd_printable(fidotool_json_get_text(key, "product"));
  g_autofree char *selector =
      fidotool_cmd_printable(fidotool_json_get_text(key, "selector"));
  int64_t vid = fidotool_json_get_int(key, "vid", -1);
  g_autofree char *id =
      vid < 0 ? g_strdup("-")
              : g_strdup_printf("%04x:%04x", (unsigned)vid,
                                (unsigned)fidotool_json_get_int(key, "pid", 0));

  printf("%-24s %-9s %s%s\n", selector, id, product,
         fidotool_json_get_bool(key, "permitted", true)
             ? ""
             : " (this user may not open it)");
}

/* A card service that is there and cannot be asked; one that is not there is
 * nothing to speak of. */
static void
print_service(const char *state)
{
  if (g_strcmp0(state, "down") == 0)
    fprintf(stderr, "The card service does not answer: keys on readers are "
                    "not seen.\n");
  else if (g_strcmp0(state, "refused") == 0)
    fprintf(stderr, "This user may not use the card service: keys on readers "
                    "are not seen.\n");
}

int
fidotool_cmd_key_list(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  FidotoolJson *request;
  const FidotoolJson *keys;

  if (!fidotool_cmd_parse(cmd, NULL, "Example:\n  fidotool key list --json",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "job", "list");
  result = fidotool_key_run_job(cmd, request, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  keys = fidotool_json_get(result, "keys");
  for (size_t i = 0; !cmd->json && i < fidotool_json_size(keys); i++)
    print_key(fidotool_json_at(keys, i));
  if (!cmd->json && fidotool_json_size(keys) == 0)
    fprintf(stderr, "No key is plugged in.\n");
  if (!cmd->json)
    print_service(fidotool_json_get_text(result, "pcscd"));
  fidotool_json_remove(result, "libfido2"); /* it stands in the envelope */
  return fidotool_cmd_done(cmd, g_steal_pointer(&result), NULL);
}
