/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbor.h - CBOR in the canonical form of CTAP2 and nothing else: written in
 * one pass, read in place (CTAP 2.1, section 8).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/status.h"

typedef enum {
  SOFTKEY_CBOR_UINT = 0,
  SOFTKEY_CBOR_NEGATIVE = 1,
  SOFTKEY_CBOR_BYTES = 2,
  SOFTKEY_CBOR_TEXT = 3,
  SOFTKEY_CBOR_ARRAY = 4,
  SOFTKEY_CBOR_MAP = 5,
  SOFTKEY_CBOR_SIMPLE = 7, /* false, true, null */
} SoftkeyCborType;

/*
 * One item in somebody else's bytes. A zeroed item is an absent one: size is
 * 0 there and at least 1 otherwise.
 */
typedef struct {
  SoftkeyCborType type;
  uint64_t value;       /* the number n (negative: -1 - n), length or count */
  const uint8_t *start; /* the head */
  const uint8_t *data;  /* behind the head: the string, or the first member */
  size_t size;          /* of the whole item, head included */
} SoftkeyCborItem;

/* What is wanted from a map. With name NULL the key is the number. */
typedef struct {
  const char *name;
  int64_t key;
  SoftkeyCborType type;
  bool required;
  SoftkeyCborItem *ret_item; /* zeroed when absent */
} SoftkeyCborField;

/*
 * Reads bytes as exactly one item. Returns false for anything that is not
 * canonical: a longer head than needed, indefinite length, tag, float, map
 * keys out of order or twice, text that is no UTF-8, deeper than four levels,
 * a length beyond the end, bytes left over.
 */
bool softkey_cbor_read(const uint8_t *bytes, size_t len,
                       SoftkeyCborItem *ret_item);

/*
 * The next member of an array or a map (keys and values in turn); *cursor
 * starts at 0. Returns false at the end.
 */
bool softkey_cbor_next(const SoftkeyCborItem *parent, size_t *cursor,
                       SoftkeyCborItem *ret_item);

/*
 * Picks n_fields fields out of a map; other members are ignored. Returns OK,
 * CBOR_UNEXPECTED_TYPE (also when map is no map) or MISSING_PARAMETER.
 */
SoftkeyStatus softkey_cbor_fields(const SoftkeyCborItem *map,
                                  const SoftkeyCborField *fields,
                                  size_t n_fields);

/* The number of an integer item; false when it is none or beyond int64_t. */
bool softkey_cbor_integer(const SoftkeyCborItem *item, int64_t *ret_number);

/* Whether item is the value true. */
bool softkey_cbor_is_true(const SoftkeyCborItem *item);

/* Whether item is this text. */
bool softkey_cbor_is_text(const SoftkeyCborItem *item, const char *text);

/* A text item as a string of its own, g_free() it; NULL when it is absent,
 * no text, or has a zero byte in it. */
char *softkey_cbor_dup_text(const SoftkeyCborItem *item);

/* Writers: append to out. The caller gives map members in canonical order. */
void softkey_cbor_put_integer(GByteArray *out, int64_t number);
void softkey_cbor_put_bool(GByteArray *out, bool value);
void softkey_cbor_put_bytes(GByteArray *out, const void *bytes, size_t len);
void softkey_cbor_put_text(GByteArray *out, const char *text);
void softkey_cbor_put_array(GByteArray *out, size_t n_members);
void softkey_cbor_put_map(GByteArray *out, size_t n_pairs);

/* Orders names as the keys of a canonical map; for qsort() and GLib. */
int softkey_cbor_compare_names(const void *a, const void *b);
