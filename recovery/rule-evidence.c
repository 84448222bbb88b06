/* SPDX-License-Identifier: Apache-2.0 */
/* rule-evidence.c - the plan of a case and what proves the person (rules N21,
 * N26, N27 of the governance rules). */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/rule.h"

typedef enum { CODE, BOUND, FAIR, STRONG, SUPERIOR } Strength;

static bool
strength_of(const char *type, const char *method, Strength *ret_strength)
{
  bool chip = g_strcmp0(method, "chip") == 0;

  if (g_strcmp0(type, "saved-code") == 0 || g_strcmp0(type, "issued-code") == 0)
    *ret_strength = CODE;
  else if (g_strcmp0(type, "bound-authenticator") == 0)
    *ret_strength = BOUND;
  else if (g_strcmp0(type, "driving-licence") == 0)
    *ret_strength = FAIR;
  else if (g_strcmp0(type, "passport") == 0 || g_strcmp0(type, "id-card") == 0)
    *ret_strength = chip ? SUPERIOR : STRONG;
  else
    return false;
  return true;
}

RecoveryRefusal *
recovery_rule_evidence_type(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  static const char *const methods[] = {"visual", "chip", "code", "callback"};
  const char *method = recovery_trial_text(trial, "method");
  Strength strength;

  if (strength_of(recovery_trial_text(trial, "type"), method, &strength))
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
      if (g_strcmp0(method, methods[i]) == 0)
        return NULL;
  return recovery_rule_refuse(
      "This is no type of evidence (personal facts and voices are "
      "none), or no method.",
      "passport, id-card, driving-licence, saved-code, issued-code or "
      "bound-authenticator; by visual, chip, code or callback.");
}

/* Strengths of the evidence that was recorded with result ok, counted. */
static bool
count_evidence(RecoveryTrial *trial, int counts[SUPERIOR + 1], bool kinds[2],
               GError **error)
{
  for (unsigned i = 0; i < trial->of->evidence->len; i++) {
    g_autofree char *text = NULL;
    g_autoptr(FidotoolJson) value = NULL;
    const FidotoolJson *piece;
    uint8_t commitment[32], salt[32];
    Strength strength;
    const char *type;

    if (!fidotool_bytes_unhex(g_ptr_array_index(trial->of->evidence, i),
                              commitment, 32))
      continue;
    if (!recovery_vault_open(trial->station->vault, commitment, salt, &text,
                             error))
      return false;
    value = fidotool_json_parse(text, strlen(text), error);
    if (value == NULL)
      return false;
    piece = fidotool_json_get(value, "evidence");
    type = fidotool_json_get_text(piece, "type");
    if (g_strcmp0(fidotool_json_get_text(piece, "result"), "ok") != 0 ||
        !strength_of(type, fidotool_json_get_text(piece, "method"), &strength))
      continue;
    counts[strength]++;
    if (strength == CODE)
      kinds[strcmp(type, "saved-code") == 0] = true;
  }
  return true;
}

RecoveryRefusal *
recovery_rule_evidence_enough(RecoveryTrial *trial, GError **error)
{
  int n[SUPERIOR + 1] = {0};
  bool kinds[2] = {false, false}, enough = false;
  const char *branch = trial->of->branch;

  if (!count_evidence(trial, n, kinds, error))
    return NULL;
  if (g_strcmp0(branch, "a") == 0)
    enough = kinds[0] && kinds[1];
  else if (g_strcmp0(branch, "b") == 0)
    enough = n[CODE] >= 1 && n[BOUND] >= 1;
  else if (trial->of->ial <= 1)
    enough = n[FAIR] + n[STRONG] + n[SUPERIOR] >= 1;
  else
    enough =
        n[SUPERIOR] >= 1 || n[STRONG] >= 2 || (n[STRONG] >= 1 && n[FAIR] >= 1);
  if (enough)
    return NULL;
  return recovery_rule_refuse(
      "The evidence does not meet the plan of this case yet.",
      "Branch a: two codes by different methods; b: a code and a bound "
      "authenticator; c: an identity document (at IAL 2: two, or one "
      "read by its chip).");
}

RecoveryRefusal *
recovery_rule_evidence_plan(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *branch = recovery_trial_text(trial, "branch");
  int64_t ial = fidotool_json_get_int(trial->request, "ial", 0);

  if (branch != NULL && strlen(branch) == 1 && strchr("abc", *branch) != NULL &&
      (ial == 1 || ial == 2))
    return NULL;
  return recovery_rule_refuse(
      "A plan is one of the branches a, b, c at IAL 1 or 2.",
      "--branch c --ial 2 for an identity document.");
}
