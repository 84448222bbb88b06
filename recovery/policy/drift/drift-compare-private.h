/* SPDX-License-Identifier: Apache-2.0 */
/* drift-compare-private.h - one comparison at work; for drift-compare*.c. */
#pragma once

#include "recovery/policy/drift/drift-compare.h"
#include "recovery/policy/drift/drift-probe.h"

typedef struct {
  const RecoveryDriftPolicy *policy;
  const RecoveryDriftMap *map;
  const RecoveryDriftTable *table;
  RecoveryDriftProbes *probes; /* of the table */
  RecoveryDriftDifferences *differences;
  bool *apps_seen;       /* by index of app: an export knows it */
  const GPtrArray *told; /* ways back that everybody has; NULL: not yet */
  /* Where the comparison is, for what it finds; the policy's ids. */
  const char *journey, *population, *app;
} RecoveryDriftCompare;

/* Notes a difference at the present place; rules may be NULL. */
G_GNUC_PRINTF(5, 6)
void recovery_drift_compare_add(RecoveryDriftCompare *compare,
                                RecoveryDriftKind kind, const char *name,
                                const GPtrArray *rules, const char *format,
                                ...);

/* The ways back of an export: each is one beside a station's recovery. Those
 * that were told of everybody are not told again. Returns all of them. */
GPtrArray *recovery_drift_compare_ways_back(RecoveryDriftCompare *compare,
                                            const char *const *people);

/* One cell of the export against the policy's. */
void recovery_drift_compare_cell(RecoveryDriftCompare *compare,
                                 const RecoveryDriftExpect *expect,
                                 const RecoveryDriftCell *cell);
