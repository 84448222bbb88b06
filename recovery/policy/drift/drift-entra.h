/* SPDX-License-Identifier: Apache-2.0 */
/* drift-entra.h - the combinations of methods that Microsoft Entra knows; for
 * drift-entra.c and drift-set-entra.c. */
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
/* Without it everything may be switched on. */
void recovery_drift_entra_assume_methods(RecoveryDriftTable *table);
