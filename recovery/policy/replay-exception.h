/* SPDX-License-Identifier: Apache-2.0 */
/* replay-exception.h - the exceptions that were granted, and the rules of a
 * policy together with those that were there at a time; for replay.c. */
#pragma once

#include "recovery/format/exception-line.h"
#include "recovery/policy-read.h"

/* A list of those that were granted. */
GPtrArray *recovery_replay_exception_list(void);
/* line: taken. reviewed_ms: the last review, 0 for none: a late one is refused,
 * so that whatever was reviewed was there until then. ended_ms: INT64_MAX where
 * nobody ended it. */
void recovery_replay_exception_add(GPtrArray *list, RecoveryExceptionLine *line,
                                   int64_t granted_ms, int64_t reviewed_ms,
                                   int64_t ended_ms);

/* Rules ready to decide by. Zeros: none yet. */
typedef struct {
  RecoveryDocument document; /* that of the policy, with what was there */
  RecoveryDecide *decide;
  RecoveryDecideWorker *worker;
  GArray *exceptions; /* of the document */
  GPtrArray *owned;   /* what they point to */
  GPtrArray *there;   /* which ones of the list they are */
} RecoveryReplayRules;

/* As of a time; made again where another exception was there. */
RecoveryDecideWorker *
recovery_replay_exception_rules(RecoveryReplayRules *rules,
                                const RecoveryPolicy *policy,
                                const GPtrArray *list, int64_t at_ms);
void recovery_replay_exception_clear(RecoveryReplayRules *rules);
