/* SPDX-License-Identifier: Apache-2.0 */
/* diff-private.h - the parts of a comparison. For the files diff*.c. */
#pragma once

#include "recovery/policy/diff.h"
#include "recovery/policy/table.h"

/* Of recovery: standard, remote, privileged. */
#define RECOVERY_DIFF_TIERS 3

/* One of the two policies. */
typedef struct {
  const RecoveryDocument *document;
  RecoveryTable *table;
  RecoveryTableCell cell;
  bool there;    /* the cell */
  GArray *slots; /* uint8_t: the place of each among all names */
} RecoveryDiffSide;

/* What one kind of authenticator needs in a cell. */
typedef struct {
  bool passes, fallback;
  int64_t max_age_s; /* INT64_MAX: any */
  int64_t approvals;
  uint64_t slots; /* by all names */
} RecoveryDiffNeed;

typedef struct {
  RecoveryDiff *diff;
  RecoveryDiffSide sides[2];
  GPtrArray *journeys, *apps, *transactions, *signals, *slots; /* ids of both */
  GPtrArray *populations; /* of both: first the one's, then the other's */
  GArray *sets, *states;  /* uint64_t */
  GArray *witnesses;
  GHashTable *changes; /* Change by what it says, without the place */
  GHashTable *told;    /* of a cell: what was said with all signals good */
} RecoveryDiffTables;

/* The place of an id in a list; it is added where it is new. */
guint recovery_diff_id(GPtrArray *ids, const char *id);

/* A set of people, and of signals, as one side numbers them. */
uint64_t recovery_diff_people(const RecoveryDiffTables *compare, size_t s,
                              uint64_t set);
uint64_t recovery_diff_signals(const RecoveryDiffTables *compare, size_t s,
                               uint64_t state);

/* Words, freed with g_free(): "passes, when at most 15 minutes old", "staff and
 * admins", "attested-key", signals that are not good. */
char *recovery_diff_word_need(const RecoveryDiffTables *compare,
                              const RecoveryDiffNeed *need);
char *recovery_diff_word_people(const RecoveryDiffTables *compare,
                                uint64_t set);
char *recovery_diff_word_witness(const RecoveryDiffTables *compare,
                                 const RecoveryWitness *witness, bool lists);
char *recovery_diff_word_state(const RecoveryDiffTables *compare,
                               uint64_t state);

/* What stands beside the table. */
void recovery_diff_points(RecoveryDiff *diff, const RecoveryDocument *before,
                          const RecoveryDocument *after);
/* Adds one; format as of printf. */
G_GNUC_PRINTF(3, 4)
void recovery_diff_point_add(RecoveryDiff *diff, RecoveryDiffWay way,
                             const char *format, ...);
/* What only the tables of a later day than now_s would show. */
void recovery_diff_time(RecoveryDiff *diff, const RecoveryDocument *before,
                        const RecoveryDocument *after, int64_t now_s);
/* What each tier issues, and to whom. */
void recovery_diff_issue(const RecoveryDiffTables *compare);
