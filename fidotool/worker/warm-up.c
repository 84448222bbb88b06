/* SPDX-License-Identifier: Apache-2.0 */
/* warm-up.c - one dummy of what the judge will do. */
#include "fidotool/worker/warm-up.h"

#include <time.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "fidotool/error.h"
#include "fidotool/judge/request.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)

/* Signs and verifies a few bytes with a key that lives no longer. */
static bool
try_signature(EVP_PKEY *pkey)
{
  static const uint8_t data[] = "keyturn";
  g_autoptr(EVP_MD_CTX) sign = EVP_MD_CTX_new();
  g_autoptr(EVP_MD_CTX) verify = EVP_MD_CTX_new();
  uint8_t sig[128];
  size_t len = sizeof(sig);

  return EVP_DigestSignInit(sign, NULL, EVP_sha256(), NULL, pkey) == 1 &&
         EVP_DigestSign(sign, sig, &len, data, sizeof(data)) == 1 &&
         EVP_DigestVerifyInit(verify, NULL, EVP_sha256(), NULL, pkey) == 1 &&
         EVP_DigestVerify(verify, sig, len, data, sizeof(data)) == 1;
}

/* A self-signed certificate that is its own anchor. */
static bool
try_chain(EVP_PKEY *pkey)
{
  g_autoptr(X509) x509 = X509_new();
  g_autoptr(X509_STORE) store = X509_STORE_new();
  g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
  X509_NAME *name = X509_get_subject_name(x509);

  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_time_adj_ex(X509_getm_notBefore(x509), -1, 0, NULL);
  X509_time_adj_ex(X509_getm_notAfter(x509), 1, 0, NULL);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             (const uint8_t *)"warm up", -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_set_pubkey(x509, pkey);
  return X509_sign(x509, pkey, EVP_sha256()) > 0 &&
         X509_STORE_add_cert(store, x509) == 1 &&
         X509_STORE_CTX_init(ctx, store, x509, NULL) == 1 &&
         X509_verify_cert(ctx) == 1;
}

bool
fidotool_warm_up_run(GError **error)
{
  static const char dummy[] = "{}";
  g_autofree char *answer = NULL;
  bool good = OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) == 1;
  g_autoptr(EVP_PKEY) pkey = good ? EVP_EC_gen("P-256") : NULL;

  tzset();
  /* One curve stands for all: another algorithm's code opens nothing, and the
   * slow ones together would cost several times what a judgement does. */
  good = pkey != NULL && try_signature(pkey) && try_chain(pkey);
  answer = fidotool_request_judge(dummy, sizeof(dummy) - 1, NULL);
  if (good)
    return true;
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                      "OpenSSL cannot verify signatures here");
  return false;
}
