/* SPDX-License-Identifier: Apache-2.0 */
/* key.h - a security key in the attacker's hands: it signs whatever it is
 * told, with the flags it is told, at the speed of OpenSSL. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

/* A batch certificate and its key: what attests. */
typedef struct {
  EVP_PKEY *key;
  GBytes *certificate, *root; /* DER */
} AttackBatch;

typedef struct {
  EVP_PKEY *key;
  uint8_t id[16], aaguid[16];
  const AttackBatch *batch; /* not owned; NULL: the software keys' */
  uint32_t counter;
} AttackKey;

/* A key whose AAGUID is that of the software keys. */
AttackKey *attack_key_new(void);
/* A batch that says what it likes about its AAGUID; under the root of the
 * software keys (shipped) or under one made up now. */
AttackBatch *attack_key_batch_new(const uint8_t aaguid[16], bool shipped);
void attack_key_batch_free(AttackBatch *batch);
void attack_key_free(AttackKey *key);
/* SHA-256 of the credential id. */
void attack_key_cred(const AttackKey *key, uint8_t ret_cred[32]);

/*
 * A registration attested by the batch certificate (attested) or by the key
 * itself: the attestation object.
 */
GBytes *attack_key_attest(AttackKey *key, const char *rp_id,
                          const uint8_t client_data_hash[32], uint8_t flags,
                          bool attested);
/* auth_data has 37 bytes; the signature is DER. The counter moves on. */
GBytes *attack_key_assert(AttackKey *key, const char *rp_id,
                          const uint8_t client_data_hash[32], uint8_t flags,
                          uint8_t ret_auth_data[37]);
