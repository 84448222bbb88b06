/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handle.h - credential ids. An id carries what is needed to make its key
 * again from the seed, so credentials that are not discoverable take no room.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/softkey/cose.h"
#include "tests/softkey/env.h"

#define SOFTKEY_HANDLE_SIZE 66

/* format, flags, nonce[32], MAC[32] */
typedef struct {
  uint8_t id[SOFTKEY_HANDLE_SIZE];
  int64_t alg;
  uint8_t protect; /* credProtect: 1, 2 or 3 */
  bool blob_key;   /* largeBlobKey was asked for */
  bool resident;   /* valid only while the store lists it */
} SoftkeyHandle;

/* A fresh id for a relying party; alg, protect and resident are in handle. */
void softkey_handle_make(SoftkeyHandle *handle, SoftkeyEnv *env,
                         const uint8_t seed[32], const uint8_t rp_hash[32]);

/*
 * Reads an id. Returns false when it was not made with this seed for this
 * relying party, by its MAC.
 */
bool softkey_handle_open(const uint8_t *id, size_t len, const uint8_t seed[32],
                         const uint8_t rp_hash[32], SoftkeyHandle *ret_handle);

/* Its largeBlobKey. */
void softkey_handle_blob_key(const SoftkeyHandle *handle,
                             const uint8_t seed[32], const uint8_t rp_hash[32],
                             uint8_t ret_key[32]);

/* The key pair behind an id; NULL when libcrypto fails. */
EVP_PKEY *softkey_handle_key(const SoftkeyHandle *handle,
                             const uint8_t seed[32], const uint8_t rp_hash[32]);
