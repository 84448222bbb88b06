/* SPDX-License-Identifier: Apache-2.0 */
/* make-credential.h - keys, COSE, CBOR and signatures for tests. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <stdint.h>

/* CBOR: the head of an item, and whole strings. */
void make_credential_head(GByteArray *out, unsigned type, uint64_t argument);
void make_credential_int(GByteArray *out, int64_t value);
void make_credential_text(GByteArray *out, const char *text);
void make_credential_bytes(GByteArray *out, const void *data, size_t len);
/* Hex digits as they stand; the tests' own, so they are trusted. */
void make_credential_hex(GByteArray *out, const char *hex);

/* A key of its kind for a COSE algorithm. */
EVP_PKEY *make_credential_key(int64_t alg);
/* The public key as a canonical COSE_Key. */
void make_credential_cose(GByteArray *out, int64_t alg, EVP_PKEY *pkey);
/* Signs data as the algorithm says. */
GBytes *make_credential_sign(int64_t alg, EVP_PKEY *pkey, const void *data,
                             size_t len);
