/* SPDX-License-Identifier: Apache-2.0 */
/* walk-parts.h - the parts of walk.c: one group of rules a file. All
 * answer false with RECOVERY_ERROR_INVALID where an entry breaks a rule. */
#pragma once

#include "recovery/audit/walk.h"
#include "recovery/policy/document.h"

/* walk-first.c */

/* Entry 0, its bytes given: of the station, or of a later epoch. */
bool recovery_walk_first_judge(RecoveryWalk *walk, const FidotoolJson *entry,
                               const void *body, size_t len, GError **error);

/* walk-other.c */

/* A step without a signature: its actor's role session is alive. */
bool recovery_walk_other_session(const RecoveryWalk *walk,
                                 const FidotoolJson *entry, GError **error);
/* An intent comes before its outcome, which repeats its fields. */
bool recovery_walk_other_pair(RecoveryWalk *walk, const RecoveryAct *act,
                              const FidotoolJson *entry, GError **error);
/* Acts that name size and root of the record itself. */
bool recovery_walk_other_head(RecoveryWalk *walk, const RecoveryAct *act,
                              const FidotoolJson *entry, GError **error);
/* All that no other part judges; signers NULL where nobody signs. */
bool recovery_walk_other_judge(RecoveryWalk *walk, const RecoveryAct *act,
                               const FidotoolJson *entry, GArray *signers,
                               GError **error);

/* walk-decision.c */

/* A decision that took a weaker path: marked, explained, and what it leaned on
 * is named. */
bool recovery_walk_decision_judge(const FidotoolJson *entry, GError **error);

/* walk-consent.c */

/* decision.approve: one decision is approved. */
bool recovery_walk_consent_given(RecoveryWalk *walk, const FidotoolJson *entry,
                                 const GArray *signers, GError **error);
/* decision.approved: an allow that approvals made possible. */
bool recovery_walk_consent_allowed(RecoveryWalk *walk,
                                   const FidotoolJson *entry, GError **error);
/* The approvals that a decision names, if it does, are used up by it. */
bool recovery_walk_consent_used(RecoveryWalk *walk, const FidotoolJson *entry,
                                GError **error);
void recovery_walk_consent_free(void *given);

/* walk-sign.c */

/* One statement named by an entry, judged whole. */
bool recovery_walk_sign_judge(RecoveryWalk *walk, const FidotoolJson *entry,
                              const char *actor, const char *digest,
                              const FidotoolJson *asrt,
                              RecoveryWalkSigned *ret_signed, GError **error);
/* What entries and export.json have in common. */
bool recovery_walk_sign_paper(RecoveryWalk *walk, RecoveryPaper *paper,
                              const char *act, const char *actor,
                              RecoveryWalkSigned *ret_signed, GError **error);
/* walk-several.c */

/* An entry of a signed act, with those proposed before: all its signers, in
 * order (an array of RecoveryWalkSigned, to be unreferenced). */
GArray *recovery_walk_several_entry(RecoveryWalk *walk, const RecoveryAct *act,
                                    const FidotoolJson *entry, GError **error);
/* Entry 0 and others that several people sign at once. */
bool recovery_walk_several_at_once(RecoveryWalk *walk,
                                   const FidotoolJson *entry, GError **error);

/* walk-change.c */

bool recovery_walk_change_signed(RecoveryWalk *walk, const RecoveryAct *act,
                                 const FidotoolJson *entry, GError **error);
bool recovery_walk_change_effect(RecoveryWalk *walk, const RecoveryAct *act,
                                 const FidotoolJson *entry, GError **error);
/* Changes that puts a file in force when they take effect. */
bool recovery_walk_change_is_roster(const RecoveryAct *act);
bool recovery_walk_change_is_change(const RecoveryAct *act);
bool recovery_walk_change_is_trust(const RecoveryAct *act);
/* Nobody signs a roster that adds, re-keys or promotes themselves. */
bool recovery_walk_change_not_oneself(RecoveryWalk *walk, const char *object,
                                      const char *actor, GError **error);
/* Each roster row is one of the old, with fewer roles or a shorter window. */
bool recovery_walk_change_tightens(const RecoveryRoster *roster,
                                   const RecoveryRoster *old);

/* walk-policy.c */

/* The policy of a statement, where it is named for the first time: its version
 * is higher than those before. */
bool recovery_walk_policy_named(RecoveryWalk *walk, const FidotoolJson *fields,
                                GError **error);
/* A policy takes effect: what both signed of it is so, and it waited where it
 * loosens. */
bool recovery_walk_policy_effect(RecoveryWalk *walk,
                                 const RecoveryWalkChange *change,
                                 GError **error);

/* The policy in force; NULL, and recorded as missing, where it is not there or
 * of another form than is read here. */
const RecoveryDocument *recovery_walk_policy_document(RecoveryWalk *walk);
/* The same of any policy or base that the bundle should have. */
const RecoveryDocument *recovery_walk_policy_read(RecoveryWalk *walk,
                                                  const char *digest);
/* A draft is tried beside it; that changes nothing. */
bool recovery_walk_policy_try(RecoveryWalk *walk, const FidotoolJson *entry,
                              GError **error);

/* walk-base.c */

/* A base takes effect: a day after it was signed, under a policy that keeps it.
 */
bool recovery_walk_base_effect(RecoveryWalk *walk,
                               const RecoveryWalkChange *change,
                               GError **error);
/* A policy takes effect: what was signed names the base in force, and the
 * document does, and keeps it. */
bool recovery_walk_base_policy(RecoveryWalk *walk,
                               const RecoveryWalkChange *change,
                               GError **error);

/* walk-trust.c */

/* A list that was signed; one that takes effect, signed at that time. */
bool recovery_walk_trust_signed(RecoveryWalk *walk, const char *object,
                                GError **error);
bool recovery_walk_trust_effect(RecoveryWalk *walk, const char *object,
                                int64_t signed_ms, GError **error);
/* The judge is taught what is in force, unless it knows. */
bool recovery_walk_trust_use(RecoveryWalk *walk, GError **error);
/* What an entry says its registration was judged by. */
bool recovery_walk_trust_judgement(RecoveryWalk *walk,
                                   const FidotoolJson *entry,
                                   const char *registration, GError **error);

/* walk-exception.c */

/* exception.grant, the proposal too, exception.review and exception.end. */
bool recovery_walk_exception_judge(RecoveryWalk *walk, const RecoveryAct *act,
                                   const FidotoolJson *entry,
                                   const GArray *signers, GError **error);
void recovery_walk_exception_free(void *granted);

/* walk-key.c */

/* What a registration says of itself (the judge's answer), judged once for
 * the RP ID of approvals; NULL where it is not there (recorded) or bad. */
const FidotoolJson *recovery_walk_key_facts(RecoveryWalk *walk,
                                            const char *digest, GError **error);
bool recovery_walk_key_enrol(RecoveryWalk *walk, const FidotoolJson *entry,
                             GError **error);
/* Registration and test assertion of the new key of a case. */
bool recovery_walk_key_made(RecoveryWalk *walk, const FidotoolJson *entry,
                            const RecoveryWalkCase *of, GError **error);
/* A contest or withdrawal answered with an active key of the subject. */
bool recovery_walk_key_answer(RecoveryWalk *walk, const FidotoolJson *entry,
                              const RecoveryWalkCase *of, GError **error);

/* walk-case.c */

bool recovery_walk_case_judge(RecoveryWalk *walk, const RecoveryAct *act,
                              const FidotoolJson *entry, GArray *signers,
                              GError **error);

/* walk-step.c */

/* A step of a case at hand. by is NULL where nobody signs. */
typedef struct {
  RecoveryWalk *walk;
  const RecoveryAct *act;
  const FidotoolJson *entry;
  RecoveryWalkCase *of;
  const RecoveryWalkSigned *by;
  const char *before; /* the state before this step */
  GError **error;
} RecoveryWalkStep;

/* What the step asks for beside its row in the state table. */
bool recovery_walk_step_run(RecoveryWalkStep *step);
