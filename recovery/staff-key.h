/* SPDX-License-Identifier: Apache-2.0 */
/* staff-key.h - a key that signs here: how it is made, how it is judged, and,
 * after the founding, how a new one proves itself before it stands in a roster.
 */
#pragma once

#include "recovery/trial.h"

const char *recovery_staff_key_rp_id(const RecoveryStation *station);
/* {"options": ...}: creation options for a client data hash, hex. */
FidotoolJson *recovery_staff_key_options(const RecoveryStation *station,
                                         const char *person,
                                         const char *cdh_hex);
/*
 * The judge's word on an attestation object made for that hash, then the
 * policy's class roster. The anchors are the station's.
 * att      base64, or NULL
 * returns  NULL with a refusal or an error
 */
RecoveryJudging *
recovery_staff_key_judge(RecoveryStation *station, const RecoveryPolicy *policy,
                         const char *att, const char *cdh_hex, int64_t at_s,
                         RecoveryRefusal **ret_refusal, GError **error);
/* A row takes credential, key and registration from what was judged.
 * errors RECOVERY_ERROR_INVALID: its algorithm cannot sign here */
bool recovery_staff_key_fill(RecoveryRosterKey *row,
                             const RecoveryJudging *judging,
                             const uint8_t registration[32], GError **error);

/* After the founding */

/* roster.key: a person at the desk makes a key, an officer's role is active on
 * the connection. Propose gives options, submit judges and keeps the evidence;
 * nothing is recorded yet. */
FidotoolJson *recovery_staff_key_propose(RecoveryTrial *trial,
                                         RecoveryRefusal **ret_refusal);
bool recovery_staff_key_submit(RecoveryTrial *trial,
                               const FidotoolJson *request,
                               RecoveryRefusal **ret_refusal, GError **error);
/* roster.enrol of a key that is in no roster: sets trial->newcomer, made from
 * the registration that the request names and judged again. True and nothing
 * set where it names none that is known here. */
bool recovery_staff_key_find(RecoveryTrial *trial,
                             RecoveryRefusal **ret_refusal, GError **error);
/* The key of a roster.enrol that is handed in is judged once more, for the
 * record: trial->judging. True for every other act. */
bool recovery_staff_key_judge_enrol(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);
/* A row of a new roster that was in none before: its key proved itself in the
 * name of that person, and meets the policy now. ret_id: base64.
 * errors RECOVERY_ERROR_INVALID */
bool recovery_staff_key_check(RecoveryTrial *trial,
                              const RecoveryRosterKey *row, char **ret_id,
                              GError **error);
/* The key behind a registration that is kept here, judged as of now: fills
 * credential, key and registration. ret_id: base64. */
bool recovery_staff_key_load(RecoveryTrial *trial,
                             const uint8_t registration[32],
                             RecoveryRosterKey *row, char **ret_id,
                             RecoveryRefusal **ret_refusal, GError **error);
/* Keys that proved themselves and never had a row: [{"person",
 * "registration"}], in the order of their proof. */
FidotoolJson *recovery_staff_key_newcomers(const RecoveryModel *model);
