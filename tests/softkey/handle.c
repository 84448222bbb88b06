/* SPDX-License-Identifier: Apache-2.0 */
/* handle.c - credential ids and the keys behind them. */
#include "tests/softkey/handle.h"

#include <openssl/crypto.h>
#include <string.h>

#include "tests/softkey/protocol.h"

#define FORMAT 0x4b

#define FLAG_PROTECT 0x03
#define FLAG_EDDSA 0x04
#define FLAG_BLOB_KEY 0x08
#define FLAG_RESIDENT 0x80

#define NONCE 2
#define MAC 34

/* HMAC(seed, label || n || format, flags, nonce || rp_hash) */
static void
derive(const uint8_t seed[32], const char label[4], uint8_t n,
       const uint8_t *id, const uint8_t rp_hash[32], uint8_t ret_bytes[32])
{
  uint8_t input[4 + 1 + MAC + 32];

  memcpy(input, label, 4);
  input[4] = n;
  memcpy(input + 5, id, MAC);
  memcpy(input + 5 + MAC, rp_hash, 32);
  softkey_protocol_mac(seed, input, sizeof input, ret_bytes);
}

void
softkey_handle_make(SoftkeyHandle *handle, SoftkeyEnv *env,
                    const uint8_t seed[32], const uint8_t rp_hash[32])
{
  uint8_t flags = handle->protect & FLAG_PROTECT;

  if (handle->alg == SOFTKEY_COSE_EDDSA)
    flags |= FLAG_EDDSA;
  if (handle->blob_key)
    flags |= FLAG_BLOB_KEY;
  if (handle->resident)
    flags |= FLAG_RESIDENT;
  handle->id[0] = FORMAT;
  handle->id[1] = flags;
  env->random(env, handle->id + NONCE, MAC - NONCE);
  derive(seed, "mac:", 0, handle->id, rp_hash, handle->id + MAC);
}

bool
softkey_handle_open(const uint8_t *id, size_t len, const uint8_t seed[32],
                    const uint8_t rp_hash[32], SoftkeyHandle *ret_handle)
{
  uint8_t expected[32];

  if (len != SOFTKEY_HANDLE_SIZE || id[0] != FORMAT)
    return false;
  derive(seed, "mac:", 0, id, rp_hash, expected);
  if (CRYPTO_memcmp(expected, id + MAC, sizeof expected) != 0)
    return false;
  memcpy(ret_handle->id, id, len);
  ret_handle->protect = id[1] & FLAG_PROTECT;
  ret_handle->alg =
      (id[1] & FLAG_EDDSA) != 0 ? SOFTKEY_COSE_EDDSA : SOFTKEY_COSE_ES256;
  ret_handle->blob_key = (id[1] & FLAG_BLOB_KEY) != 0;
  ret_handle->resident = (id[1] & FLAG_RESIDENT) != 0;
  return true;
}

void
softkey_handle_blob_key(const SoftkeyHandle *handle, const uint8_t seed[32],
                        const uint8_t rp_hash[32], uint8_t ret_key[32])
{
  derive(seed, "blob", 0, handle->id, rp_hash, ret_key);
}

EVP_PKEY *
softkey_handle_key(const SoftkeyHandle *handle, const uint8_t seed[32],
                   const uint8_t rp_hash[32])
{
  EVP_PKEY *key = NULL;
  uint8_t secret[32];

  /* One secret in 2^32 is no P-256 key: take the next one. */
  for (uint8_t n = 0; n < 8 && key == NULL; n++) {
    derive(seed, "key:", n, handle->id, rp_hash, secret);
    key = softkey_cose_key(handle->alg, secret);
  }
  OPENSSL_cleanse(secret, sizeof secret);
  return key;
}
