/* SPDX-License-Identifier: Apache-2.0 */
/* deed-policy.c - a new policy: what it changes is counted from the two
 * documents, stated, and signed by both; what only tightens does not wait. */
#include <string.h>

#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/time.h"
#include "recovery/policy/change.h"

/* When the first of its statements was made: both count as of then. */
static bool
find_moment(const RecoveryTrial *trial, int64_t *ret_s, GError **error)
{
  g_autoptr(FidotoolJson) first = NULL;
  const FidotoolJson *of = trial->statement;
  int64_t ms = trial->now.now_ms;

  if (trial->first != NULL) {
    first = recovery_model_statement(trial->station->model, trial->first->stmt,
                                     error);
    if (first == NULL)
      return false;
    of = first;
  }
  if (of != NULL)
    (void)recovery_time_read(fidotool_json_get_text(of, "iat"), &ms);
  *ret_s = ms / 1000;
  return true;
}

static bool
check_lint(const RecoveryChange *change, GError **error)
{
  g_autofree char *text = NULL;

  if (change->problems->errors == 0)
    return true;
  text = recovery_problem_write_errors(change->problems);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s", text);
  return false;
}

RecoveryChange *
recovery_deed_policy_change(const RecoveryTrial *trial, const char *yaml,
                            GError **error)
{
  g_autoptr(GBytes) after = g_bytes_new(yaml, strlen(yaml));
  int64_t at_s;

  return find_moment(trial, &at_s, error)
             ? recovery_change_new(trial->station->model->policy_bytes, after,
                                   at_s, error)
             : NULL;
}

bool
recovery_deed_policy_fill(RecoveryTrial *trial, FidotoolJson *statement,
                          GError **error)
{
  const char *yaml = recovery_trial_text(trial, "policy");
  g_autoptr(RecoveryPolicy) policy = NULL;
  g_autoptr(RecoveryChange) change = NULL;

  if (yaml == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "the policy is missing");
    return false;
  }
  policy = recovery_policy_read(yaml, strlen(yaml),
                                trial->station->config.practice, error);
  if (policy == NULL)
    return false;
  change = recovery_deed_policy_change(trial, yaml, error);
  if (change == NULL || !check_lint(change, error))
    return false;
  recovery_change_state(change, statement);
  if (trial->station->model->base != NULL)
    recovery_trial_set_hex(statement, "base",
                           trial->station->model->base_digest, 32);
  return recovery_deed_change_fill_two(trial, statement, yaml);
}

bool
recovery_deed_policy_tightens(const RecoveryTrial *trial)
{
  return recovery_change_is_at_once(trial->statement);
}
