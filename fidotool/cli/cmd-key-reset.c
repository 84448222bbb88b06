/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-reset.c - fidotool key reset: shows what will be lost, then has the
 * key pulled out, put in again and touched. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-plan.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/helper/client-reset.h"

/* A key that was named without --device is not overheard. */
static bool
check_no_argument(int argc, char **argv, GError **error)
{
  if (argc <= 1)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "%s: no argument is taken; --device names the key", argv[1]);
  return false;
}

int
fidotool_cmd_key_reset(FidotoolCmd *cmd, int argc, char **argv)
{
  gboolean list = FALSE;
  g_autofree char *plan = NULL;
  const GOptionEntry own[] = {
      {"list", 0, 0, G_OPTION_ARG_NONE, &list,
       "ask for the PIN, to show which passkeys will be lost", NULL},
      FIDOTOOL_KEY_PLAN_ENTRY(&plan),
      {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) offer = fidotool_json_new_object();
  FidotoolJson *result;

  if (!fidotool_cmd_parse(
          cmd, own,
          "Passkeys, PIN, fingerprints and settings are lost for good, and "
          "nothing that was\nregistered with this key works with it any more. "
          "The key wants to be pulled out, put\nin again and touched within 10 "
          "seconds, on some models 5. Where nobody is asked, --yes\nand "
          "--fingerprint are both needed. With --pin-fd the passkeys are shown "
          "as with --list.\nA station wants --plan.\n"
          "Example:\n  fidotool key reset --list",
          &argc, &argv, &error) ||
      !check_no_argument(argc, argv, &error) ||
      !fidotool_key_plan_add(offer, plan, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (list || cmd->pin_fd >= 0)
    fidotool_json_set_bool(offer, "list", true);
  result = fidotool_key_run_answer(cmd, fidotool_client_reset, offer, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    fprintf(stderr, "The key is reset: it holds nothing, and has no PIN.\n");
  return fidotool_key_run_done(cmd, result);
}
