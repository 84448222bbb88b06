/* SPDX-License-Identifier: Apache-2.0 */
/* cbor-item.h - one CBOR item after another in bytes from a key: no copy, no
 * allocation, no recursion beyond a limit. RFC 8949, and CTAP 2.1 section 8
 * for what counts as canonical. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deepest nesting; CTAP allows 4. */
#define FIDOTOOL_CBOR_ITEM_DEPTH 8

typedef enum {
  FIDOTOOL_CBOR_ITEM_UNSIGNED = 0,
  FIDOTOOL_CBOR_ITEM_NEGATIVE = 1, /* value is -1 - n, kept as n */
  FIDOTOOL_CBOR_ITEM_BYTES = 2,
  FIDOTOOL_CBOR_ITEM_TEXT = 3,
  FIDOTOOL_CBOR_ITEM_ARRAY = 4,
  FIDOTOOL_CBOR_ITEM_MAP = 5,
  FIDOTOOL_CBOR_ITEM_TAG = 6,
  FIDOTOOL_CBOR_ITEM_SIMPLE = 7, /* 20 false, 21 true, 22 null */
} FidotoolCborItemType;

/* Where reading stands. */
typedef struct {
  const uint8_t *data;
  size_t len;
  bool canonical; /* so far: shortest numbers */
} FidotoolCborItemCursor;

typedef struct {
  FidotoolCborItemType type;
  uint64_t value;      /* the number; the count of an array or map */
  const uint8_t *data; /* of bytes and text */
  size_t len;
  bool present; /* false in a zeroed item alone */
} FidotoolCborItem;

/* What is wanted of a map. With name NULL the key is the number. */
typedef struct {
  const char *name;
  int64_t number;
  FidotoolCborItemType type;
  bool required;
  /* Zeroed when absent. Of an array or a map, data and len are the whole item,
   * head included. */
  FidotoolCborItem *ret_item;
} FidotoolCborItemField;

/* The head of the next item (and the content of bytes and text); the cursor
 * stands behind it. False for truncated bytes, indefinite lengths, floats and
 * counts that cannot fit into what is left. */
bool fidotool_cbor_item_next(FidotoolCborItemCursor *cursor,
                             FidotoolCborItem *ret_item);
/* Passes over one whole item with all its children; its bytes. */
bool fidotool_cbor_item_skip(FidotoolCborItemCursor *cursor,
                             const uint8_t **ret_data, size_t *ret_len);
/* An integer that fits, of either sign. */
bool fidotool_cbor_item_int(const FidotoolCborItem *item, int64_t *ret_value);
/* Text equal to a C string. */
bool fidotool_cbor_item_is(const FidotoolCborItem *item, const char *text);
/*
 * Reads data as one map with nothing behind it, and picks n fields out of it.
 * Other members are passed over, in whatever order all of them stand. False
 * for anything that is no such map, for a wanted member that is missing, of
 * another type, or there twice.
 */
bool fidotool_cbor_item_fields(const void *data, size_t len,
                               const FidotoolCborItemField *fields, size_t n);
/* True when item is the value true. */
bool fidotool_cbor_item_is_true(const FidotoolCborItem *item);
