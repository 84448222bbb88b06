/* SPDX-License-Identifier: Apache-2.0 */
/* rule-statement.c - is this the statement that was handed out, and is it still
 * true? */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/time.h"
#include "recovery/rule.h"

static void
read_nonce(const RecoveryTrial *trial, uint8_t ret_nonce[16])
{
  (void)fidotool_bytes_unhex(fidotool_json_get_text(trial->statement, "nonce"),
                             ret_nonce, 16); /* its form was read */
}

RecoveryRefusal *
recovery_rule_statement_nonce_known(RecoveryTrial *trial, GError **error)
{
  uint8_t nonce[16], stmt[32] = {0}; /* no digest is zero */
  bool used, found;

  read_nonce(trial, nonce);
  if (!recovery_store_nonce(trial->station->store, nonce, stmt, &used, &found,
                            error))
    return NULL;
  if (memcmp(stmt, trial->stmt, 32) == 0)
    return NULL;
  return recovery_rule_refuse(
      "This station did not hand out this statement, or it was changed.",
      "Ask for a new statement and sign that.");
}

RecoveryRefusal *
recovery_rule_statement_nonce_fresh(RecoveryTrial *trial, GError **error)
{
  uint8_t nonce[16], stmt[32];
  bool used = true, found;

  read_nonce(trial, nonce);
  if (!recovery_store_nonce(trial->station->store, nonce, stmt, &used, &found,
                            error))
    return NULL;
  if (!used)
    return NULL;
  return recovery_rule_refuse("This statement was handed in before.",
                              "Ask for a new statement and sign that.");
}

RecoveryRefusal *
recovery_rule_statement_not_expired(RecoveryTrial *trial,
                                    G_GNUC_UNUSED GError **error)
{
  int64_t exp_ms = 0;

  (void)recovery_time_read(fidotool_json_get_text(trial->statement, "exp"),
                           &exp_ms);
  if (trial->now.now_ms <= exp_ms)
    return NULL;
  return recovery_rule_refuse("The statement is older than 15 minutes.",
                              "Ask for a new statement and sign that.");
}

/* A statement says what would happen; is it still so? */
RecoveryRefusal *
recovery_rule_statement_unchanged(RecoveryTrial *trial, GError **error)
{
  static const char *const moving[] = {"head_root", "head_size", "iat", "exp",
                                       "nonce"};
  g_autoptr(FidotoolJson) then = fidotool_json_copy(trial->statement);
  g_autoptr(FidotoolJson) now = recovery_propose_statement(trial, error);
  g_autofree char *then_text = NULL, *now_text = NULL;

  if (now == NULL)
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(moving); i++) {
    fidotool_json_remove(then, moving[i]);
    fidotool_json_remove(now, moving[i]);
  }
  then_text = fidotool_json_write(then, NULL);
  now_text = fidotool_json_write(now, NULL);
  if (strcmp(then_text, now_text) == 0)
    return NULL;
  return recovery_rule_refuse(
      "Something changed since this statement was made (the case, "
      "another approval, the policy).",
      "Read the case again, ask for a new statement and sign that.");
}
