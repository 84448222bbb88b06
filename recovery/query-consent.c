/* SPDX-License-Identifier: Apache-2.0 */
/* query-consent.c - what waits for an approval, and what was approved of late:
 * for those who may approve. */
#include <string.h>

#include "recovery/consent.h"
#include "recovery/point-private.h"
#include "recovery/query.h"

static void
set_person(RecoveryTrial *trial, FidotoolJson *row, const char *sub)
{
  static const char *const names[] = {"name", "employee"};
  g_autoptr(FidotoolJson) person = recovery_directory_find(trial->station, sub);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *text = fidotool_json_get_text(person, names[i]);

    if (text != NULL)
      fidotool_json_set_text(row, names[i], text);
  }
}

static FidotoolJson *
add_row(RecoveryTrial *trial, FidotoolJson *list, const RecoveryConsentOf *of)
{
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

  if (of->reference != NULL)
    fidotool_json_set_text(row, "reference", of->reference);
  fidotool_json_set_text(row, "caller", of->caller);
  fidotool_json_set_text(row, "journey", of->journey);
  fidotool_json_set_text(row, "app", of->app);
  if (of->transaction != NULL)
    fidotool_json_set_text(row, "transaction", of->transaction);
  fidotool_json_set_text(row, "sub", of->sub);
  set_person(trial, row, of->sub);
  return row;
}

/* Who said yes so far. */
static void
add_given(RecoveryTrial *trial, FidotoolJson *row, const RecoveryConsentOf *of)
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *list =
      fidotool_json_set(row, "approved", fidotool_json_new_array());

  for (unsigned i = 0; i < model->consents->len; i++) {
    const RecoveryModelConsent *consent = g_ptr_array_index(model->consents, i);
    FidotoolJson *given;

    if (!recovery_consent_is_live(trial, consent) ||
        !recovery_consent_fits(trial, consent, of))
      continue;
    given = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(given, "by", consent->by);
    fidotool_json_set_text(given, "slot", consent->slot);
    recovery_trial_set_time(given, "until", consent->until_ms);
  }
}

static void
add_waiting(RecoveryTrial *trial, FidotoolJson *list,
            const RecoveryPointWaiting *waiting)
{
  const RecoveryConsentOf of = {.sub = waiting->sub,
                                .caller = waiting->caller,
                                .journey = waiting->journey,
                                .app = waiting->app,
                                .transaction = waiting->transaction,
                                .reference = waiting->reference};
  FidotoolJson *row = add_row(trial, list, &of);
  FidotoolJson *slots =
      fidotool_json_set(row, "slots", fidotool_json_new_array());

  recovery_trial_set_time(row, "asked", waiting->asked_ms);
  fidotool_json_set_int(row, "approvals", waiting->approvals);
  for (char **slot = waiting->slots; *slot != NULL; slot++)
    fidotool_json_append_text(slots, *slot);
  add_given(trial, row, &of);
}

static const char *
word_state(const RecoveryTrial *trial, const RecoveryModelConsent *consent)
{
  if (consent->used_seq >= 0)
    return "used";
  if (recovery_consent_is_live(trial, consent))
    return "live";
  return consent->until_ms <=
                 MAX(trial->now.now_ms, trial->station->model->last_ms)
             ? "expired"
             : "idle";
}

static void
add_consent(RecoveryTrial *trial, FidotoolJson *list,
            const RecoveryModelConsent *consent)
{
  g_autofree char *reference = recovery_consent_reference(trial, consent);
  const RecoveryConsentOf of = {.sub = consent->sub,
                                .caller = consent->caller,
                                .journey = consent->journey,
                                .app = consent->app,
                                .transaction = consent->transaction,
                                .reference = reference};
  FidotoolJson *row = add_row(trial, list, &of);

  fidotool_json_set_text(row, "state", word_state(trial, consent));
  fidotool_json_set_text(row, "by", consent->by);
  fidotool_json_set_text(row, "slot", consent->slot);
  recovery_trial_set_time(row, "at", consent->at_ms);
  recovery_trial_set_time(row, "until", consent->until_ms);
  if (consent->used_seq < 0)
    return;
  recovery_trial_set_time(row, "used", consent->used_ms);
  fidotool_json_set_int(row, "entry", consent->used_seq);
}

FidotoolJson *
recovery_query_approvals(RecoveryTrial *trial,
                         G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                         G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  const GPtrArray *all = recovery_point_waiting_list(trial);
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "waiting", fidotool_json_new_array());

  recovery_trial_set_time(answer, "time", trial->now.now_ms);
  for (guint i = 0; i < all->len; i++)
    add_waiting(trial, list, g_ptr_array_index(all, i));
  list = fidotool_json_set(answer, "given", fidotool_json_new_array());
  for (unsigned i = 0; i < model->consents->len; i++)
    add_consent(trial, list, g_ptr_array_index(model->consents, i));
  return answer;
}
