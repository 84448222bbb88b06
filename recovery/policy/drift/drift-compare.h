/* SPDX-License-Identifier: Apache-2.0 */
/* drift-compare.h - what other systems enforce, held against the policy: every
 * difference by its name. */
#pragma once

#include "recovery/policy/drift/drift-expect.h"
#include "recovery/policy/drift/drift-map.h"
#include "recovery/policy/drift/drift-table.h"

typedef enum {
  RECOVERY_DRIFT_LOOSER,   /* the system lets in what the policy does not */
  RECOVERY_DRIFT_STRICTER, /* and the other way round */
  RECOVERY_DRIFT_UNKNOWN,  /* a rule decides that is not understood, or may */
  RECOVERY_DRIFT_MISSING_APP, /* an app of the policy that no export knows */
  RECOVERY_DRIFT_MISSING,     /* a population or journey that an export lacks */
  RECOVERY_DRIFT_UNKNOWN_GROUP, /* a name that is none of the policy's */
  RECOVERY_DRIFT_UNKNOWN_APP,
  RECOVERY_DRIFT_UNKNOWN_JOURNEY,
  RECOVERY_DRIFT_UNMAPPED_RULE, /* could not be put into the table */
  RECOVERY_DRIFT_EXPORT_OLD,
  RECOVERY_DRIFT_N_KINDS,
} RecoveryDriftKind;

typedef struct {
  RecoveryDriftKind kind;
  char *export;                     /* NULL: of them all */
  char *journey, *population, *app; /* the policy's ids, or NULL */
  char *name;   /* the method, the class, the rule, the group */
  char *detail; /* in words */
  char *rules;  /* of the system, that led to it; or NULL */
} RecoveryDriftDifference;

typedef struct {
  GPtrArray *items; /* RecoveryDriftDifference, by kind */
  size_t counts[RECOVERY_DRIFT_N_KINDS];
  size_t cells; /* that were compared */
} RecoveryDriftDifferences;

/*
 * Compares the tables (RecoveryDriftTable) with the policy.
 *
 * old_after_d  days after which an export is old
 * returns      freed with recovery_drift_compare_free()
 */
RecoveryDriftDifferences *
recovery_drift_compare(const RecoveryDriftPolicy *policy,
                       const RecoveryDriftMap *map, const GPtrArray *tables,
                       int64_t old_after_d);
void recovery_drift_compare_free(RecoveryDriftDifferences *differences);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftDifferences,
                              recovery_drift_compare_free)

/* "looser", "missing-app" ... */
const char *recovery_drift_compare_word(RecoveryDriftKind kind);
