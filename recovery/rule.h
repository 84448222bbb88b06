/* SPDX-License-Identifier: Apache-2.0 */
/* rule.h - the checks behind the rows of rule.c. Each returns a refusal without
 * id (the row adds it), or NULL: nothing against it, or error is set. Private
 * to rule*.c, and to the queries that ask one of them early. */
#pragma once

#include "recovery/deed.h"

/* A refusal of literals; the row adds its id. */
#define recovery_rule_refuse(text, enough)                                     \
  recovery_refusal_new("", text, enough)

/* rule-signature.c */
/* The statement is signed by a key of its actor; fills trial->key and seen. */
RecoveryRefusal *recovery_rule_signature_person(RecoveryTrial *trial,
                                                GError **error);
/* Touch, PIN or fingerprint; not a key that can be copied. */
RecoveryRefusal *recovery_rule_signature_flags(RecoveryTrial *trial,
                                               GError **error);
/* The roster gives the key this time. */
RecoveryRefusal *recovery_rule_signature_key_window(RecoveryTrial *trial,
                                                    GError **error);
/* The counter of the key went on (WebAuthn 7.2, 22; 0 is no counter). */
RecoveryRefusal *recovery_rule_signature_counter(RecoveryTrial *trial,
                                                 GError **error);
/* A machine of the roster signed too; fills trial->machine. */
RecoveryRefusal *recovery_rule_signature_machine(RecoveryTrial *trial,
                                                 GError **error);
/* The roster gives the machine this time. */
RecoveryRefusal *recovery_rule_signature_machine_window(RecoveryTrial *trial,
                                                        GError **error);

/* rule-statement.c */
/* This station handed out this very line. */
RecoveryRefusal *recovery_rule_statement_nonce_known(RecoveryTrial *trial,
                                                     GError **error);
/* It was not handed in before. */
RecoveryRefusal *recovery_rule_statement_nonce_fresh(RecoveryTrial *trial,
                                                     GError **error);
/* It is at most 15 minutes old. */
RecoveryRefusal *recovery_rule_statement_not_expired(RecoveryTrial *trial,
                                                     GError **error);
/* It would be the same if it were proposed now. */
RecoveryRefusal *recovery_rule_statement_unchanged(RecoveryTrial *trial,
                                                   GError **error);

/* rule-actor.c */
/* The clock is not before the last event (governance 6.4). */
RecoveryRefusal *recovery_rule_actor_clock(RecoveryTrial *trial,
                                           GError **error);
/* The actor is in the roster. */
RecoveryRefusal *recovery_rule_actor_known(RecoveryTrial *trial,
                                           GError **error);
/* The key, or a key of the actor, has proved itself. */
RecoveryRefusal *recovery_rule_actor_enrolled(RecoveryTrial *trial,
                                              GError **error);
/* A key that is in no roster: an officer's role is active. */
RecoveryRefusal *recovery_rule_actor_officer(RecoveryTrial *trial,
                                             GError **error);
/* roster.enrol: a key of the actor has not proved itself yet. */
RecoveryRefusal *recovery_rule_actor_to_enrol(RecoveryTrial *trial,
                                              GError **error);
/* All keys of the first roster have. */
RecoveryRefusal *recovery_rule_actor_enrolled_first(RecoveryTrial *trial,
                                                    GError **error);
/* A role of the actor may do the act. */
RecoveryRefusal *recovery_rule_actor_role(RecoveryTrial *trial, GError **error);
/* That role is active on this connection, where the act asks for it. */
RecoveryRefusal *recovery_rule_actor_session(RecoveryTrial *trial,
                                             GError **error);
/* The actor holds the role to be activated. */
RecoveryRefusal *recovery_rule_actor_role_held(RecoveryTrial *trial,
                                               GError **error);
/* roster.enrol is signed by the key being enrolled. */
RecoveryRefusal *recovery_rule_actor_own_registration(RecoveryTrial *trial,
                                                      GError **error);

/* rule-role.c */
/* The role is not in conflict with one of the actor's on this connection. */
RecoveryRefusal *recovery_rule_role_session(RecoveryTrial *trial,
                                            GError **error);
/* What it is for is one line, and said where the policy asks for it. */
RecoveryRefusal *recovery_rule_role_reason(RecoveryTrial *trial,
                                           GError **error);
/* Nor with one that the actor had in this case. */
RecoveryRefusal *recovery_rule_role_case(RecoveryTrial *trial, GError **error);

/* rule-case.c */
/* There is such a case. */
RecoveryRefusal *recovery_rule_case_known(RecoveryTrial *trial, GError **error);
/* The state table has this step. */
RecoveryRefusal *recovery_rule_case_state(RecoveryTrial *trial, GError **error);
/* Only op recover so far. */
RecoveryRefusal *recovery_rule_case_op(RecoveryTrial *trial, GError **error);
/* The subject is in the directory. */
RecoveryRefusal *recovery_rule_case_subject(RecoveryTrial *trial,
                                            GError **error);
/* The subject has no other open case. */
RecoveryRefusal *recovery_rule_case_one_live_case(RecoveryTrial *trial,
                                                  GError **error);
/* The reported keys are the subject's, and at least one. */
RecoveryRefusal *recovery_rule_case_reported(RecoveryTrial *trial,
                                             GError **error);
/* The actor is not the subject. */
RecoveryRefusal *recovery_rule_case_not_subject(RecoveryTrial *trial,
                                                GError **error);
/* A reason code is there. */
RecoveryRefusal *recovery_rule_case_reason(RecoveryTrial *trial,
                                           GError **error);

/* rule-tier.c */
/* The case is of the tier standard, whatever the desk says. */
RecoveryRefusal *recovery_rule_tier(RecoveryTrial *trial, GError **error);

/* rule-issue.c */
/* A key of these facts may be given to the person of the case: by the policy at
 * the freeze, and by the one now. */
RecoveryRefusal *recovery_rule_issue(RecoveryTrial *trial,
                                     const RecoveryPolicyFacts *facts,
                                     GError **error);
/* So may each credential that was made, judged again as of now: what was good
 * then may have been revoked since. */
RecoveryRefusal *recovery_rule_issue_again(RecoveryTrial *trial,
                                           GError **error);

/* rule-import.c */
/* key.import comes from the owner of the station. */
RecoveryRefusal *recovery_rule_import_owner(RecoveryTrial *trial,
                                            GError **error);
/* Keys come in once. */
RecoveryRefusal *recovery_rule_import_once(RecoveryTrial *trial,
                                           GError **error);

/* rule-key-plan.c */
/* The plan is for a key, and for what plans are for. */
RecoveryRefusal *recovery_rule_key_plan_names(RecoveryTrial *trial,
                                              GError **error);

/* rule-limit.c */
/* Cases of this subject in the span of the policy. */
RecoveryRefusal *recovery_rule_limit_subject(RecoveryTrial *trial,
                                             GError **error);
/* Cases of this agent. */
RecoveryRefusal *recovery_rule_limit_agent(RecoveryTrial *trial,
                                           GError **error);
/* Approvals of this approver. */
RecoveryRefusal *recovery_rule_limit_approver(RecoveryTrial *trial,
                                              GError **error);

/* rule-check.c */
/* The case on trial is in the routine check. */
bool recovery_rule_check_is_due(const RecoveryTrial *trial);
/* There the actor decides nothing that they approved, */
RecoveryRefusal *recovery_rule_check_approver(RecoveryTrial *trial,
                                              GError **error);
/* nor for a slot. */
RecoveryRefusal *recovery_rule_check_slot(RecoveryTrial *trial, GError **error);
/* The releaser did not pass the routine check. */
RecoveryRefusal *recovery_rule_check_releaser(RecoveryTrial *trial,
                                              GError **error);

/* rule-evidence.c */
/* A known type of evidence and a known method. */
RecoveryRefusal *recovery_rule_evidence_type(RecoveryTrial *trial,
                                             GError **error);
/* The evidence meets the plan. */
RecoveryRefusal *recovery_rule_evidence_enough(RecoveryTrial *trial,
                                               GError **error);
/* Branch a, b or c at IAL 1 or 2. */
RecoveryRefusal *recovery_rule_evidence_plan(RecoveryTrial *trial,
                                             GError **error);

/* rule-approval.c */
/* The case has that slot. */
RecoveryRefusal *recovery_rule_approval_slot(RecoveryTrial *trial,
                                             GError **error);
/* Nobody filled it. */
RecoveryRefusal *recovery_rule_approval_slot_free(RecoveryTrial *trial,
                                                  GError **error);
/* The new key has made its credential. */
RecoveryRefusal *recovery_rule_approval_made(RecoveryTrial *trial,
                                             GError **error);
/* The actor had no hand in the case. */
RecoveryRefusal *recovery_rule_approval_not_staff_of_case(RecoveryTrial *trial,
                                                          GError **error);
/* The actor did not approve it already. */
RecoveryRefusal *recovery_rule_approval_person_once(RecoveryTrial *trial,
                                                    GError **error);
/* Nobody of the actor's team did. */
RecoveryRefusal *recovery_rule_approval_team(RecoveryTrial *trial,
                                             GError **error);
/* The contact is a known word. */
RecoveryRefusal *recovery_rule_approval_contact_word(RecoveryTrial *trial,
                                                     GError **error);
/* One approver at least had contact, when the last slot is filled. */
RecoveryRefusal *recovery_rule_approval_contact(RecoveryTrial *trial,
                                                GError **error);
/* Enough were signed off this station, when the last slot is filled. */
RecoveryRefusal *recovery_rule_approval_off_kiosk(RecoveryTrial *trial,
                                                  GError **error);
/* Seconds from the proposal until an approval of this case may be signed. */
int64_t recovery_rule_approval_read_s(const RecoveryTrial *trial);
/* The statement is old enough to have been read. */
RecoveryRefusal *recovery_rule_approval_read_time(RecoveryTrial *trial,
                                                  GError **error);

/* rule-release.c */
/* The releaser did not approve. */
RecoveryRefusal *recovery_rule_release_releaser(RecoveryTrial *trial,
                                                GError **error);
/* The releaser did not verify. */
RecoveryRefusal *recovery_rule_release_releaser_verifier(RecoveryTrial *trial,
                                                         GError **error);
/* Each approval carries a head of this very record. */
RecoveryRefusal *recovery_rule_release_anchors(RecoveryTrial *trial,
                                               GError **error);

/* rule-staffing.c */
/* Enough persons for every slot, and a use for the keys that are out. */
RecoveryRefusal *recovery_rule_staffing(RecoveryTrial *trial, GError **error);
/* The same of a first roster beside the first policy. */
RecoveryRefusal *recovery_rule_staffing_first(const RecoveryRoster *roster,
                                              const RecoveryPolicy *policy,
                                              bool practice, int64_t now_s);
/* Of a change that is allowed and near the edge: rows as of a refusal; NULL:
 * nothing. */
FidotoolJson *recovery_rule_staffing_warnings(RecoveryTrial *trial);

/* rule-pair.c */
/* Another person signed first. */
RecoveryRefusal *recovery_rule_pair_two_people(RecoveryTrial *trial,
                                               GError **error);
/* One of the two is a security officer. */
RecoveryRefusal *recovery_rule_pair_officer(RecoveryTrial *trial,
                                            GError **error);
/* The actor neither worked on the case nor approved it. */
RecoveryRefusal *recovery_rule_pair_not_on_case(RecoveryTrial *trial,
                                                GError **error);
/* One of the two was signed on another machine. */
RecoveryRefusal *recovery_rule_pair_change_off_kiosk(RecoveryTrial *trial,
                                                     GError **error);
/* Keys and employees stay with their person. */
RecoveryRefusal *recovery_rule_pair_one_trust(RecoveryTrial *trial,
                                              GError **error);
RecoveryRefusal *recovery_rule_pair_trust_follows(RecoveryTrial *trial,
                                                  GError **error);
RecoveryRefusal *recovery_rule_pair_owners(RecoveryTrial *trial,
                                           GError **error);
/* Who is a subject of the directory, or was on the roster, stays that one. */
RecoveryRefusal *recovery_rule_pair_subjects(RecoveryTrial *trial,
                                             GError **error);
/* Nobody changes their own keys, roles or time. */
RecoveryRefusal *recovery_rule_pair_not_for_oneself(RecoveryTrial *trial,
                                                    GError **error);

/* rule-base.c */
/* No base waits for its time, and beside a base no policy. */
RecoveryRefusal *recovery_rule_base_alone(RecoveryTrial *trial, GError **error);
/* Its version is higher than any before. */
RecoveryRefusal *recovery_rule_base_rises(RecoveryTrial *trial, GError **error);
/* The policy in force has no less. */
RecoveryRefusal *recovery_rule_base_kept(RecoveryTrial *trial, GError **error);
/* A policy names the base in force, and has no less. */
RecoveryRefusal *recovery_rule_base_named(RecoveryTrial *trial, GError **error);

/* rule-policy.c */
/* No other policy waits for its time. */
RecoveryRefusal *recovery_rule_policy_one(RecoveryTrial *trial, GError **error);
/* Its version is higher than any before. */
RecoveryRefusal *recovery_rule_policy_rises(RecoveryTrial *trial,
                                            GError **error);
/* It leaves room for those after it. */
RecoveryRefusal *recovery_rule_policy_step(RecoveryTrial *trial,
                                           GError **error);
/* It is valid by the time that it would be in force. */
RecoveryRefusal *recovery_rule_policy_begun(RecoveryTrial *trial,
                                            GError **error);

/* rule-directory.c */
/* The directory has the columns that its populations are told by. */
RecoveryRefusal *recovery_rule_directory_policy(RecoveryTrial *trial,
                                                GError **error);
/* No column is lost that the policy in force asks for. */
RecoveryRefusal *recovery_rule_directory_import(RecoveryTrial *trial,
                                                GError **error);
/* Of either where it is allowed: rows as of a refusal, added to a list, which
 * is taken; NULL: an empty one. */
FidotoolJson *recovery_rule_directory_warnings(RecoveryTrial *trial,
                                               FidotoolJson *list);

/* rule-exception.c */
/* No rule and no exception has its id, or had it. */
RecoveryRefusal *recovery_rule_exception_id(RecoveryTrial *trial,
                                            GError **error);
/* It waives requirements of the policy in force, and nothing else. */
RecoveryRefusal *recovery_rule_exception_waives(RecoveryTrial *trial,
                                                GError **error);
/* Where it applies is known there. */
RecoveryRefusal *recovery_rule_exception_scope(RecoveryTrial *trial,
                                               GError **error);
/* It begins now or later, and ends after that. */
RecoveryRefusal *recovery_rule_exception_dates(RecoveryTrial *trial,
                                               GError **error);
/* It lives 90 days at most. */
RecoveryRefusal *recovery_rule_exception_life(RecoveryTrial *trial,
                                              GError **error);
/* It is reviewed every 30 days at least. */
RecoveryRefusal *recovery_rule_exception_review_days(RecoveryTrial *trial,
                                                     GError **error);
/* Its owner is somebody. */
RecoveryRefusal *recovery_rule_exception_owner_known(RecoveryTrial *trial,
                                                     GError **error);
/* The owner does not sign. */
RecoveryRefusal *recovery_rule_exception_owner(RecoveryTrial *trial,
                                               GError **error);
/* It was granted. */
RecoveryRefusal *recovery_rule_exception_known(RecoveryTrial *trial,
                                               GError **error);
/* It is live: only then a review keeps it. */
RecoveryRefusal *recovery_rule_exception_review(RecoveryTrial *trial,
                                                GError **error);
/* It can still be ended. */
RecoveryRefusal *recovery_rule_exception_end(RecoveryTrial *trial,
                                             GError **error);
/* rule-consent.c */
/* Somebody of the directory. */
RecoveryRefusal *recovery_rule_consent_subject(RecoveryTrial *trial,
                                               GError **error);
/* Not the approver themselves. */
RecoveryRefusal *recovery_rule_consent_not_oneself(RecoveryTrial *trial,
                                                   GError **error);
/* Journey, app and transaction are in the policy in force. */
RecoveryRefusal *recovery_rule_consent_place(RecoveryTrial *trial,
                                             GError **error);
/* It is said what for, and who asks. */
RecoveryRefusal *recovery_rule_consent_reference(RecoveryTrial *trial,
                                                 GError **error);
/* It ends within a day. */
RecoveryRefusal *recovery_rule_consent_end(RecoveryTrial *trial,
                                           GError **error);
/* It is said as what. */
RecoveryRefusal *recovery_rule_consent_slot(RecoveryTrial *trial,
                                            GError **error);
/* One approval a person. */
RecoveryRefusal *recovery_rule_consent_once(RecoveryTrial *trial,
                                            GError **error);
