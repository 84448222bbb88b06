/* SPDX-License-Identifier: Apache-2.0 */
/* policy-input.c - a policy and a map, out of files. */
#include "fidotool/cli/policy-input.h"

#include "fidotool/cli/cmd.h"
#include "fidotool/cli/policy-file.h"

RecoveryDocument *
fidotool_policy_input_read(const char *path, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(GError) inner = NULL;
  RecoveryDocument *document =
      fidotool_policy_file_read(path, problems, &inner);
  g_autofree char *faults = NULL;

  if (inner != NULL)
    g_propagate_error(error, g_steal_pointer(&inner));
  else if (document == NULL) {
    faults = recovery_problem_write_errors(problems);
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID, "%s: %s", path,
                faults);
  }
  return document;
}

RecoveryDriftMap *
fidotool_policy_input_read_map(const char *path, const RecoveryDocument *policy,
                               GError **error)
{
  g_autofree char *text = NULL;
  size_t len = 0;

  if (path != NULL) {
    text = fidotool_cmd_read_file(path, RECOVERY_DRIFT_MAP_MAX, &len, error);
    if (text == NULL)
      return NULL;
  }
  return recovery_drift_map_read(text, len, policy, error);
}
