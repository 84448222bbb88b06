/* SPDX-License-Identifier: Apache-2.0 */
/* rule-case.c - the case that an act is about, and its subject. */
#include <string.h>

#include "recovery/format/jcs.h"
#include "recovery/member.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_case_known(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->of != NULL)
    return NULL;
  return recovery_rule_refuse("There is no such case.",
                              "fidotool case list shows them.");
}

RecoveryRefusal *
recovery_rule_case_state(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  RecoveryState from =
      trial->of == NULL ? RECOVERY_STATE_NONE : trial->of->state;
  RecoveryState wanted =
      trial->of == NULL ? RECOVERY_STATE_OPEN : trial->of->before_contest;
  RecoveryState to;
  FidotoolJson *text;

  if (recovery_state_next(from, trial->deed->act, wanted, &to))
    return NULL;
  text =
      recovery_message_new("A case in the state \"{state}\" has no such step.");
  recovery_message_put_text(text, "state", recovery_state_name(from));
  return recovery_refusal_say(
      "", text,
      recovery_message_new("fidotool case acts shows what is open now."));
}

RecoveryRefusal *
recovery_rule_case_op(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *op = recovery_trial_text(trial, "op");

  if (recovery_member_has("op", op))
    return NULL;
  return recovery_rule_refuse("Not yet: only op recover is carried out so far.",
                              "--op recover, for a key that was lost.");
}

RecoveryRefusal *
recovery_rule_case_subject(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *sub = recovery_trial_text(trial, "sub");

  if (sub != NULL && g_hash_table_contains(trial->station->model->subs, sub))
    return NULL;
  return recovery_rule_refuse(
      "This person is not in the directory of the station.",
      "Find them with fidotool case find; import the directory.");
}

RecoveryRefusal *
recovery_rule_case_one_live_case(RecoveryTrial *trial,
                                 G_GNUC_UNUSED GError **error)
{
  const char *sub = recovery_trial_text(trial, "sub");

  for (unsigned i = 0; i < trial->station->model->case_ids->len; i++) {
    const RecoveryCase *of = recovery_model_case(
        trial->station->model,
        g_ptr_array_index(trial->station->model->case_ids, i));

    if (strcmp(of->sub, sub) == 0 && recovery_case_is_live(of))
      return recovery_rule_refuse("This person has an open case already.",
                                  "Go on with that one, or withdraw it.");
  }
  return NULL;
}

/* Reported keys are the subject's, and at least one: otherwise nothing was
 * lost and this is no recovery. */
RecoveryRefusal *
recovery_rule_case_reported(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const FidotoolJson *creds = recovery_deed_case_creds(trial);
  const char *sub = recovery_trial_text(trial, "sub");

  for (size_t i = 0; i < fidotool_json_size(creds); i++) {
    const RecoveryModelKey *key = recovery_model_key(
        trial->station->model, fidotool_json_text(fidotool_json_at(creds, i)));

    if (key == NULL || strcmp(key->sub, sub) != 0 ||
        (key->state != RECOVERY_KEY_ACTIVE &&
         key->state != RECOVERY_KEY_SUSPENDED))
      return recovery_rule_refuse(
          "A reported key is not an active key of this person.",
          "The keys that fidotool case find shows.");
  }
  if (fidotool_json_size(creds) > 0)
    return NULL;
  return recovery_rule_refuse(
      "No key of this person is registered: nothing can be lost.",
      "A first key is an enrolment (not yet).");
}

RecoveryRefusal *
recovery_rule_case_not_subject(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);
  const char *sub =
      trial->of == NULL ? recovery_trial_text(trial, "sub") : trial->of->sub;

  if (sub == NULL || strcmp(row->sub, sub) != 0)
    return NULL;
  return recovery_rule_refuse("Nobody acts as staff in their own case.",
                              "Somebody else.");
}

RecoveryRefusal *
recovery_rule_case_reason(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *reason = recovery_trial_text(trial, "reason");

  if (recovery_jcs_is_id(reason))
    return NULL;
  return recovery_rule_refuse(
      "A reason is missing, or is no reason code.",
      "--reason with a word such as lost, or not-the-person.");
}
