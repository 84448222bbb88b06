/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attestation.h - the test root, the batch certificate below it, and the
 * attestation statements made with them (WebAuthn Level 3, section 8).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/evp.h>

#include "tests/softkey/profile.h"

typedef struct SoftkeyAttestation SoftkeyAttestation;

/*
 * Loads root and batch certificate with their keys; folder NULL takes the
 * ones that softkey carries in itself. A batch certificate for another AAGUID
 * than this is replaced, in memory, by one of the same key under the root; for
 * an AAGUID of zeros, as keys with U2F alone have it, by one that names none.
 *
 * errors    SOFTKEY_ERROR_FILE, SOFTKEY_ERROR_MALFORMED, SOFTKEY_ERROR_CRYPTO
 */
SoftkeyAttestation *softkey_attestation_load(const char *folder,
                                             const uint8_t aaguid[16],
                                             GError **error);
void softkey_attestation_free(SoftkeyAttestation *attestation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyAttestation, softkey_attestation_free)

/*
 * Appends fmt, authData and attStmt as the three values of the reply to
 * makeCredential, keys 1 to 3.
 *
 * signed_data  authenticator data, then the 32 bytes of the client data hash
 * key, alg     the credential's own, for self attestation
 * returns      false when libcrypto fails; out is then of no use
 */
bool softkey_attestation_put(const SoftkeyAttestation *attestation,
                             SoftkeyAttestationKind kind,
                             const GByteArray *signed_data, EVP_PKEY *key,
                             int64_t alg, GByteArray *out);

/* Appends the batch certificate and its signature over bytes, as they end a
 * registration with U2F. Returns false when libcrypto fails. */
bool softkey_attestation_put_u2f(const SoftkeyAttestation *attestation,
                                 const GByteArray *bytes, GByteArray *out);
