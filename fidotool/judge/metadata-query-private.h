/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-query-private.h - what a query is made of, for the file that reads
 * one and the file that asks it. */
#pragma once

#include "fidotool/judge/metadata-query.h"

typedef enum {
  FIDOTOOL_METADATA_OR,
  FIDOTOOL_METADATA_AND,
  FIDOTOOL_METADATA_NOT,
  FIDOTOOL_METADATA_TERM,
} FidotoolMetadataNodeKind;

typedef enum {
  FIDOTOOL_METADATA_EQUAL,
  FIDOTOOL_METADATA_OTHER,
  FIDOTOOL_METADATA_LESS,
  FIDOTOOL_METADATA_AT_MOST,
  FIDOTOOL_METADATA_MORE,
  FIDOTOOL_METADATA_AT_LEAST,
} FidotoolMetadataCompare;

struct FidotoolMetadataQuery {
  FidotoolMetadataNodeKind kind;
  FidotoolMetadataQuery *first, *second; /* NOT has the first alone */

  /* TERM */
  const FidotoolMetadataField *field;
  FidotoolMetadataCompare compare;
  int64_t number; /* NUMBER, and the levels of CERTIFIED and FIPS */
  char *word;     /* WORD, STATUS (NULL: any-bad), TEXT */
  uint8_t aaguid[16];
};
