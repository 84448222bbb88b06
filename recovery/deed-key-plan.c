/* SPDX-License-Identifier: Apache-2.0 */
/* deed-key-plan.c - leave to take something off a key: recorded first, then
 * signed, then handed out. */
#include "recovery/deed.h"
#include "recovery/format/jcs.h"
#include "recovery/format/key-plan.h"

/* Key in hand, person beside it: a few minutes do. */
#define LIFE_MS (10 * 60 * INT64_C(1000))

/* The line of the entry that was just appended. */
static char *
write_line(RecoveryTrial *trial, const FidotoolJson *shared, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  g_autoptr(FidotoolJson) plan = fidotool_json_copy(shared);

  fidotool_json_set_int(plan, "v", 1);
  fidotool_json_set_text(plan, "act", recovery_trial_text(trial, "plan"));
  fidotool_json_set_text(plan, "log", model->origin);
  fidotool_json_set_text(plan, "station", model->station);
  fidotool_json_set_int(plan, "seq",
                        fidotool_json_get_int(trial->done, "seq", -1));
  recovery_trial_set_time(plan, "iat", trial->now.now_ms);
  return recovery_jcs_write(plan, NULL, error);
}

/* What plan and entry have in common. */
static FidotoolJson *
new_shared(RecoveryTrial *trial)
{
  FidotoolJson *shared = fidotool_json_new_object();
  const char *cred = recovery_trial_text(trial, "credential");
  g_autofree char *nonce = recovery_trial_random_hex(16);

  fidotool_json_set_text(shared, "target",
                         recovery_trial_text(trial, "target"));
  if (cred != NULL)
    fidotool_json_set_text(shared, "cred", cred);
  fidotool_json_set_text(shared, "nonce", nonce);
  recovery_trial_set_time(shared, "until", trial->now.now_ms + LIFE_MS);
  return shared;
}

static void
add_members(FidotoolJson *entry, const FidotoolJson *shared)
{
  for (size_t i = 0; i < fidotool_json_size(shared); i++)
    fidotool_json_set(entry, fidotool_json_name(shared, i),
                      fidotool_json_copy(fidotool_json_member(shared, i)));
}

/* The answer leaves only when the entry is durable: a commit that fails takes
 * it back (recovery_submit_run). */
bool
recovery_deed_key_plan_give(RecoveryTrial *trial, FidotoolJson *entry,
                            GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  g_autoptr(FidotoolJson) shared = new_shared(trial);
  g_autofree char *line = NULL, *signature = NULL;

  fidotool_json_set_text(entry, "method", recovery_trial_text(trial, "plan"));
  add_members(entry, shared);
  if (!recovery_trial_append(trial, g_steal_pointer(&taken), error))
    return false;
  line = write_line(trial, shared, error);
  if (line == NULL)
    return false;
  signature =
      recovery_key_plan_sign(trial->station->config.plan_key,
                             trial->station->config.practice, line, error);
  if (signature == NULL)
    return false;
  fidotool_json_set_text(trial->done, "plan", line);
  fidotool_json_set_text(trial->done, "signature", signature);
  return true;
}
