/* SPDX-License-Identifier: Apache-2.0 */
/* warm-up.c - what opens files when it is first used, used. OpenSSL's own
 * algorithms need nothing but memory; its configuration is a file, and may name
 * providers that are, which the first algorithm that is asked for loads. */
#include "fidotool/helper/warm-up.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <time.h>

void
fidotool_warm_up_all(void)
{
  unsigned char random[16], digest[EVP_MAX_MD_SIZE];

  (void)OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
  (void)RAND_bytes(random, sizeof(random));
  (void)RAND_priv_bytes(random, sizeof(random));
  (void)EVP_Digest(random, sizeof(random), digest, NULL, EVP_sha256(), NULL);
  tzset();
}
