/* SPDX-License-Identifier: Apache-2.0 */
/* rule-evidence.c - the plan of a case and what proves the person. */
#include <string.h>

#include "recovery/evidence.h"
#include "recovery/format/words.h"
#include "recovery/member.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_evidence_type(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  static const char *const names[] = {"type", "method", "result"};
  FidotoolJson *enough;
  bool known = true;

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    known = known &&
            recovery_member_has(names[i], recovery_trial_text(trial, names[i]));
  if (known)
    return NULL;
  enough = recovery_message_new("{type}; by {method}; result {result}.");
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    recovery_message_put(enough, names[i], recovery_member_words(names[i]));
  return recovery_refusal_say(
      "",
      recovery_message_new("This is no type of evidence (personal facts and "
                           "voices are none), or no method or result."),
      enough);
}

RecoveryRefusal *
recovery_rule_evidence_enough(RecoveryTrial *trial, GError **error)
{
  const RecoveryEvidencePlan *plan =
      recovery_evidence_find_plan(trial->of->branch, trial->of->ial);
  RecoveryEvidenceCount count = {0};
  g_autoptr(GPtrArray) pieces = recovery_opening_pieces(trial, error);

  if (pieces == NULL)
    return NULL;
  for (unsigned i = 0; i < pieces->len; i++) {
    const FidotoolJson *piece = g_ptr_array_index(pieces, i);

    if (recovery_evidence_is_good(fidotool_json_get_text(piece, "result")))
      (void)recovery_evidence_add(&count, fidotool_json_get_text(piece, "type"),
                                  fidotool_json_get_text(piece, "method"));
  }
  if (plan != NULL && plan->is_met(&count))
    return NULL;
  return recovery_refusal_of(
      "", N_("The evidence does not meet the plan of this case yet."),
      plan == NULL ? N_("First a plan: a branch and an assurance level.")
                   : plan->enough);
}

RecoveryRefusal *
recovery_rule_evidence_plan(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (recovery_evidence_find_plan(
          recovery_trial_text(trial, "branch"),
          fidotool_json_get_int(trial->request, "ial", 0)) != NULL)
    return NULL;
  return recovery_rule_refuse(
      "A plan is one of the branches a, b, c at IAL 1 or 2.",
      "--branch c --ial 2 for an identity document.");
}
