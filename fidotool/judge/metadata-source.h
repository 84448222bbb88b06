/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-source.h - where a judgement finds what is known of a model: an
 * index that was mapped for it, and entries that came with the request. */
#pragma once

#include "fidotool/judge/metadata-entry.h"

/* Models that are kept ready; more than that begin anew. */
#define FIDOTOOL_METADATA_SOURCE_KEPT 256

typedef struct FidotoolMetadataSource FidotoolMetadataSource;

/* What is known of one. */
typedef struct {
  FidotoolJson *facts;      /* for metadata-facts.h: now, no, entry ... */
  FidotoolAnchors *anchors; /* those of everybody, and the model's own */
} FidotoolMetadataModel;

/* Makes the anchors of everybody, for another model; NULL and error. */
typedef FidotoolAnchors *(*FidotoolMetadataAnchors)(gpointer data,
                                                    GError **error);

/*
 * Reads `metadata` of a request:
 *
 *   now          seconds UTC: the time that "now" means
 *   no           the number of the BLOB that the index is of
 *   next_update  of it, a date
 *   own          array of entries of the organisation's own
 *
 * The last three may be missing.
 *
 * index    the index's bytes, of the caller's; {NULL, 0} where there is none
 * returns  the source, freed with fidotool_metadata_source_free(); NULL and
 *          error
 * errors   FIDOTOOL_ERROR_INVALID
 */
FidotoolMetadataSource *
fidotool_metadata_source_new(const FidotoolJson *metadata, FidotoolSlice index,
                             GError **error);
void fidotool_metadata_source_free(FidotoolMetadataSource *source);

/*
 * The model of which a registration says that it is; of one that is unknown the
 * facts say so, and its anchors are everybody's.
 *
 * returns  the model, which belongs to the source until the next call; NULL and
 *          error
 * errors   FIDOTOOL_ERROR_INVALID: the index is damaged; what make says
 */
const FidotoolMetadataModel *fidotool_metadata_source_find(
    FidotoolMetadataSource *source, const FidotoolJson *response,
    FidotoolMetadataAnchors make, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolMetadataSource,
                              fidotool_metadata_source_free)
