/* SPDX-License-Identifier: Apache-2.0 */
/* consent.c - which approvals of a decision are there: for just this person,
 * caller, place and reference, not over, not used, and by somebody who may
 * still give them. */
#include "recovery/consent.h"

#include <string.h>

#include "recovery/format/jcs.h"
#include "recovery/point-private.h"

bool
recovery_consent_is_reference(const char *text)
{
  return text != NULL && *text != '\0' &&
         strlen(text) <= RECOVERY_CONSENT_REFERENCE &&
         recovery_jcs_is_text(text);
}

RecoveryConsentOf
recovery_consent_asked(RecoveryTrial *trial)
{
  const char *employee = recovery_trial_text(trial, "employee");

  return (RecoveryConsentOf){
      .sub =
          employee == NULL ? NULL : recovery_point_input_sub(trial, employee),
      .caller = recovery_trial_text(trial, "caller"),
      .journey = recovery_trial_text(trial, "journey"),
      .app = recovery_trial_text(trial, "app"),
      .transaction = recovery_trial_text(trial, "transaction"),
      .reference = recovery_trial_text(trial, "reference")};
}

char *
recovery_consent_reference(const RecoveryTrial *trial,
                           const RecoveryModelConsent *consent)
{
  g_autofree char *value = NULL;
  g_autoptr(FidotoolJson) opened = NULL;
  uint8_t salt[32];

  if (!recovery_vault_open(trial->station->vault, consent->reference, salt,
                           &value, NULL))
    return NULL;
  opened = fidotool_json_parse(value, strlen(value), NULL);
  return g_strdup(fidotool_json_get_text(opened, "reference"));
}

bool
recovery_consent_fits(const RecoveryTrial *trial,
                      const RecoveryModelConsent *consent,
                      const RecoveryConsentOf *of)
{
  g_autofree char *reference = NULL;

  if (g_strcmp0(consent->sub, of->sub) != 0 ||
      g_strcmp0(consent->caller, of->caller) != 0 ||
      g_strcmp0(consent->journey, of->journey) != 0 ||
      g_strcmp0(consent->app, of->app) != 0 ||
      g_strcmp0(consent->transaction, of->transaction) != 0)
    return false;
  reference = recovery_consent_reference(trial, consent);
  /* One that was erased is like none that is asked for. */
  return g_strcmp0(reference, of->reference) == 0;
}

/* Roles may differ between the keys of a person. */
static bool
holds(const RecoveryRoster *roster, const RecoveryModelConsent *consent,
      int64_t now_ms)
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);

    if (strcmp(row->person, consent->by) == 0 &&
        recovery_roster_valid_at(row->valid_after_ms, row->valid_before_ms,
                                 now_ms) &&
        recovery_roster_key_has_role(row, consent->slot))
      return true;
  }
  return false;
}

bool
recovery_consent_is_live(const RecoveryTrial *trial,
                         const RecoveryModelConsent *consent)
{
  const RecoveryModel *model = trial->station->model;
  /* A clock that was put back brings nothing back. */
  int64_t latest_ms = MAX(trial->now.now_ms, model->last_ms);

  return consent->used_seq < 0 && latest_ms < consent->until_ms &&
         holds(model->roster, consent, trial->now.now_ms);
}
