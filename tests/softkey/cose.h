/* SPDX-License-Identifier: Apache-2.0 */
/* cose.h - the key pairs of a software key: make, write as COSE, sign. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/evp.h>

#include "tests/softkey/cbor.h"

#define SOFTKEY_COSE_ES256 (-7)
#define SOFTKEY_COSE_EDDSA (-8)
#define SOFTKEY_COSE_ECDH (-25) /* ECDH-ES+HKDF-256: PIN key agreement */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

/* Whether credentials with this algorithm can be made. */
bool softkey_cose_is_supported(int64_t alg);

/*
 * The key pair that belongs to a secret: P-256 for ES256 and ECDH, Ed25519 for
 * EdDSA. Returns NULL when the secret is no P-256 private key (one in 2^32).
 */
EVP_PKEY *softkey_cose_key(int64_t alg, const uint8_t secret[32]);

/* Appends the public key as a COSE_Key (RFC 9053, section 7). */
void softkey_cose_put_public(GByteArray *out, EVP_PKEY *key, int64_t alg);

/* Reads a COSE_Key that holds a P-256 point; NULL when it holds none. */
EVP_PKEY *softkey_cose_read_ecdh(const SoftkeyCborItem *map);

/* Signs data: ES256 gives DER, EdDSA 64 bytes. NULL when libcrypto fails. */
GByteArray *softkey_cose_sign(EVP_PKEY *key, const uint8_t *data, size_t len);
