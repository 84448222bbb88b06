/* SPDX-License-Identifier: Apache-2.0 */
/* rule-tier.c - of which tier a case would be (governance 6.6): the station
 * finds out, and the desk can raise it and never lower it. A case of another
 * tier than standard is not carried out yet. */
#include <string.h>

#include "recovery/member.h"
#include "recovery/policy-person.h"
#include "recovery/rule.h"
#include "recovery/subject.h"

static FidotoolJson *
with_permit(FidotoolJson *message, const RecoveryPolicyPrivilege *privilege)
{
  recovery_message_put_text(message, "permit", privilege->permit);
  recovery_message_put_text(message, "journey", privilege->journey);
  return message;
}

static RecoveryRefusal *
refuse_privileged(const RecoveryPolicyPrivilege *privilege)
{
  return recovery_refusal_say(
      "",
      with_permit(recovery_message_new(
                      "This person is privileged: permit {permit} lets them do "
                      "{journey}. A case of that tier is not yet carried out."),
                  privilege),
      recovery_message_new(
          "A security officer has the key blocked and replaced outside this "
          "station, as the policy asks for of the privileged."));
}

/* Unknown is bad. */
static RecoveryRefusal *
refuse_unknown(const RecoveryPolicyPrivilege *privilege)
{
  FidotoolJson *text = recovery_message_new(
      "The directory does not say {fact} of this person, so they count as "
      "privileged: permit {permit} may let them do {journey}. A case of that "
      "tier is not yet carried out.");
  FidotoolJson *enough = recovery_message_new(
      "An import of the directory that has {fact} of everybody.");

  recovery_message_put(text, "fact",
                       recovery_policy_person_missing(privilege->missing));
  recovery_message_put(enough, "fact",
                       recovery_policy_person_missing(privilege->missing));
  return recovery_refusal_say("", with_permit(text, privilege), enough);
}

static RecoveryRefusal *
check_privileged(RecoveryTrial *trial, const char *sub)
{
  const RecoveryModel *model = trial->station->model;
  g_auto(RecoverySubject) subject = {0};
  RecoveryPolicyPrivilege privilege;

  if (recovery_roster_find_sub(model->roster, sub) != NULL)
    return recovery_rule_refuse(
        "Staff of the roster are privileged, and that tier is not yet "
        "carried out.",
        "A change of the roster gives staff another key.");
  recovery_subject_fill(trial->station, sub, &subject);
  privilege = recovery_policy_privilege(model->policy, &subject.person,
                                        trial->now.now_ms / 1000);
  switch (privilege.in) {
  case RECOVERY_POLICY_IN:
    return refuse_privileged(&privilege);
  case RECOVERY_POLICY_UNKNOWN:
    return refuse_unknown(&privilege);
  case RECOVERY_POLICY_OUT:
    break;
  }
  return NULL;
}

/* A word that is none raises nothing by mistake, and nothing is ignored. */
static RecoveryRefusal *
check_raised(RecoveryTrial *trial)
{
  const FidotoolJson *asked = fidotool_json_get(trial->request, "tier");
  const char *word = fidotool_json_text(asked);
  FidotoolJson *enough;

  if (asked == NULL)
    return NULL;
  if (g_strcmp0(word, "remote") == 0)
    return recovery_rule_refuse("A person who is not at the desk is of the "
                                "tier remote, which is not yet carried out.",
                                "The person comes to the station.");
  if (recovery_member_has("tier", word))
    return recovery_rule_refuse(
        "The case was raised to privileged, and that tier is not yet carried "
        "out.",
        "A security officer: the key is replaced outside this station.");
  enough = recovery_message_new("{words}, or nothing.");
  recovery_message_put(enough, "words", recovery_member_words("tier"));
  return recovery_refusal_say(
      "", recovery_message_new("There is no such tier to raise a case to."),
      enough);
}

RecoveryRefusal *
recovery_rule_tier(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  RecoveryRefusal *refusal =
      check_privileged(trial, recovery_trial_text(trial, "sub"));

  return refusal != NULL ? refusal : check_raised(trial);
}
