/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-field.h - what a query may ask of a model: the names, the words they
 * go with, and where an entry says it. One row a field. */
#pragma once

#include "fidotool/judge/metadata-entry.h"

/* What an entry says; a member that it lacks is not "no". */
typedef enum {
  FIDOTOOL_METADATA_UNKNOWN,
  FIDOTOOL_METADATA_NO,
  FIDOTOOL_METADATA_YES,
} FidotoolMetadataTruth;

typedef enum {
  FIDOTOOL_METADATA_CERTIFIED, /* comparison with a level */
  FIDOTOOL_METADATA_FIPS,      /* likewise, L1 to L4 */
  FIDOTOOL_METADATA_STATUS,    /* a status, or "any-bad" */
  FIDOTOOL_METADATA_WORD,      /* one of a set that the entry has */
  FIDOTOOL_METADATA_NUMBER,    /* comparison with a number */
  FIDOTOOL_METADATA_FLAG,      /* true or false, nothing after it */
  FIDOTOOL_METADATA_TEXT,      /* part of a name, in quotes */
  FIDOTOOL_METADATA_AAGUID,
} FidotoolMetadataKind;

typedef struct {
  const char *name;
  FidotoolMetadataKind kind;
  const char *path;         /* of members, with dots; below metadataStatement */
  const char *const *words; /* that can stand after it; NULL: any */
} FidotoolMetadataField;

/* All of them, ended by one without a name. */
const FidotoolMetadataField *fidotool_metadata_field_all(void);

/* Whether the entry has the word; case, '-' and '_' do not matter. */
FidotoolMetadataTruth
fidotool_metadata_field_has(const FidotoolMetadataField *field,
                            const FidotoolJson *entry, const char *word);
/* The words that a WORD field's entry has, in the order of our own list; NULL
 * where it says nothing of any. Freed with fidotool_json_free(). */
FidotoolJson *fidotool_metadata_field_words(const char *name,
                                            const FidotoolJson *entry);
/* False where the entry does not say. */
bool fidotool_metadata_field_number(const FidotoolMetadataField *field,
                                    const FidotoolJson *entry,
                                    int64_t *ret_value);
FidotoolMetadataTruth
fidotool_metadata_field_flag(const FidotoolMetadataField *field,
                             const FidotoolJson *entry);

/* Equal but for case, '-' and '_'. */
bool fidotool_metadata_field_same(const char *a, const char *b);
