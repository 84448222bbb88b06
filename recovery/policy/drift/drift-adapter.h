/* SPDX-License-Identifier: Apache-2.0 */
/* drift-adapter.h - one adapter a system; for drift-read.c alone. Each fills
 * reader->table, or leaves reader->error. */
#pragma once

#include "recovery/policy/drift/drift-read.h"
#include "recovery/policy/drift/drift-reader.h"

void recovery_drift_entra_read(RecoveryDriftReader *reader,
                               const RecoveryDriftExport *export);
void recovery_drift_okta_read(RecoveryDriftReader *reader,
                              const RecoveryDriftExport *export);
void recovery_drift_keycloak_read(RecoveryDriftReader *reader,
                                  const RecoveryDriftExport *export);
void recovery_drift_sshd_read(RecoveryDriftReader *reader,
                              const RecoveryDriftExport *export);
void recovery_drift_pam_read(RecoveryDriftReader *reader,
                             const RecoveryDriftExport *export);
void recovery_drift_csv_read(RecoveryDriftReader *reader,
                             const RecoveryDriftExport *export);

/*
 * Parses every file as JSON; the trees live as long as the array. NULL where
 * one cannot be read.
 */
GPtrArray *recovery_drift_read_trees(RecoveryDriftReader *reader,
                                     const RecoveryDriftExport *export);
