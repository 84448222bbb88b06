/* SPDX-License-Identifier: Apache-2.0 */
/* ctap.c - command byte and CBOR out; status byte, error or CBOR in. */
#include "fidotool/device/ctap.h"

#include "fidotool/device/cbor-write.h"
#include "fidotool/error.h"

/* The longest message to a key that does not say (CTAP 2.1, section 6.4). */
#define MESSAGE_UNSAID 1024
#define STATUS_NOT_ALLOWED 0x30

bool
fidotool_ctap_refuse(const char *what, GError **error)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "%s: the key's answer makes no sense", what);
  return false;
}

static bool
check_length(const FidotoolKey *key, const FidotoolCtapCommand *command,
             size_t len, GError **error)
{
  int64_t max = fidotool_json_get_int(fidotool_key_info(key)->json,
                                      "max_msg_size", MESSAGE_UNSAID);

  if ((int64_t)len <= MAX(max, MESSAGE_UNSAID))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FULL,
              "%s: too much for this key at once", command->what);
  return false;
}

GBytes *
fidotool_ctap_send(FidotoolKey *key, const FidotoolCtapCommand *command,
                   GError **error)
{
  g_autoptr(GByteArray) message = g_byte_array_new();
  g_autoptr(GBytes) reply = NULL;
  const uint8_t *data;
  gsize len;

  fidotool_cbor_write_raw(message, &command->command, 1);
  if (command->parameters)
    fidotool_cbor_write_raw(message, command->parameters->data,
                            command->parameters->len);
  if (!check_length(key, command, message->len, error))
    return NULL;
  reply = fidotool_key_exchange(key, message->data, message->len,
                                command->timeout_ms, error);
  if (!reply) {
    g_prefix_error(error, "%s: ", command->what);
    return NULL;
  }
  data = g_bytes_get_data(reply, &len);
  if (len == 0) {
    (void)fidotool_ctap_refuse(command->what, error);
    return NULL;
  }
  if (data[0] == STATUS_NOT_ALLOWED) {
    /* Elsewhere it speaks of a reset, which is reset.c's. */
    (void)fidotool_key_check(key, data[0], command->what, NULL);
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "%s: the key does not allow it now", command->what);
    return NULL;
  }
  if (!fidotool_key_check(key, data[0], command->what, error))
    return NULL;
  return g_bytes_new_from_bytes(reply, 1, len - 1);
}

bool
fidotool_ctap_check_empty(GBytes *reply, const char *what, GError **error)
{
  static const uint8_t empty_map = 0xa0;
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  return len == 0 || (len == 1 && data[0] == empty_map) ||
         fidotool_ctap_refuse(what, error);
}

bool
fidotool_ctap_run(FidotoolKey *key, const FidotoolCtapCommand *command,
                  GError **error)
{
  g_autoptr(GBytes) reply = fidotool_ctap_send(key, command, error);

  return reply && fidotool_ctap_check_empty(reply, command->what, error);
}
