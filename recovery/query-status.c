/* SPDX-License-Identifier: Apache-2.0 */
/* query-status.c - what everybody may know of the station. */
#include "recovery/format/time.h"
#include "recovery/query.h"

FidotoolJson *
recovery_query_status(RecoveryTrial *trial,
                      G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                      G_GNUC_UNUSED GError **error)
{
  const RecoveryStation *station = trial->station;
  const RecoveryModel *model = station->model;
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *roles =
      fidotool_json_set(answer, "roles", fidotool_json_new_array());

  fidotool_json_set_int(answer, "practice", station->config.practice);
  fidotool_json_set_int(answer, "initialised", model->roster != NULL);
  fidotool_json_set_int(answer, "started", model->started);
  recovery_query_head(station, answer);
  for (unsigned i = 0; i < trial->session->roles->len; i++) {
    const RecoveryTrialRole *role = g_ptr_array_index(trial->session->roles, i);
    FidotoolJson *row;

    if (role->until_ms <= trial->now.now_ms)
      continue;
    row = fidotool_json_append(roles, fidotool_json_new_object());
    fidotool_json_set_text(row, "person", role->person);
    fidotool_json_set_text(row, "role", role->role);
    recovery_trial_set_time(row, "until", role->until_ms);
  }
  if (model->roster == NULL)
    return answer;
  fidotool_json_set_text(answer, "station", model->station);
  fidotool_json_set_text(answer, "log", model->origin);
  fidotool_json_set_text(answer, "rp_id", model->rp_id);
  fidotool_json_set_text(answer, "origin", model->rp_origin);
  fidotool_json_set_text(answer, "policy_id",
                         recovery_policy_id(model->policy));
  fidotool_json_set_int(answer, "policy_version",
                        recovery_policy_version(model->policy));
  return answer;
}
