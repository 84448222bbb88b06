/* SPDX-License-Identifier: Apache-2.0 */
/* cbor.c - the scan: definite lengths, depth, unique keys, order, the end.
 * libcbor would build a tree and promises neither canonical form nor unique
 * keys, so the slices found here are all that the judge reads. */
#include "fidotool/judge/cbor.h"

#include <string.h>

/* Argument of the initial byte (RFC 8949, 3): 24 to 27 are followed by 1, 2,
 * 4 or 8 bytes; 28 to 30 are reserved, 31 is an indefinite length. */
#define ARGUMENT_1_BYTE 24
#define ARGUMENT_8_BYTES 27
#define MAJOR_TAG 6
#define SIMPLE_FALSE 20
#define SIMPLE_UNDEFINED 23

typedef struct {
  const uint8_t *p, *end;
  bool canonical;
} Scan;

/* Type and argument of the item at *p; p is moved behind them. */
static FidotoolCborFault
read_head(Scan *scan, FidotoolCbor *ret_item)
{
  unsigned major, info;
  size_t more;
  uint64_t argument = 0;

  if (scan->p == scan->end)
    return FIDOTOOL_CBOR_SHORT;
  major = *scan->p >> 5;
  info = *scan->p & 0x1f;
  scan->p++;
  if (major == MAJOR_TAG || info > ARGUMENT_8_BYTES ||
      (major == FIDOTOOL_CBOR_SIMPLE &&
       (info < SIMPLE_FALSE || info > SIMPLE_UNDEFINED)))
    return FIDOTOOL_CBOR_FORBIDDEN;
  if (info < ARGUMENT_1_BYTE) {
    argument = info;
  } else {
    more = (size_t)1 << (info - ARGUMENT_1_BYTE);
    if ((size_t)(scan->end - scan->p) < more)
      return FIDOTOOL_CBOR_SHORT;
    for (size_t i = 0; i < more; i++)
      argument = argument << 8 | scan->p[i];
    scan->p += more;
    if (more == 1 ? argument < ARGUMENT_1_BYTE
                  : argument >> (4 * more) == 0) /* fits the half */
      scan->canonical = false;
  }
  ret_item->type = (FidotoolCborType)major;
  ret_item->argument = argument;
  return FIDOTOOL_CBOR_OK;
}

/* CTAP2 canonical order of keys: by type, then length, then bytes. Both keys
 * are compared by value, so that two spellings of one number are one key. */
static int
compare_keys(const FidotoolCbor *a, const FidotoolCbor *b)
{
  if (a->type != b->type)
    return a->type < b->type ? -1 : 1;
  if (a->argument != b->argument) /* a number, or a length */
    return a->argument < b->argument ? -1 : 1;
  if (a->body.len == 0)
    return 0;
  return memcmp(a->body.data, b->body.data, a->body.len);
}

static bool
is_key(const FidotoolCbor *item)
{
  return item->type == FIDOTOOL_CBOR_UNSIGNED ||
         item->type == FIDOTOOL_CBOR_NEGATIVE ||
         item->type == FIDOTOOL_CBOR_BYTES || item->type == FIDOTOOL_CBOR_TEXT;
}

/* True when no earlier pair of the map has this key. Quadratic, and bounded
 * by FIDOTOOL_CBOR_PAIRS; a map in order never comes here. */
static bool
check_unique(FidotoolSlice before, const FidotoolCbor *key)
{
  FidotoolCbor other, value;

  while (fidotool_cbor_next(&before, &other) &&
         fidotool_cbor_next(&before, &value))
    if (compare_keys(&other, key) == 0)
      return false;
  return true;
}

static FidotoolCborFault scan_item(Scan *scan, int depth,
                                   FidotoolCbor *ret_item);

static FidotoolCborFault
scan_array(Scan *scan, int depth, uint64_t count)
{
  FidotoolCborFault fault;
  FidotoolCbor item;

  if (count > (uint64_t)(scan->end - scan->p)) /* one byte each at least */
    return FIDOTOOL_CBOR_SHORT;
  for (uint64_t i = 0; i < count; i++) {
    fault = scan_item(scan, depth, &item);
    if (fault != FIDOTOOL_CBOR_OK)
      return fault;
  }
  return FIDOTOOL_CBOR_OK;
}

static FidotoolCborFault
scan_map(Scan *scan, int depth, uint64_t count)
{
  const uint8_t *start = scan->p;
  FidotoolCborFault fault;
  FidotoolCbor key, value, last = {0};
  bool ordered = true;

  if (count > (uint64_t)(scan->end - scan->p) / 2)
    return FIDOTOOL_CBOR_SHORT;
  if (count > FIDOTOOL_CBOR_PAIRS)
    return FIDOTOOL_CBOR_LIMIT;
  for (uint64_t i = 0; i < count; i++) {
    FidotoolSlice before = {start, (size_t)(scan->p - start)};

    fault = scan_item(scan, depth, &key);
    if (fault != FIDOTOOL_CBOR_OK)
      return fault;
    if (!is_key(&key))
      return FIDOTOOL_CBOR_KEY;
    if (i > 0 && compare_keys(&last, &key) >= 0)
      ordered = false;
    if (!ordered && !check_unique(before, &key))
      return FIDOTOOL_CBOR_DUPLICATE;
    last = key;
    fault = scan_item(scan, depth, &value);
    if (fault != FIDOTOOL_CBOR_OK)
      return fault;
  }
  if (!ordered)
    scan->canonical = false;
  return FIDOTOOL_CBOR_OK;
}

static FidotoolCborFault
scan_string(Scan *scan, const FidotoolCbor *head)
{
  if (head->argument > (uint64_t)(scan->end - scan->p))
    return FIDOTOOL_CBOR_SHORT;
  if (head->type == FIDOTOOL_CBOR_TEXT && head->argument > 0 &&
      !g_utf8_validate_len((const char *)scan->p, head->argument, NULL))
    return FIDOTOOL_CBOR_UTF8;
  scan->p += head->argument;
  return FIDOTOOL_CBOR_OK;
}

static FidotoolCborFault
scan_item(Scan *scan, int depth, FidotoolCbor *ret_item)
{
  const uint8_t *start = scan->p, *body;
  FidotoolCborFault fault;

  if (depth == FIDOTOOL_CBOR_DEPTH)
    return FIDOTOOL_CBOR_LIMIT;
  fault = read_head(scan, ret_item);
  if (fault != FIDOTOOL_CBOR_OK)
    return fault;
  body = scan->p;
  switch (ret_item->type) {
  case FIDOTOOL_CBOR_UNSIGNED:
  case FIDOTOOL_CBOR_SIMPLE:
    break;
  case FIDOTOOL_CBOR_NEGATIVE:
    if (ret_item->argument > INT64_MAX) /* -1 - n is below int64_t */
      return FIDOTOOL_CBOR_LIMIT;
    break;
  case FIDOTOOL_CBOR_BYTES:
  case FIDOTOOL_CBOR_TEXT:
    fault = scan_string(scan, ret_item);
    break;
  case FIDOTOOL_CBOR_ARRAY:
    fault = scan_array(scan, depth + 1, ret_item->argument);
    break;
  case FIDOTOOL_CBOR_MAP:
    fault = scan_map(scan, depth + 1, ret_item->argument);
    break;
  }
  ret_item->body = (FidotoolSlice){body, (size_t)(scan->p - body)};
  ret_item->raw = (FidotoolSlice){start, (size_t)(scan->p - start)};
  return fault;
}

FidotoolCborFault
fidotool_cbor_scan(FidotoolSlice bytes, FidotoolCbor *ret_item,
                   bool *ret_canonical)
{
  Scan scan = {.p = bytes.data, .canonical = true};
  FidotoolCborFault fault;
  FidotoolCbor item = {0};

  if (bytes.len == 0) /* data may be NULL */
    return FIDOTOOL_CBOR_SHORT;
  scan.end = bytes.data + bytes.len;
  fault = scan_item(&scan, 0, &item);
  if (fault != FIDOTOOL_CBOR_OK)
    return fault;
  *ret_item = item;
  if (ret_canonical != NULL)
    *ret_canonical = scan.canonical;
  return FIDOTOOL_CBOR_OK;
}

const char *
fidotool_cbor_fault_text(FidotoolCborFault fault)
{
  switch (fault) {
  case FIDOTOOL_CBOR_OK:
    return "well formed";
  case FIDOTOOL_CBOR_SHORT:
    return "it ends too early";
  case FIDOTOOL_CBOR_DUPLICATE:
    return "a map has one key twice";
  case FIDOTOOL_CBOR_FORBIDDEN:
    return "an indefinite length, a tag, a float or an unknown simple value";
  case FIDOTOOL_CBOR_LIMIT:
    return "nested too deep, too many pairs, or a number over 64 bits";
  case FIDOTOOL_CBOR_KEY:
    return "a map key that is neither number nor string";
  case FIDOTOOL_CBOR_UTF8:
    return "a text that is not UTF-8";
  }
  return "unknown"; /* not reached: every fault has its words */
}

/* Moves behind one item. Its form was checked by the scan. */
static void
skip_item(Scan *scan, FidotoolCbor *ret_item)
{
  const uint8_t *start = scan->p;
  uint64_t items = 0;
  const uint8_t *body;
  FidotoolCbor head;

  (void)read_head(scan, ret_item); /* scanned before */
  body = scan->p;
  if (ret_item->type == FIDOTOOL_CBOR_BYTES ||
      ret_item->type == FIDOTOOL_CBOR_TEXT)
    scan->p += ret_item->argument;
  else if (ret_item->type == FIDOTOOL_CBOR_ARRAY)
    items = ret_item->argument;
  else if (ret_item->type == FIDOTOOL_CBOR_MAP)
    items = 2 * ret_item->argument;
  for (; items > 0; items--) {
    (void)read_head(scan, &head); /* scanned before */
    if (head.type == FIDOTOOL_CBOR_BYTES || head.type == FIDOTOOL_CBOR_TEXT)
      scan->p += head.argument;
    else if (head.type == FIDOTOOL_CBOR_ARRAY)
      items += head.argument;
    else if (head.type == FIDOTOOL_CBOR_MAP)
      items += 2 * head.argument;
  }
  ret_item->body = (FidotoolSlice){body, (size_t)(scan->p - body)};
  ret_item->raw = (FidotoolSlice){start, (size_t)(scan->p - start)};
}

bool
fidotool_cbor_next(FidotoolSlice *rest, FidotoolCbor *ret_item)
{
  Scan scan = {rest->data, rest->data + rest->len, true};

  if (rest->len == 0)
    return false;
  skip_item(&scan, ret_item);
  *rest = (FidotoolSlice){scan.p, (size_t)(scan.end - scan.p)};
  return true;
}

bool
fidotool_cbor_find_text(const FidotoolCbor *map, const char *key,
                        FidotoolCbor *ret_value)
{
  FidotoolSlice rest = map->body;
  FidotoolCbor name, value;

  if (map->type != FIDOTOOL_CBOR_MAP)
    return false;
  while (fidotool_cbor_next(&rest, &name) && fidotool_cbor_next(&rest, &value))
    if (fidotool_cbor_is_text(&name, key)) {
      *ret_value = value;
      return true;
    }
  return false;
}

bool
fidotool_cbor_find_int(const FidotoolCbor *map, int64_t key,
                       FidotoolCbor *ret_value)
{
  FidotoolSlice rest = map->body;
  FidotoolCbor name, value;
  int64_t number;

  if (map->type != FIDOTOOL_CBOR_MAP)
    return false;
  while (fidotool_cbor_next(&rest, &name) && fidotool_cbor_next(&rest, &value))
    if (fidotool_cbor_int(&name, &number) && number == key) {
      *ret_value = value;
      return true;
    }
  return false;
}

bool
fidotool_cbor_int(const FidotoolCbor *item, int64_t *ret_value)
{
  if (item->argument > INT64_MAX)
    return false;
  if (item->type == FIDOTOOL_CBOR_UNSIGNED)
    *ret_value = (int64_t)item->argument;
  else if (item->type == FIDOTOOL_CBOR_NEGATIVE)
    *ret_value = -1 - (int64_t)item->argument;
  else
    return false;
  return true;
}

bool
fidotool_cbor_is_text(const FidotoolCbor *item, const char *text)
{
  return item->type == FIDOTOOL_CBOR_TEXT && item->body.len == strlen(text) &&
         memcmp(item->body.data, text, item->body.len) == 0;
}

bool
fidotool_cbor_is_true(const FidotoolCbor *item)
{
  return item->type == FIDOTOOL_CBOR_SIMPLE &&
         item->argument == SIMPLE_FALSE + 1;
}
