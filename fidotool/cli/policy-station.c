/* SPDX-License-Identifier: Apache-2.0 */
/* policy-station.c - asks a station for its policy. */
#include "fidotool/cli/policy-station.h"

#include <string.h>

#include "fidotool/cli/sitting.h"
#include "recovery/error.h"
#include "recovery/policy/document.h"

bool
fidotool_policy_station_open(FidotoolGoverned *governed, FidotoolCmd *cmd,
                             FidotoolGovernedOptions *who, GError **error)
{
  g_autofree char *role = g_steal_pointer(&who->role);

  return fidotool_governed_open(governed, cmd, who, 0, error) &&
         fidotool_governed_any_role(governed, role, "security", error);
}

bool
fidotool_policy_station_read(FidotoolGoverned *governed,
                             FidotoolPolicyText *ret_policy, GError **error)
{
  g_autoptr(FidotoolJson) answer =
      fidotool_governed_ask(governed, "policy", NULL, error);
  const char *text = fidotool_json_get_text(answer, "policy");
  const char *id = fidotool_json_get_text(answer, "policy_id");

  if (answer == NULL)
    return false;
  if (text == NULL || id == NULL) {
    g_set_error_literal(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                        "the station says no policy");
    return false;
  }
  *ret_policy = (FidotoolPolicyText){
      .name =
          g_strdup_printf("%s, version %" G_GINT64_FORMAT, id,
                          fidotool_json_get_int(answer, "policy_version", 0)),
      .text = g_strdup(text),
      .len = strlen(text),
      .practice = fidotool_json_get_int(answer, "practice", 0) == 1,
      .version = fidotool_json_get_int(answer, "policy_version", 0),
  };
  return true;
}

bool
fidotool_policy_station_take(FidotoolGoverned *governed, FidotoolCmd *cmd,
                             FidotoolGovernedOptions *who, const char *path,
                             FidotoolPolicyText *ret_policy, GError **error)
{
  FidotoolPolicyText policy = {0};

  if (path == NULL && who->as == NULL && fidotool_sitting_current() == NULL) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "which policy? Give a FILE, or --as PERSON for the "
                        "one in force at a station");
    return false;
  }
  if (path == NULL)
    return fidotool_policy_station_open(governed, cmd, who, error) &&
           fidotool_policy_station_read(governed, ret_policy, error);
  policy.text =
      fidotool_cmd_read_file(path, RECOVERY_DOCUMENT_MAX, &policy.len, error);
  if (policy.text == NULL)
    return false;
  policy.name = g_strdup(path);
  *ret_policy = policy;
  return true;
}
