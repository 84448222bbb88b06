/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - a security key that does what it is told. */
#include "tests/attack/key.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"

static const uint8_t aaguid[16] = {'k',  'e',  'y', 't', 'u', 'r', 'N', ' ',
                                   0x80, 0x00, 'p', 'r', 'a', 'c', 't', 'k'};

AttackKey *
attack_key_new(void)
{
  AttackKey *key = g_new0(AttackKey, 1);

  key->key = EVP_EC_gen("P-256");
  g_assert(key->key != NULL && RAND_bytes(key->id, sizeof(key->id)) == 1);
  key->counter = 1;
  return key;
}

void
attack_key_free(AttackKey *key)
{
  if (key == NULL)
    return;
  EVP_PKEY_free(key->key);
  g_free(key);
}

void
attack_key_cred(const AttackKey *key, uint8_t ret_cred[32])
{
  fidotool_bytes_sha256(key->id, sizeof(key->id), ret_cred);
}

static GBytes *
sign(EVP_PKEY *key, const void *data, size_t len)
{
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  size_t sig_len = 80;
  uint8_t *sig = g_malloc(sig_len);
  int ok = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
           EVP_DigestSign(ctx, sig, &sig_len, data, len) == 1;

  g_assert(ok);
  EVP_MD_CTX_free(ctx);
  return g_bytes_new_take(sig, sig_len);
}

static void
append(GByteArray *out, const void *data, size_t len)
{
  g_byte_array_append(out, data, (guint)len);
}

static void
head(GByteArray *out, unsigned major, size_t n)
{
  uint8_t bytes[3] = {(uint8_t)(major << 5), 0, 0};

  if (n < 24) {
    bytes[0] |= (uint8_t)n;
    append(out, bytes, 1);
  } else if (n < 256) {
    bytes[0] |= 24;
    bytes[1] = (uint8_t)n;
    append(out, bytes, 2);
  } else {
    bytes[0] |= 25;
    bytes[1] = (uint8_t)(n >> 8);
    bytes[2] = (uint8_t)n;
    append(out, bytes, 3);
  }
}

static void
text(GByteArray *out, const char *word)
{
  head(out, 3, strlen(word));
  append(out, word, strlen(word));
}

static void
bytes(GByteArray *out, const void *data, size_t len)
{
  head(out, 2, len);
  append(out, data, len);
}

/* RP ID hash, flags, counter. */
static void
begin_auth_data(AttackKey *key, GByteArray *out, const char *rp_id,
                uint8_t flags)
{
  uint8_t hash[32], tail[5];
  uint32_t n = key->counter++;

  fidotool_bytes_sha256(rp_id, strlen(rp_id), hash);
  tail[0] = flags;
  tail[1] = (uint8_t)(n >> 24);
  tail[2] = (uint8_t)(n >> 16);
  tail[3] = (uint8_t)(n >> 8);
  tail[4] = (uint8_t)n;
  append(out, hash, sizeof(hash));
  append(out, tail, sizeof(tail));
}

static void
append_cose(AttackKey *key, GByteArray *out)
{
  static const uint8_t start[] = {0xa5, 0x01, 0x02, 0x03, 0x26,
                                  0x20, 0x01, 0x21, 0x58, 0x20};
  static const uint8_t middle[] = {0x22, 0x58, 0x20};
  uint8_t point[65];
  size_t len;
  int ok = EVP_PKEY_get_octet_string_param(key->key, "encoded-pub-key", point,
                                           sizeof(point), &len);

  g_assert(ok == 1 && len == 65);
  append(out, start, sizeof(start));
  append(out, point + 1, 32);
  append(out, middle, sizeof(middle));
  append(out, point + 33, 32);
}

static char *
pem_path(const char *name)
{
  return g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests", "softkey",
                          "attestation", name, NULL);
}

static EVP_PKEY *
batch_key(void)
{
  static EVP_PKEY *key;

  if (key == NULL) {
    g_autofree char *path = pem_path("softkey-batch-key.pem");
    FILE *file = fopen(path, "r");

    g_assert(file != NULL);
    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    g_assert(key != NULL);
    fclose(file);
  }
  return key;
}

static GBytes *
batch_certificate(void)
{
  static GBytes *der;

  if (der == NULL) {
    g_autofree char *path = pem_path("softkey-batch.pem");
    FILE *file = fopen(path, "r");
    X509 *certificate;
    uint8_t *out = NULL;
    int len;

    g_assert(file != NULL);
    certificate = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    len = i2d_X509(certificate, &out);
    g_assert(len > 0);
    der = g_bytes_new(out, (size_t)len);
    OPENSSL_free(out);
    X509_free(certificate);
  }
  return der;
}

GBytes *
attack_key_attest(AttackKey *key, const char *rp_id,
                  const uint8_t client_data_hash[32], uint8_t flags,
                  bool attested)
{
  g_autoptr(GByteArray) auth = g_byte_array_new();
  g_autoptr(GByteArray) tosign = g_byte_array_new();
  g_autoptr(GBytes) sig = NULL;
  GByteArray *out = g_byte_array_new();
  static const uint8_t id_len[] = {0, 16}, es256[] = {0x26};

  begin_auth_data(key, auth, rp_id, flags);
  append(auth, aaguid, sizeof(aaguid));
  append(auth, id_len, 2);
  append(auth, key->id, sizeof(key->id));
  append_cose(key, auth);
  append(tosign, auth->data, auth->len);
  append(tosign, client_data_hash, 32);
  sig = sign(attested ? batch_key() : key->key, tosign->data, tosign->len);
  head(out, 5, 3);
  text(out, "fmt");
  text(out, "packed");
  text(out, "attStmt");
  head(out, 5, attested ? 3 : 2);
  text(out, "alg");
  append(out, es256, 1);
  text(out, "sig");
  bytes(out, g_bytes_get_data(sig, NULL), g_bytes_get_size(sig));
  if (attested) {
    text(out, "x5c");
    head(out, 4, 1);
    bytes(out, g_bytes_get_data(batch_certificate(), NULL),
          g_bytes_get_size(batch_certificate()));
  }
  text(out, "authData");
  bytes(out, auth->data, auth->len);
  return g_byte_array_free_to_bytes(out);
}

GBytes *
attack_key_assert(AttackKey *key, const char *rp_id,
                  const uint8_t client_data_hash[32], uint8_t flags,
                  uint8_t ret_auth_data[37])
{
  g_autoptr(GByteArray) tosign = g_byte_array_new();

  begin_auth_data(key, tosign, rp_id, flags);
  memcpy(ret_auth_data, tosign->data, 37);
  append(tosign, client_data_hash, 32);
  return sign(key->key, tosign->data, tosign->len);
}
