/* SPDX-License-Identifier: Apache-2.0 */
/* verifier.h - a key that verifies signature after signature, as a batch's
 * attestation key does: what OpenSSL sets up for it is kept. */
#pragma once

#include "fidotool/judge/cose.h"

typedef struct FidotoolVerifier FidotoolVerifier;

/* Keeps a reference to the key. Not for two threads at once. */
FidotoolVerifier *fidotool_verifier_new(EVP_PKEY *pkey);
void fidotool_verifier_free(FidotoolVerifier *verifier);

/* fidotool_cose_verify() with this key: the same answers. */
const char *fidotool_verifier_check(FidotoolVerifier *verifier, int64_t alg,
                                    FidotoolSlice first, FidotoolSlice second,
                                    FidotoolSlice sig);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolVerifier, fidotool_verifier_free)
