/* SPDX-License-Identifier: Apache-2.0 */
/* u2f-reply.c - answers to U2F. Every byte comes from a key and may lie. */
#include "fidotool/device/u2f-reply.h"

#define WORD 2
#define RESERVED 0x05
#define UNCOMPRESSED 0x04
#define SEQUENCE 0x30
#define HEAD 5 /* presence, counter */

/* A signature of P-256 in DER: from two integers of one byte to two of 33. */
#define SIGNATURE_MIN 8
#define SIGNATURE_MAX 72

bool
fidotool_u2f_reply_word(GBytes *reply, unsigned *ret_word)
{
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  if (len < WORD)
    return false;
  *ret_word = (unsigned)data[len - 2] << 8 | data[len - 1];
  return true;
}

/* The whole length of the DER sequence that data begins with; 0 where there is
 * none, or where it is longer than len. X.690, sections 8.1.3 and 10.1. */
static size_t
measure_sequence(const uint8_t *data, size_t len)
{
  size_t head, n = 0;

  if (len < 2 || data[0] != SEQUENCE)
    return 0;
  head = data[1] < 0x80 ? 0 : data[1] & 0x7fu;
  if (head > 2 || (head == 0 && data[1] >= 0x80) || len < 2 + head)
    return 0;
  for (size_t i = 0; i < head; i++)
    n = n << 8 | data[2 + i];
  if (head == 0)
    n = data[1];
  if ((head == 1 && n < 0x80) || (head == 2 && n < 0x100))
    return 0; /* longer than need be: BER, not DER */
  return n <= len - 2 - head ? 2 + head + n : 0;
}

static bool
is_signature(const uint8_t *data, size_t len)
{
  return len >= SIGNATURE_MIN && len <= SIGNATURE_MAX &&
         measure_sequence(data, len) == len;
}

bool
fidotool_u2f_reply_read_registration(
    GBytes *reply, FidotoolU2fReplyRegistration *ret_registration)
{
  FidotoolU2fReplyRegistration found;
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);
  size_t front = 1 + FIDOTOOL_U2F_REPLY_POINT + 1;

  if (len < front + WORD || data[0] != RESERVED || data[1] != UNCOMPRESSED)
    return false;
  len -= WORD;
  found.point = data + 1;
  found.handle_len = data[front - 1];
  found.handle = data + front;
  if (found.handle_len == 0 || found.handle_len > len - front)
    return false;
  front += found.handle_len;
  found.certificate = data + front;
  found.certificate_len = measure_sequence(data + front, len - front);
  if (found.certificate_len == 0)
    return false;
  front += found.certificate_len;
  found.signature = data + front;
  found.signature_len = len - front;
  if (!is_signature(found.signature, found.signature_len))
    return false;
  *ret_registration = found;
  return true;
}

bool
fidotool_u2f_reply_read_signature(GBytes *reply,
                                  FidotoolU2fReplySignature *ret_signature)
{
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  if (len < HEAD + WORD || !is_signature(data + HEAD, len - HEAD - WORD))
    return false;
  *ret_signature =
      (FidotoolU2fReplySignature){.presence = data[0],
                                  .head = data,
                                  .signature = data + HEAD,
                                  .signature_len = len - HEAD - WORD};
  return true;
}
