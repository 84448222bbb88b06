/* SPDX-License-Identifier: Apache-2.0 */
/* change.h - what loading a policy changes, counted from the two documents
 * alone: the station states it, whoever signs and whoever audits makes it
 * again. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"
#include "recovery/policy/diff.h"
#include "recovery/policy/problem.h"

typedef struct {
  RecoveryDocument *before, *after;
  RecoveryDiff *diff;
  RecoveryProblems *problems; /* of lint, about the document after */
  /* Places at which less is enough than before, or more is needed: cells of the
   * table, and what stands beside it. What cannot be compared counts as both.
   * -1 where the tables are too large to be compared. */
  int64_t looser, stricter;
  int64_t warnings; /* of lint, without what it could not look at */
} RecoveryChange;

/*
 * before   the policy in force; after: the one to be loaded
 * at_s     the moment for which they are compared: when the first of its
 *          statements was made
 * errors   RECOVERY_ERROR_INVALID: a document that cannot be read
 */
RecoveryChange *recovery_change_new(GBytes *before, GBytes *after, int64_t at_s,
                                    GError **error);
void recovery_change_free(RecoveryChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryChange, recovery_change_free)

/* Sets looser, stricter (not where nothing was compared) and warnings. */
void recovery_change_state(const RecoveryChange *change,
                           FidotoolJson *statement);
/* A statement that says so takes effect at once: nothing becomes looser. */
bool recovery_change_is_at_once(const FidotoolJson *statement);
/* Does the statement say what the documents say? Of policies that are compared
 * cell by cell it may leave both numbers out. The warnings are a matter of
 * the program's age, and looked at where with_warnings is set.
 * errors  RECOVERY_ERROR_INVALID, naming both numbers */
bool recovery_change_fits(const RecoveryChange *change,
                          const FidotoolJson *statement, bool with_warnings,
                          GError **error);

/*
 * change-view.c: the words for whoever signs, made of the documents: how long
 * it waits, what becomes looser, what stricter, and lint's warnings. A
 * RecoveryViewerPolicy (viewer.h).
 */
GPtrArray *recovery_change_view(GBytes *before, GBytes *after, int64_t at_s,
                                const FidotoolJson *statement, GError **error);
