/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-slice.h - where the parts of a large JSON text lie, without reading
 * them: each part then goes through json.h, which is strict, by itself. */
#pragma once

#include "fidotool/judge/cbor.h"

typedef struct {
  FidotoolSlice name; /* between the quotes, escapes as written; members only */
  FidotoolSlice value;
} FidotoolMetadataPart;

/*
 * Walks an object or an array: its commas, colons and brackets must be right,
 * and nothing but white space may follow it. Strings are told apart from what
 * stands between them; otherwise a part's inside is not looked at.
 *
 * returns  false where it is none
 */
typedef struct {
  const uint8_t *p, *end;
  uint8_t close;
  bool first;
} FidotoolMetadataWalk;

bool fidotool_metadata_slice_open(FidotoolSlice json,
                                  FidotoolMetadataWalk *ret_walk);
/* The next part; false at the end, and where the text is broken: ret_broken
 * says which. */
bool fidotool_metadata_slice_next(FidotoolMetadataWalk *walk,
                                  FidotoolMetadataPart *ret_part,
                                  bool *ret_broken);
