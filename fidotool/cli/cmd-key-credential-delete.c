/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-credential-delete.c - fidotool key credential delete: names its
 * target, has it confirmed, and looks whether it is gone. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-plan.h"
#include "fidotool/cli/key-run.h"

static void
print_deleted(const FidotoolJson *result)
{
  (void)result;
  fprintf(stderr, "The passkey is deleted.\n");
}

int
fidotool_cmd_key_credential_delete(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *plan = NULL;
  const GOptionEntry own[] = {FIDOTOOL_KEY_PLAN_ENTRY(&plan),
                              G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request =
      fidotool_key_run_request("credential-delete");

  if (!fidotool_cmd_parse(
          cmd, own,
          "ID is the beginning of the credential's id, in base64url or hex, as "
          "long as it\ntakes to name one alone. The account it belongs to can "
          "not be signed in to with this\nkey any more. Where nobody is asked, "
          "--yes and --fingerprint are both needed.\n"
          "Example:\n  fidotool key credential delete Ab3x",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "ID", &error) ||
      !fidotool_key_plan_add(request, plan, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  fidotool_json_set_text(request, "cred", argv[1]);
  return fidotool_key_run_end(cmd, g_steal_pointer(&request), print_deleted);
}
