/* SPDX-License-Identifier: Apache-2.0 */
/* drift-okta.h - Okta's authenticators: which there are, and which a rule
 * takes; for drift-okta.c. */
#pragma once

#include "recovery/policy/drift/drift-reader.h"

/* What a rule of an authentication policy asks for, into rule. Why it is no row
 * of the table; NULL where it is. */
const char *recovery_drift_okta_read_action(RecoveryDriftReader *reader,
                                            const FidotoolJson *json,
                                            RecoveryDriftRule *rule);

/* What a rule of a password policy says of resets by oneself, into rule: deny,
 * or the ways and the words for them. Why it says nothing that is known; NULL
 * where it does. */
const char *recovery_drift_okta_read_reset(RecoveryDriftReader *reader,
                                           const FidotoolJson *policy,
                                           const FidotoolJson *json,
                                           RecoveryDriftRule *rule);
/* Why a policy of another kind is in no cell; freed with g_free(). */
char *recovery_drift_okta_describe_kind(const char *type);

/* An enrolment policy as the next row of table->grants, its who still empty.
 * authenticators and methods: what else the files say of them. */
RecoveryDriftRule *recovery_drift_okta_read_enrolment(
    RecoveryDriftReader *reader, const FidotoolJson *policy,
    const GPtrArray *authenticators, const GPtrArray *methods);
/* Without enrolment policies: every authenticator that is active, or all. */
void recovery_drift_okta_assume_enrolment(RecoveryDriftReader *reader,
                                          const GPtrArray *authenticators,
                                          const GPtrArray *methods);
