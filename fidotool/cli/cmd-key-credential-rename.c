/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-credential-rename.c - fidotool key credential rename: other names
 * for the user of a stored credential; the credential stays as it is. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_renamed(const FidotoolJson *result)
{
  fprintf(stderr, fidotool_json_get_bool(result, "changed", false)
                      ? "The passkey has its new name.\n"
                      : "The passkey has this name already.\n");
}

int
fidotool_cmd_key_credential_rename(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *name = NULL;
  g_autofree char *display_name = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry own[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &name, "the user's name", "NAME"},
      {"display-name", 0, 0, G_OPTION_ARG_STRING, &display_name,
       "the name that is shown", "NAME"},
      G_OPTION_ENTRY_NULL};
  FidotoolJson *request;

  if (!fidotool_cmd_parse(
          cmd, own,
          "ID is the beginning of the credential's id, in base64url or hex. A "
          "name that is\nnot given stays.\n"
          "Example:\n  fidotool key credential rename Ab3x --name ada",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "ID", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("credential-rename");
  fidotool_json_set_text(request, "cred", argv[1]);
  if (name)
    fidotool_json_set_text(request, "name", name);
  if (display_name)
    fidotool_json_set_text(request, "display_name", display_name);
  return fidotool_key_run_end(cmd, request, print_renamed);
}
