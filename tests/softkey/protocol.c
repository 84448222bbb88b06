/* SPDX-License-Identifier: Apache-2.0 */
/* protocol.c - the two PIN/UV auth protocols. */
#include "tests/softkey/protocol.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/sha.h>
#include <string.h>

#define BLOCK 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

/* The x coordinate of the shared point. */
static bool
derive_point(EVP_PKEY *own, EVP_PKEY *peer, uint8_t ret_x[32])
{
  g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new(own, NULL);
  size_t len = 32;

  return context != NULL && EVP_PKEY_derive_init(context) == 1 &&
         EVP_PKEY_derive_set_peer(context, peer) == 1 &&
         EVP_PKEY_derive(context, ret_x, &len) == 1 && len == 32;
}

/* HKDF-SHA-256 with 32 zero bytes of salt. */
static bool
derive_key(const uint8_t secret[32], const char *info, uint8_t ret_key[32])
{
  static const uint8_t salt[32];
  g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
  size_t len = 32;

  return context != NULL && EVP_PKEY_derive_init(context) == 1 &&
         EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_salt(context, salt, sizeof salt) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_key(context, secret, 32) == 1 &&
         EVP_PKEY_CTX_add1_hkdf_info(context, (const uint8_t *)info,
                                     (int)strlen(info)) == 1 &&
         EVP_PKEY_derive(context, ret_key, &len) == 1;
}

bool
softkey_protocol_agree(int version, EVP_PKEY *own, EVP_PKEY *peer,
                       SoftkeyShared *ret_shared)
{
  SoftkeyShared shared = {.version = version};
  uint8_t x[32];
  bool ok;

  if (!derive_point(own, peer, x))
    return false;
  if (version == 1) {
    (void)SHA256(x, sizeof x, shared.mac_key);
    memcpy(shared.aes_key, shared.mac_key, 32);
    ok = true;
  } else {
    ok = derive_key(x, "CTAP2 HMAC key", shared.mac_key) &&
         derive_key(x, "CTAP2 AES key", shared.aes_key);
  }
  OPENSSL_cleanse(x, sizeof x);
  if (ok)
    *ret_shared = shared;
  softkey_protocol_clear(&shared);
  return ok;
}

void
softkey_protocol_clear(SoftkeyShared *shared)
{
  OPENSSL_cleanse(shared, sizeof *shared);
}

/* Appends len bytes of data, en- or decrypted, to out. */
static bool
run_cipher(const SoftkeyShared *shared, const uint8_t iv[BLOCK], bool encrypt,
           const uint8_t *data, size_t len, GByteArray *out)
{
  g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
  guint before = out->len;
  int n = 0;

  g_byte_array_set_size(out, before + (guint)len);
  return context != NULL &&
         EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, shared->aes_key,
                           iv, encrypt) == 1 &&
         EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
         EVP_CipherUpdate(context, out->data + before, &n, data, (int)len) ==
             1 &&
         n == (int)len;
}

GByteArray *
softkey_protocol_encrypt(const SoftkeyShared *shared, SoftkeyEnv *env,
                         const uint8_t *data, size_t len)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  uint8_t iv[BLOCK] = {0};

  if (len == 0 || len % BLOCK != 0)
    return NULL;
  if (shared->version == 2) {
    env->random(env, iv, sizeof iv);
    g_byte_array_append(out, iv, sizeof iv);
  }
  if (!run_cipher(shared, iv, true, data, len, out))
    return NULL;
  return g_steal_pointer(&out);
}

GByteArray *
softkey_protocol_decrypt(const SoftkeyShared *shared, const uint8_t *data,
                         size_t len)
{
  static const uint8_t zero_iv[BLOCK];
  g_autoptr(GByteArray) out = g_byte_array_new();
  const uint8_t *iv = zero_iv;

  if (shared->version == 2) {
    if (len < BLOCK)
      return NULL;
    iv = data;
    data += BLOCK;
    len -= BLOCK;
  }
  if (len == 0 || len % BLOCK != 0 ||
      !run_cipher(shared, iv, false, data, len, out))
    return NULL;
  return g_steal_pointer(&out);
}

size_t
softkey_protocol_mac_size(int version)
{
  return version == 1 ? 16 : 32;
}

void
softkey_protocol_mac(const uint8_t key[32], const uint8_t *data, size_t len,
                     uint8_t ret_mac[32])
{
  unsigned size = 32;

  if (HMAC(EVP_sha256(), key, 32, data, len, ret_mac, &size) == NULL)
    g_error("HMAC failed");
}

bool
softkey_protocol_verify(int version, const uint8_t key[32],
                        const GByteArray *data, const uint8_t *mac,
                        size_t mac_len)
{
  uint8_t expected[32];

  softkey_protocol_mac(key, data->data, data->len, expected);
  return mac_len == softkey_protocol_mac_size(version) &&
         CRYPTO_memcmp(mac, expected, mac_len) == 0;
}
