/* SPDX-License-Identifier: Apache-2.0 */
/* rule-role.c - what the policy asks of a role: that it is kept apart from
 * another (conflicts_with), on one connection and in one case, and that whoever
 * activates it says what for. */
#include <string.h>

#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/rule.h"

static RecoveryRefusal *
refuse_pair(FidotoolJson *message, const char *role, const char *other,
            FidotoolJson *enough)
{
  recovery_message_put_text(message, "role", role);
  recovery_message_put_text(message, "other", other);
  return recovery_refusal_say("", message, enough);
}

RecoveryRefusal *
recovery_rule_role_session(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryPolicy *policy = trial->station->model->policy;
  bool activates = strcmp(trial->deed->act, "role.activate") == 0;
  const char *wanted = recovery_trial_text(trial, activates ? "role" : "slot");

  for (unsigned i = 0; wanted != NULL && i < trial->session->roles->len; i++) {
    const RecoveryTrialRole *role = g_ptr_array_index(trial->session->roles, i);

    if (strcmp(role->person, trial->actor) == 0 &&
        role->until_ms > trial->now.now_ms &&
        recovery_policy_role_conflicts(policy, wanted, role->role))
      return refuse_pair(
          recovery_message_new("The policy keeps the role {role} apart from "
                               "{other}, which is active on this connection."),
          wanted, role->role, recovery_message_new("End that role first."));
  }
  return NULL;
}

/* Blanks, dots and what nobody sees are no reason. text: UTF-8. */
static bool
says_something(const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
    if (g_unichar_isalnum(g_utf8_get_char(p)))
      return true;
  return false;
}

static FidotoolJson *
enough_of_reason(void)
{
  FidotoolJson *enough = recovery_message_new(
      "One line of at most {bytes} bytes that says what for, with a letter or "
      "digit in it; fidotool: --reason TEXT.");

  recovery_message_put_text(enough, "bytes", G_STRINGIFY(RECOVERY_TRIAL_NOTE));
  return enough;
}

RecoveryRefusal *
recovery_rule_role_reason(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *role = recovery_trial_text(trial, "role");
  const char *reason = recovery_trial_text(trial, "reason");
  FidotoolJson *message;

  if (reason != NULL &&
      (strlen(reason) > RECOVERY_TRIAL_NOTE || !recovery_jcs_is_text(reason)))
    return recovery_refusal_say(
        "", recovery_message_new("The reason is too long, or not one line."),
        enough_of_reason());
  if (!recovery_policy_role_takes_reason(trial->station->model->policy, role) ||
      (reason != NULL && says_something(reason)))
    return NULL;
  message = recovery_message_new(
      "The policy wants to know what the role {role} is activated for.");
  recovery_message_put_text(message, "role", role);
  return recovery_refusal_say("", message, enough_of_reason());
}

/* The roles in which somebody had a hand in the case, as far as the record
 * says: the strict reading where more than one would do. */
static GPtrArray *
hands_in(const RecoveryTrial *trial, const RecoveryRosterKey *row)
{
  GPtrArray *hands = g_ptr_array_new();
  const RecoveryCase *of = trial->of;

  for (char **role = row->roles; *role != NULL; role++)
    if ((strcmp(*role, "agent") == 0 && of->agent != NULL &&
         strcmp(of->agent, trial->actor) == 0) ||
        (recovery_act_role_may_in_session(*role, "case.add_evidence") &&
         g_hash_table_contains(of->verifiers, trial->actor)))
      g_ptr_array_add(hands, *role);
  for (unsigned i = 0; i < of->approvals->len; i++) {
    const RecoveryCaseApproval *approval = g_ptr_array_index(of->approvals, i);

    if (strcmp(approval->person, trial->actor) == 0)
      g_ptr_array_add(hands, approval->slot);
  }
  return hands;
}

static bool
has_hand(const GPtrArray *hands, const char *role)
{
  return g_ptr_array_find_with_equal_func((GPtrArray *)hands, role, g_str_equal,
                                          NULL);
}

static const char *
find_conflict(const RecoveryPolicy *policy, const char *role,
              const GPtrArray *hands)
{
  for (unsigned i = 0; i < hands->len; i++)
    if (recovery_policy_role_conflicts(policy, role,
                                       g_ptr_array_index(hands, i)))
      return g_ptr_array_index(hands, i);
  return NULL;
}

RecoveryRefusal *
recovery_rule_role_case(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);
  g_autoptr(GPtrArray) hands = hands_in(trial, row);
  const char *refused = NULL, *with = NULL;

  for (char **role = row->roles; *role != NULL; role++) {
    if (!recovery_rule_actor_may(trial, *role))
      continue;
    if (has_hand(hands, *role))
      return NULL; /* and goes on in it */
    with = find_conflict(trial->station->model->policy, *role, hands);
    if (with == NULL)
      return NULL;
    refused = *role;
  }
  if (refused == NULL)
    return NULL; /* rule "role" has said so */
  return refuse_pair(recovery_message_new(
                         "The policy keeps the role {role} apart from {other}, "
                         "which this person had in this case."),
                     refused, with,
                     recovery_message_new("Somebody who had no hand in this "
                                          "case in that role."));
}
