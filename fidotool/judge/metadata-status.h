/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-status.h - what the status reports of a model say at a time. They
 * are a history: none is read as "the last word". */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/json.h"
#include "fidotool/judge/cbor.h"

/* FIDO's levels in their order; below L1 stands the functional certification
 * of the first years. */
typedef enum {
  FIDOTOOL_METADATA_LEVEL_NONE,
  FIDOTOOL_METADATA_LEVEL_FUNCTIONAL,
  FIDOTOOL_METADATA_LEVEL_L1,
  FIDOTOOL_METADATA_LEVEL_L1PLUS,
  FIDOTOOL_METADATA_LEVEL_L2,
  FIDOTOOL_METADATA_LEVEL_L2PLUS,
  FIDOTOOL_METADATA_LEVEL_L3,
  FIDOTOOL_METADATA_LEVEL_L3PLUS,
  FIDOTOOL_METADATA_N_LEVELS,
} FidotoolMetadataLevel;

/* "L2plus"; "certified" for the functional one, "none". */
const char *fidotool_metadata_status_level_name(FidotoolMetadataLevel level);

/* Names of all statuses that we know, as the standard writes them, ended by
 * NULL. */
const char *const *fidotool_metadata_status_names(void);

typedef struct {
  FidotoolMetadataLevel level;
  int64_t fips; /* 1 to 4; 0 where there is none */
  int64_t fips_revision;
  int64_t fips_physical;
  GPtrArray *statuses; /* names in force, in the order of the reports; unknown
                          ones as they are */
  GPtrArray *bad;      /* of them those that say: do not trust */
  GPtrArray *batch;    /* bad ones that are about other batches: not counted */
  GPtrArray *cured;    /* bad ones that newer firmware ended */
  int64_t firmware;    /* what cures them, the highest; 0 where none is */
  bool retired;        /* not sold or kept up any more */
  bool later;          /* reports exist that were not in force yet */
} FidotoolMetadataStanding;

/*
 * Judges reports (`statusReports` of an entry; anything that is no report is
 * passed over) at a time.
 *
 * at     seconds UTC
 * chain  certificates of an attestation in DER, count of them: a report that
 *        names a certificate counts only where it is one of them. NULL where
 *        no attestation is judged: then it counts
 *
 * A report without a date has always been in force. A date that cannot be read
 * makes a bad report always and a good one never in force.
 * standard  MDS 3.1.1, 3.1.3 and 3.1.4
 */
FidotoolMetadataStanding *
fidotool_metadata_status_judge(const FidotoolJson *reports, int64_t at,
                               const FidotoolSlice *chain, size_t count);
void fidotool_metadata_status_free(FidotoolMetadataStanding *standing);

/* True where the name is among those in force. */
bool fidotool_metadata_status_has(const FidotoolMetadataStanding *standing,
                                  const char *name);

/* As members of a verdict: certification, fips, statuses, bad, ... */
FidotoolJson *
fidotool_metadata_status_json(const FidotoolMetadataStanding *standing);

/* A date of the standard ("2026-01-05") as its first second, UTC. */
bool fidotool_metadata_status_date(const char *text, int64_t *ret_seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolMetadataStanding,
                              fidotool_metadata_status_free)
