/* SPDX-License-Identifier: Apache-2.0 */
/* pack.c - parts behind one another, each with its kind and length. */
#include "fidotool/pack.h"

#include <string.h>

#define MAGIC "KTP1"
#define HEAD 5

GByteArray *
fidotool_pack_new(void)
{
  GByteArray *pack = g_byte_array_new();

  g_byte_array_append(pack, (const guint8 *)MAGIC, strlen(MAGIC));
  return pack;
}

void
fidotool_pack_add(GByteArray *pack, FidotoolPackKind kind, const void *data,
                  size_t len)
{
  const uint8_t head[HEAD] = {(uint8_t)kind, (uint8_t)(len >> 24),
                              (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                              (uint8_t)len};

  g_assert(len <= FIDOTOOL_PACK_MAX);
  g_byte_array_append(pack, head, sizeof(head));
  g_byte_array_append(pack, data, (guint)len);
}

void
fidotool_pack_add_int(GByteArray *pack, FidotoolPackKind kind, int64_t number)
{
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

  fidotool_pack_add(pack, kind, text, strlen(text));
}

bool
fidotool_pack_open(const void *data, size_t len, FidotoolPackReader *ret_reader)
{
  if (len < strlen(MAGIC) || len > FIDOTOOL_PACK_MAX ||
      memcmp(data, MAGIC, strlen(MAGIC)) != 0)
    return false;
  ret_reader->at = (const uint8_t *)data + strlen(MAGIC);
  ret_reader->end = (const uint8_t *)data + len;
  return true;
}

bool
fidotool_pack_next(FidotoolPackReader *reader, FidotoolPackPart *ret_part)
{
  const uint8_t *head = reader->at;
  size_t len;

  if (reader->end - head < HEAD || head[0] < FIDOTOOL_PACK_BLOB ||
      head[0] > FIDOTOOL_PACK_ADVISORIES)
    return false;
  len = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 |
        head[4];
  if ((size_t)(reader->end - head) - HEAD < len)
    return false;
  ret_part->kind = (FidotoolPackKind)head[0];
  ret_part->data = head + HEAD;
  ret_part->len = len;
  reader->at = head + HEAD + len;
  return true;
}

bool
fidotool_pack_at_end(const FidotoolPackReader *reader)
{
  return reader->at == reader->end;
}
