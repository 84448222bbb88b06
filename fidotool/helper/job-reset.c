/* SPDX-License-Identifier: Apache-2.0 */
/* job-reset.c - jobs reset-plan and reset: what would be lost, and the loss,
 * on the same key. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/fingerprint.h"
#include "fidotool/device/reset.h"
#include "fidotool/device/stored.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/plan.h"
#include "fidotool/helper/unlock.h"

/* From the plug to the command (CTAP 2.1, section 6.6); some keys give less. */
#define WINDOW_MS 10000

static bool
refuse(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

static bool
check_place(const FidotoolJob *job, GError **error)
{
  if (job->found->transport == FIDOTOOL_DISCOVER_CARD)
    return refuse(error, FIDOTOOL_ERROR_UNSUPPORTED,
                  "a reset on a reader is not supported: take the key to a USB "
                  "port");
  return fidotool_reset_takes_usb(fidotool_key_info(job->key)) ||
         refuse(error, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key says that it is not reset over USB");
}

static bool
list_rps(FidotoolKey *key, FidotoolCredentialUv uv, const FidotoolSecret *pin,
         gpointer data, GError **error)
{
  FidotoolJson *lost = data;
  g_autoptr(FidotoolStored) stored =
      fidotool_stored_open(key, uv == FIDOTOOL_CREDENTIAL_UV_PIN ? pin : NULL,
                           FIDOTOOL_KEY_QUICK_MS, error);
  g_autoptr(GPtrArray) rps = NULL;
  FidotoolJson *array;

  if (!stored)
    return false;
  rps = fidotool_stored_existing(stored) > 0
            ? fidotool_stored_rps(stored, true, error)
            : g_ptr_array_new();
  if (!rps)
    return false;
  fidotool_json_set_int(lost, "passkeys", fidotool_stored_existing(stored));
  array = fidotool_json_set(lost, "rps", fidotool_json_new_array());
  for (guint i = 0; i < rps->len; i++) {
    const FidotoolStoredRp *rp = rps->pdata[i];
    FidotoolJson *row = fidotool_json_append(array, fidotool_json_new_object());

    fidotool_json_set_text(row, "rp_id", rp->rp_id);
    fidotool_json_set_int(row, "passkeys", rp->credentials);
  }
  return true;
}

/* A key without a PIN shows nobody what it holds. */
static bool
add_list(FidotoolJob *job, FidotoolJson *lost, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);
  const FidotoolUnlock how = {
      .want = FIDOTOOL_UNLOCK_REQUIRED,
      .skip_retries = job->skip_retries,
      .pin_only = fidotool_info_option(info, "credMgmt") != 1,
  };

  if (!fidotool_json_get_bool(job->request, "list", false) ||
      fidotool_info_option(info, "clientPin") != 1 ||
      !fidotool_stored_is_supported(info))
    return true;
  return fidotool_unlock_run(job->session, job->key, &how, list_rps, lost,
                             error);
}

static FidotoolJson *
read_lost(FidotoolJob *job, GError **error)
{
  static const char *const states[] = {"unsupported", "not-set", "set"};
  const FidotoolInfo *info = fidotool_key_info(job->key);
  int64_t room = fidotool_json_get_int(
      info->json, "remaining_discoverable_credentials", -1);
  int fingers = fidotool_fingerprint_state(info);
  g_autoptr(FidotoolJson) lost = fidotool_json_new_object();

  fidotool_json_set_text(lost, "pin",
                         states[fidotool_info_option(info, "clientPin") + 1]);
  if (fingers >= 0)
    fidotool_json_set_bool(lost, "fingerprints", fingers == 1);
  if (room >= 0)
    fidotool_json_set_int(lost, "room", room);
  return add_list(job, lost, error) ? g_steal_pointer(&lost) : NULL;
}

FidotoolJson *
fidotool_job_reset_plan(FidotoolJob *job, GError **error)
{
  g_autoptr(FidotoolJson) lost = NULL;
  g_autofree char *identity = NULL;
  FidotoolJson *json, *plan;

  if (!check_place(job, error) || !fidotool_plan_check_key(job, NULL, error))
    return NULL;
  lost = read_lost(job, error);
  if (!lost ||
      !fidotool_job_confirm(job, "reset", fidotool_json_copy(lost), error))
    return NULL;
  identity = fidotool_job_identity(job);
  json = fidotool_json_new_object();
  plan = fidotool_json_set(json, "plan", fidotool_json_new_object());
  fidotool_json_set_text(plan, "identity", identity);
  fidotool_json_set_bool(plan, "held",
                         fidotool_json_get_int(lost, "passkeys", 0) > 0);
  fidotool_json_set(json, "lost", g_steal_pointer(&lost));
  return json;
}

/* The wait for the touch. */
typedef struct {
  FidotoolJob *job;
  gint64 closes_at; /* monotonic, microseconds */
  int64_t told;     /* seconds that were told last */
} Countdown;

static bool
count_down(gpointer data)
{
  Countdown *countdown = data;
  gint64 left = countdown->closes_at - g_get_monotonic_time();
  int64_t seconds = left > 0 ? (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC : 0;
  FidotoolJson *fields;

  if (seconds != countdown->told) {
    countdown->told = seconds;
    fields = fidotool_json_new_object();
    fidotool_json_set_int(fields, "seconds", seconds);
    if (fidotool_reset_wants_long_touch(fidotool_key_info(countdown->job->key)))
      fidotool_json_set_bool(fields, "long_touch", true);
    fidotool_session_event(countdown->job->session, "countdown", fields);
  }
  return !fidotool_session_cancelled(countdown->job->session);
}

static bool
check_same(const FidotoolJob *job, const FidotoolJson *plan, GError **error)
{
  const char *expected = fidotool_json_get_text(plan, "identity");
  g_autofree char *identity = fidotool_job_identity(job);

  if (!expected)
    return refuse(error, FIDOTOOL_ERROR_USAGE,
                  "the request: \"plan\" is missing or wrong");
  return strcmp(identity, expected) == 0 ||
         refuse(error, FIDOTOOL_ERROR_RESET_WINDOW,
                "this is another key than the one that was pulled out, and "
                "nothing was done");
}

/* What the key shows now is believed, not what it said. */
static bool
check_empty(FidotoolJob *job, bool held, GError **error)
{
  g_autoptr(FidotoolInfo) before =
      fidotool_info_read(fidotool_key_raw_info(job->key), error);
  const char *doubt;

  if (!before)
    return false;
  if (!fidotool_key_refresh(job->key, error)) {
    g_prefix_error(error, "the key said that it was reset, but then: ");
    return false;
  }
  doubt = fidotool_reset_doubt(before, fidotool_key_info(job->key), held);
  if (!doubt)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "the key said that it was reset, but %s", doubt);
  return false;
}

FidotoolJson *
fidotool_job_reset(FidotoolJob *job, GError **error)
{
  const FidotoolJson *plan = fidotool_json_get(job->request, "plan");
  int64_t elapsed_ms =
      CLAMP(fidotool_json_get_int(job->request, "elapsed_ms", 0), 0, WINDOW_MS);
  Countdown countdown = {
      .job = job,
      .closes_at = g_get_monotonic_time() + (WINDOW_MS - elapsed_ms) * 1000,
      .told = -1,
  };
  const FidotoolResetWait wait = {
      .timeout_ms = job->timeout_ms, .go_on = count_down, .data = &countdown};
  FidotoolJson *json;

  if (!check_place(job, error) || !check_same(job, plan, error) ||
      !fidotool_plan_check_key(job, NULL, error) ||
      !fidotool_job_confirm(job, "reset-now", fidotool_json_copy(plan),
                            error) ||
      !fidotool_reset_run(job->key, &wait, error) ||
      !check_empty(job, fidotool_json_get_bool(plan, "held", false), error))
    return NULL;
  json = fidotool_json_new_object();
  fidotool_json_set_bool(json, "changed", true);
  return json;
}
