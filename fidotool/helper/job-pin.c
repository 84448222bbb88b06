/* SPDX-License-Identifier: Apache-2.0 */
/* job-pin.c - jobs info, wink, select, pin-status and pin-set. */
#include "fidotool/device/pin.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/unlock.h"

static const char *
name_state(FidotoolPinState state)
{
  switch (state) {
  case FIDOTOOL_PIN_UNSUPPORTED:
    return "unsupported";
  case FIDOTOOL_PIN_NOT_SET:
    return "not-set";
  case FIDOTOOL_PIN_SET:
    return "set";
  }
  return "unsupported";
}

FidotoolJson *
fidotool_job_pin_status(FidotoolJob *job, GError **error)
{
  FidotoolPinState state = fidotool_pin_state(job->key);
  const FidotoolInfo *info = fidotool_key_info(job->key);
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  int retries;

  fidotool_json_set_text(json, "state", name_state(state));
  if (!fidotool_pin_uv_retries(job->key, &retries, error))
    return NULL;
  if (retries >= 0)
    fidotool_json_set_int(json, "uv_retries", retries);
  if (state == FIDOTOOL_PIN_UNSUPPORTED)
    return g_steal_pointer(&json);
  fidotool_json_set_int(json, "min_length", info->min_pin_length);
  fidotool_json_set_int(json, "max_length", info->max_pin_length);
  fidotool_json_set_bool(json, "force_change", info->force_pin_change);
  if (state == FIDOTOOL_PIN_SET) {
    if (!fidotool_pin_retries(job->key, &retries, error))
      return NULL;
    fidotool_json_set_int(json, "retries", retries);
  }
  return g_steal_pointer(&json);
}

FidotoolJson *
fidotool_job_wink(FidotoolJob *job, GError **error)
{
  return fidotool_key_wink(job->key, error) ? fidotool_json_new_object() : NULL;
}

FidotoolJson *
fidotool_job_select(FidotoolJob *job, GError **error)
{
  (void)job;
  (void)error;
  return fidotool_json_new_object();
}

/* What only a key that is plugged in says. */
static void
write_greeting(const FidotoolJob *job, FidotoolJson *json)
{
  const FidotoolKeyGreeting greeting = fidotool_key_greeting(job->key);
  g_autofree char *version =
      g_strdup_printf("%d.%d.%d", greeting.version[0], greeting.version[1],
                      greeting.version[2]);
  FidotoolJson *into;

  if (job->found->transport == FIDOTOOL_DISCOVER_CARD)
    return;
  into = fidotool_json_set(json, "ctaphid", fidotool_json_new_object());
  fidotool_json_set_int(into, "protocol", greeting.protocol);
  fidotool_json_set_text(into, "version", version);
  fidotool_json_set_bool(into, "wink", greeting.wink);
  fidotool_json_set_bool(into, "cbor", greeting.cbor);
  fidotool_json_set_bool(into, "msg", greeting.msg);
}

FidotoolJson *
fidotool_job_info(FidotoolJob *job, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);
  bool is_open = fidotool_key_is_open(job->key);
  FidotoolJson *pin = is_open ? fidotool_job_pin_status(job, error) : NULL;
  FidotoolJson *json;

  if (is_open && !pin)
    return NULL;
  json = fidotool_json_new_object();
  fidotool_json_set(json, "info", fidotool_json_copy(info->json));
  if (pin)
    fidotool_json_set(json, "pin", pin);
  write_greeting(job, json);
  fidotool_json_set_bool(json, "canonical", info->canonical);
  fidotool_job_set_bytes(json, "info_cbor", fidotool_key_raw_info(job->key));
  return json;
}

/* Asks for the new PIN until it has the right form. */
static FidotoolSecret *
ask_new(FidotoolJob *job, const char *problem, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);
  FidotoolSessionPin what = {.is_new = true,
                             .retries = -1,
                             .min = info->min_pin_length,
                             .max = info->max_pin_length,
                             .problem = problem};
  g_autofree char *last_problem = NULL;

  for (;;) {
    g_autoptr(GError) local = NULL;
    g_autoptr(FidotoolSecret) pin =
        fidotool_session_ask_pin(job->session, &what, error);
    FidotoolSecret *normal;

    if (!pin)
      return NULL;
    normal = fidotool_pin_normalise(pin, what.min, what.max, &local);
    if (normal)
      return normal;
    g_free(last_problem);
    last_problem = g_strdup(local->message);
    what.problem = last_problem;
  }
}

/* The current PIN is right only when the key says so, and it says so when it
 * is changed: a wrong one is asked for again, the new one is kept. */
static bool
change_pin(FidotoolJob *job, GError **error)
{
  g_autoptr(FidotoolSecret) fresh = NULL;
  const char *problem = NULL;

  if (!fidotool_unlock_retries(job->session, job->key, error))
    return false;
  for (int wrong = 1;; wrong++) {
    g_autoptr(GError) local = NULL;
    g_autoptr(FidotoolSecret) old = fidotool_unlock_ask(
        job->session, job->key, job->session->retries, problem, error);

    if (!old)
      return false;
    if (!fresh)
      fresh = ask_new(job, NULL, error);
    if (!fresh)
      return false;
    if (fidotool_pin_set(job->key, old, fresh, &local))
      return true;
    if (!g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_INVALID)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return false;
    }
    if (!fidotool_unlock_retries(job->session, job->key, error))
      return false;
    if (wrong == 3) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_REPLUG,
                  "three wrong PINs in a row");
      return false;
    }
    problem = "wrong PIN";
  }
}

static bool
set_first_pin(FidotoolJob *job, GError **error)
{
  g_autoptr(FidotoolSecret) fresh = ask_new(job, NULL, error);

  return fresh && fidotool_pin_set(job->key, NULL, fresh, error);
}

FidotoolJson *
fidotool_job_pin_set(FidotoolJob *job, GError **error)
{
  FidotoolPinState state = fidotool_pin_state(job->key);
  FidotoolJson *json;
  bool ok = false;

  switch (state) {
  case FIDOTOOL_PIN_UNSUPPORTED:
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key has no PIN");
    break;
  case FIDOTOOL_PIN_NOT_SET:
    ok = set_first_pin(job, error);
    break;
  case FIDOTOOL_PIN_SET:
    ok = change_pin(job, error);
    break;
  }
  if (!ok)
    return NULL;
  json = fidotool_json_new_object();
  fidotool_json_set_text(json, "changed_from", name_state(state));
  return json;
}
