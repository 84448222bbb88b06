/* SPDX-License-Identifier: Apache-2.0 */
/* drift-credentials.h - which credentials another system says that people have:
 * a list that was exported there, as JSON or as CSV. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The largest file, and how many it may list. */
#define RECOVERY_DRIFT_CREDENTIALS_MAX (64 * 1024 * 1024)
#define RECOVERY_DRIFT_CREDENTIALS_COUNT 1000000

typedef struct {
  char cred[65];       /* SHA-256 of the credential id, hex */
  char *credential_id; /* as it was written */
  char *user;
  char *aaguid;  /* UUID text in small letters; NULL: not said */
  char *created; /* as written; NULL: not said */
} RecoveryDriftCredential;

/*
 * Reads a list: objects in an array (or in the only member of an object that is
 * one) with the members user, credential_id, aaguid and created; or lines of
 * CSV under a line with these names. The first two have to be there.
 *
 * name     of the file, for faults
 * returns  RecoveryDriftCredential, as they were listed; freed with
 *          g_ptr_array_unref()
 * errors   RECOVERY_ERROR_INVALID: with file, and line or number
 */
GPtrArray *recovery_drift_credentials_read(const char *name, const char *text,
                                           size_t len, GError **error);
