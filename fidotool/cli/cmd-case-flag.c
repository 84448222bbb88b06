/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-case-flag.c - fidotool case flag: tell security officers, and nobody
 * else, that something is wrong. The station hears of it with the next step. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/note.h"
#include "fidotool/cli/sitting.h"

#define DESCRIPTION                                                            \
  "Keeps a private note for the next step that this session takes in the "     \
  "case. Every step\ncarries a note of the same length, which is empty "       \
  "unless "                                                                    \
  "one was kept: nothing shows\nthat there is one, but to security officers. " \
  "The case goes on, and cannot be issued\nbefore one of them has looked at "  \
  "it.\n"                                                                      \
  "Example:\n  fidotool> case flag c-4f1e22aa --note \"somebody stands "       \
  "behind her\""

static int
keep(FidotoolCmd *cmd, const char *of, const char *text)
{
  g_autofree char *plain =
      g_utf8_normalize(text, -1, G_NORMALIZE_NFC); /* NULL: no UTF-8 */
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;

  if (!plain)
    g_set_error_literal(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "--note is no UTF-8");
  if (!plain || !fidotool_note_keep(of, plain, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  result = fidotool_json_new_object();
  fidotool_json_set_text(result, "case", of);
  return fidotool_cmd_done(cmd, g_steal_pointer(&result), NULL);
}

int
fidotool_cmd_case_flag(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *text = NULL;
  const GOptionEntry entries[] = {{"note", 0, 0, G_OPTION_ARG_STRING, &text,
                                   "what is wrong, one line (default: flagged)",
                                   "TEXT"},
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  const char *of = NULL;

  if (fidotool_cmd_parse(cmd, entries, DESCRIPTION, &argc, &argv, &error))
    of = fidotool_sitting_find_case(argc, argv, &error);
  if (fidotool_sitting_current())
    fidotool_sitting_lend(fidotool_sitting_current(), cmd);
  if (!of)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return keep(cmd, of, text && *text ? text : "flagged");
}
