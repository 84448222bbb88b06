/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol.h - the two PIN/UV auth protocols: what both sides of them do with
 * bytes (CTAP 2.1, sections 6.5.6 and 6.5.7).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/evp.h>

#include "tests/softkey/env.h"

/* The shared secret, as the protocol uses it. Plain value, wiped by its owner
 * with softkey_protocol_clear(). */
typedef struct {
  int version; /* 1 or 2 */
  uint8_t mac_key[32];
  uint8_t aes_key[32];
} SoftkeyShared;

/* Key agreement of own private key with peer's public one. */
bool softkey_protocol_agree(int version, EVP_PKEY *own, EVP_PKEY *peer,
                            SoftkeyShared *ret_shared);
void softkey_protocol_clear(SoftkeyShared *shared);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SoftkeyShared, softkey_protocol_clear)

/*
 * AES-256-CBC without padding; protocol two puts a fresh IV in front. Returns
 * NULL when len is no multiple of 16 (decrypt: nothing behind the IV).
 */
GByteArray *softkey_protocol_encrypt(const SoftkeyShared *shared,
                                     SoftkeyEnv *env, const uint8_t *data,
                                     size_t len);
GByteArray *softkey_protocol_decrypt(const SoftkeyShared *shared,
                                     const uint8_t *data, size_t len);

/* Bytes of a MAC: 16 or 32. */
size_t softkey_protocol_mac_size(int version);

/* The MAC of data under key; softkey_protocol_mac_size() bytes count. */
void softkey_protocol_mac(const uint8_t key[32], const uint8_t *data,
                          size_t len, uint8_t ret_mac[32]);

/* Whether mac is the MAC of data under key, in constant time. */
bool softkey_protocol_verify(int version, const uint8_t key[32],
                             const GByteArray *data, const uint8_t *mac,
                             size_t mac_len);
