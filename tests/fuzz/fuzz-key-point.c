/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-point.c - a key's answer to getKeyAgreement, and the agreement with
 * whatever point it holds. */
#include "fidotool/device/pin-protocol.h"
#include "fidotool/device/token.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) reply = g_bytes_new(data, len);
  g_auto(FidotoolPinProtocol) protocol = {0};
  uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT];

  if (!fidotool_token_read_point(reply, point, NULL))
    return 0;
  /* on the curve or not: any answer will do */
  (void)fidotool_pin_protocol_agree(1 + (point[0] & 1), point, &protocol, NULL);
  fuzz_accepted(data, len);
  return 0;
}
