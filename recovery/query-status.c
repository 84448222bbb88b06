/* SPDX-License-Identifier: Apache-2.0 */
/* query-status.c - what everybody may know of the station. */
#include "recovery/format/key-plan.h"
#include "recovery/format/time.h"
#include "recovery/known.h"
#include "recovery/query.h"
#include "recovery/rule.h"

#define MIB INT64_C(1048576)
/* Room is low below both. */
#define LOW_MIB 1024
#define LOW_PERCENT 20

/* The rule that every act asks first. */
static void
add_clock(RecoveryTrial *trial, FidotoolJson *answer)
{
  FidotoolJson *clock =
      fidotool_json_set(answer, "clock", fidotool_json_new_object());
  g_autoptr(RecoveryRefusal) refusal = recovery_rule_actor_clock(trial, NULL);

  fidotool_json_set_int(clock, "doubt", refusal != NULL);
}

static void
add_disk(const RecoveryStation *station, FidotoolJson *answer)
{
  const RecoveryHooks *hooks = &station->config.hooks;
  int64_t left, total;
  FidotoolJson *disk;

  if (hooks->room == NULL || !hooks->room(&left, &total, hooks->data))
    return;
  disk = fidotool_json_set(answer, "disk", fidotool_json_new_object());
  fidotool_json_set_int(disk, "free_mb", left / MIB);
  fidotool_json_set_int(
      disk, "low", left / MIB < LOW_MIB && left < total / 100 * LOW_PERCENT);
}

/* Two numbers, and nothing of whom they count. */
static void
add_cases(const RecoveryModel *model, FidotoolJson *answer)
{
  FidotoolJson *cases =
      fidotool_json_set(answer, "cases", fidotool_json_new_object());
  int64_t live = 0, waiting = 0;

  for (unsigned i = 0; i < model->case_ids->len; i++) {
    const RecoveryCase *of =
        recovery_model_case(model, g_ptr_array_index(model->case_ids, i));

    live += recovery_case_is_live(of);
    /* From outside a routine check looks like any wait. */
    waiting += of->state == RECOVERY_STATE_WAITING ||
               of->state == RECOVERY_STATE_ROUTINE_CHECK;
  }
  fidotool_json_set_int(cases, "open", live);
  fidotool_json_set_int(cases, "waiting", waiting);
}

/* For keyhelper's configuration: who may see it may not use it. */
static void
add_plan_key(const RecoveryStation *station, FidotoolJson *answer)
{
  g_autofree char *key = recovery_key_plan_write_key(station->config.plan_key);

  if (key != NULL)
    fidotool_json_set_text(answer, "plan_key", key);
}

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

  fidotool_json_set_text(answer, "class",
                         recovery_station_peer_name(trial->session->peer));
  fidotool_json_set_int(answer, "practice", station->config.practice);
  fidotool_json_set_int(answer, "initialised", model->roster != NULL);
  fidotool_json_set_int(answer, "started", model->started);
  recovery_query_head(station, answer);
  add_plan_key(station, answer);
  add_clock(trial, answer);
  add_disk(station, answer);
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
  recovery_known_status(trial, answer);
  add_cases(model, answer);
  return answer;
}
