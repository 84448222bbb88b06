/* SPDX-License-Identifier: Apache-2.0 */
/* pin.c - PIN operations; what makes a PIN good before a key sees it. */
#include "fidotool/device/pin.h"

#include <fido.h>
#include <string.h>

#include "fidotool/error.h"

FidotoolPinState
fidotool_pin_state(const FidotoolKey *key)
{
  switch (fidotool_info_option(fidotool_key_info(key), "clientPin")) {
  case 1:
    return FIDOTOOL_PIN_SET;
  case 0:
    return FIDOTOOL_PIN_NOT_SET;
  }
  return FIDOTOOL_PIN_UNSUPPORTED;
}

bool
fidotool_pin_retries(FidotoolKey *key, int *ret_retries, GError **error)
{
  int retries = 0;

  fidotool_key_set_timeout(key, FIDOTOOL_KEY_QUICK_MS);
  if (!fidotool_key_check(
          key, fido_dev_get_retry_count(fidotool_key_dev(key), &retries),
          "ask for the tries that remain", error))
    return false;
  *ret_retries = CLAMP(retries, 0, 255);
  return true;
}

bool
fidotool_pin_uv_retries(FidotoolKey *key, int *ret_retries, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  int retries = -1;

  if (fidotool_info_option(info, "uv") == 1 &&
      fidotool_info_option(info, "pinUvAuthToken") == 1) {
    fidotool_key_set_timeout(key, FIDOTOOL_KEY_QUICK_MS);
    if (!fidotool_key_check(
            key, fido_dev_get_uv_retry_count(fidotool_key_dev(key), &retries),
            "ask for the tries of the sensor that remain", error))
      return false;
    retries = CLAMP(retries, 0, 255);
  }
  *ret_retries = retries;
  return true;
}

static bool
has_control(const char *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char(p))
    if (g_unichar_iscntrl(g_utf8_get_char(p)))
      return true;
  return false;
}

/* NFC. GLib's own copies on the way stay on the heap of this process, which
 * is not dumped and ends with its job; plain digits and letters, the usual
 * PIN, make none. */
static FidotoolSecret *
normalise(const FidotoolSecret *pin)
{
  const char *text = fidotool_secret_text(pin);
  FidotoolSecret *result;
  char *normal;
  size_t len;

  if (g_str_is_ascii(text))
    return fidotool_secret_new_copy(text, fidotool_secret_len(pin));
  normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
  len = strlen(normal);
  result = len <= FIDOTOOL_SECRET_MAX ? fidotool_secret_new_copy(normal, len)
                                      : fidotool_secret_new_copy(text, 0);
  explicit_bzero(normal, len);
  g_free(normal);
  return result;
}

/* True for a PIN in its normal form that a key may be shown. */
static bool
check_form(const FidotoolSecret *pin, int min, int max, GError **error)
{
  const char *text = fidotool_secret_text(pin);

  if (has_control(text))
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_STATE,
                "a PIN has no control characters");
  else if (g_utf8_strlen(text, -1) < min)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_STATE,
                "the PIN is too short: at least %d characters", min);
  else if (fidotool_secret_len(pin) > (size_t)max)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_STATE,
                "the PIN is too long: at most %d bytes", max);
  else
    return true;
  return false;
}

FidotoolSecret *
fidotool_pin_normalise(const FidotoolSecret *pin, int min, int max,
                       GError **error)
{
  g_autoptr(FidotoolSecret) result = NULL;

  if (strlen(fidotool_secret_text(pin)) != fidotool_secret_len(pin) ||
      !g_utf8_validate(fidotool_secret_text(pin), -1, NULL)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_STATE,
                "the PIN is not text in UTF-8");
    return NULL;
  }
  result = normalise(pin);
  if (!result) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "no memory for the PIN");
    return NULL;
  }
  return check_form(result, min, max, error) ? g_steal_pointer(&result) : NULL;
}

bool
fidotool_pin_set(FidotoolKey *key, const FidotoolSecret *old,
                 const FidotoolSecret *pin, GError **error)
{
  fidotool_key_set_timeout(key, FIDOTOOL_KEY_QUICK_MS);
  return fidotool_key_check(
      key,
      fido_dev_set_pin(fidotool_key_dev(key), fidotool_secret_text(pin),
                       old ? fidotool_secret_text(old) : NULL),
      old ? "change the PIN" : "set the PIN", error);
}
