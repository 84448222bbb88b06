/* SPDX-License-Identifier: Apache-2.0 */
/* replay.h - what was decided once, decided again as it was then and under a
 * draft: who would be refused now, asked for more, or let in. The facts are
 * those of then, and so is the time; the draft counts as being in force. */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/document.h"

typedef struct RecoveryReplay RecoveryReplay;

/* draft: taken; without an error of lint. */
RecoveryReplay *recovery_replay_new(RecoveryDocument *draft);
void recovery_replay_free(RecoveryReplay *replay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryReplay, recovery_replay_free)

/*
 * The policies of then, by their digests; each is read once.
 * returns  false where it cannot be read
 */
bool recovery_replay_add(RecoveryReplay *replay, const char *digest,
                         GBytes *yaml);

/*
 * An exception that was granted, before what it may have waived is tried: as
 * the query "exceptions" has it, {"text","granted","reviewed"?,"ended"?}. It is
 * there from its beginning and its grant on, until its end, or until a review
 * is overdue; by a policy that has nothing of what it names it is idle.
 * returns  false where it cannot be read
 */
bool recovery_replay_grant(RecoveryReplay *replay, const FidotoolJson *row);

/*
 * A key that was judged.
 *
 * policy   the digest of the one in force then
 * act      "roster.enrol": a key of staff; else one that a tier issues
 * result   what the judge said of it (docs/record.md, judgements)
 * at       the time for which it was judged, as in the record
 * returns  {"change","before":{"outcome","rule"?,"text"?,"enough"?},"after":{
 *          likewise}}; NULL where policy or time cannot be read
 *          change: "same", "refused", "let-in"; of a request also "step-up" and
 *          "need-approval": more is asked for than then, or "less": it was
 */
FidotoolJson *recovery_replay_judgement(RecoveryReplay *replay,
                                        const char *policy, const char *act,
                                        const FidotoolJson *result,
                                        const char *at);

/*
 * A request to the decision point: where decisions over access join. The
 * request is as in request.h, whole, with all that the station knew then.
 * outcome: "allow", "need-approval", "step-up", "deny"; rule: those that
 * decided, with a comma between; "exception"?: those that waived something.
 */
FidotoolJson *recovery_replay_request(RecoveryReplay *replay,
                                      const char *policy,
                                      const FidotoolJson *request,
                                      const char *at);

/* How many came out how, of an array of rows as above: {"judged","refused",
 * "step_up","need_approval","less","let_in","same"}. */
FidotoolJson *recovery_replay_count(const FidotoolJson *rows);
