/* SPDX-License-Identifier: Apache-2.0 */
/* history.h - every policy that was in force: from when to when, and who signed
 * what about it. Made from the entries of a record, wherever they come from. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"

typedef struct RecoveryHistory RecoveryHistory;

RecoveryHistory *recovery_history_new(void);
void recovery_history_free(RecoveryHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryHistory, recovery_history_free)

/* Each entry of the record in order; its form was checked. */
void recovery_history_note(RecoveryHistory *history, const FidotoolJson *entry);

/* Where statements and policies are, by their digest in hex; NULL: not there.
 */
typedef struct {
  FidotoolJson *(*statement)(const char *digest, void *data);
  GBytes *(*policy)(const char *digest, void *data);
  void *data;
} RecoveryHistorySource;

/*
 * All of them, the first first: an array of {"version"?,"id"?,"object","from",
 * "until"?,"signed":[persons],"looser"?,"stricter"?,"warnings"?}. What is not
 * there is left out; a policy that was loaded and has no looser was not
 * compared.
 */
FidotoolJson *recovery_history_write(const RecoveryHistory *history,
                                     const RecoveryHistorySource *source);
