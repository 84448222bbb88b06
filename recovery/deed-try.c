/* SPDX-License-Identifier: Apache-2.0 */
/* deed-try.c - a policy is tried beside the one in force: what is decided is
 * decided by that one, and by the draft to be counted alone. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/time.h"

#define DAY_MS (24 * INT64_C(3600000))
#define DAYS_MAX 90
#define DAYS 30

/* From the statement itself once it is handed in. 0 days end a trial. */
static bool
find_until(const RecoveryTrial *trial, int64_t *ret_until_ms, GError **error)
{
  int64_t days = fidotool_json_get_int(trial->request, "days", DAYS);
  int64_t from_ms = trial->now.now_ms;

  if (days < 0 || days > DAYS_MAX) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "a policy is tried for 0 to %d days", DAYS_MAX);
    return false;
  }
  if (trial->statement != NULL)
    (void)recovery_time_read(fidotool_json_get_text(trial->statement, "iat"),
                             &from_ms);
  *ret_until_ms = from_ms + days * DAY_MS;
  return true;
}

bool
recovery_deed_try_fill(RecoveryTrial *trial, FidotoolJson *statement,
                       GError **error)
{
  const char *yaml = recovery_trial_text(trial, "policy");
  g_autoptr(RecoveryPolicy) policy = NULL;
  g_autofree char *digest = NULL;
  int64_t until_ms;

  if (yaml == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "the policy is missing");
    return false;
  }
  policy = recovery_policy_read(yaml, strlen(yaml),
                                trial->station->config.practice, error);
  if (policy == NULL || !find_until(trial, &until_ms, error))
    return false;
  digest = fidotool_bytes_sha256_hex(yaml, strlen(yaml));
  fidotool_json_set_text(trial->draft, "object", yaml);
  fidotool_json_set_text(statement, "object", digest);
  recovery_trial_set_time(statement, "until", until_ms);
  return true;
}

bool
recovery_deed_try(RecoveryTrial *trial, FidotoolJson *entry, GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *yaml = fidotool_json_get_text(trial->draft, "object");
  const char *until = fidotool_json_get_text(trial->statement, "until");
  g_autoptr(GBytes) body = g_bytes_new(yaml, strlen(yaml));
  uint8_t digest[32];

  if (!recovery_store_put_object(trial->station->store, "policy", body, digest,
                                 error))
    return false;
  recovery_trial_set_hex(entry, "object", digest, 32);
  fidotool_json_set_text(entry, "until", until);
  fidotool_json_set_text(trial->done, "until", until);
  return recovery_trial_append(trial, g_steal_pointer(&taken), error);
}
