/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-index.h - a BLOB's entries in a form that needs no reading: bytes
 * that are mapped and searched. Made from a BLOB that was judged good; what is
 * mapped later is held for hostile all the same. */
#pragma once

#include "fidotool/judge/metadata-blob.h"

typedef enum {
  FIDOTOOL_METADATA_FOUND,
  FIDOTOOL_METADATA_ABSENT,
  FIDOTOOL_METADATA_DAMAGED, /* the index is to be made anew */
} FidotoolMetadataFind;

/* A view of somebody else's bytes, which must outlive it. */
struct FidotoolMetadataIndex {
  FidotoolSlice bytes;
  uint8_t blob[32]; /* SHA-256 of the BLOB that it was made from */
  int64_t no;
  uint32_t n_entries, n_models, n_key_ids;
  size_t entries, models, key_ids; /* where the tables begin */
};

/* The bytes of an index. digest is the BLOB's SHA-256. */
GBytes *fidotool_metadata_index_build(const FidotoolMetadataBlob *blob,
                                      const uint8_t digest[32]);

/*
 * Looks at the head alone, whatever the number of entries.
 * returns  NULL, or why it is none (static)
 */
const char *fidotool_metadata_index_open(FidotoolSlice bytes,
                                         FidotoolMetadataIndex *ret_index);

/* The entry of a model, or of a key identifier; ret_entry is freed with
 * fidotool_json_free(). */
FidotoolMetadataFind
fidotool_metadata_index_find(const FidotoolMetadataIndex *index,
                             const uint8_t aaguid[16],
                             FidotoolJson **ret_entry);
FidotoolMetadataFind fidotool_metadata_index_find_key_id(
    const FidotoolMetadataIndex *index,
    const uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID],
    FidotoolJson **ret_entry);

/* Entry i of n_entries, in the BLOB's order. */
FidotoolMetadataFind
fidotool_metadata_index_entry(const FidotoolMetadataIndex *index, uint32_t i,
                              FidotoolJson **ret_entry);
