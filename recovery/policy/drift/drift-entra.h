/* SPDX-License-Identifier: Apache-2.0 */
/* drift-entra.h - the combinations of methods that Microsoft Entra knows, and
 * the conditions of its policies; for drift-entra*.c and drift-set-entra.c. */
#pragma once

#include "recovery/policy/drift/drift-reader.h"

/* The combinations that count as multifactor; those of a strength that is built
 * in (false: there is none of this id); those of a strength of the export. */
void recovery_drift_entra_add_mfa(GPtrArray *offers);
bool recovery_drift_entra_add_built_in(const char *id, GPtrArray *offers);
void recovery_drift_entra_add_strength(RecoveryDriftReader *reader,
                                       const FidotoolJson *strength,
                                       GPtrArray *offers);

/* The policy of methods: table->grants. */
void recovery_drift_entra_read_methods(RecoveryDriftReader *reader,
                                       const FidotoolJson *policy);
/* What anybody may do by themselves, of the policy of authorization. */
void recovery_drift_entra_read_authorization(RecoveryDriftReader *reader,
                                             const FidotoolJson *policy);
/* Without it everything may be switched on. */
void recovery_drift_entra_assume_methods(RecoveryDriftTable *table);

/* Does a member say anything? Graph writes what is not set as null, as an empty
 * list, or as an object of such. */
bool recovery_drift_entra_is_set(const FidotoolJson *conditions,
                                 const char *name);
/* The first member that says something and is none of those that are known
 * (NULL-ended); NULL: there is none. Names with "@" are remarks of OData. */
const char *recovery_drift_entra_find_strange(const FidotoolJson *object,
                                              const char *const *known);
/* Why a policy does not hold at every sign-in, freed with g_free(); NULL where
 * it does. */
char *recovery_drift_entra_find_condition(RecoveryDriftReader *reader,
                                          const FidotoolJson *conditions);
