/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-attestation.c - the certificates are what WebAuthn section
 * 8.2.1 wants, and the statements verify under them. */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/softkey/ca.h"
#include "tests/softkey/cose.h"
#include "tests/softkey/direct.h"
#include "tests/softkey/embedded.h"
#include "tests/softkey/error.h"
#include "tests/softkey/platform.h"

static const char *const files[] = {SOFTKEY_CA_ROOT, SOFTKEY_CA_ROOT_KEY,
                                    SOFTKEY_CA_BATCH, SOFTKEY_CA_BATCH_KEY};

static SoftkeyDirectMade *
make(SoftkeyCore *core, int64_t alg)
{
  const SoftkeyDirectMake request = {.rp_id = "example.org",
                                     .client_data_hash = softkey_platform_hash,
                                     .alg = alg,
                                     .flags = SOFTKEY_DIRECT_UP_UV};

  return softkey_direct_make(core, &request);
}

/* fmt and attStmt of an attestation object. */
static SoftkeyCborItem
read_statement(const SoftkeyDirectMade *made, SoftkeyCborItem *ret_fmt)
{
  SoftkeyCborItem map, statement;
  const SoftkeyCborField fields[] = {
      {"fmt", 0, SOFTKEY_CBOR_TEXT, true, ret_fmt},
      {"attStmt", 0, SOFTKEY_CBOR_MAP, true, &statement},
  };
  gsize len;
  const uint8_t *bytes = g_bytes_get_data(made->attestation_object, &len);

  assert_true(softkey_cbor_read(bytes, len, &map));
  assert_int_equal(softkey_cbor_fields(&map, fields, G_N_ELEMENTS(fields)),
                   SOFTKEY_STATUS_OK);
  return statement;
}

/* The batch certificate in a packed statement; NULL when there is none. */
static X509 *
read_leaf(const SoftkeyDirectMade *made)
{
  SoftkeyCborItem fmt, chain, leaf;
  SoftkeyCborItem statement = read_statement(made, &fmt);
  const SoftkeyCborField field = {"x5c", 0, SOFTKEY_CBOR_ARRAY, false, &chain};
  const uint8_t *at;
  size_t cursor = 0;

  assert_int_equal(softkey_cbor_fields(&statement, &field, 1),
                   SOFTKEY_STATUS_OK);
  if (!softkey_cbor_next(&chain, &cursor, &leaf))
    return NULL;
  at = leaf.data;
  return d2i_X509(NULL, &at, (long)leaf.value);
}

static X509 *
read_pem(const char *text)
{
  BIO *bio = BIO_new_mem_buf(text, -1);
  X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

  BIO_free(bio);
  assert_non_null(certificate);
  return certificate;
}

/* Whether the signature of the statement is key's, over authData and hash. */
static bool
is_signed_by(const SoftkeyDirectMade *made, EVP_PKEY *key)
{
  SoftkeyCborItem fmt, sig;
  SoftkeyCborItem statement = read_statement(made, &fmt);
  const SoftkeyCborField field = {"sig", 0, SOFTKEY_CBOR_BYTES, true, &sig};
  g_autoptr(GByteArray) data = g_byte_array_new();
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  gsize len;
  const uint8_t *bytes = g_bytes_get_data(made->auth_data, &len);
  bool ok;

  g_byte_array_append(data, bytes, (guint)len);
  g_byte_array_append(data, softkey_platform_hash, 32);
  assert_int_equal(softkey_cbor_fields(&statement, &field, 1),
                   SOFTKEY_STATUS_OK);
  ok = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
       EVP_DigestVerify(context, sig.data, (size_t)sig.value, data->data,
                        data->len) == 1;
  EVP_MD_CTX_free(context);
  return ok;
}

static void
assert_subject(X509 *leaf, int nid, const char *expected)
{
  char text[64] = "";

  X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), nid, text,
                            sizeof text);
  assert_string_equal(text, expected);
}

static void
test_batch_certificate_keeps_the_rules_of_packed(void **state)
{
  g_autoptr(X509) leaf = read_pem(softkey_embedded_find(SOFTKEY_CA_BATCH));
  uint8_t aaguid[16];
  ASN1_OBJECT *oid;
  int at;

  (void)state;
  assert_int_equal(X509_get_version(leaf), X509_VERSION_3);
  assert_subject(leaf, NID_countryName, "CH");
  assert_subject(leaf, NID_organizationName, "Keyturn practice");
  assert_subject(leaf, NID_organizationalUnitName, "Authenticator Attestation");
  assert_subject(leaf, NID_commonName, "Keyturn softkey batch");
  assert_true(X509_get_ext_by_NID(leaf, NID_basic_constraints, -1) >= 0);
  assert_int_equal(X509_check_ca(leaf), 0);
  assert_true(softkey_ca_read_aaguid(leaf, aaguid));
  assert_memory_equal(aaguid, "keyturN \x80\0practk", 16);
  oid = OBJ_txt2obj("1.3.6.1.4.1.45724.1.1.4", 1);
  at = X509_get_ext_by_OBJ(leaf, oid, -1);
  ASN1_OBJECT_free(oid);
  assert_int_equal(X509_EXTENSION_get_critical(X509_get_ext(leaf, at)), 0);
}

static void
test_certificates_hold_from_2026_to_2056(void **state)
{
  static const char *const names[] = {SOFTKEY_CA_ROOT, SOFTKEY_CA_BATCH};
  const time_t first = 1767225600; /* 2026-01-01T00:00:00Z */
  const time_t end = 2713910400;   /* 2056-01-01T00:00:00Z */

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(X509) certificate = read_pem(softkey_embedded_find(names[i]));

    assert_int_equal(
        ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), first), 0);
    assert_int_equal(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), end),
                     0);
  }
}

static void
test_packed_statement_is_the_batchs_under_the_root(void **state)
{
  g_autoptr(SoftkeyCore) core =
      softkey_core_new_in_memory("plain-2.1", 1, NULL);
  g_autoptr(SoftkeyDirectMade) made = make(core, -7);
  g_autoptr(X509) leaf = read_leaf(made);
  g_autoptr(X509) root = read_pem(softkey_embedded_find(SOFTKEY_CA_ROOT));
  SoftkeyCborItem fmt;

  (void)state;
  (void)read_statement(made, &fmt);
  assert_true(softkey_cbor_is_text(&fmt, "packed"));
  assert_non_null(leaf);
  assert_int_equal(X509_check_issued(root, leaf), X509_V_OK);
  assert_int_equal(X509_verify(leaf, X509_get0_pubkey(root)), 1);
  assert_int_equal(X509_verify(root, X509_get0_pubkey(root)), 1);
  assert_true(is_signed_by(made, X509_get0_pubkey(leaf)));
  assert_false(is_signed_by(made, X509_get0_pubkey(root)));
}

static void
test_another_model_gets_a_certificate_of_its_own(void **state)
{
  g_autoptr(SoftkeyCore) core = softkey_core_new_in_memory("pre-2.1", 1, NULL);
  g_autoptr(SoftkeyDirectMade) made = make(core, -7);
  g_autoptr(X509) leaf = read_leaf(made);
  g_autoptr(X509) root = read_pem(softkey_embedded_find(SOFTKEY_CA_ROOT));
  uint8_t aaguid[16];

  (void)state;
  assert_true(softkey_ca_read_aaguid(leaf, aaguid));
  assert_memory_equal(aaguid, "keyturN \x80\0pre 2.", 16);
  assert_int_equal(X509_verify(leaf, X509_get0_pubkey(root)), 1);
  assert_true(is_signed_by(made, X509_get0_pubkey(leaf)));
}

static void
test_self_statement_is_the_credentials_own(void **state)
{
  g_autoptr(SoftkeyCore) core = softkey_core_new_in_memory("self-2.3", 1, NULL);
  g_autoptr(SoftkeyDirectMade) made = make(core, -7);
  SoftkeyCborItem fmt, map;
  gsize len;
  const uint8_t *bytes = g_bytes_get_data(made->public_key, &len);
  g_autoptr(EVP_PKEY) key = NULL;

  (void)state;
  (void)read_statement(made, &fmt);
  assert_true(softkey_cbor_is_text(&fmt, "packed"));
  assert_null(read_leaf(made));
  assert_true(softkey_cbor_read(bytes, len, &map));
  key = softkey_cose_read_ecdh(&map); /* any P-256 point */
  assert_true(is_signed_by(made, key));
}

static void
test_none_is_an_empty_statement(void **state)
{
  g_autoptr(SoftkeyCore) core = softkey_core_new_in_memory("none-2.1", 1, NULL);
  g_autoptr(SoftkeyDirectMade) made = make(core, -8);
  SoftkeyCborItem fmt;
  SoftkeyCborItem statement = read_statement(made, &fmt);

  (void)state;
  assert_true(softkey_cbor_is_text(&fmt, "none"));
  assert_int_equal(statement.value, 0);
}

static void
test_a_root_of_ones_own_is_made_and_used(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("softkey-ca-XXXXXX", NULL);
  g_autoptr(SoftkeyAttestation) attestation = NULL;
  g_autoptr(GError) error = NULL;
  const uint8_t aaguid[16] = "keyturN \x80\0practk"; /* without its end */

  (void)state;
  assert_true(softkey_ca_make(folder, aaguid, NULL));
  attestation = softkey_attestation_load(folder, aaguid, NULL);
  assert_non_null(attestation);
  assert_false(softkey_ca_make(folder, aaguid, &error)); /* never over it */
  assert_true(g_error_matches(error, SOFTKEY_ERROR, SOFTKEY_ERROR_FILE));
  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(folder, files[i], NULL);
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0077,
                     strstr(files[i], "key.pem") != NULL ? 0 : 0044);
    assert_int_equal(g_unlink(path), 0);
  }
  g_clear_error(&error);
  assert_null(softkey_attestation_load(folder, aaguid, &error));
  assert_true(g_error_matches(error, SOFTKEY_ERROR, SOFTKEY_ERROR_FILE));
  assert_int_equal(g_rmdir(folder), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_batch_certificate_keeps_the_rules_of_packed),
      cmocka_unit_test(test_certificates_hold_from_2026_to_2056),
      cmocka_unit_test(test_packed_statement_is_the_batchs_under_the_root),
      cmocka_unit_test(test_another_model_gets_a_certificate_of_its_own),
      cmocka_unit_test(test_self_statement_is_the_credentials_own),
      cmocka_unit_test(test_none_is_an_empty_statement),
      cmocka_unit_test(test_a_root_of_ones_own_is_made_and_used),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
