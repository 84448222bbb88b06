/* SPDX-License-Identifier: Apache-2.0 */
/* rule-actor.c - who asks, with which role, and at what time. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/act.h"
#include "recovery/rule.h"

/* The wall clock may go back this far before it is doubted (governance 6.4). */
#define CLOCK_SLACK_MS (120 * INT64_C(1000))

RecoveryRefusal *
recovery_rule_actor_clock(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->now.now_ms >= trial->station->model->last_ms - CLOCK_SLACK_MS)
    return NULL;
  return recovery_rule_refuse(
      "The station's clock stands before the last event of its record.",
      "Two officers accept the clock, once it is right.");
}

RecoveryRefusal *
recovery_rule_actor_known(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->newcomer != NULL ||
      (trial->actor != NULL &&
       recovery_roster_find_person(trial->station->model->roster,
                                   trial->actor) != NULL))
    return NULL;
  return recovery_rule_refuse("This person is not in the roster.",
                              "Somebody who is, or a change of the roster.");
}

RecoveryRefusal *
recovery_rule_actor_enrolled(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  for (unsigned i = 0; i < trial->station->model->roster->keys->len; i++) {
    const RecoveryRosterKey *row =
        g_ptr_array_index(trial->station->model->roster->keys, i);
    g_autofree char *hex = fidotool_bytes_hex(row->registration, 32);

    if (strcmp(row->person, trial->actor) != 0 ||
        !g_hash_table_contains(trial->station->model->enrolled, hex))
      continue;
    if (trial->key == NULL || trial->key == row)
      return NULL;
  }
  return recovery_rule_refuse("This key has not proved itself yet.",
                              "First run fidotool roster enrol with it.");
}

/* A roster whose keys have not all proved themselves does nothing else. */
RecoveryRefusal *
recovery_rule_actor_enrolled_first(RecoveryTrial *trial,
                                   G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;

  if (model->started)
    return NULL;
  return recovery_rule_refuse(
      "The keys of the first roster have not all been enrolled.",
      "Every person runs fidotool roster enrol with their key.");
}

/* A key that no roster has yet proves itself where an officer is. */
RecoveryRefusal *
recovery_rule_actor_officer(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->newcomer == NULL ||
      recovery_trial_has_role(trial, "roster.change"))
    return NULL;
  return recovery_rule_refuse(
      "A new key of staff proves itself where a security officer is: the role "
      "is not active on this connection.",
      "An officer activates the role with their key first.");
}

RecoveryRefusal *
recovery_rule_actor_to_enrol(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (recovery_deed_staff_to_enrol(trial) != NULL)
    return NULL;
  return recovery_rule_refuse(
      "This person has no key that is still to be enrolled.",
      "A new key, made where a security officer is; then it proves itself.");
}

static bool
is_for(const RecoveryTrial *trial, const char *role)
{
  const char *slot = recovery_trial_text(trial, "slot");
  bool refuse = strcmp(trial->deed->act, "case.refuse") == 0;

  /* In the routine check there are no slots: an officer refuses. */
  if (refuse && trial->of != NULL && recovery_rule_check_is_due(trial))
    return recovery_act_role_may(role, "case.check");
  if (strcmp(trial->deed->act, "case.approve") == 0 ||
      (slot != NULL &&
       (refuse || strcmp(trial->deed->act, "decision.approve") == 0)))
    return slot != NULL && strcmp(role, slot) == 0 &&
           recovery_act_role_is_slot(role);
  /* Who refuses does so for a slot of the case, named or not. */
  if (refuse && trial->of != NULL && trial->of->slots != NULL)
    return g_strv_contains((const char *const *)trial->of->slots, role);
  return recovery_act_role_may(role, trial->deed->act) ||
         recovery_act_role_may_in_session(role, trial->deed->act);
}

bool
recovery_rule_actor_may(const RecoveryTrial *trial, const char *role)
{
  return is_for(trial, role) &&
         recovery_policy_role_may(trial->station->model->policy, role,
                                  trial->deed->act);
}

RecoveryRefusal *
recovery_rule_actor_role(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);

  for (char **role = row->roles; *role != NULL; role++)
    if (recovery_rule_actor_may(trial, *role))
      return NULL;
  return recovery_rule_refuse(
      "No role of this person allows this.",
      "Somebody whose role does; fidotool roster show lists them.");
}

RecoveryRefusal *
recovery_rule_actor_session(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!trial->deed->in_role)
    return NULL;
  for (unsigned i = 0; i < trial->session->roles->len; i++) {
    const RecoveryTrialRole *role = g_ptr_array_index(trial->session->roles, i);

    if (strcmp(role->person, trial->actor) == 0 &&
        role->until_ms > trial->now.now_ms &&
        recovery_rule_actor_may(trial, role->role))
      return NULL;
  }
  return recovery_rule_refuse(
      "The role is not active on this connection.",
      "Activate the role with the key first (60 minutes at most).");
}

RecoveryRefusal *
recovery_rule_actor_role_held(RecoveryTrial *trial,
                              G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);
  const char *role = recovery_trial_text(trial, "role");

  if (role != NULL && recovery_roster_key_has_role(row, role))
    return NULL;
  return recovery_rule_refuse("This person does not hold that role.",
                              "A role that the roster gives them.");
}

RecoveryRefusal *
recovery_rule_actor_own_registration(RecoveryTrial *trial,
                                     G_GNUC_UNUSED GError **error)
{
  uint8_t digest[32];

  (void)fidotool_bytes_unhex(fidotool_json_get_text(trial->statement, "object"),
                             digest, 32); /* its form was read */
  if (memcmp(digest, trial->key->registration, 32) == 0)
    return NULL;
  return recovery_rule_refuse(
      "The key that signed is not the one being enrolled.",
      "Sign with the new key itself.");
}
