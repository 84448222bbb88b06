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
  GArray *bad;   /* uint64_t: each of the states as this one numbers signals */
} RecoveryDiffSide;

/* A population of one of them, or of both where it is the same in both. */
typedef struct {
  const RecoveryDocumentPopulation *population;
  int places[2];  /* its bit in the cell of each side; -1: it is none there */
  uint32_t alike; /* the first that no rule of the cell tells from it */
} RecoveryDiffPeople;

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
  GArray *people;        /* RecoveryDiffPeople: the bits of a set */
  GArray *sets, *states; /* uint64_t */
  GArray *witnesses;
  bool same_kinds;     /* each of them is the same to both */
  uint64_t steps;      /* cells so far, where each has sets of its own */
  GHashTable *changes; /* Change by what it says, without the place */
  GHashTable *said;    /* words of needs and witnesses */
  GHashTable *told;    /* of a cell: for whom a thing was said already */
} RecoveryDiffTables;

/* diff-cell.c: compares what the sides have gathered, for all sets, states and
 * witnesses. */
void recovery_diff_cell(RecoveryDiffTables *compare, const char *where);
void recovery_diff_cell_begin(RecoveryDiffTables *compare);
void recovery_diff_cell_end(RecoveryDiffTables *compare);

typedef enum {
  RECOVERY_DIFF_CROWD_SAME, /* nothing differs for anybody */
  RECOVERY_DIFF_CROWD_SETS, /* people and sets are those of the cell */
  RECOVERY_DIFF_CROWD_MANY, /* too many */
} RecoveryDiffCrowd;

/* diff-crowd.c: the sets that the rules of a cell tell apart, into people and
 * sets. The sides have gathered it by its own populations. */
RecoveryDiffCrowd recovery_diff_crowd(RecoveryDiffTables *compare);
/* The sets whether anything differs or not; false: there are too many. */
bool recovery_diff_crowd_sets(RecoveryDiffTables *compare);
/* Is each witness of the same class and on the same lists in both? */
bool recovery_diff_crowd_same_kinds(const RecoveryDiffTables *compare);

/* The place of an id in a list; it is added where it is new. */
guint recovery_diff_id(GPtrArray *ids, const char *id);

/* A set of people as one side numbers them. */
uint64_t recovery_diff_people(const RecoveryDiffTables *compare, size_t s,
                              uint64_t set);

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
/* What each tier issues, and to whom; false: there are too many sets. */
bool recovery_diff_issue(RecoveryDiffTables *compare);
