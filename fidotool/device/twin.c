/* SPDX-License-Identifier: Apache-2.0 */
/* twin.c - the model, and the key of the key agreement (CTAP 2.1, section
 * 6.5.5.4). */
#include "fidotool/device/twin.h"

#include <string.h>

#include "fidotool/device/ctap.h"
#include "fidotool/device/token.h"

/* The protocol in whose order the key has them first; 1 where it says
 * nothing. */
static uint8_t
find_protocol(const FidotoolKey *key)
{
  const FidotoolJson *list =
      fidotool_json_get(fidotool_key_info(key)->json, "pin_protocols");
  int64_t first = 1;

  (void)fidotool_json_int(fidotool_json_at(list, 0), &first); /* or none */
  return first == 2 ? 2 : 1;
}

static bool
read_point(FidotoolKey *key, uint8_t protocol,
           uint8_t ret_point[FIDOTOOL_PIN_PROTOCOL_POINT])
{
  /* {1: protocol, 2: getKeyAgreement} */
  const uint8_t map[] = {0xa2, 0x01, protocol, 0x02, 0x02};
  g_autoptr(GByteArray) parameters = g_byte_array_new();
  const FidotoolCtapCommand command = {FIDOTOOL_CTAP_CLIENT_PIN, parameters,
                                       FIDOTOOL_KEY_QUICK_MS, "compare keys"};
  g_autoptr(GBytes) reply = NULL;

  g_byte_array_append(parameters, map, sizeof(map));
  reply = fidotool_ctap_send(key, &command, NULL);

  return reply != NULL && fidotool_token_read_point(reply, ret_point, NULL);
}

FidotoolTwin
fidotool_twin_compare(FidotoolKey *a, FidotoolKey *b)
{
  uint8_t left[FIDOTOOL_PIN_PROTOCOL_POINT];
  uint8_t right[FIDOTOOL_PIN_PROTOCOL_POINT];
  uint8_t protocol = find_protocol(a);

  if (memcmp(fidotool_key_info(a)->aaguid, fidotool_key_info(b)->aaguid, 16) !=
      0)
    return FIDOTOOL_TWIN_OTHER;
  if (fidotool_key_is_u2f(a) || fidotool_key_is_u2f(b))
    return FIDOTOOL_TWIN_MAYBE; /* U2F has no agreement to ask for */
  if (protocol == find_protocol(b) && read_point(a, protocol, left) &&
      read_point(b, protocol, right) && memcmp(left, right, sizeof(left)) == 0)
    return FIDOTOOL_TWIN_SAME;
  return FIDOTOOL_TWIN_MAYBE;
}
