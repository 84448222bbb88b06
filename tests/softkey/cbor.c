/* SPDX-License-Identifier: Apache-2.0 */
/* cbor.c - canonical CBOR of CTAP2: written in one pass, read in place. */
#include "tests/softkey/cbor.h"

#include <string.h>

#define MAX_DEPTH 4 /* CTAP 2.1, section 8: levels of maps and arrays */

#define SIMPLE_FALSE 20
#define SIMPLE_TRUE 21
#define SIMPLE_NULL 22

static bool read_item(const uint8_t *bytes, size_t len, int depth,
                      SoftkeyCborItem *ret_item);

/* Type and argument; the argument in as few bytes as it fits in. */
static bool
read_head(const uint8_t *bytes, size_t len, SoftkeyCborItem *item)
{
  size_t width;
  unsigned info;

  if (len < 1)
    return false;
  info = bytes[0] & 0x1f;
  item->type = (SoftkeyCborType)(bytes[0] >> 5);
  item->start = bytes;
  item->value = info;
  item->size = 1;
  if (info < 24)
    return true;
  if (info > 27)
    return false; /* reserved, or indefinite length */
  width = (size_t)1 << (info - 24);
  if (len < 1 + width)
    return false;
  item->value = 0;
  for (size_t i = 0; i < width; i++)
    item->value = item->value << 8 | bytes[1 + i];
  item->size += width;
  if (width == 1)
    return item->value >= 24;
  return item->value >> (width * 4) != 0;
}

/* Canonical order of two encoded keys: type, then length, then bytes. For
 * canonical heads this is the order of the bytes themselves. */
static int
compare_keys(const SoftkeyCborItem *a, const SoftkeyCborItem *b)
{
  int order = memcmp(a->start, b->start, MIN(a->size, b->size));

  if (order != 0)
    return order;
  return a->size < b->size ? -1 : a->size > b->size;
}

static bool
read_members(const uint8_t *end, int depth, SoftkeyCborItem *item)
{
  bool is_map = item->type == SOFTKEY_CBOR_MAP;
  const uint8_t *at = item->data;
  SoftkeyCborItem key = {0};

  if (depth >= MAX_DEPTH)
    return false;
  /* Each member takes a byte at least, so the loop is bounded by the input. */
  for (uint64_t i = 0; i < item->value; i++) {
    SoftkeyCborItem member;

    if (!read_item(at, (size_t)(end - at), depth + 1, &member))
      return false;
    at += member.size;
    if (!is_map)
      continue;
    if (i > 0 && compare_keys(&key, &member) >= 0)
      return false;
    key = member;
    if (!read_item(at, (size_t)(end - at), depth + 1, &member))
      return false;
    at += member.size;
  }
  item->size = (size_t)(at - item->start);
  return true;
}

static bool
read_content(const uint8_t *end, int depth, SoftkeyCborItem *item)
{
  switch (item->type) {
  case SOFTKEY_CBOR_UINT:
  case SOFTKEY_CBOR_NEGATIVE:
    return true;
  case SOFTKEY_CBOR_BYTES:
  case SOFTKEY_CBOR_TEXT:
    if (item->value > (uint64_t)(end - item->data))
      return false;
    item->size += (size_t)item->value;
    return item->type == SOFTKEY_CBOR_BYTES ||
           g_utf8_validate_len((const char *)item->data, (size_t)item->value,
                               NULL);
  case SOFTKEY_CBOR_ARRAY:
  case SOFTKEY_CBOR_MAP:
    return read_members(end, depth, item);
  case SOFTKEY_CBOR_SIMPLE:
    return item->size == 1 && item->value >= SIMPLE_FALSE &&
           item->value <= SIMPLE_NULL;
  }
  return false; /* a tag */
}

static bool
read_item(const uint8_t *bytes, size_t len, int depth,
          SoftkeyCborItem *ret_item)
{
  SoftkeyCborItem item = {0};

  if (!read_head(bytes, len, &item))
    return false;
  item.data = bytes + item.size;
  if (!read_content(bytes + len, depth, &item))
    return false;
  *ret_item = item;
  return true;
}

bool
softkey_cbor_read(const uint8_t *bytes, size_t len, SoftkeyCborItem *ret_item)
{
  SoftkeyCborItem item;

  if (!read_item(bytes, len, 0, &item) || item.size != len)
    return false;
  *ret_item = item;
  return true;
}

bool
softkey_cbor_next(const SoftkeyCborItem *parent, size_t *cursor,
                  SoftkeyCborItem *ret_item)
{
  const uint8_t *end, *at;

  if (parent->size == 0)
    return false;
  end = parent->start + parent->size;
  at = parent->data + *cursor;
  if (at >= end || !read_item(at, (size_t)(end - at), 0, ret_item))
    return false;
  *cursor += ret_item->size;
  return true;
}

static const SoftkeyCborField *
find_field(const SoftkeyCborItem *key, const SoftkeyCborField *fields,
           size_t n_fields)
{
  int64_t number;

  for (size_t i = 0; i < n_fields; i++) {
    if (fields[i].name != NULL && softkey_cbor_is_text(key, fields[i].name))
      return &fields[i];
    if (fields[i].name == NULL && softkey_cbor_integer(key, &number) &&
        number == fields[i].key)
      return &fields[i];
  }
  return NULL;
}

SoftkeyStatus
softkey_cbor_fields(const SoftkeyCborItem *map, const SoftkeyCborField *fields,
                    size_t n_fields)
{
  SoftkeyCborItem key, value;
  size_t cursor = 0;

  for (size_t i = 0; i < n_fields; i++)
    *fields[i].ret_item = (SoftkeyCborItem){0};
  if (map->size == 0 || map->type != SOFTKEY_CBOR_MAP)
    return SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE;
  while (softkey_cbor_next(map, &cursor, &key) &&
         softkey_cbor_next(map, &cursor, &value)) {
    const SoftkeyCborField *field = find_field(&key, fields, n_fields);

    if (field == NULL)
      continue;
    if (value.type != field->type)
      return SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE;
    *field->ret_item = value;
  }
  for (size_t i = 0; i < n_fields; i++)
    if (fields[i].required && fields[i].ret_item->size == 0)
      return SOFTKEY_STATUS_MISSING_PARAMETER;
  return SOFTKEY_STATUS_OK;
}

bool
softkey_cbor_integer(const SoftkeyCborItem *item, int64_t *ret_number)
{
  if (item->size == 0 || item->value > INT64_MAX)
    return false;
  if (item->type == SOFTKEY_CBOR_UINT)
    *ret_number = (int64_t)item->value;
  else if (item->type == SOFTKEY_CBOR_NEGATIVE)
    *ret_number = -1 - (int64_t)item->value;
  else
    return false;
  return true;
}

bool
softkey_cbor_is_true(const SoftkeyCborItem *item)
{
  return item->size > 0 && item->type == SOFTKEY_CBOR_SIMPLE &&
         item->value == SIMPLE_TRUE;
}

bool
softkey_cbor_is_text(const SoftkeyCborItem *item, const char *text)
{
  return item->size > 0 && item->type == SOFTKEY_CBOR_TEXT &&
         item->value == strlen(text) &&
         memcmp(item->data, text, (size_t)item->value) == 0;
}

char *
softkey_cbor_dup_text(const SoftkeyCborItem *item)
{
  if (item->size == 0 || item->type != SOFTKEY_CBOR_TEXT ||
      memchr(item->data, 0, (size_t)item->value) != NULL)
    return NULL;
  return g_strndup((const char *)item->data, (size_t)item->value);
}

static void
put_head(GByteArray *out, SoftkeyCborType type, uint64_t value)
{
  uint64_t big = GUINT64_TO_BE(value);
  uint8_t first = (uint8_t)(type << 5);
  int power = 3;

  if (value < 24) {
    first |= (uint8_t)value;
    g_byte_array_append(out, &first, 1);
    return;
  }
  while (power > 0 && value >> (4 << power) == 0)
    power--;
  first |= (uint8_t)(24 + power);
  g_byte_array_append(out, &first, 1);
  g_byte_array_append(out, (const uint8_t *)&big + 8 - (1 << power),
                      1U << power);
}

void
softkey_cbor_put_integer(GByteArray *out, int64_t number)
{
  if (number >= 0)
    put_head(out, SOFTKEY_CBOR_UINT, (uint64_t)number);
  else
    put_head(out, SOFTKEY_CBOR_NEGATIVE, (uint64_t)(-1 - number));
}

void
softkey_cbor_put_bool(GByteArray *out, bool value)
{
  put_head(out, SOFTKEY_CBOR_SIMPLE, value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void
softkey_cbor_put_bytes(GByteArray *out, const void *bytes, size_t len)
{
  put_head(out, SOFTKEY_CBOR_BYTES, len);
  g_byte_array_append(out, bytes, (guint)len);
}

void
softkey_cbor_put_text(GByteArray *out, const char *text)
{
  put_head(out, SOFTKEY_CBOR_TEXT, strlen(text));
  g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

void
softkey_cbor_put_array(GByteArray *out, size_t n_members)
{
  put_head(out, SOFTKEY_CBOR_ARRAY, n_members);
}

void
softkey_cbor_put_map(GByteArray *out, size_t n_pairs)
{
  put_head(out, SOFTKEY_CBOR_MAP, n_pairs);
}

int
softkey_cbor_compare_names(const void *a, const void *b)
{
  const char *left = *(const char *const *)a;
  const char *right = *(const char *const *)b;
  size_t left_len = strlen(left), right_len = strlen(right);

  if (left_len != right_len)
    return left_len < right_len ? -1 : 1;
  return strcmp(left, right);
}
