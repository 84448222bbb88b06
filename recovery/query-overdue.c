/* SPDX-License-Identifier: Apache-2.0 */
/* query-overdue.c - the cases that wait for security officers for too long. */
#include "recovery/query.h"

#define HOUR_MS INT64_C(3600000)
/* A contest is to be decided within so long (governance 6.1). */
#define CONTEST_H 72
#define CHECK_H 24

int64_t
recovery_query_overdue_due(const RecoveryCase *of, int64_t now_ms)
{
  int64_t due_ms = 0;

  if (of->state == RECOVERY_STATE_ROUTINE_CHECK)
    due_ms = of->since_ms + CHECK_H * HOUR_MS;
  else if (of->state == RECOVERY_STATE_CONTESTED)
    due_ms = of->since_ms + CONTEST_H * HOUR_MS;
  return due_ms < now_ms ? due_ms : 0;
}

FidotoolJson *
recovery_query_overdue(RecoveryTrial *trial)
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *list = fidotool_json_new_array();

  for (unsigned i = 0; i < model->case_ids->len; i++) {
    const RecoveryCase *of =
        recovery_model_case(model, g_ptr_array_index(model->case_ids, i));
    int64_t due_ms = recovery_query_overdue_due(of, trial->now.now_ms);
    FidotoolJson *row;

    if (due_ms == 0)
      continue;
    row = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(row, "case", of->id);
    fidotool_json_set_text(row, "op", of->op);
    fidotool_json_set_text(row, "sub", of->sub);
    fidotool_json_set_text(row, "state", recovery_state_name(of->state));
    recovery_trial_set_time(row, "since", of->since_ms);
    recovery_trial_set_time(row, "due", due_ms);
  }
  return list;
}
