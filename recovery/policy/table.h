/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - the whole decision table of a policy: journey x app x transaction,
 * and in each cell what every set of populations may do with what. The decision
 * (decide.h) answers one request; this answers for all of them. */
#pragma once

#include "recovery/policy/crowd.h"
#include "recovery/policy/witness.h"

/* Rules that are looked at for all cells together. */
#define RECOVERY_TABLE_STEPS 20000000

/* A rule of a cell, for whom. */
typedef struct {
  const void *rule;
  bool everyone;
  uint64_t who; /* bits of the table's or the cell's populations */
} RecoveryTableRule;

typedef struct {
  const RecoveryDocument *document;
  int64_t now_s;
  bool exceptions; /* live ones waive */
  bool unreviewed; /* of them those alone that are live without any review */
  GArray **by_app; /* of uint32_t: rules by kind and app, see table.c */
  uint64_t steps;
} RecoveryTable;

typedef struct {
  uint32_t journey, app;
  uint32_t transaction; /* RECOVERY_DOCUMENT_NONE: plain access */
  /* Of RecoveryTableRule: RecoveryDocumentPermit, Require, Forbid, Exception.
   */
  GArray *permits, *fallbacks, *requires, *forbids, *exceptions;
  GArray *populations; /* uint32_t: whom the rules name; bit i is the i-th */
  bool too_many;       /* more than RECOVERY_CROWD_MAX */
} RecoveryTableCell;

/* What one set of populations gets in a cell. */
typedef struct {
  bool opened, closed;       /* by a permit or fallback; by a forbid */
  uint64_t permit, fallback; /* classes that they accept, a bit each */
  int64_t min_rank;          /* 0: none */
  uint64_t lists;            /* to be on every one */
  int64_t max_age_s;         /* -1: any */
  int64_t approvals;
  uint64_t slots;  /* a bit each; of the first 64 slots */
  bool many_slots; /* of others too */
  bool waived;     /* by an exception */
} RecoveryTableAnswer;

typedef enum {
  RECOVERY_TABLE_DENIED,
  RECOVERY_TABLE_SHORT,    /* of class or list: step-up */
  RECOVERY_TABLE_FALLBACK, /* passes by a fallback alone */
  RECOVERY_TABLE_PASSES,   /* when fresh, with all approvals */
} RecoveryTableResult;

/*
 * now_s       what ends by then is not there; INT64_MIN: nothing has ended
 * exceptions  whether live exceptions waive
 */
RecoveryTable *recovery_table_new(const RecoveryDocument *document,
                                  int64_t now_s, bool exceptions);
/* When the first review of an exception is due: from then on it is not there
 * without one. */
int64_t recovery_table_first_review(const RecoveryDocumentException *exception);
void recovery_table_free(RecoveryTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryTable, recovery_table_free)

/*
 * Gathers the rules of a cell; cell begins as {0} and is used again.
 *
 * all  true: bit i is population i of the document (there are at most
 *      RECOVERY_CROWD_MAX); false: the cell numbers those that it names
 */
void recovery_table_gather(RecoveryTable *table, uint32_t journey, uint32_t app,
                           uint32_t transaction, bool all,
                           RecoveryTableCell *cell);
void recovery_table_cell_clear(RecoveryTableCell *cell);
/* The same by hand: a cell without rules, and one more rule of it. */
void recovery_table_cell_begin(RecoveryTableCell *cell);
void recovery_table_cell_add(RecoveryTableCell *cell, GArray *rules,
                             const void *rule,
                             const RecoveryDocumentScope *scope, bool all);

/* bad: signals that are not known to be good, a bit each (the first 64). */
RecoveryTableAnswer recovery_table_answer(const RecoveryTable *table,
                                          const RecoveryTableCell *cell,
                                          uint64_t who, uint64_t bad);
/* which: the document of the witness that the table is of. */
RecoveryTableResult recovery_table_judge(const RecoveryTable *table,
                                         const RecoveryTableCell *cell,
                                         const RecoveryTableAnswer *answer,
                                         const RecoveryWitness *witness,
                                         size_t which);

/* Is the transaction one of the app's? RECOVERY_DOCUMENT_NONE is. */
bool recovery_table_has(const RecoveryDocument *document, uint32_t app,
                        uint32_t transaction);
/* Is a rule for anybody in these populations? */
bool recovery_table_is_for(const RecoveryTableRule *rule, uint64_t who);
/* Can the app carry this kind of authenticator? */
bool recovery_table_carries(const RecoveryDocument *document, uint32_t app,
                            const RecoveryWitness *witness);
