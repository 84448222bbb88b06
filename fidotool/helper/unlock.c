/* SPDX-License-Identifier: Apache-2.0 */
/* unlock.c - PIN or fingerprint around one operation. */
#include "fidotool/helper/unlock.h"

#include "fidotool/device/pin.h"
#include "fidotool/error.h"

/* After three wrong PINs in a row a key wants to be plugged in again (CTAP
 * 2.1, section 6.5); some go on counting instead, to the end. */
#define WRONG_MAX 3
/* Fingerprints that are tried before the PIN is asked for. */
#define UV_MAX 3

#define STATUS_PUAT_REQUIRED 0x36
#define STATUS_UV_BLOCKED 0x3c
#define STATUS_UV_INVALID 0x3f

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

FidotoolUnlockWant
fidotool_unlock_parse(const char *text)
{
  if (g_strcmp0(text, "required") == 0)
    return FIDOTOOL_UNLOCK_REQUIRED;
  if (g_strcmp0(text, "discouraged") == 0)
    return FIDOTOOL_UNLOCK_DISCOURAGED;
  return FIDOTOOL_UNLOCK_PREFERRED;
}

bool
fidotool_unlock_retries(FidotoolSession *session, FidotoolKey *key,
                        GError **error)
{
  if (!fidotool_pin_retries(key, &session->retries, error))
    return false;
  return session->retries > 0 || set_error(error, FIDOTOOL_ERROR_PIN_BLOCKED,
                                           "the PIN is locked for good");
}

FidotoolSecret *
fidotool_unlock_ask(FidotoolSession *session, FidotoolKey *key, int retries,
                    const char *problem, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  FidotoolSessionPin what = {.retries = retries,
                             .min = 4,
                             .max = info->max_pin_length,
                             .problem = problem};
  g_autofree char *last_problem = NULL;

  for (;;) {
    g_autoptr(GError) local = NULL;
    g_autoptr(FidotoolSecret) pin =
        fidotool_session_ask_pin(session, &what, error);
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

/* The loop over PINs. */
static bool
run_with_pin(FidotoolSession *session, FidotoolKey *key,
             const FidotoolUnlock *how, FidotoolUnlockRun run, gpointer data,
             GError **error)
{
  const char *problem = NULL;

  if (fidotool_key_info(key)->force_pin_change)
    return set_error(error, FIDOTOOL_ERROR_PIN_STATE,
                     "the key wants its PIN changed first");
  if (!how->skip_retries && !fidotool_unlock_retries(session, key, error))
    return false;
  for (int wrong = 1;; wrong++) {
    g_autoptr(GError) local = NULL;
    g_autoptr(FidotoolSecret) pin =
        fidotool_unlock_ask(session, key, session->retries, problem, error);

    if (!pin)
      return false;
    if (run(key, FIDOTOOL_CREDENTIAL_UV_PIN, pin, data, &local))
      return true;
    if (!g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_INVALID)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return false;
    }
    if (!fidotool_unlock_retries(session, key, error))
      return false;
    if (wrong == WRONG_MAX)
      return set_error(error, FIDOTOOL_ERROR_PIN_REPLUG,
                       "three wrong PINs in a row");
    problem = "wrong PIN";
  }
}

/* Asks for a finger. False where the sensor may not be tried now, which is no
 * error: the last try, too, is not spent unless the person said so. */
static bool
ask_finger(FidotoolSession *session, FidotoolKey *key,
           const FidotoolUnlock *how, int *ret_retries, GError **error)
{
  FidotoolJson *fields;

  if (!how->skip_retries &&
      (!fidotool_pin_uv_retries(key, ret_retries, error) || *ret_retries == 0 ||
       *ret_retries == 1))
    return false;
  fields = fidotool_json_new_object();
  if (*ret_retries > 0)
    fidotool_json_set_int(fields, "retries", *ret_retries);
  fidotool_session_event(session, "uv_needed", fields);
  return true;
}

/* There is no PIN to go on with. */
static bool
refuse_finger(int retries, GError **error)
{
  return set_error(error, FIDOTOOL_ERROR_UV,
                   retries == 0 ? "the fingerprint is locked"
                                : "one try of the fingerprint is left, and it "
                                  "is not spent unasked (--yes does)");
}

/* The loop over fingerprints, and the way to the PIN where the key allows. */
static bool
run_with_sensor(FidotoolSession *session, FidotoolKey *key,
                const FidotoolUnlock *how, FidotoolUnlockRun run, gpointer data,
                GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  bool has_pin =
      fidotool_info_option(info, "clientPin") == 1 &&
      fidotool_info_option(info, "noMcGaPermissionsWithClientPin") != 1;

  for (int i = 0; i < UV_MAX; i++) {
    g_autoptr(GError) local = NULL;
    int retries = -1;

    if (!ask_finger(session, key, how, &retries, &local)) {
      if (local) {
        g_propagate_error(error, g_steal_pointer(&local));
        return false;
      }
      if (!has_pin)
        return refuse_finger(retries, error);
      break;
    }
    if (run(key, FIDOTOOL_CREDENTIAL_UV_BUILTIN, NULL, data, &local))
      return true;
    if (fidotool_key_status(key) == STATUS_UV_BLOCKED && has_pin)
      break;
    if (fidotool_key_status(key) == STATUS_UV_INVALID &&
        (has_pin || i + 1 < UV_MAX))
      continue;
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
  }
  return run_with_pin(session, key, how, run, data, error);
}

/* Without verification; a key that insists on it gets it. */
static bool
run_plain(FidotoolSession *session, FidotoolKey *key, const FidotoolUnlock *how,
          FidotoolUnlockRun run, gpointer data, GError **error)
{
  g_autoptr(GError) local = NULL;

  if (run(key, FIDOTOOL_CREDENTIAL_UV_NONE, NULL, data, &local))
    return true;
  if (fidotool_key_status(key) == STATUS_PUAT_REQUIRED &&
      fidotool_pin_state(key) == FIDOTOOL_PIN_SET)
    return run_with_pin(session, key, how, run, data, error);
  g_propagate_error(error, g_steal_pointer(&local));
  return false;
}

bool
fidotool_unlock_run(FidotoolSession *session, FidotoolKey *key,
                    const FidotoolUnlock *how, FidotoolUnlockRun run,
                    gpointer data, GError **error)
{
  FidotoolPinState pin = fidotool_pin_state(key);
  bool sensor =
      fidotool_info_option(fidotool_key_info(key), "uv") == 1 && !how->pin_only;

  session->retries = -1;
  if (how->want == FIDOTOOL_UNLOCK_DISCOURAGED)
    return run_plain(session, key, how, run, data, error);
  if (sensor)
    return run_with_sensor(session, key, how, run, data, error);
  if (pin == FIDOTOOL_PIN_SET)
    return run_with_pin(session, key, how, run, data, error);
  if (how->want == FIDOTOOL_UNLOCK_PREFERRED)
    return run_plain(session, key, how, run, data, error);
  return set_error(error,
                   pin == FIDOTOOL_PIN_NOT_SET ? FIDOTOOL_ERROR_PIN_STATE
                                               : FIDOTOOL_ERROR_UNSUPPORTED,
                   pin == FIDOTOOL_PIN_NOT_SET
                       ? "the key has no PIN yet"
                       : "this key has neither PIN nor fingerprint");
}
