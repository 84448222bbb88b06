/* SPDX-License-Identifier: Apache-2.0 */
/* cbor.h - a bounded scan over raw CBOR, and slices of what it found. Nothing
 * is copied and no tree is built: signed bytes stay as they were received. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deepest nesting, and most pairs of one map, that are read. */
#define FIDOTOOL_CBOR_DEPTH 16
#define FIDOTOOL_CBOR_PAIRS 256

/* Bytes of somebody else's; {NULL, 0} is "not there". */
typedef struct {
  const uint8_t *data;
  size_t len;
} FidotoolSlice;

/* Major types of RFC 8949, 3.1. Tags (6) and floats are never read. */
typedef enum {
  FIDOTOOL_CBOR_UNSIGNED = 0,
  FIDOTOOL_CBOR_NEGATIVE = 1,
  FIDOTOOL_CBOR_BYTES = 2,
  FIDOTOOL_CBOR_TEXT = 3,
  FIDOTOOL_CBOR_ARRAY = 4,
  FIDOTOOL_CBOR_MAP = 5,
  FIDOTOOL_CBOR_SIMPLE = 7, /* argument 20 false, 21 true, 22 null */
} FidotoolCborType;

typedef struct {
  FidotoolCborType type;
  uint64_t argument;  /* value, length, or number of items or pairs */
  FidotoolSlice body; /* what a string says; what an array or map holds */
  FidotoolSlice raw;  /* the whole item */
} FidotoolCbor;

/* Why a scan refused. */
typedef enum {
  FIDOTOOL_CBOR_OK,
  FIDOTOOL_CBOR_SHORT,     /* the bytes end before the item does */
  FIDOTOOL_CBOR_DUPLICATE, /* a map has one key twice */
  FIDOTOOL_CBOR_FORBIDDEN, /* indefinite length, tag, float, odd simple */
  FIDOTOOL_CBOR_LIMIT,     /* too deep, too many pairs, over 64 bits */
  FIDOTOOL_CBOR_KEY,       /* a map key that is neither number nor string */
  FIDOTOOL_CBOR_UTF8,      /* a text that is none */
} FidotoolCborFault;

/*
 * Scans the first item in bytes, everything in it included. Further bytes may
 * follow it: ret_item->raw says where it ended.
 *
 * ret_canonical  false where the item is not in CTAP2 canonical form (an
 *                argument longer than needed, map keys out of order); may be
 *                NULL
 * standard       RFC 8949; CTAP 2.1, section 8
 */
FidotoolCborFault fidotool_cbor_scan(FidotoolSlice bytes,
                                     FidotoolCbor *ret_item,
                                     bool *ret_canonical);

/* The fault in words, without full stop. */
const char *fidotool_cbor_fault_text(FidotoolCborFault fault);

/*
 * The readers below take only what a scan has accepted.
 *
 * Takes the next item off the front of rest: false at its end. For a map's
 * body keys and values alternate.
 */
bool fidotool_cbor_next(FidotoolSlice *rest, FidotoolCbor *ret_item);
/* The value of a key in a map; false where it is missing or no map. */
bool fidotool_cbor_find_text(const FidotoolCbor *map, const char *key,
                             FidotoolCbor *ret_value);
bool fidotool_cbor_find_int(const FidotoolCbor *map, int64_t key,
                            FidotoolCbor *ret_value);
/* The item as an integer; false for any other type and beyond int64_t. */
bool fidotool_cbor_int(const FidotoolCbor *item, int64_t *ret_value);
/* True for a text that is exactly this. */
bool fidotool_cbor_is_text(const FidotoolCbor *item, const char *text);
/* True for the simple values. */
bool fidotool_cbor_is_true(const FidotoolCbor *item);
