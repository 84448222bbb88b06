/* SPDX-License-Identifier: Apache-2.0 */
/* pack.h - what a judge is taught beside its requests, as one run of bytes:
 * made by who keeps the files and understands none of them, read behind the
 * judge's walls (fidotool/judge/taught.h).
 *
 *   "KTP1", then parts: kind (1 byte), length (4 bytes, big-endian), bytes */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest pack: a BLOB, and all that may come with it. */
#define FIDOTOOL_PACK_MAX (32 * 1024 * 1024)

typedef enum {
  FIDOTOOL_PACK_BLOB = 1,   /* metadata, as downloaded */
  FIDOTOOL_PACK_ROOT,       /* who may vouch for it: DER, any number */
  FIDOTOOL_PACK_SIGNER,     /* the name of its signer */
  FIDOTOOL_PACK_AT,         /* when it was judged: seconds UTC, decimal */
  FIDOTOOL_PACK_KNOWN,      /* the number known before, decimal */
  FIDOTOOL_PACK_CRL,        /* a revocation list: DER, any number */
  FIDOTOOL_PACK_VENDOR,     /* the organisation's own anchors: JSON */
  FIDOTOOL_PACK_ADVISORIES, /* its own advisories: JSON */
} FidotoolPackKind;

/* An empty one, to be added to. */
GByteArray *fidotool_pack_new(void);
void fidotool_pack_add(GByteArray *pack, FidotoolPackKind kind,
                       const void *data, size_t len);
void fidotool_pack_add_int(GByteArray *pack, FidotoolPackKind kind,
                           int64_t number);

typedef struct {
  const uint8_t *at, *end;
} FidotoolPackReader;

/* One part, a slice of the pack. */
typedef struct {
  FidotoolPackKind kind;
  const uint8_t *data;
  size_t len;
} FidotoolPackPart;

/* False where it is no pack. */
bool fidotool_pack_open(const void *data, size_t len,
                        FidotoolPackReader *ret_reader);
/* The next part; false at the end, and where what is left is none. */
bool fidotool_pack_next(FidotoolPackReader *reader, FidotoolPackPart *ret_part);
/* Nothing is left over. */
bool fidotool_pack_at_end(const FidotoolPackReader *reader);
