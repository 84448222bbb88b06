/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-diff.c - fidotool policy diff OLD NEW: what a change means. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-file.h"
#include "recovery/policy/diff.h"

static const char description[] =
    "Compares what two policies mean, not how they are written: for every\n"
    "journey, app, transaction, set of people, kind of authenticator and "
    "state\n"
    "of the signals, whether it became looser, stricter or stayed as it was;\n"
    "then signals, limits, tiers of recovery and roles. Loosenings come "
    "first.\n"
    "What is said of some holds for whoever is more than that.\n\n"
    "Example:\n"
    "  fidotool policy diff policy-7.yaml policy-8.yaml";

static int
compare(FidotoolCmd *cmd, const char *before_path, const char *after_path,
        int64_t now_s)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryDocument) before =
      fidotool_policy_file_need(before_path, &error);
  g_autoptr(RecoveryDocument) after =
      before == NULL ? NULL : fidotool_policy_file_need(after_path, &error);
  g_autoptr(RecoveryDiff) diff = NULL;

  if (after != NULL)
    diff = recovery_diff_new(before, after, now_s);
  if (diff == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json) {
    g_autofree char *text = recovery_diff_write(diff);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++) {
      g_autofree char *line = fidotool_cmd_printable(lines[i]);

      printf("%s\n", line);
    }
  }
  if (diff->whole)
    return fidotool_cmd_done(cmd, recovery_diff_json(diff), NULL);
  g_set_error(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "the policies have too many cells to be compared whole");
  return fidotool_cmd_failed_with(cmd, recovery_diff_json(diff), NULL,
                                  g_steal_pointer(&error));
}

int
fidotool_cmd_policy_diff(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *at = NULL;
  const GOptionEntry own[] = {
      {"at", 0, 0, G_OPTION_ARG_STRING, &at,
       "as they will be then, instead of now", "TIME"},
      {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;
  int64_t now;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 3)
    g_set_error(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "two files are needed: OLD and NEW");
  if (error != NULL || !fidotool_policy_file_time("--at", at, &now, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return compare(cmd, argv[1], argv[2], now);
}
