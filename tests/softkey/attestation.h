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

#include "tests/softkey/bad-attestation.h"
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

/* One statement that is wanted. */
typedef struct {
  SoftkeyAttestationKind kind;
  SoftkeyFault fault;
  GBytes *serial; /* enterprise attestation for this one key; NULL: the batch */
  /* Authenticator data, then the 32 bytes of the client data hash. */
  const GByteArray *signed_data;
  EVP_PKEY *key; /* the credential's own, for self attestation */
  int64_t alg;   /* likewise */
} SoftkeyStatement;

/*
 * Appends fmt, authData and attStmt as the three values of the reply to
 * makeCredential, keys 1 to 3.
 *
 * returns      false when libcrypto fails, or the root's key is not at hand
 *              where it is needed; out is then of no use
 */
bool softkey_attestation_put(const SoftkeyAttestation *attestation,
                             const SoftkeyStatement *what, GByteArray *out);

/* Appends the batch certificate and its signature over bytes, as they end a
 * registration with U2F. Returns false when libcrypto fails. */
bool softkey_attestation_put_u2f(const SoftkeyAttestation *attestation,
                                 const GByteArray *bytes, GByteArray *out);
