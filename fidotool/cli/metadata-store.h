/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-store.h - the folder in which metadata are kept between runs: the
 * BLOB as it was downloaded, what was found when it was judged, and the index.
 *
 *   state.json      number, digest, signer, anchors, times; it alone decides
 *   DIGEST.jwt      the BLOB that the state names, untouched
 *   index           made from it; thrown away and made anew at any time
 *   vendors.json    the organisation's own anchors, where it has any
 *   lock            held while something is taken in
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/judge/metadata-blob.h"
#include "fidotool/judge/metadata-index.h"

typedef struct {
  char *folder;
  FidotoolJson *state;   /* NULL where there is no BLOB */
  FidotoolJson *vendors; /* entries, or NULL */
  bool has_index;
  bool rebuilt; /* the index was made anew by this run */
  FidotoolMetadataIndex index;
  GMappedFile *mapped; /* what it is a view of, or */
  GBytes *built;       /* where it could not be written */
} FidotoolMetadataStore;

/* $KEYTURN_METADATA, or a folder of the user's own; free with g_free(). */
char *fidotool_metadata_store_default(void);

/*
 * Opens a folder (NULL: the default one). The index is mapped; where it is
 * missing, damaged or of another BLOB it is made anew from the BLOB, which is
 * judged again as of the time at which it was taken in.
 *
 * returns  the store, freed with fidotool_metadata_store_free(); NULL and error
 * errors   FIDOTOOL_ERROR_NOT_FOUND: there is nothing in it;
 *          FIDOTOOL_ERROR_PERMISSION: others may write into it;
 *          FIDOTOOL_ERROR_INVALID, FIDOTOOL_ERROR_NOT_TRUSTED: the BLOB is
 *          damaged, or not trusted any more
 */
FidotoolMetadataStore *fidotool_metadata_store_open(const char *folder,
                                                    GError **error);
void fidotool_metadata_store_free(FidotoolMetadataStore *store);

/* What a BLOB that comes in is held against. */
typedef struct {
  FidotoolJson *roots; /* array of base64; NULL: those used before, or pinned */
  const char *signer;  /* NULL: the one before, or the FIDO Alliance */
  int64_t at;          /* seconds UTC */
} FidotoolMetadataIntake;

/*
 * Judges a BLOB and takes it in, in one step: until it is done the one before
 * stands, and a lower number is refused.
 *
 * ret_blob     what was found; NULL where it did not come so far
 * ret_changed  false where this number is here already
 * returns      true where it is in the folder now
 * errors       FIDOTOOL_ERROR_INVALID, FIDOTOOL_ERROR_NOT_TRUSTED,
 *              FIDOTOOL_ERROR_PERMISSION, FIDOTOOL_ERROR_FAILED
 */
bool fidotool_metadata_store_import(const char *folder, const char *text,
                                    size_t len,
                                    const FidotoolMetadataIntake *intake,
                                    FidotoolMetadataBlob **ret_blob,
                                    bool *ret_changed, GError **error);

/* Takes in an own file of anchors (metadata-vendor.h), in place of the one
 * before. ret_count says how many models it has. */
bool fidotool_metadata_store_import_vendors(const char *folder,
                                            const char *text, size_t len,
                                            size_t *ret_count, GError **error);

/*
 * The entry of a model: the BLOB's, or else the organisation's own.
 *
 * ret_own  true where it is the organisation's
 * returns  the entry, freed with fidotool_json_free(); NULL where there is
 *          none, or with error where the index was damaged and could not be
 * made anew
 */
FidotoolJson *fidotool_metadata_store_find(FidotoolMetadataStore *store,
                                           const uint8_t aaguid[16],
                                           bool *ret_own, GError **error);

/* The BLOB's entry of a key without AAGUID, by a certificate's key identifier;
 * NULL where there is none. */
FidotoolJson *fidotool_metadata_store_find_key_id(
    FidotoolMetadataStore *store,
    const uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID], GError **error);

/* All entries one by one, the BLOB's first; NULL at the end, or with error. */
FidotoolJson *fidotool_metadata_store_entry(FidotoolMetadataStore *store,
                                            size_t i, bool *ret_own,
                                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolMetadataStore,
                              fidotool_metadata_store_free)
