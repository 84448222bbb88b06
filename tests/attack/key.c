/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - a security key that does what it is told. */
#include "tests/attack/key.h"

#include <glib/gstdio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "tests/softkey/ca.h"

static const uint8_t softkeys[16] = {'k',  'e',  'y', 't', 'u', 'r', 'N', ' ',
                                     0x80, 0x00, 'p', 'r', 'a', 'c', 't', 'k'};

AttackKey *
attack_key_new(void)
{
  AttackKey *key = g_new0(AttackKey, 1);

  key->key = EVP_EC_gen("P-256");
  g_assert(key->key != NULL && RAND_bytes(key->id, sizeof(key->id)) == 1);
  memcpy(key->aaguid, softkeys, 16);
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
load_key(const char *path)
{
  FILE *file = fopen(path, "r");
  EVP_PKEY *key;

  g_assert(file != NULL);
  key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
  g_assert(key != NULL);
  fclose(file);
  return key;
}

static X509 *
load_certificate(const char *path)
{
  FILE *file = fopen(path, "r");
  X509 *certificate;

  g_assert(file != NULL);
  certificate = PEM_read_X509(file, NULL, NULL, NULL);
  g_assert(certificate != NULL);
  fclose(file);
  return certificate;
}

static GBytes *
der_of(X509 *certificate)
{
  uint8_t *out = NULL;
  int len = i2d_X509(certificate, &out);
  GBytes *der;

  g_assert(len > 0);
  der = g_bytes_new(out, (size_t)len);
  OPENSSL_free(out);
  return der;
}

static const AttackBatch *
shipped_batch(void)
{
  static AttackBatch batch;

  if (batch.key == NULL) {
    g_autofree char *key = pem_path(SOFTKEY_CA_BATCH_KEY);
    g_autofree char *path = pem_path(SOFTKEY_CA_BATCH);
    g_autoptr(X509) certificate = load_certificate(path);

    batch.key = load_key(key);
    batch.certificate = der_of(certificate);
  }
  return &batch;
}

static char *
make_folder(void)
{
  g_autofree char *top = g_dir_make_tmp("keyturn-batch-XXXXXX", NULL);
  char *folder = g_build_filename(top, "ca", NULL);
  bool ok = softkey_ca_make(folder, softkeys, NULL);

  g_assert(ok);
  return folder;
}

static void
drop_folder(const char *folder)
{
  static const char *const names[] = {SOFTKEY_CA_ROOT, SOFTKEY_CA_ROOT_KEY,
                                      SOFTKEY_CA_BATCH, SOFTKEY_CA_BATCH_KEY};
  g_autofree char *top = g_path_get_dirname(folder);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);

    (void)g_unlink(path);
  }
  (void)g_rmdir(folder);
  (void)g_rmdir(top);
}

AttackBatch *
attack_key_batch_new(const uint8_t aaguid[16], bool shipped)
{
  AttackBatch *batch = g_new0(AttackBatch, 1);
  g_autofree char *folder = shipped ? NULL : make_folder();
  g_autofree char *root_path =
      shipped ? pem_path(SOFTKEY_CA_ROOT)
              : g_build_filename(folder, SOFTKEY_CA_ROOT, NULL);
  g_autofree char *key_path =
      shipped ? pem_path(SOFTKEY_CA_ROOT_KEY)
              : g_build_filename(folder, SOFTKEY_CA_ROOT_KEY, NULL);
  g_autoptr(X509) root = load_certificate(root_path);
  g_autoptr(X509) certificate = NULL;
  EVP_PKEY *root_key = load_key(key_path);

  batch->key = EVP_EC_gen("P-256");
  certificate = softkey_ca_issue(root, root_key, batch->key, aaguid);
  g_assert(certificate != NULL);
  batch->certificate = der_of(certificate);
  batch->root = der_of(root);
  EVP_PKEY_free(root_key);
  if (folder != NULL)
    drop_folder(folder);
  return batch;
}

void
attack_key_batch_free(AttackBatch *batch)
{
  if (batch == NULL)
    return;
  EVP_PKEY_free(batch->key);
  g_bytes_unref(batch->certificate);
  g_bytes_unref(batch->root);
  g_free(batch);
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
  const AttackBatch *batch = key->batch != NULL ? key->batch : shipped_batch();
  static const uint8_t id_len[] = {0, 16}, es256[] = {0x26};

  begin_auth_data(key, auth, rp_id, flags);
  append(auth, key->aaguid, sizeof(key->aaguid));
  append(auth, id_len, 2);
  append(auth, key->id, sizeof(key->id));
  append_cose(key, auth);
  append(tosign, auth->data, auth->len);
  append(tosign, client_data_hash, 32);
  sig = sign(attested ? batch->key : key->key, tosign->data, tosign->len);
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
    bytes(out, g_bytes_get_data(batch->certificate, NULL),
          g_bytes_get_size(batch->certificate));
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
