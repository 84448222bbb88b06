/* SPDX-License-Identifier: Apache-2.0 */
/* ssh-wire.c - the data types of RFC 4251, section 5. */
#include "recovery/format/ssh-wire.h"

#include <string.h>

#include "fidotool/bytes.h"

void
recovery_ssh_wire_put_u32(GByteArray *out, uint32_t value)
{
  uint32_t big = GUINT32_TO_BE(value);

  g_byte_array_append(out, (const uint8_t *)&big, 4);
}

void
recovery_ssh_wire_put_string(GByteArray *out, const void *data, size_t len)
{
  recovery_ssh_wire_put_u32(out, (uint32_t)len);
  g_byte_array_append(out, data, (guint)len);
}

void
recovery_ssh_wire_put_text(GByteArray *out, const char *text)
{
  recovery_ssh_wire_put_string(out, text, strlen(text));
}

void
recovery_ssh_wire_put_mpint(GByteArray *out, const BIGNUM *number)
{
  uint8_t data[33] = {0};
  size_t len = (size_t)BN_num_bytes(number);

  g_assert(len <= 32);
  BN_bn2bin(number, data + 1);
  if (data[1] & 0x80)
    recovery_ssh_wire_put_string(out, data, len + 1);
  else
    recovery_ssh_wire_put_string(out, data + 1, len);
}

/* Reading */

bool
recovery_ssh_wire_get_bytes(RecoverySshSpan *span, size_t len,
                            const uint8_t **ret_data)
{
  if (span->len < len)
    return false;
  *ret_data = span->p;
  span->p += len;
  span->len -= len;
  return true;
}

bool
recovery_ssh_wire_get_u32(RecoverySshSpan *span, uint32_t *ret_value)
{
  const uint8_t *data;

  if (!recovery_ssh_wire_get_bytes(span, 4, &data))
    return false;
  *ret_value = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 |
               (uint32_t)data[2] << 8 | data[3];
  return true;
}

bool
recovery_ssh_wire_get_string(RecoverySshSpan *span, RecoverySshSpan *ret_string)
{
  uint32_t len;

  if (!recovery_ssh_wire_get_u32(span, &len) ||
      !recovery_ssh_wire_get_bytes(span, len, &ret_string->p))
    return false;
  ret_string->len = len;
  return true;
}

bool
recovery_ssh_wire_is_text(const RecoverySshSpan *span, const char *text)
{
  return fidotool_bytes_equal(span->p, span->len, text, strlen(text));
}

bool
recovery_ssh_wire_copy_text(const RecoverySshSpan *span, char *buffer,
                            size_t size)
{
  if (span->len == 0 || span->len >= size)
    return false;
  for (size_t i = 0; i < span->len; i++)
    if (span->p[i] <= 0x20 || span->p[i] >= 0x7f)
      return false;
  memcpy(buffer, span->p, span->len);
  buffer[span->len] = '\0';
  return true;
}

BIGNUM *
recovery_ssh_wire_get_mpint(RecoverySshSpan *span)
{
  RecoverySshSpan number;

  if (!recovery_ssh_wire_get_string(span, &number) || number.len == 0 ||
      number.len > 33 || (number.p[0] & 0x80))
    return NULL;
  if (number.p[0] == 0 && (number.len == 1 || !(number.p[1] & 0x80)))
    return NULL;
  return BN_bin2bn(number.p, (int)number.len, NULL);
}
