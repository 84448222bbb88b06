/* SPDX-License-Identifier: Apache-2.0 */
/* beside-counts.h - how a draft would have decided: numbers, kept in a small
 * file of the station ("trial-counts.json") so that they outlive a restart. No
 * person stands in them, and no request: outcomes and ids of rules alone. */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/decide.h"
#include "recovery/station.h"

/* While decisions come the file is written this often. Whatever ends without
 * being stopped loses no more than was decided since. */
#define RECOVERY_BESIDE_COUNTS_MS (60 * INT64_C(1000))

/* Decisions of this time may be missing. */
typedef struct {
  int64_t from_ms, until_ms;
} RecoveryBesideCountsGap;

typedef struct {
  int64_t seq; /* of the entry that began the trial */
  uint8_t object[32];
  int64_t since_ms;
  int64_t decided, refused, less, more, same;
  GHashTable *by; /* "then now reason rules" -> int64_t, where the two differ */
  GArray *gaps;   /* RecoveryBesideCountsGap, in order */
  bool changed;   /* since it was written */
  bool open;      /* in the file: it was not closed */
  int64_t saved_ms; /* 0: never */
} RecoveryBesideCounts;

RecoveryBesideCounts *recovery_beside_counts_new(int64_t seq,
                                                 const uint8_t object[32],
                                                 int64_t since_ms);
void recovery_beside_counts_free(RecoveryBesideCounts *counts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryBesideCounts, recovery_beside_counts_free)

void recovery_beside_counts_add(RecoveryBesideCounts *counts,
                                RecoveryDecideOutcome then,
                                const RecoveryDecision *now);
/* A gap of no length is none. */
void recovery_beside_counts_gap(RecoveryBesideCounts *counts, int64_t from_ms,
                                int64_t until_ms);

/* NULL where there is no file, where it cannot be read, or is of another
 * trial. */
RecoveryBesideCounts *recovery_beside_counts_load(const RecoveryHooks *hooks,
                                                  int64_t seq,
                                                  const uint8_t object[32]);
/* open: more is to come. What cannot be written is tried again later. */
void recovery_beside_counts_save(RecoveryBesideCounts *counts,
                                 const RecoveryHooks *hooks, int64_t now_ms,
                                 bool open);
/* {"decided","refused","less","more","same","since","saved"?,"by":[{"before",
 * "after","reason","rule","n"}],"gaps":[{"from","until"}]} */
FidotoolJson *recovery_beside_counts_write(const RecoveryBesideCounts *counts);
