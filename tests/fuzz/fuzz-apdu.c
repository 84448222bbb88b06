/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-apdu.c - a card that answers with any bytes: the first says what it is
 * asked, then two of length and an answer, again and again. No exchange goes
 * on for ever, and no reply is longer than a message. */
#include "fidotool/device/apdu.h"
#include "fidotool/device/transport.h"
#include "tests/fuzz/fuzz.h"

static FidotoolApdu *
start(uint8_t what)
{
  static const uint8_t message[600] = {0x01};
  static const uint8_t request[] = {0, 1, 3, 0, 0, 0, 1, 'a', 0, 0};

  switch (what % 4) {
  case 0:
    return fidotool_apdu_new_select();
  case 1:
    return fidotool_apdu_new_message(message, 1, 0);
  case 2:
    return fidotool_apdu_new_message(message, sizeof(message),
                                     what & 0x80 ? 65535 : 0);
  default:
    return fidotool_apdu_new_u2f(request, sizeof(request), 0);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolApdu) apdu = len > 0 ? start(data[0]) : NULL;
  size_t at = 1;

  while (apdu && at + 2 <= len) {
    size_t n = MIN((size_t)data[at] << 8 | data[at + 1], len - at - 2);
    g_autofree uint8_t *answer = g_memdup2(data + at + 2, n);
    FidotoolApduStep step;

    g_assert(g_bytes_get_size(fidotool_apdu_next(apdu)) <= FIDOTOOL_APDU_MAX);
    if (!fidotool_apdu_take(apdu, answer, n, &step, NULL))
      return 0;
    at += 2 + n;
    if (step != FIDOTOOL_APDU_DONE)
      continue;
    g_assert(g_bytes_get_size(fidotool_apdu_reply(apdu)) <=
             FIDOTOOL_TRANSPORT_MAX + 2);
    fuzz_accepted(data, len);
    return 0;
  }
  return 0;
}
