/* SPDX-License-Identifier: Apache-2.0 */
/* cbor-write.c - one head for every kind of item. */
#include "fidotool/device/cbor-write.h"

#include <string.h>

#include "fidotool/device/cbor-item.h"

#define FALSE_VALUE 20
#define TRUE_VALUE 21

/* The type and its number, in 1, 2, 3, 5 or 9 bytes. */
static void
write_head(GByteArray *out, FidotoolCborItemType type, uint64_t n)
{
  uint8_t head[9] = {(uint8_t)(type << 5)};
  unsigned size = 0;

  if (n < 24)
    head[0] |= (uint8_t)n;
  else {
    unsigned power = n <= UINT8_MAX ? 0 : n <= UINT16_MAX ? 1 : 2;

    if (n > UINT32_MAX)
      power = 3;
    head[0] |= (uint8_t)(24 + power);
    size = 1u << power;
  }
  for (unsigned i = 0; i < size; i++)
    head[1 + i] = (uint8_t)(n >> (8 * (size - 1 - i)));
  g_byte_array_append(out, head, 1 + size);
}

void
fidotool_cbor_write_int(GByteArray *out, int64_t number)
{
  if (number >= 0)
    write_head(out, FIDOTOOL_CBOR_ITEM_UNSIGNED, (uint64_t)number);
  else
    write_head(out, FIDOTOOL_CBOR_ITEM_NEGATIVE, (uint64_t)(-1 - number));
}

void
fidotool_cbor_write_bool(GByteArray *out, bool value)
{
  write_head(out, FIDOTOOL_CBOR_ITEM_SIMPLE, value ? TRUE_VALUE : FALSE_VALUE);
}

void
fidotool_cbor_write_bytes(GByteArray *out, const void *data, size_t len)
{
  write_head(out, FIDOTOOL_CBOR_ITEM_BYTES, len);
  fidotool_cbor_write_raw(out, data, len);
}

void
fidotool_cbor_write_text(GByteArray *out, const char *text)
{
  write_head(out, FIDOTOOL_CBOR_ITEM_TEXT, strlen(text));
  fidotool_cbor_write_raw(out, text, strlen(text));
}

void
fidotool_cbor_write_array(GByteArray *out, size_t n)
{
  write_head(out, FIDOTOOL_CBOR_ITEM_ARRAY, n);
}

void
fidotool_cbor_write_map(GByteArray *out, size_t n)
{
  write_head(out, FIDOTOOL_CBOR_ITEM_MAP, n);
}

void
fidotool_cbor_write_raw(GByteArray *out, const void *data, size_t len)
{
  if (len > 0)
    g_byte_array_append(out, data, (guint)len);
}
