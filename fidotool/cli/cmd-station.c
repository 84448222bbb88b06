/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-station.c - fidotool station status and import. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"

/* What one message to the station holds. */
#define MAX_CSV (240 * 1024)

int
fidotool_cmd_station_status(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(cmd, NULL,
                          "Shows what anybody who may connect is told.\n"
                          "Example:\n  fidotool station status --station "
                          "~/practice",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  fidotool_json_set_text(request, "what", "status");
  if (fidotool_governed_open(&governed, cmd, NULL, 0, &error))
    answer = fidotool_governed_query(&governed, request, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(answer);
  return fidotool_governed_done(&governed, g_steal_pointer(&answer), NULL);
}

static FidotoolJson *
import(FidotoolGoverned *governed, const char *role, const char *csv,
       GError **error)
{
  g_autoptr(FidotoolJson) request = NULL;

  if (!fidotool_governed_activate(governed, role ? role : "agent", "key.import",
                                  error))
    return NULL;
  request = fidotool_governed_request(governed, "key.import");
  fidotool_json_set_text(request, "csv", csv);
  return fidotool_governed_act(governed, request, error);
}

int
fidotool_cmd_station_import(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolGovernedOptions who = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&who),
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) done = NULL;
  g_autofree char *csv = NULL;
  g_autofree char *role = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Brings in who the subjects are and which keys they have. The first "
          "line is\n"
          "employee,name,team,address,person,credential,aaguid; one line a "
          "key, credential in\n"
          "base64url. Who stands in it already keeps their id.\n"
          "Example:\n  fidotool station import staff.csv --as ada",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  role = g_steal_pointer(&who.role);
  if (argc != 2) {
    g_free(who.as);
    return fidotool_cmd_failed(
        cmd,
        g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "give one CSV file"));
  }
  csv = fidotool_cmd_read_file(argv[1], MAX_CSV, NULL, &error);
  if (!csv) {
    g_free(who.as);
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  if (fidotool_governed_open(&governed, cmd, &who, 0, &error))
    done = import(&governed, role, csv, &error);
  if (!done)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(&governed, g_steal_pointer(&done),
                                FIDOTOOL_CMD_CHANGED);
}
