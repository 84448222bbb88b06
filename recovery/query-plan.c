/* SPDX-License-Identifier: Apache-2.0 */
/* query-plan.c - what proves the person of a case: what is asked for, what is
 * there, and whether it is enough. */
#include <string.h>

#include "recovery/evidence.h"
#include "recovery/format/words.h"
#include "recovery/query.h"
#include "recovery/rule.h"

typedef const char *(*Word)(size_t i);

static void
add_words(FidotoolJson *answer, const char *name, Word word)
{
  FidotoolJson *list =
      fidotool_json_set(answer, name, fidotool_json_new_array());
  const char *text;

  for (size_t i = 0; (text = word(i)) != NULL; i++)
    fidotool_json_append_text(list, text);
}

/* A branch, its levels, and what is enough at each. */
static void
add_branches(FidotoolJson *answer)
{
  FidotoolJson *list =
      fidotool_json_set(answer, "branches", fidotool_json_new_array());
  FidotoolJson *ials = NULL, *enough = NULL;
  const RecoveryEvidencePlan *plan;
  const char *last = "";

  for (size_t i = 0; (plan = recovery_evidence_plan(i)) != NULL; i++) {
    if (strcmp(plan->branch, last) != 0) {
      FidotoolJson *row =
          fidotool_json_append(list, fidotool_json_new_object());

      last = plan->branch;
      fidotool_json_set_text(row, "branch", last);
      ials = fidotool_json_set(row, "ials", fidotool_json_new_array());
      enough = fidotool_json_set(row, "enough", fidotool_json_new_array());
    }
    fidotool_json_append(ials, fidotool_json_new_int(plan->ial));
    fidotool_json_append_text(enough, plan->enough);
  }
}

/* The end of a document's number stays in the vault. */
static bool
add_pieces(RecoveryTrial *trial, FidotoolJson *answer, GError **error)
{
  static const char *const names[] = {"type", "method", "result", "issuer"};
  FidotoolJson *list =
      fidotool_json_set(answer, "have", fidotool_json_new_array());
  g_autoptr(GPtrArray) pieces = recovery_opening_pieces(trial, error);

  for (unsigned i = 0; pieces != NULL && i < pieces->len; i++) {
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
      const char *text =
          fidotool_json_get_text(g_ptr_array_index(pieces, i), names[k]);

      if (text != NULL)
        fidotool_json_set_text(row, names[k], text);
    }
  }
  return pieces != NULL;
}

/* The rule that case.submit asks, asked now. */
static bool
add_verdict(RecoveryTrial *trial, FidotoolJson *answer, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(RecoveryRefusal) refusal =
      recovery_rule_evidence_enough(trial, &own);

  if (own != NULL) {
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
  fidotool_json_set_int(answer, "enough", refusal == NULL);
  fidotool_json_set_text(answer, "text",
                         refusal == NULL ? N_("The evidence meets the plan.")
                                         : refusal->text);
  fidotool_json_set_text(answer, "enough_text",
                         refusal == NULL ? "" : refusal->enough);
  return true;
}

FidotoolJson *
recovery_query_plan(RecoveryTrial *trial,
                    G_GNUC_UNUSED RecoveryRefusal **ret_refusal, GError **error)
{
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();

  fidotool_json_set_text(answer, "case", trial->of->id);
  if (trial->of->branch != NULL) {
    fidotool_json_set_text(answer, "branch", trial->of->branch);
    fidotool_json_set_int(answer, "ial", trial->of->ial);
  }
  add_branches(answer);
  add_words(answer, "types", recovery_evidence_type);
  add_words(answer, "methods", recovery_evidence_method);
  add_words(answer, "results", recovery_evidence_result);
  if (!add_pieces(trial, answer, error) || !add_verdict(trial, answer, error))
    return NULL;
  return g_steal_pointer(&answer);
}
