/* SPDX-License-Identifier: Apache-2.0 */
/* drift-read.h - an export of another system, turned into the table of
 * drift-table.h. One adapter a system; what an adapter cannot put into the
 * table is listed by its name, and never guessed. No file is opened here. */
#pragma once

#include "recovery/policy/drift/drift-table.h"

#define RECOVERY_DRIFT_READ_FILES 64
#define RECOVERY_DRIFT_READ_MAX (16 * 1024 * 1024) /* all files together */

typedef struct {
  const char *name; /* without folder: PAM's services are named by it */
  const char *text;
  size_t len;
} RecoveryDriftFile;

typedef struct {
  const char *system;  /* "entra", "okta", "keycloak", "sshd", "pam", "csv" */
  const char *name;    /* of the export: "bastion"; for sshd the app's, too */
  int64_t exported_at; /* seconds UTC; 0: not known, unless the file says it */
  const RecoveryDriftFile *files;
  size_t n_files;
} RecoveryDriftExport;

/*
 * returns  freed with recovery_drift_table_free(); NULL and error
 * errors   RECOVERY_ERROR_USAGE: no such system; RECOVERY_ERROR_INVALID: a file
 *          is not what that system writes, too large, or not UTF-8
 */
RecoveryDriftTable *recovery_drift_read(const RecoveryDriftExport *export,
                                        GError **error);
/* "entra, okta, ..." for help. */
const char *recovery_drift_read_systems(void);
bool recovery_drift_read_knows(const char *system);
/* Is an export of it the files themselves that hold on a host? */
bool recovery_drift_read_is_host(const char *system);
