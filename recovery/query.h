/* SPDX-License-Identifier: Apache-2.0 */
/* query.h - the queries behind the rows of query.c. Private to query*.c. */
#pragma once

#include "recovery/deed.h"

/* query-status.c: the station itself. */
FidotoolJson *recovery_query_status(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);

/* query-case.c */
FidotoolJson *recovery_query_case_list(RecoveryTrial *trial,
                                       RecoveryRefusal **ret_refusal,
                                       GError **error);
FidotoolJson *recovery_query_case(RecoveryTrial *trial,
                                  RecoveryRefusal **ret_refusal,
                                  GError **error);
/* A receipt: the last entry of the case is in the record, and this record is
 * the one the station signs now. */
FidotoolJson *recovery_query_case_proof(RecoveryTrial *trial,
                                        RecoveryRefusal **ret_refusal,
                                        GError **error);

/* query-people.c */
FidotoolJson *recovery_query_people_find(RecoveryTrial *trial,
                                         RecoveryRefusal **ret_refusal,
                                         GError **error);
FidotoolJson *recovery_query_people_roster(RecoveryTrial *trial,
                                           RecoveryRefusal **ret_refusal,
                                           GError **error);
/* Changes of roster and policy that wait for their time. */
FidotoolJson *recovery_query_people_changes(RecoveryTrial *trial,
                                            RecoveryRefusal **ret_refusal,
                                            GError **error);
/* The keys that may sign now: {"rp_id","signers":[{"cred","key","roles"}]},
 * so that the key which is plugged in can be found among them. No name, no
 * person's id, no window. */
FidotoolJson *recovery_query_people_signers(RecoveryTrial *trial,
                                            RecoveryRefusal **ret_refusal,
                                            GError **error);

/* query-acts.c */
FidotoolJson *recovery_query_acts(RecoveryTrial *trial,
                                  RecoveryRefusal **ret_refusal,
                                  GError **error);

/* Size, root and genesis of the record, as members of an answer. */
void recovery_query_head(const RecoveryStation *station, FidotoolJson *answer);
