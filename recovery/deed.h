/* SPDX-License-Identifier: Apache-2.0 */
/* deed.h - the functions behind the rows of deed.c: fill words the statement,
 * the other carries the act out. See RecoveryDeed in trial.h. */
#pragma once

#include "recovery/policy/change.h"
#include "recovery/trial.h"

bool recovery_deed_staff_fill_role(RecoveryTrial *trial,
                                   FidotoolJson *statement, GError **error);
/* The row of the actor that is meant by roster.enrol: by credential, or the
 * first that has not proved itself; NULL: there is none. */
const RecoveryRosterKey *
recovery_deed_staff_to_enrol(const RecoveryTrial *trial);
bool recovery_deed_staff_fill_enrol(RecoveryTrial *trial,
                                    FidotoolJson *statement, GError **error);
bool recovery_deed_staff_fill_import(RecoveryTrial *trial,
                                     FidotoolJson *statement, GError **error);
bool recovery_deed_staff_fill_export(RecoveryTrial *trial,
                                     FidotoolJson *statement, GError **error);
bool recovery_deed_change_fill_roster(RecoveryTrial *trial,
                                      FidotoolJson *statement, GError **error);
/* Object and previous of what two sign; text is the whole new file. */
/* With this signature it has all that it takes. */
bool recovery_deed_change_is_last(const RecoveryTrial *trial);
bool recovery_deed_change_fill_two(RecoveryTrial *trial,
                                   FidotoolJson *statement, const char *text);
bool recovery_deed_policy_fill(RecoveryTrial *trial, FidotoolJson *statement,
                               GError **error);
bool recovery_deed_try_fill(RecoveryTrial *trial, FidotoolJson *statement,
                            GError **error);
bool recovery_deed_try(RecoveryTrial *trial, FidotoolJson *entry,
                       GError **error);
/* What a policy would change, as of its first statement. */
RecoveryChange *recovery_deed_policy_change(const RecoveryTrial *trial,
                                            const char *yaml, GError **error);
/* The policy that was signed makes nothing looser. */
bool recovery_deed_policy_tightens(const RecoveryTrial *trial);
bool recovery_deed_change_fill_trust(RecoveryTrial *trial,
                                     FidotoolJson *statement, GError **error);
bool recovery_deed_change_fill_veto(RecoveryTrial *trial,
                                    FidotoolJson *statement, GError **error);
/* The two signatures of one act: object and previous. */
bool recovery_deed_change_fill_two(RecoveryTrial *trial,
                                   FidotoolJson *statement, const char *text);
bool recovery_deed_exception_fill_grant(RecoveryTrial *trial,
                                        FidotoolJson *statement,
                                        GError **error);
bool recovery_deed_exception_fill_one(RecoveryTrial *trial,
                                      FidotoolJson *statement, GError **error);
bool recovery_deed_consent_fill(RecoveryTrial *trial, FidotoolJson *statement,
                                GError **error);
bool recovery_deed_consent(RecoveryTrial *trial, FidotoolJson *entry,
                           GError **error);
bool recovery_deed_case_fill_open(RecoveryTrial *trial, FidotoolJson *statement,
                                  GError **error);
bool recovery_deed_case_fill_submit(RecoveryTrial *trial,
                                    FidotoolJson *statement, GError **error);
bool recovery_deed_case_fill_withdraw(RecoveryTrial *trial,
                                      FidotoolJson *statement, GError **error);
bool recovery_deed_decide_fill_approve(RecoveryTrial *trial,
                                       FidotoolJson *statement, GError **error);
bool recovery_deed_decide_fill_refuse(RecoveryTrial *trial,
                                      FidotoolJson *statement, GError **error);
bool recovery_deed_decide_fill_activate(RecoveryTrial *trial,
                                        FidotoolJson *statement,
                                        GError **error);
bool recovery_deed_decide_fill_contest(RecoveryTrial *trial,
                                       FidotoolJson *statement, GError **error);
bool recovery_deed_check_fill(RecoveryTrial *trial, FidotoolJson *statement,
                              GError **error);
bool recovery_deed_check(RecoveryTrial *trial, FidotoolJson *entry,
                         GError **error);
bool recovery_deed_staff_role(RecoveryTrial *trial, FidotoolJson *entry,
                              GError **error);
bool recovery_deed_staff_enrol(RecoveryTrial *trial, FidotoolJson *entry,
                               GError **error);
bool recovery_deed_staff_import(RecoveryTrial *trial, FidotoolJson *entry,
                                GError **error);
bool recovery_deed_staff_export(RecoveryTrial *trial, FidotoolJson *entry,
                                GError **error);
bool recovery_deed_key_plan_give(RecoveryTrial *trial, FidotoolJson *entry,
                                 GError **error);
bool recovery_deed_change_sign(RecoveryTrial *trial, FidotoolJson *entry,
                               GError **error);
bool recovery_deed_change_veto(RecoveryTrial *trial, FidotoolJson *entry,
                               GError **error);
bool recovery_deed_exception_grant(RecoveryTrial *trial, FidotoolJson *entry,
                                   GError **error);
bool recovery_deed_exception_one(RecoveryTrial *trial, FidotoolJson *entry,
                                 GError **error);
bool recovery_deed_case_open(RecoveryTrial *trial, FidotoolJson *entry,
                             GError **error);
bool recovery_deed_case_start_proofing(RecoveryTrial *trial,
                                       FidotoolJson *entry, GError **error);
bool recovery_deed_case_add_evidence(RecoveryTrial *trial, FidotoolJson *entry,
                                     GError **error);
bool recovery_deed_case_amend(RecoveryTrial *trial, FidotoolJson *entry,
                              GError **error);
bool recovery_deed_case_submit(RecoveryTrial *trial, FidotoolJson *entry,
                               GError **error);
bool recovery_deed_case_withdraw(RecoveryTrial *trial, FidotoolJson *entry,
                                 GError **error);
bool recovery_deed_decide_approve(RecoveryTrial *trial, FidotoolJson *entry,
                                  GError **error);
bool recovery_deed_decide_refuse(RecoveryTrial *trial, FidotoolJson *entry,
                                 GError **error);
bool recovery_deed_decide_activate(RecoveryTrial *trial, FidotoolJson *entry,
                                   GError **error);
bool recovery_deed_decide_contest(RecoveryTrial *trial, FidotoolJson *entry,
                                  GError **error);

/* Whether the new key may be made now. Any role will do: the user's half of
 * the desk runs inside the session of the staff who opened it. */
RecoveryRefusal *recovery_deed_made_refuse(RecoveryTrial *trial);
/* The new key answers: propose and submit of case.made. */
FidotoolJson *recovery_deed_made_propose(RecoveryTrial *trial,
                                         RecoveryRefusal **ret_refusal,
                                         GError **error);
bool recovery_deed_made_submit(RecoveryTrial *trial,
                               const FidotoolJson *request,
                               RecoveryRefusal **ret_refusal, GError **error);
/* Contest and withdrawal by a code from a notice. */
bool recovery_deed_code_submit(RecoveryTrial *trial,
                               const FidotoolJson *request,
                               RecoveryRefusal **ret_refusal, GError **error);
/* A change of roster or policy whose time has come takes effect. */
bool recovery_deed_change_effect(RecoveryTrial *trial,
                                 const RecoveryModelChange *change,
                                 GError **error);
/* What follows the last approval. */
bool recovery_deed_decide_quorum(RecoveryTrial *trial, GError **error);
/* Keys that a case.open is about, hex: those asked for, or all. */
const FidotoolJson *recovery_deed_case_creds(RecoveryTrial *trial);
/* deed-base.c */
bool recovery_deed_base_fill(RecoveryTrial *trial, FidotoolJson *statement,
                             GError **error);
/* After the commit of a role.activate: the connection has the role. */
void recovery_deed_staff_activated(RecoveryTrial *trial);
/* The import that a request is about, read into the draft once. */
bool recovery_deed_staff_read_import(RecoveryTrial *trial, GError **error);
