/* SPDX-License-Identifier: Apache-2.0 */
/* apdu.c - one APDU taken apart. */
#include "tests/softkey/apdu.h"

#include <string.h>

static bool
parse_body(SoftkeyApdu *apdu, const uint8_t *body, size_t len, size_t lc_size)
{
  size_t n = lc_size == 1 ? body[0] : (size_t)body[1] << 8 | body[2];
  size_t le_size = lc_size == 1 ? 1 : 2;

  apdu->extended = lc_size == 3;
  if (n == 0 || len < lc_size + n)
    return false;
  apdu->data = body + lc_size;
  apdu->n = n;
  apdu->has_le = len == lc_size + n + le_size;
  return apdu->has_le || len == lc_size + n;
}

bool
softkey_apdu_parse(SoftkeyApdu *apdu, const uint8_t *bytes, size_t len)
{
  memset(apdu, 0, sizeof *apdu);
  if (len < 4)
    return false;
  apdu->class = bytes[0];
  apdu->instruction = bytes[1];
  apdu->p1 = bytes[2];
  apdu->p2 = bytes[3];
  if (len <= 5) {
    apdu->has_le = len == 5;
    return true;
  }
  if (bytes[4] != 0)
    return parse_body(apdu, bytes + 4, len - 4, 1);
  if (len < 7)
    return false;
  if (len == 7) {
    apdu->extended = true;
    apdu->has_le = true;
    return true;
  }
  return parse_body(apdu, bytes + 4, len - 4, 3);
}
