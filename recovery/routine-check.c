/* SPDX-License-Identifier: Apache-2.0 */
/* routine-check.c - which cases a security officer looks at before they go on,
 * and for how long they wait for it. */
#include "recovery/routine-check.h"

#include <openssl/rand.h>

#include "recovery/flag.h"
#include "recovery/policy-read.h"

#define DAY_MS (24 * INT64_C(3600000))
#define LIFE_MS (7 * DAY_MS)

bool
recovery_routine_check_is_drawn(int64_t pct)
{
  uint8_t byte;

  /* From 200 on some of the hundred would come up more often. */
  do {
    int ok = RAND_bytes(&byte, 1);

    g_assert(ok == 1);
  } while (byte >= 200);
  return byte % 100 < pct;
}

RecoveryState
recovery_routine_check_next(const RecoveryTrial *trial)
{
  const RecoveryDocument *document =
      recovery_policy_document(trial->station->model->policy);
  /* Both are asked of every case, so that none takes another time. */
  bool drawn = recovery_routine_check_is_drawn(
      MAX(trial->of->check_pct, document->recovery.routine_check_pct));
  bool flagged = recovery_flag_is_raised(trial, trial->of);

  return drawn || flagged ? RECOVERY_STATE_ROUTINE_CHECK
                          : RECOVERY_STATE_WAITING;
}

bool
recovery_routine_check_is_late(const RecoveryCase *of, int64_t now_ms)
{
  return of->state == RECOVERY_STATE_ROUTINE_CHECK &&
         now_ms - of->since_ms > DAY_MS;
}

/* A contest may have kept the case away for longer than its life. */
bool
recovery_routine_check_is_over(const RecoveryCase *of, int64_t now_ms)
{
  return recovery_routine_check_is_late(of, now_ms) &&
         now_ms - of->opened_ms > LIFE_MS;
}

bool
recovery_routine_check_tell(RecoveryTrial *trial, GError **error)
{
  const RecoveryCase *of = trial->of;
  bool late = recovery_routine_check_is_late(of, trial->now.now_ms);
  g_autofree char *text = g_strdup_printf(
      "Case %s waits for the routine check of a security officer who had no "
      "hand in it%s.\nfidotool case check, or fidotool case refuse.",
      of->id, late ? ", for more than a day" : "");

  return recovery_effect_tell_officers(trial, of, text, error);
}

static bool
tell_again(RecoveryTrial *trial, G_GNUC_UNUSED void *data, GError **error)
{
  return recovery_routine_check_tell(trial, error);
}

bool
recovery_routine_check_settle(RecoveryTrial *trial, bool *ret_more,
                              GError **error)
{
  const RecoveryModel *model = trial->station->model;

  for (unsigned i = 0; i < model->case_ids->len; i++) {
    RecoveryCase *of =
        recovery_model_case(model, g_ptr_array_index(model->case_ids, i));

    if (!recovery_routine_check_is_late(of, trial->now.now_ms) ||
        trial->now.now_ms - of->told_ms <= DAY_MS)
      continue;
    trial->of = of;
    *ret_more = true;
    return recovery_submit_group(trial, tell_again, NULL, error);
  }
  return true;
}
