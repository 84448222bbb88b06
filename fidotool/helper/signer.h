/* SPDX-License-Identifier: Apache-2.0 */
/* signer.h - a credential and its public key: is the key that is plugged in
 * the one that holds it? */
#pragma once

#include "fidotool/device/credential.h"
#include "fidotool/helper/job.h"
#include "recovery/format/sshsig.h"

/* Most signers of one prove job. */
#define FIDOTOOL_SIGNER_MAX 512

typedef struct {
  const char *rp_id; /* not owned */
  GBytes *cred;
  RecoverySshsigKey key;
} FidotoolSigner;

/* Reads one row {"cred","key"}, base64, key in the SSH form and for rp_id;
 * or an array of such rows. Both give an array of FidotoolSigner.
 * errors  FIDOTOOL_ERROR_USAGE, RECOVERY_ERROR_INVALID */
GArray *fidotool_signer_read_one(const FidotoolJson *row, const char *rp_id,
                                 GError **error);
GArray *fidotool_signer_read_list(const FidotoolJson *rows, const char *rp_id,
                                  GError **error);

/* Signature, RP ID and flags: is this an answer of the signer's key?
 * errors  FIDOTOOL_ERROR_NOT_TRUSTED, _INVALID (flags) */
bool fidotool_signer_check(const FidotoolSigner *signer,
                           const FidotoolCredentialAsserted *given,
                           const uint8_t hash[32], uint8_t mask, uint8_t flags,
                           GError **error);

/*
 * Finds the signer whose key this is, over random bytes, without touch, PIN
 * or fingerprint. The credentials are asked for in portions, as many as the
 * key takes. A key that answers for a credential and has not signed with its
 * key is not asked again.
 *
 * list    of FidotoolSigner, all of one RP ID
 * errors  FIDOTOOL_ERROR_NOT_FOUND, _NOT_TRUSTED; what the key says
 */
bool fidotool_signer_prove(FidotoolJob *job, const GArray *list,
                           size_t *ret_index, GError **error);
