/* SPDX-License-Identifier: Apache-2.0 */
/* diff.h - two policies beside each other: who can do what with less, and who
 * needs more. What is compared is what they mean, over the whole table, not
 * how they are written. */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/document.h"

/* Cells that are compared: journey x app x transaction x set of populations x
 * kind of authenticator x signals that are not good. Of policies that have
 * more, each journey x app x transaction is compared for the sets that its own
 * rules tell apart, and counts as one where nothing differs in it. */
#define RECOVERY_DIFF_CELLS 8000000

typedef enum {
  RECOVERY_DIFF_SAME = 0,
  RECOVERY_DIFF_LOOSER = 1,
  RECOVERY_DIFF_STRICTER = 2,
  RECOVERY_DIFF_BOTH = 3, /* less of one thing, more of another */
} RecoveryDiffWay;

/* Cells in which the same changes for the same people. */
typedef struct {
  RecoveryDiffWay way;
  char *who;        /* "staff and admins", or "anybody" */
  char *with;       /* "attested-key" */
  GPtrArray *where; /* char *: "sign-in at wiki" */
  char *unless;     /* signals that are not good; "" for all good */
  char *before, *after;
} RecoveryDiffChange;

/* Beside the table: a tier, a signal, a limit, a role. */
typedef struct {
  RecoveryDiffWay way; /* SAME: neither, but another */
  char *text;
} RecoveryDiffPoint;

typedef struct {
  bool whole;   /* false: the tables are too large, and nothing is said of them;
                   no cells, no changes */
  bool by_cell; /* each cell was counted by the sets that it tells apart */
  uint64_t cells, looser, stricter, both;
  GPtrArray *changes; /* RecoveryDiffChange */
  GPtrArray *points;  /* RecoveryDiffPoint */
} RecoveryDiff;

/* now_s  fallbacks and exceptions that have ended by then are not there */
RecoveryDiff *recovery_diff_new(const RecoveryDocument *before,
                                const RecoveryDocument *after, int64_t now_s);
/* The same as large policies are compared, however small they are: what differs
 * is the same, and how it is counted is not. */
RecoveryDiff *recovery_diff_new_by_cell(const RecoveryDocument *before,
                                        const RecoveryDocument *after,
                                        int64_t now_s);
void recovery_diff_free(RecoveryDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDiff, recovery_diff_free)

/* Does anything become looser? What is neither, but another, counts as such,
 * and what is too large to be compared. */
bool recovery_diff_loosens(const RecoveryDiff *diff);
/* One change as a sentence; free with g_free(). */
char *recovery_diff_write_change(const RecoveryDiffChange *change);
FidotoolJson *recovery_diff_json(const RecoveryDiff *diff);
/* Loosenings first; free with g_free(). */
char *recovery_diff_write(const RecoveryDiff *diff);
