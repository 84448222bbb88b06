/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-doctor.c - fidotool doctor: why a key is not seen, and what to do. */
#include <stdio.h>

#include "fidotool/advisory/advisory-check.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/diagnosis.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/error.h"

static FidotoolJson *
run_survey(FidotoolCmd *cmd, GError **error)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", "survey");
  return fidotool_key_run_job(cmd, request, error);
}

/* Asks one key to describe itself: no touch, no PIN. One that knows U2F alone
 * answers, and is told apart as if it had not. */
static FidotoolDiagnosisTry
try_key(FidotoolCmd *cmd, const char *selector,
        const FidotoolAdvisories *advisories)
{
  FidotoolDiagnosisTry one = {.selector = g_strdup(selector)};
  FidotoolAdvisoryStatus status;
  g_autoptr(FidotoolJson) info = NULL;
  g_autoptr(FidotoolJson) found = NULL;

  g_free(cmd->device);
  cmd->device = g_strdup(selector);
  info =
      fidotool_key_run_job(cmd, fidotool_key_run_request("info"), &one.error);
  if (info == NULL)
    return one;
  if (fidotool_key_run_is_u2f(fidotool_json_get(info, "info")))
    g_set_error(&one.error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key knows U2F alone");
  found = fidotool_advisory_check_info(advisories, info, &status);
  one.affected = status == FIDOTOOL_ADVISORY_AFFECTED;
  return one;
}

static GArray *
try_keys(FidotoolCmd *cmd, const FidotoolJson *survey)
{
  const FidotoolJson *keys =
      fidotool_json_get(fidotool_json_get(survey, "list"), "keys");
  GArray *tries = g_array_new(FALSE, FALSE, sizeof(FidotoolDiagnosisTry));
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();

  g_array_set_clear_func(tries, (GDestroyNotify)fidotool_diagnosis_try_clear);
  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    FidotoolDiagnosisTry one;

    if (!fidotool_json_get_bool(key, "permitted", true))
      continue;
    one = try_key(cmd, fidotool_json_get_text(key, "selector"), advisories);
    g_array_append_val(tries, one);
  }
  return tries;
}

static int
count_good(const GArray *tries)
{
  int n = 0;

  for (guint i = 0; i < tries->len; i++)
    n += g_array_index(tries, FidotoolDiagnosisTry, i).error == NULL;
  return n;
}

static void
print_finding(const FidotoolJson *finding)
{
  g_autofree char *place =
      fidotool_cmd_printable(fidotool_json_get_text(finding, "place"));
  g_autofree char *text =
      fidotool_cmd_printable(fidotool_json_get_text(finding, "text"));

  printf("%s%s%s\n    %s\n", place, *place ? ": " : "", text,
         fidotool_json_get_text(finding, "todo"));
}

static int
print(FidotoolCmd *cmd, FidotoolJson *survey, const GArray *tries)
{
  FidotoolJson *findings = fidotool_diagnosis_make(survey, tries);
  const int code = (int)fidotool_json_get_int(fidotool_json_at(findings, 0),
                                              "exit", FIDOTOOL_CMD_OK);
  const int good = count_good(tries);

  for (size_t i = 0; !cmd->json && i < fidotool_json_size(findings); i++)
    print_finding(fidotool_json_at(findings, i));
  if (!cmd->json && (good > 0 || fidotool_json_size(findings) == 0))
    printf("%d %s.\n", good,
           good == 1 ? "key answers as it should"
                     : "keys answer as they should");
  fidotool_json_set(survey, "findings", findings);
  fidotool_json_set_int(survey, "good_keys", good);
  fidotool_json_remove(survey, "libfido2"); /* it stands in the envelope */
  return fidotool_cmd_done_with(cmd, survey, NULL, code);
}

int
fidotool_cmd_doctor(FidotoolCmd *cmd, int argc, char **argv)
{
  gboolean station = FALSE;
  const GOptionEntry entries[] = {{"station", 0, 0, G_OPTION_ARG_NONE, &station,
                                   "look at this machine as a station instead",
                                   NULL},
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) tries = NULL;
  FidotoolJson *survey;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Looks at nodes, permissions, locks, USB devices, readers and their "
          "service, and asks each\nkey that may be opened to describe itself. "
          "Nothing is changed, nothing is touched.\n\nExit code 0: nothing is "
          "wrong; else that of the worst finding: 3 no key, 5 not permitted,\n"
          "6 held by another program, 15 U2F alone, 19 it describes itself "
          "wrongly.\n\nWith --station: whether keyhelper alone can open keys "
          "and "
          "readers here. Exit code 0 only\nwhere each promise holds, else "
          "1.\n\nExample:\n  fidotool doctor",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (station)
    return fidotool_cmd_doctor_station(cmd);
  survey = run_survey(cmd, &error);
  if (!survey)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  tries = try_keys(cmd, survey);
  g_clear_pointer(&cmd->device_json, fidotool_json_free); /* it was several */
  return print(cmd, survey, tries);
}
