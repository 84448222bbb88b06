/* SPDX-License-Identifier: Apache-2.0 */
/* credential-file.h - a registration or assertion in a bundle: a canonical map
 * of a few byte strings. What they mean is the judge's matter. */
#pragma once

#include "fidotool/judge/cbor.h"
#include "recovery/audit/bag.h"

/* Slices of the file; what is not there has no data. */
typedef struct {
  FidotoolSlice att, cdh, cdj;        /* registration */
  FidotoolSlice sig, cred, auth_data; /* assertion; cdh and cdj too */
} RecoveryCredentialFile;

/* Exactly the fields of its kind, in canonical CBOR, and nothing after it.
 * errors  RECOVERY_ERROR_INVALID */
bool recovery_credential_file_read(const RecoveryBagFile *file,
                                   bool registration,
                                   RecoveryCredentialFile *ret_parts,
                                   GError **error);

/* The credential id in an attestation object, a slice of it; false where there
 * is none. */
bool recovery_credential_file_id(FidotoolSlice att, FidotoolSlice *ret_id);
