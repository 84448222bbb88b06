/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - authenticatorConfig: asked, then looked at again. */
#include "fidotool/device/config.h"

#include <string.h>

#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap.h"
#include "fidotool/error.h"

/* Subcommands (CTAP 2.1, section 6.11). */
enum {
  ENABLE_ENTERPRISE = 0x01,
  TOGGLE_ALWAYS_UV = 0x02,
  SET_MIN_PIN_LENGTH = 0x03,
};

int
fidotool_config_always_uv(const FidotoolInfo *info)
{
  return fidotool_info_option(info, "alwaysUv");
}

int
fidotool_config_enterprise(const FidotoolInfo *info)
{
  return fidotool_info_option(info, "ep");
}

bool
fidotool_config_is_supported(const FidotoolInfo *info)
{
  return fidotool_info_option(info, "authnrCfg") == 1;
}

bool
fidotool_config_can_set_min_pin(const FidotoolInfo *info)
{
  return fidotool_config_is_supported(info) &&
         fidotool_info_option(info, "setMinPINLength") == 1;
}

int
fidotool_config_max_rp_ids(const FidotoolInfo *info)
{
  return (int)CLAMP(
      fidotool_json_get_int(info->json, "max_rp_ids_for_set_min_pin_length", 0),
      0, 64);
}

/* What the token's MAC stands over: 32 bytes 0xff, command, subcommand and
 * parameters. */
static GByteArray *
write_signed(uint8_t subcommand, const GByteArray *parameters)
{
  GByteArray *out = g_byte_array_new();
  uint8_t head[34];

  memset(head, 0xff, 32);
  head[32] = FIDOTOOL_CTAP_CONFIG;
  head[33] = subcommand;
  fidotool_cbor_write_raw(out, head, sizeof(head));
  if (parameters)
    fidotool_cbor_write_raw(out, parameters->data, parameters->len);
  return out;
}

/* Sends one subcommand, and looks at the key again. */
static bool
run(FidotoolKey *key, const FidotoolToken *token, uint8_t subcommand,
    const GByteArray *parameters, const char *what, GError **error)
{
  g_autoptr(GByteArray) signed_bytes = write_signed(subcommand, parameters);
  g_autoptr(GByteArray) out = g_byte_array_new();
  const FidotoolCtapCommand command = {FIDOTOOL_CTAP_CONFIG, out,
                                       FIDOTOOL_KEY_QUICK_MS, what};

  fidotool_cbor_write_map(out,
                          1 + (size_t)(parameters != NULL) + (token ? 2 : 0));
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_int(out, subcommand);
  if (parameters) {
    fidotool_cbor_write_int(out, 2);
    fidotool_cbor_write_raw(out, parameters->data, parameters->len);
  }
  if (token)
    fidotool_token_write(token, 3, signed_bytes, out);
  return fidotool_ctap_run(key, &command, error) &&
         fidotool_key_refresh(key, error);
}

static bool
check_shown(bool shown, const char *what, GError **error)
{
  if (!shown)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "%s: the key said yes, but does not show it", what);
  return shown;
}

bool
fidotool_config_set_always_uv(FidotoolKey *key, const FidotoolToken *token,
                              bool on, GError **error)
{
  const char *what = "set always-uv";

  return run(key, token, TOGGLE_ALWAYS_UV, NULL, what, error) &&
         check_shown(fidotool_config_always_uv(fidotool_key_info(key)) ==
                         (on ? 1 : 0),
                     what, error);
}

bool
fidotool_config_set_enterprise(FidotoolKey *key, const FidotoolToken *token,
                               GError **error)
{
  const char *what = "switch enterprise attestation on";

  return run(key, token, ENABLE_ENTERPRISE, NULL, what, error) &&
         check_shown(fidotool_config_enterprise(fidotool_key_info(key)) == 1,
                     what, error);
}

bool
fidotool_config_force_change(FidotoolKey *key, const FidotoolToken *token,
                             GError **error)
{
  const char *what = "have the PIN changed";
  g_autoptr(GByteArray) parameters = g_byte_array_new();

  fidotool_cbor_write_map(parameters, 1);
  fidotool_cbor_write_int(parameters, 3);
  fidotool_cbor_write_bool(parameters, true);
  return run(key, token, SET_MIN_PIN_LENGTH, parameters, what, error) &&
         check_shown(fidotool_key_info(key)->force_pin_change, what, error);
}

bool
fidotool_config_set_min_pin(FidotoolKey *key, const FidotoolToken *token,
                            int length, const GPtrArray *rp_ids, GError **error)
{
  const char *what = "set the shortest PIN";
  g_autoptr(GByteArray) parameters = g_byte_array_new();

  fidotool_cbor_write_map(parameters, rp_ids ? 2 : 1);
  fidotool_cbor_write_int(parameters, 1);
  fidotool_cbor_write_int(parameters, length);
  if (rp_ids) {
    fidotool_cbor_write_int(parameters, 2);
    fidotool_cbor_write_array(parameters, rp_ids->len);
    for (guint i = 0; i < rp_ids->len; i++)
      fidotool_cbor_write_text(parameters, rp_ids->pdata[i]);
  }
  return run(key, token, SET_MIN_PIN_LENGTH, parameters, what, error) &&
         check_shown(fidotool_key_info(key)->min_pin_length == length, what,
                     error);
}
