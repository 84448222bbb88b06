/* SPDX-License-Identifier: Apache-2.0 */
/* warm-up.c - one use of each thing that opens files when it is first used. */
#include "fidotool/helper/warm-up.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <time.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

/* A signature made and checked, and its key written out. */
static void
use_signature(EVP_PKEY *pkey, const EVP_MD *md)
{
  g_autoptr(EVP_MD_CTX) sign = EVP_MD_CTX_new();
  g_autoptr(EVP_MD_CTX) check = EVP_MD_CTX_new();
  unsigned char signature[256];
  unsigned char *der = NULL;
  size_t len = sizeof(signature);

  if (pkey && EVP_DigestSignInit(sign, NULL, md, NULL, pkey) == 1 &&
      EVP_DigestSign(sign, signature, &len, (const unsigned char *)"x", 1) ==
          1 &&
      EVP_DigestVerifyInit(check, NULL, md, NULL, pkey) == 1)
    (void)EVP_DigestVerify(check, signature, len, (const unsigned char *)"x",
                           1);
  if (pkey && i2d_PUBKEY(pkey, &der) > 0)
    OPENSSL_free(der);
}

static void
use_agreement(EVP_PKEY *pkey)
{
  g_autoptr(EVP_PKEY_CTX) context = pkey ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
  unsigned char secret[128];
  size_t len = sizeof(secret);

  if (context && EVP_PKEY_derive_init(context) == 1 &&
      EVP_PKEY_derive_set_peer(context, pkey) == 1)
    (void)EVP_PKEY_derive(context, secret, &len);
}

static void
use_hkdf(void)
{
  g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
  unsigned char out[32];
  size_t len = sizeof(out);

  if (context && EVP_PKEY_derive_init(context) == 1 &&
      EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1 &&
      EVP_PKEY_CTX_set1_hkdf_salt(context, (const unsigned char *)"s", 1) ==
          1 &&
      EVP_PKEY_CTX_set1_hkdf_key(context, (const unsigned char *)"k", 1) == 1)
    (void)EVP_PKEY_derive(context, out, &len);
}

static void
use_cipher(void)
{
  g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
  const unsigned char zero[32] = {0};
  unsigned char out[32];
  int n = 0;

  if (context &&
      EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL, zero, zero) == 1)
    (void)EVP_EncryptUpdate(context, out, &n, zero, 16);
}

void
fidotool_warm_up_all(void)
{
  g_autoptr(EVP_PKEY) p256 = NULL;
  g_autofree char *normal = NULL;
  unsigned char random[16];

  (void)OPENSSL_init_crypto(
      OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
          OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS,
      NULL);
  (void)RAND_bytes(random, sizeof(random));
  (void)RAND_priv_bytes(random, sizeof(random));
  p256 = EVP_EC_gen("P-256");
  /* One curve stands for all: another one's code opens nothing, and P-384
   * alone would cost more than the rest of a job. */
  use_signature(p256, EVP_sha256());
  use_agreement(p256);
  use_hkdf();
  use_cipher();
  normal = g_utf8_normalize("e\xcc\x81", -1, G_NORMALIZE_NFC);
  tzset();
}
