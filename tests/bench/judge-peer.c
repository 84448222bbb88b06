/* SPDX-License-Identifier: Apache-2.0 */
/* judge-peer.c - what others would take for the registrations and assertions
 * that judge.py wrote: libfido2 with OpenSSL's chain check, or OpenSSL alone
 * with each chain checked once. They get the bytes already taken apart, or the
 * lines that fidotool gets, and then write a line for each, too. Prints how
 * many were right, and the CPU time. */
#include <fido.h>
#include <fido/es256.h>
#include <glib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "judge-record.h"

#define AT 1772355600
#define FLAG_UP 0x01
#define FLAG_UV 0x04

typedef struct {
  const char *rp_id;
  uint8_t rp_hash[32];
  X509_STORE *store;
  GHashTable *leaves; /* DER to EVP_PKEY, of the bare one */
} Bench;

/* Lengths in four bytes, big-endian, each before its bytes. */
static const uint8_t *
take(const uint8_t **at, size_t *ret_len)
{
  const uint8_t *p = *at;

  *ret_len = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
  *at = p + 4 + *ret_len;
  return p + 4;
}

static Record
take_record(const uint8_t **at)
{
  Record record;

  record.auth = take(at, &record.auth_len);
  record.hash = take(at, &record.hash_len);
  record.sig = take(at, &record.sig_len);
  record.leaf = take(at, &record.leaf_len);
  record.key = take(at, &record.key_len);
  return record;
}

static bool
is_anchored(const Bench *bench, X509 *leaf)
{
  X509_STORE_CTX *ctx = X509_STORE_CTX_new();
  bool good;

  X509_STORE_CTX_init(ctx, bench->store, leaf, NULL);
  X509_STORE_CTX_set_time(ctx, 0, AT);
  good = X509_verify_cert(ctx) == 1;
  X509_STORE_CTX_free(ctx);
  return good;
}

static X509 *
read_leaf(const Record *record)
{
  const uint8_t *p = record->leaf;

  return d2i_X509(NULL, &p, (long)record->leaf_len);
}

/* --- libfido2 ---------------------------------------------------------------
 */

static bool
judge_registration(const Bench *bench, const Record *record)
{
  fido_cred_t *cred = fido_cred_new();
  X509 *leaf = record->leaf_len > 0 ? read_leaf(record) : NULL;
  bool good =
      fido_cred_set_type(cred, COSE_ES256) == FIDO_OK &&
      fido_cred_set_clientdata_hash(cred, record->hash, 32) == FIDO_OK &&
      fido_cred_set_rp(cred, bench->rp_id, NULL) == FIDO_OK &&
      fido_cred_set_fmt(cred, "packed") == FIDO_OK &&
      fido_cred_set_uv(cred, FIDO_OPT_TRUE) == FIDO_OK &&
      fido_cred_set_authdata_raw(cred, record->auth, record->auth_len) ==
          FIDO_OK &&
      fido_cred_set_sig(cred, record->sig, record->sig_len) == FIDO_OK;

  if (leaf == NULL)
    good = good && fido_cred_verify_self(cred) == FIDO_OK;
  else
    good =
        good &&
        fido_cred_set_x509(cred, record->leaf, record->leaf_len) == FIDO_OK &&
        fido_cred_verify(cred) == FIDO_OK && is_anchored(bench, leaf);
  X509_free(leaf);
  fido_cred_free(&cred);
  return good;
}

static bool
judge_assertion(const Bench *bench, const Record *record)
{
  fido_assert_t *assertion = fido_assert_new();
  es256_pk_t *key = es256_pk_new();
  bool good =
      fido_assert_set_clientdata_hash(assertion, record->hash, 32) == FIDO_OK &&
      fido_assert_set_rp(assertion, bench->rp_id) == FIDO_OK &&
      fido_assert_set_count(assertion, 1) == FIDO_OK &&
      fido_assert_set_up(assertion, FIDO_OPT_TRUE) == FIDO_OK &&
      fido_assert_set_uv(assertion, FIDO_OPT_TRUE) == FIDO_OK &&
      fido_assert_set_authdata_raw(assertion, 0, record->auth,
                                   record->auth_len) == FIDO_OK &&
      fido_assert_set_sig(assertion, 0, record->sig, record->sig_len) ==
          FIDO_OK &&
      es256_pk_from_ptr(key, record->key, record->key_len) == FIDO_OK &&
      fido_assert_verify(assertion, 0, COSE_ES256, key) == FIDO_OK;

  es256_pk_free(&key);
  fido_assert_free(&assertion);
  return good;
}

/* --- OpenSSL alone ----------------------------------------------------------
 */

static EVP_PKEY *
find_key(const Bench *bench, const Record *record)
{
  GBytes *der = g_bytes_new(record->leaf, record->leaf_len);
  EVP_PKEY *key = NULL;
  void *found;

  if (g_hash_table_lookup_extended(bench->leaves, der, NULL, &found)) {
    g_bytes_unref(der);
    return found;
  }
  {
    X509 *leaf = read_leaf(record);

    if (is_anchored(bench, leaf))
      key = X509_get_pubkey(leaf);
    X509_free(leaf);
  }
  g_hash_table_insert(bench->leaves, der, key);
  return key;
}

static bool
judge_bare(const Bench *bench, const Record *record)
{
  EVP_PKEY *key = find_key(bench, record);
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  uint8_t data[2048];
  bool good = key != NULL && record->auth_len + 32 <= sizeof(data) &&
              memcmp(record->auth, bench->rp_hash, 32) == 0 &&
              (record->auth[32] & (FLAG_UP | FLAG_UV)) == (FLAG_UP | FLAG_UV);

  if (good) {
    memcpy(data, record->auth, record->auth_len);
    memcpy(data + record->auth_len, record->hash, 32);
    good = EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key,
                                   NULL) == 1 &&
           EVP_DigestVerify(ctx, record->sig, record->sig_len, data,
                            record->auth_len + 32) == 1;
  }
  EVP_MD_CTX_free(ctx);
  return good;
}

/* ----------------------------------------------------------------------------
 */

static X509_STORE *
read_root(const char *path)
{
  X509_STORE *store = X509_STORE_new();
  g_autofree char *der = NULL;
  const uint8_t *p;
  gsize len;
  X509 *root;

  if (!g_file_get_contents(path, &der, &len, NULL))
    g_error("%s cannot be read", path);
  p = (const uint8_t *)der;
  root = d2i_X509(NULL, &p, (long)len);
  X509_STORE_add_cert(store, root);
  X509_free(root);
  return store;
}

typedef bool (*Judge)(const Bench *bench, const Record *record);

typedef struct {
  long good, bad;
} Tally;

static void
count(Tally *tally, bool good)
{
  if (good)
    tally->good++;
  else
    tally->bad++;
}

static void
judge_records(const Bench *bench, Judge judge, const char *file, gsize len,
              Tally *tally)
{
  const uint8_t *at = (const uint8_t *)file;

  while (at < (const uint8_t *)file + len) {
    const Record record = take_record(&at);

    count(tally, judge(bench, &record));
  }
}

static void
judge_lines(const Bench *bench, Judge judge, const char *file, gsize len,
            Tally *tally)
{
  const char *at = file, *end = file + len;
  FILE *out = fopen("/dev/null", "w");

  while (at < end) {
    const char *next = memchr(at, '\n', (size_t)(end - at));
    Record record;
    Line *line = judge_line_read(at, (size_t)(next - at), &record);
    const bool good = line != NULL && judge(bench, &record);

    count(tally, good);
    fprintf(out, "{\"line\":%ld,\"ok\":%s}\n", tally->good + tally->bad,
            good ? "true" : "false");
    judge_line_free(line);
    at = next + 1;
  }
  fclose(out);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *name;
    Judge judge;
  } kinds[] = {{"libfido2", judge_registration},
               {"libfido2-assertion", judge_assertion},
               {"bare", judge_bare}};
  Bench bench = {.rp_id = "keys.example.org"};
  Judge judge = NULL;
  g_autofree char *file = NULL;
  struct rusage used;
  Tally tally = {0};
  gsize len;

  for (size_t i = 0; argc == 5 && i < G_N_ELEMENTS(kinds); i++)
    if (strcmp(argv[1], kinds[i].name) == 0)
      judge = kinds[i].judge;
  if (judge == NULL || !g_file_get_contents(argv[3], &file, &len, NULL))
    g_error("judge-peer KIND ROOT.der RECORDS|LINES.ndjson TIMES");
  bench.store = read_root(argv[2]);
  bench.leaves = g_hash_table_new(g_bytes_hash, g_bytes_equal);
  EVP_Digest(bench.rp_id, strlen(bench.rp_id), bench.rp_hash, NULL,
             EVP_sha256(), NULL);
  for (int round = atoi(argv[4]); round > 0; round--)
    if (g_str_has_suffix(argv[3], ".ndjson"))
      judge_lines(&bench, judge, file, len, &tally);
    else
      judge_records(&bench, judge, file, len, &tally);
  getrusage(RUSAGE_SELF, &used);
  printf("%ld %ld %.6f\n", tally.good, tally.bad,
         (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
             1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec));
  return 0;
}
