/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-what-if.c - fidotool policy what-if: a draft, tried on what the
 * record says was judged. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-file.h"
#include "fidotool/cli/policy-replay.h"

#define ROLE "security"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolPolicyPastOptions,
                                 fidotool_policy_past_clear)

static FidotoolJson *
run(FidotoolGoverned *governed, FidotoolCmd *cmd, const char *path,
    FidotoolPolicyPastOptions *options, GError **error)
{
  g_autofree char *role = g_steal_pointer(&options->who.role);
  g_autoptr(RecoveryDocument) draft = fidotool_policy_file_draft(path, error);

  if (draft == NULL)
    return NULL;
  if (options->bundle == NULL &&
      (!fidotool_governed_open(governed, cmd, &options->who, 0, error) ||
       !fidotool_governed_activate(governed, role ? role : ROLE, NULL, error)))
    return NULL;
  return fidotool_policy_replay_run(governed, options, g_steal_pointer(&draft),
                                    0, NULL, error);
}

int
fidotool_cmd_policy_what_if(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(FidotoolPolicyPastOptions) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_POLICY_PAST_ENTRIES(&options),
                                  G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autoptr(FidotoolJson) result = NULL;
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Tries a DRAFT on the past: every key that was judged is decided on "
          "again, by the policy\nof that day and by the draft, on the same "
          "facts and as of the same time. Who would be\nrefused or let in is "
          "listed, with the rule. From a station, or out of a bundle, which "
          "is\nchecked first.\n"
          "Example:\n  fidotool policy what-if draft.yaml --bundle bundle "
          "--trust trust",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 2)
    return fidotool_cmd_failed(cmd,
                               g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                                           "one file is needed: DRAFT"));
  result = run(&governed, cmd, argv[1], &options, &error);
  if (result == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_policy_replay_print(result);
  return fidotool_governed_done(&governed, g_steal_pointer(&result), NULL);
}
