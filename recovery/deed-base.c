/* SPDX-License-Identifier: Apache-2.0 */
/* deed-base.c - the base of all policies: three officers sign it, and it waits
 * a day, whatever it says. */
#include <string.h>

#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/policy/base.h"

bool
recovery_deed_base_fill(RecoveryTrial *trial, FidotoolJson *statement,
                        GError **error)
{
  const char *yaml = recovery_trial_text(trial, "base");
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) base = NULL;
  g_autofree char *text = NULL;

  if (yaml == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "the base is missing");
    return false;
  }
  base = recovery_base_read(yaml, strlen(yaml), problems);
  if (base != NULL)
    return recovery_deed_change_fill_two(trial, statement, yaml);
  text = recovery_problem_write_errors(problems);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s", text);
  return false;
}
