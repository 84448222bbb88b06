/* SPDX-License-Identifier: Apache-2.0 */
/* rule-consent.c - which decision may be approved, by whom, and for how long.
 */
#include <string.h>

#include "recovery/consent.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"
#include "recovery/format/words.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_consent_subject(RecoveryTrial *trial,
                              G_GNUC_UNUSED GError **error)
{
  RecoveryConsentOf of = recovery_consent_asked(trial);

  if (of.sub != NULL)
    return NULL;
  return recovery_rule_refuse(
      "Nobody of the directory has this employee number.",
      "An employee number of the directory.");
}

/* Whoever asks for something does not say yes to it. */
RecoveryRefusal *
recovery_rule_consent_not_oneself(RecoveryTrial *trial,
                                  G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  RecoveryConsentOf of = recovery_consent_asked(trial);
  const char *owner =
      of.sub == NULL ? NULL : g_hash_table_lookup(model->subject_owner, of.sub);

  if (owner == NULL || strcmp(owner, trial->actor) != 0)
    return NULL;
  return recovery_rule_refuse("Nobody approves their own decision.",
                              "Somebody else.");
}

static RecoveryRefusal *
refuse_place(const char *format, const char *id)
{
  FidotoolJson *text = recovery_message_of(format);

  recovery_message_put_text(text, "id", id);
  return recovery_refusal_say(
      "", text,
      recovery_message_new("What was asked; fidotool policy approvals lists "
                           "it, and fidotool policy print what there is."));
}

static bool
is_transaction_of(const RecoveryDocument *document, uint32_t index,
                  uint32_t app)
{
  const RecoveryDocumentRefs *apps =
      &RECOVERY_DOCUMENT_AT(document, TRANSACTIONS, Transaction, index)->apps;

  for (uint32_t i = 0; i < apps->count; i++)
    if (apps->items[i].index == app)
      return true;
  return false;
}

RecoveryRefusal *
recovery_rule_consent_place(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryDocument *document =
      recovery_policy_document(trial->station->model->policy);
  RecoveryConsentOf of = recovery_consent_asked(trial);
  uint32_t app =
      of.app == NULL
          ? RECOVERY_DOCUMENT_NONE
          : recovery_document_find(document, RECOVERY_DOCUMENT_APPS, of.app);
  uint32_t transaction;

  if (of.journey == NULL ||
      recovery_document_find(document, RECOVERY_DOCUMENT_JOURNEYS,
                             of.journey) == RECOVERY_DOCUMENT_NONE)
    return refuse_place(N_("The policy in force has no journey {id}."),
                        of.journey == NULL ? "-" : of.journey);
  if (app == RECOVERY_DOCUMENT_NONE)
    return refuse_place(N_("The policy in force has no app {id}."),
                        of.app == NULL ? "-" : of.app);
  if (of.transaction == NULL)
    return NULL;
  transaction = recovery_document_find(document, RECOVERY_DOCUMENT_TRANSACTIONS,
                                       of.transaction);
  if (transaction != RECOVERY_DOCUMENT_NONE &&
      is_transaction_of(document, transaction, app))
    return NULL;
  return refuse_place(N_("The app has no transaction {id}."), of.transaction);
}

RecoveryRefusal *
recovery_rule_consent_reference(RecoveryTrial *trial,
                                G_GNUC_UNUSED GError **error)
{
  RecoveryConsentOf of = recovery_consent_asked(trial);

  if (recovery_consent_is_reference(of.reference) &&
      recovery_jcs_is_id(of.caller))
    return NULL;
  return recovery_rule_refuse(
      "It is not said which question of which caller is approved.",
      "The caller, and its reference in one line of at most 200 bytes.");
}

RecoveryRefusal *
recovery_rule_consent_end(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  int64_t minutes = fidotool_json_get_int(trial->request, "minutes",
                                          RECOVERY_CONSENT_MINUTES);
  int64_t until_ms = INT64_MAX;

  if (minutes < 1 || minutes > RECOVERY_CONSENT_MINUTES_MAX)
    return recovery_rule_refuse(
        "An approval of a decision lasts a minute at least and a day at most.",
        "A time between; an hour, where none is said.");
  /* Signed elsewhere, and brought back late. */
  if (trial->statement != NULL)
    (void)recovery_time_read(fidotool_json_get_text(trial->statement, "until"),
                             &until_ms);
  if (trial->now.now_ms < until_ms)
    return NULL;
  return recovery_rule_refuse("The approval was over before it came here.",
                              "A new one, that lasts longer.");
}

/* The role that is signed with: that of the key, where one has signed. */
RecoveryRefusal *
recovery_rule_consent_slot(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *slot = recovery_trial_text(trial, "slot");

  if (recovery_act_role_is_slot(slot) &&
      (trial->key == NULL || recovery_roster_key_has_role(trial->key, slot)))
    return NULL;
  return recovery_rule_refuse("It is not said as what it is approved.",
                              "A slot that the person's key has as a role.");
}

RecoveryRefusal *
recovery_rule_consent_once(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  RecoveryConsentOf of = recovery_consent_asked(trial);

  for (unsigned i = 0; i < model->consents->len; i++) {
    const RecoveryModelConsent *given = g_ptr_array_index(model->consents, i);

    if (strcmp(given->by, trial->actor) == 0 &&
        recovery_consent_is_live(trial, given) &&
        recovery_consent_fits(trial, given, &of))
      return recovery_rule_refuse(
          "This person has approved just this already, and it was not used "
          "yet.",
          "Another person, where more than one has to.");
  }
  return NULL;
}
