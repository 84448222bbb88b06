/* SPDX-License-Identifier: Apache-2.0 */
/* warm-up.c - what opens files, opened; and one signature, so that a machine
 * that cannot verify says so first. A chain needs nothing more than memory. */
#include "fidotool/worker/warm-up.h"

#include <time.h>

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "fidotool/error.h"
#include "fidotool/judge/request.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

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
  good = pkey != NULL && try_signature(pkey);
  answer = fidotool_request_judge(dummy, sizeof(dummy) - 1, NULL);
  if (good)
    return true;
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                      "OpenSSL cannot verify signatures here");
  return false;
}
