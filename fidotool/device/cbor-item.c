/* SPDX-License-Identifier: Apache-2.0 */
/* cbor-item.c - a reader that walks; everything it is given may lie. */
#include "fidotool/device/cbor-item.h"

#include <string.h>

/* The number of a head: below 24 in the head itself, else in 1 to 8 bytes. */
static bool
read_number(FidotoolCborItemCursor *cursor, uint8_t low, uint64_t *ret_value)
{
  static const uint64_t smallest[] = {24, 0x100, 0x10000,
                                      UINT64_C(0x100000000)};
  size_t size;
  uint64_t value = 0;

  if (low < 24) {
    *ret_value = low;
    return true;
  }
  if (low > 27) /* reserved, or of indefinite length */
    return false;
  size = (size_t)1 << (low - 24);
  if (cursor->len < size)
    return false;
  for (size_t i = 0; i < size; i++)
    value = value << 8 | cursor->data[i];
  cursor->data += size;
  cursor->len -= size;
  if (value < smallest[low - 24])
    cursor->canonical = false;
  *ret_value = value;
  return true;
}

bool
fidotool_cbor_item_next(FidotoolCborItemCursor *cursor,
                        FidotoolCborItem *ret_item)
{
  FidotoolCborItem item = {0};
  uint8_t head;

  if (cursor->len == 0)
    return false;
  head = *cursor->data++;
  cursor->len--;
  item.present = true;
  item.type = (FidotoolCborItemType)(head >> 5);
  if (item.type == FIDOTOOL_CBOR_ITEM_SIMPLE && (head & 31) > 24)
    return false; /* a float, or a break */
  if (!read_number(cursor, head & 31, &item.value))
    return false;
  if (item.type == FIDOTOOL_CBOR_ITEM_BYTES ||
      item.type == FIDOTOOL_CBOR_ITEM_TEXT) {
    if (item.value > cursor->len)
      return false;
    item.data = cursor->data;
    item.len = (size_t)item.value;
    cursor->data += item.len;
    cursor->len -= item.len;
  }
  /* Each child takes a byte at least. */
  if ((item.type == FIDOTOOL_CBOR_ITEM_ARRAY && item.value > cursor->len) ||
      (item.type == FIDOTOOL_CBOR_ITEM_MAP && item.value > cursor->len / 2))
    return false;
  *ret_item = item;
  return true;
}

bool
fidotool_cbor_item_skip(FidotoolCborItemCursor *cursor,
                        const uint8_t **ret_data, size_t *ret_len)
{
  uint64_t open[FIDOTOOL_CBOR_ITEM_DEPTH + 1] = {1};
  const uint8_t *start = cursor->data;
  int depth = 0;

  while (depth >= 0) {
    FidotoolCborItem item;
    uint64_t children = 0;

    if (open[depth] == 0) {
      depth--;
      continue;
    }
    if (!fidotool_cbor_item_next(cursor, &item))
      return false;
    open[depth]--;
    if (item.type == FIDOTOOL_CBOR_ITEM_ARRAY)
      children = item.value;
    else if (item.type == FIDOTOOL_CBOR_ITEM_MAP)
      children = item.value * 2;
    else if (item.type == FIDOTOOL_CBOR_ITEM_TAG)
      children = 1;
    if (children == 0)
      continue;
    if (depth == FIDOTOOL_CBOR_ITEM_DEPTH)
      return false;
    open[++depth] = children;
  }
  *ret_data = start;
  *ret_len = (size_t)(cursor->data - start);
  return true;
}

bool
fidotool_cbor_item_int(const FidotoolCborItem *item, int64_t *ret_value)
{
  if (item->value > INT64_MAX)
    return false;
  if (item->type == FIDOTOOL_CBOR_ITEM_UNSIGNED)
    *ret_value = (int64_t)item->value;
  else if (item->type == FIDOTOOL_CBOR_ITEM_NEGATIVE)
    *ret_value = -1 - (int64_t)item->value;
  else
    return false;
  return true;
}

bool
fidotool_cbor_item_is(const FidotoolCborItem *item, const char *text)
{
  return item->type == FIDOTOOL_CBOR_ITEM_TEXT && item->len == strlen(text) &&
         memcmp(item->data, text, item->len) == 0;
}

bool
fidotool_cbor_item_is_true(const FidotoolCborItem *item)
{
  return item->present && item->type == FIDOTOOL_CBOR_ITEM_SIMPLE &&
         item->value == 21;
}

/* The field that a map's key names, or NULL. */
static const FidotoolCborItemField *
find_field(const FidotoolCborItem *key, const FidotoolCborItemField *fields,
           size_t n)
{
  int64_t number;

  for (size_t i = 0; i < n; i++) {
    if (fields[i].name ? fidotool_cbor_item_is(key, fields[i].name)
                       : fidotool_cbor_item_int(key, &number) &&
                             number == fields[i].number)
      return &fields[i];
  }
  return NULL;
}

/* One member's value: its head, and all of it where it has children. */
static bool
read_member(FidotoolCborItemCursor *cursor, FidotoolCborItem *ret_item)
{
  FidotoolCborItemCursor whole = *cursor;
  const uint8_t *data;
  size_t len;

  if (!fidotool_cbor_item_next(cursor, ret_item) ||
      !fidotool_cbor_item_skip(&whole, &data, &len))
    return false;
  if (ret_item->type != FIDOTOOL_CBOR_ITEM_BYTES &&
      ret_item->type != FIDOTOOL_CBOR_ITEM_TEXT) {
    ret_item->data = data;
    ret_item->len = len;
  }
  *cursor = whole;
  return true;
}

bool
fidotool_cbor_item_fields(const void *data, size_t len,
                          const FidotoolCborItemField *fields, size_t n)
{
  FidotoolCborItemCursor cursor = {data, len, true};
  FidotoolCborItem map, key, value;

  for (size_t i = 0; i < n; i++)
    *fields[i].ret_item = (FidotoolCborItem){0};
  if (!fidotool_cbor_item_next(&cursor, &map) ||
      map.type != FIDOTOOL_CBOR_ITEM_MAP)
    return false;
  for (uint64_t i = 0; i < map.value; i++) {
    const FidotoolCborItemField *field;

    if (!fidotool_cbor_item_next(&cursor, &key) ||
        (key.type > FIDOTOOL_CBOR_ITEM_TEXT) || !read_member(&cursor, &value))
      return false;
    field = find_field(&key, fields, n);
    if (!field)
      continue;
    if (field->ret_item->present || value.type != field->type)
      return false;
    *field->ret_item = value;
  }
  for (size_t i = 0; i < n; i++)
    if (fields[i].required && !fields[i].ret_item->present)
      return false;
  return cursor.len == 0;
}
