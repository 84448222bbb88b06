/* SPDX-License-Identifier: Apache-2.0 */
/* deed-exception.c - an exception is granted by two, at once and not before its
 * time; one reviews it, and one ends it. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"

bool
recovery_deed_exception_fill_grant(RecoveryTrial *trial,
                                   FidotoolJson *statement, GError **error)
{
  const char *text = recovery_trial_text(trial, "exception");
  g_autoptr(RecoveryExceptionLine) line = NULL;

  if (text == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "the exception is missing");
    return false;
  }
  line = recovery_exception_line_read(text, strlen(text), error);
  return line != NULL && recovery_deed_change_fill_two(trial, statement, text);
}

bool
recovery_deed_exception_grant(RecoveryTrial *trial, FidotoolJson *entry,
                              GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *text = fidotool_json_get_text(trial->draft, "object");
  g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
  uint8_t digest[32];

  /* It is a part of the policy that ends. */
  if (!recovery_store_put_object(trial->station->store, "policy", body, digest,
                                 error))
    return false;
  recovery_trial_set_hex(entry, "object", digest, 32);
  if (trial->first == NULL)
    fidotool_json_set_text(entry, "act", "exception.grant.proposed");
  return recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

/* review and end: about one that was granted (the rules have found it). */
bool
recovery_deed_exception_fill_one(RecoveryTrial *trial, FidotoolJson *statement,
                                 GError **error)
{
  const RecoveryModelException *exception = recovery_model_exception_of(
      trial->station->model, recovery_trial_text(trial, "object"));

  if (exception == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "no such exception was granted");
    return false;
  }
  recovery_trial_set_hex(statement, "object", exception->object, 32);
  return true;
}

bool
recovery_deed_exception_one(RecoveryTrial *trial, FidotoolJson *entry,
                            GError **error)
{
  fidotool_json_set_text(entry, "object",
                         fidotool_json_get_text(trial->statement, "object"));
  return recovery_trial_append(trial, entry, error);
}
