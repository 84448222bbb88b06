/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-doctor-station.c - fidotool doctor --station: what a station promises,
 * what is found, what to do. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/station/check.h"

static void
print_row(const FidotoolCheckRow *row)
{
  g_autofree char *found = fidotool_cmd_printable(row->found);

  printf("%s  %s\n", row->holds ? "ok  " : "FAIL", row->wanted);
  if (row->holds)
    return;
  printf("      found: %s\n      do:    %s\n", found, row->todo);
}

static FidotoolJson *
describe(const GPtrArray *rows)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(result, "checks", fidotool_json_new_array());

  for (guint i = 0; i < rows->len; i++) {
    const FidotoolCheckRow *row = rows->pdata[i];
    FidotoolJson *one = fidotool_json_append(list, fidotool_json_new_object());

    fidotool_json_set_text(one, "name", row->name);
    fidotool_json_set_text(one, "wanted", row->wanted);
    fidotool_json_set_text(one, "found", row->found);
    fidotool_json_set_bool(one, "holds", row->holds);
    if (!row->holds)
      fidotool_json_set_text(one, "do", row->todo);
  }
  fidotool_json_set_bool(result, "holds", fidotool_check_all_hold(rows));
  return result;
}

int
fidotool_cmd_doctor_station(FidotoolCmd *cmd)
{
  static const FidotoolPlace here = {"", 0};
  g_autoptr(GPtrArray) rows = fidotool_check_station(&here);

  if (!cmd->json)
    for (guint i = 0; i < rows->len; i++)
      print_row(rows->pdata[i]);
  return fidotool_cmd_done_with(
      cmd, describe(rows), NULL,
      fidotool_check_all_hold(rows) ? FIDOTOOL_CMD_OK : FIDOTOOL_ERROR_FAILED);
}
