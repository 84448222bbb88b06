/* SPDX-License-Identifier: Apache-2.0 */
/* rule-release.c - before the new key becomes active: everything once more. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_release_releaser(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  if (!recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return recovery_rule_refuse("An approver of the case does not release it.",
                              "Somebody else.");
}

RecoveryRefusal *
recovery_rule_release_releaser_verifier(RecoveryTrial *trial,
                                        G_GNUC_UNUSED GError **error)
{
  if (!g_hash_table_contains(trial->of->verifiers, trial->actor))
    return NULL;
  return recovery_rule_refuse(
      "Who verified the person does not release the key.", "Another releaser.");
}

/* Every approval carries the head of the record as it was: still so? */
RecoveryRefusal *
recovery_rule_release_anchors(RecoveryTrial *trial, GError **error)
{
  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);
    g_autoptr(FidotoolJson) statement =
        recovery_model_statement(trial->station->model, approval->stmt, error);
    uint8_t then[32], now[32];

    if (statement == NULL ||
        !recovery_record_root_at(
            trial->station->record,
            fidotool_json_get_int(statement, "head_size", -1), now, error))
      return NULL;
    (void)fidotool_bytes_unhex(fidotool_json_get_text(statement, "head_root"),
                               then, 32); /* its form was read */
    if (memcmp(then, now, 32) != 0)
      return recovery_rule_refuse(
          "The record is not the one that was approved.",
          "Stop, and tell a security officer and the auditor.");
  }
  return NULL;
}
