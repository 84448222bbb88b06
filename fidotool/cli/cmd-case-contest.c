/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-case-contest.c - fidotool case contest: stop what is done in my name. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"

int
fidotool_cmd_case_contest(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *code = NULL;
  const GOptionEntry entries[] = {{"code", 0, 0, G_OPTION_ARG_STRING, &code,
                                   "the code of a notice", "CODE"},
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Whoever holds a code from a notice may stop the case with it; "
          "nobody has to sign.\n"
          "Example:\n  fidotool case contest --code 0123...",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!code || argc > 2)
    return fidotool_cmd_failed(
        cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                         "give the code of a notice: --code CODE"));
  if (!fidotool_governed_open(&governed, cmd, NULL, 0, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "act", "case.contest");
  fidotool_json_set_text(request, "code", code);
  if (argc == 2)
    fidotool_json_set_text(request, "case", argv[1]);
  answer = fidotool_governed_submit(&governed, request, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(fidotool_json_get(answer, "done"));
  return fidotool_governed_done(
      &governed, fidotool_json_copy(fidotool_json_get(answer, "done")),
      FIDOTOOL_CMD_CHANGED);
}
