/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-cose.c - keys that are taken, unsupported, malformed; and the
 * SSH form of a key. */
#include "tests/testing.h"

#include <string.h>

#include <openssl/x509.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/decoders.h"
#include "fidotool/judge/verifier.h"
#include "make-credential.h"

/* The generator of P-256 (SEC 2, 2.4.2), and the key of RFC 8032, 7.1. */
#define GX "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define GY "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define ED "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define X256 "215820" GX
#define Y256 "225820" GY
#define N(bits) "2059" bits

typedef struct {
  const char *name;
  const char *hex;
  FidotoolCoseResult result;
  bool loose;
} Row;

#define GOOD FIDOTOOL_COSE_GOOD
#define UNSUPPORTED FIDOTOOL_COSE_UNSUPPORTED
#define MALFORMED FIDOTOOL_COSE_MALFORMED

/* clang-format off */
static const Row rows[] = {
  { "ES256", "a5010203262001" X256 Y256, GOOD, false },
  { "ESP256", "a5010203282001" X256 Y256, GOOD, false },
  { "EdDSA", "a4010103272006215820" ED, GOOD, false },
  { "Ed25519", "a4010103322006215820" ED, GOOD, false },
  { "labels out of order", "a5032601022001" X256 Y256, GOOD, true },
  { "a key operation besides", "a601020326048102" "2001" X256 Y256, GOOD, false },

  { "ML-DSA", "a3010703382f2041aa", UNSUPPORTED, false },
  { "ES256K", "a5010203382e2008" X256 Y256, UNSUPPORTED, false },
  { "RS1", "a401030339fffe2041aa2143010001", UNSUPPORTED, false },
  { "an algorithm of nobody", "a2010203197fff", UNSUPPORTED, false },

  { "a label twice", "a6010203262001" X256 X256 Y256, MALFORMED, false },
  { "the type in words", "a5016345433203262001" X256 Y256, MALFORMED, false },
  { "the curve in words", "a50102032620" "65502d323536" X256 Y256, MALFORMED, false },
  { "the algorithm in words", "a50102036545533235362001" X256 Y256, MALFORMED, false },
  { "no type", "a403262001" X256 Y256, MALFORMED, false },
  { "no algorithm", "a401022001" X256 Y256, MALFORMED, false },
  { "no curve", "a401020326" X256 Y256, MALFORMED, false },
  { "another curve", "a5010203262002" X256 Y256, MALFORMED, false },
  { "another type", "a5010303262001" X256 Y256, MALFORMED, false },
  { "the type of Ed25519", "a5010103262001" X256 Y256, MALFORMED, false },
  { "no x", "a4010203262001" Y256, MALFORMED, false },
  { "no y", "a4010203262001" X256, MALFORMED, false },
  { "y a sign bit", "a5010203262001" X256 "22f5", MALFORMED, false },
  { "x of 31 bytes", "a501020326200121581f" "17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" Y256, MALFORMED, false },
  { "x of 33 bytes", "a501020326200121582100" GX Y256, MALFORMED, false },
  { "off the curve", "a5010203262001" X256 "225820" GX, MALFORMED, false },
  { "the point at infinity", "a5010203262001215820" ZERO "225820" ZERO, MALFORMED, false },
  { "Ed25519 of 31 bytes", "a401010327200621581f" "5a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", MALFORMED, false },
  { "Ed25519 on another curve", "a4010103272004215820" ED, MALFORMED, false },
  { "RSA without n", "a30103033901002143010001", MALFORMED, false },
  { "RSA too short", "a401030339010020420102" "2143010001", MALFORMED, false },
  { "a tag", "c2a5010203262001" X256 Y256, MALFORMED, false },
  { "an indefinite map", "bf010203262001" X256 Y256 "ff", MALFORMED, false },
  { "no map", "80", MALFORMED, false },
  { "nothing", "", MALFORMED, false },
};
/* clang-format on */

static FidotoolSlice
read_hex(const char *hex, GByteArray *bytes)
{
  make_credential_hex(bytes, hex);
  return (FidotoolSlice){bytes->data, bytes->len};
}

static void
parses(void **state)
{
  const Row *row = *state;
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  FidotoolCose key;
  EVP_PKEY *pkey;
  const char *why;
  bool cut;

  assert_int_equal(
      fidotool_cose_parse(read_hex(row->hex, bytes), &key, &why, &cut),
      row->result);
  assert_true((why == NULL) == (row->result == GOOD));
  pkey = fidotool_cose_pkey(&key);
  assert_true((pkey != NULL) == (row->result == GOOD));
  EVP_PKEY_free(pkey);
  if (row->result == GOOD)
    assert_int_equal(key.canonical, !row->loose);
  fidotool_cose_clear(&key);
}

/* n and e of an RSA key, 256 bytes unless it says so. */
static FidotoolCoseResult
parse_rsa(size_t n_len, uint8_t first, uint8_t last, const char *e)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_autofree uint8_t *n = g_malloc0(n_len);
  FidotoolCose key;
  FidotoolCoseResult result;
  const char *why;
  bool cut;

  memset(n, 0x5a, n_len);
  n[0] = first;
  n[n_len - 1] = last;
  make_credential_hex(bytes, "a401030339010020");
  make_credential_bytes(bytes, n, n_len);
  make_credential_hex(bytes, e);
  result = fidotool_cose_parse((FidotoolSlice){bytes->data, bytes->len}, &key,
                               &why, &cut);
  fidotool_cose_clear(&key);
  return result;
}

static void
rsa_keys_have_bounds(void **state)
{
  (void)state;
  assert_int_equal(parse_rsa(256, 0x80, 0x01, "2143010001"), GOOD);
  assert_int_equal(parse_rsa(1024, 0x80, 0x01, "2143010001"), GOOD);
  assert_int_equal(parse_rsa(256, 0x7f, 0x01, "2143010001"), MALFORMED);
  assert_int_equal(parse_rsa(255, 0xff, 0x01, "2143010001"), MALFORMED);
  assert_int_equal(parse_rsa(257, 0x00, 0x01, "2143010001"), MALFORMED);
  assert_int_equal(parse_rsa(1025, 0x80, 0x01, "2143010001"), MALFORMED);
  assert_int_equal(parse_rsa(256, 0x80, 0x01, "214103"), GOOD);
  assert_int_equal(parse_rsa(256, 0x80, 0x01, "214101"), MALFORMED);
  assert_int_equal(parse_rsa(256, 0x80, 0x01, "214102"), MALFORMED);
  assert_int_equal(parse_rsa(256, 0x80, 0x01, "214400010001"), MALFORMED);
  assert_int_equal(parse_rsa(256, 0x80, 0x01, "2140"), MALFORMED);
}

static void
a_cut_key_is_told_apart(void **state)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  FidotoolSlice all = read_hex(rows[0].hex, bytes);
  FidotoolCose key;
  const char *why;
  bool cut;

  (void)state;
  for (size_t i = 0; i < all.len; i++) {
    FidotoolSlice part = {all.data, i};

    assert_int_equal(fidotool_cose_parse(part, &key, &why, &cut), MALFORMED);
    assert_true(cut);
    fidotool_cose_clear(&key);
  }
}

static void
check_ssh(const char *cose, const char *wanted)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_autoptr(GBytes) ssh = NULL;
  g_autofree char *hex = NULL;
  FidotoolCose key;
  const char *why;
  bool cut;

  assert_int_equal(fidotool_cose_parse(read_hex(cose, bytes), &key, &why, &cut),
                   GOOD);
  ssh = fidotool_cose_ssh_key(&key, "keyturn:approval");
  hex = fidotool_bytes_hex(g_bytes_get_data(ssh, NULL), g_bytes_get_size(ssh));
  assert_string_equal(hex, wanted);
  fidotool_cose_clear(&key);
}

/* OpenSSH, PROTOCOL.u2f: type, curve, point, application. */
static void
ssh_keys_have_openssh_s_form(void **state)
{
  (void)state;
  check_ssh(rows[0].hex,
            "00000022"
            "736b2d65636473612d736861322d6e69737470323536406f70656e7373682e636f"
            "6d"
            "00000008"
            "6e69737470323536"
            "00000041"
            "04" GX GY "00000010"
            "6b65797475726e3a617070726f76616c");
  check_ssh(rows[2].hex, "0000001a"
                         "736b2d7373682d65643235353139406f70656e7373682e636f6d"
                         "00000020" ED "00000010"
                         "6b65797475726e3a617070726f76616c");
}

static void
another_algorithm_than_the_key_s_verifies_nothing(void **state)
{
  EVP_PKEY *pkey = make_credential_key(-7);
  static const uint8_t data[] = "data";
  g_autoptr(GBytes) sig = make_credential_sign(-7, pkey, data, 4);
  FidotoolSlice all = {data, 4}, none = {data, 0}, bytes;

  (void)state;
  bytes.data = g_bytes_get_data(sig, &bytes.len);
  assert_null(fidotool_cose_verify(-7, pkey, all, none, bytes));
  assert_null(fidotool_cose_verify(-9, pkey, all, none, bytes));
  assert_non_null(fidotool_cose_verify(-35, pkey, all, none, bytes));
  assert_non_null(fidotool_cose_verify(-8, pkey, all, none, bytes));
  assert_non_null(fidotool_cose_verify(-257, pkey, all, none, bytes));
  assert_non_null(fidotool_cose_verify(-65535, pkey, all, none, bytes));
  EVP_PKEY_free(pkey);
}

/* Whatever came before, good or bad, by this algorithm or another. */
static void
a_verifier_answers_as_if_each_were_the_first(void **state)
{
  static const int64_t keys[] = {-7, -8, -257, -35};
  static const uint8_t data[] = "data";
  const FidotoolSlice all = {data, 4}, other = {data + 1, 3}, none = {data, 0};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
    EVP_PKEY *pkey = make_credential_key(keys[i]);
    g_autoptr(FidotoolVerifier) verifier = fidotool_verifier_new(pkey);
    g_autoptr(GBytes) good = make_credential_sign(keys[i], pkey, data, 4);
    FidotoolSlice sig;

    sig.data = g_bytes_get_data(good, &sig.len);
    for (int round = 0; round < 3; round++) {
      const FidotoolSlice cut = {sig.data, sig.len - 1};
      static const int64_t algs[] = {-7, -9, -8, -257, -65535};

      for (size_t j = 0; j < G_N_ELEMENTS(algs); j++)
        assert_true(
            fidotool_verifier_check(verifier, algs[j], all, none, sig) ==
            fidotool_cose_verify(algs[j], pkey, all, none, sig));
      assert_null(fidotool_verifier_check(verifier, keys[i], all, none, sig));
      assert_string_equal(
          fidotool_verifier_check(verifier, keys[i], other, none, sig),
          fidotool_cose_verify(keys[i], pkey, other, none, sig));
      assert_string_equal(
          fidotool_verifier_check(verifier, keys[i], all, none, cut),
          fidotool_cose_verify(keys[i], pkey, all, none, cut));
      assert_string_equal(
          fidotool_verifier_check(verifier, keys[i], all, none, none),
          fidotool_cose_verify(keys[i], pkey, all, none, none));
    }
    EVP_PKEY_free(pkey);
  }
}

/* One key of each curve is lent for all: whichever came before, good or bad. */
static void
each_key_verifies_what_it_signed(void **state)
{
  static const int64_t algs[] = {-7, -7, -35, -7, -8, -257, -36};
  static const uint8_t data[] = "data";
  const FidotoolSlice all = {data, 4}, none = {data, 0};
  g_autoptr(GPtrArray) keys =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  g_autoptr(GPtrArray) sigs =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(algs); i++) {
    EVP_PKEY *pkey = make_credential_key(algs[i]);
    GByteArray *bytes = g_byte_array_new();

    make_credential_cose(bytes, algs[i], pkey);
    g_ptr_array_add(keys, bytes);
    g_ptr_array_add(sigs, make_credential_sign(algs[i], pkey, data, 4));
    EVP_PKEY_free(pkey);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(algs); i++)
    for (size_t j = 0; j < G_N_ELEMENTS(algs); j++) {
      const GByteArray *bytes = g_ptr_array_index(keys, i);
      g_autofree uint8_t *off = g_memdup2(bytes->data, bytes->len);
      FidotoolCose key, bad;
      FidotoolSlice sig;
      const char *why;
      bool cut;

      sig.data = g_bytes_get_data(g_ptr_array_index(sigs, j), &sig.len);
      assert_int_equal(
          fidotool_cose_parse((FidotoolSlice){bytes->data, bytes->len}, &key,
                              &why, &cut),
          FIDOTOOL_COSE_GOOD);
      off[bytes->len - 1] ^= 1; /* of y, where there is one */
      (void)fidotool_cose_parse((FidotoolSlice){off, bytes->len}, &bad, &why,
                                &cut);
      assert_true(key.is_ec ? !bad.good : true);
      assert_non_null(fidotool_cose_verify_own(&bad, all, none, sig));
      assert_int_equal(fidotool_cose_verify_own(&key, all, none, sig) == NULL,
                       i == j);
      fidotool_cose_clear(&bad);
      fidotool_cose_clear(&key);
    }
}

/* What is not known to be ours in a certificate cannot be read at all. */
static void
few_kinds_of_keys_are_read(void **state)
{
  static const struct {
    const char *type, *more;
    bool ours;
  } kinds[] = {{"EC", "P-256", true}, {"EC", "P-521", true},
               {"RSA", NULL, true},   {"ED25519", NULL, true},
               {"ED448", NULL, true}, {"X25519", NULL, false},
               {"X448", NULL, false}};
  OSSL_LIB_CTX *context = fidotool_decoders_context();

  (void)state;
  assert_non_null(context); /* else certificates are read in the slow way */
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
    EVP_PKEY *pkey =
        strcmp(kinds[i].type, "RSA") == 0
            ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
            : EVP_PKEY_Q_keygen(NULL, NULL, kinds[i].type, kinds[i].more);
    uint8_t *der = NULL;
    const int len = i2d_PUBKEY(pkey, &der);
    const uint8_t *p = der;
    EVP_PKEY *read = d2i_PUBKEY_ex(NULL, &p, len, context, NULL);

    assert_true(len > 0);
    assert_int_equal(read != NULL, kinds[i].ours);
    assert_ptr_equal(read ? fidotool_decoders_context_of(read) : context,
                     context);
    assert_null(fidotool_decoders_context_of(pkey));
    EVP_PKEY_free(read);
    EVP_PKEY_free(pkey);
    OPENSSL_free(der);
  }
}

int
main(void)
{
  const struct CMUnitTest more[] = {
      cmocka_unit_test(rsa_keys_have_bounds),
      cmocka_unit_test(a_cut_key_is_told_apart),
      cmocka_unit_test(few_kinds_of_keys_are_read),
      cmocka_unit_test(each_key_verifies_what_it_signed),
      cmocka_unit_test(a_verifier_answers_as_if_each_were_the_first),
      cmocka_unit_test(ssh_keys_have_openssh_s_form),
      cmocka_unit_test(another_algorithm_than_the_key_s_verifies_nothing),
  };
  struct CMUnitTest tests[G_N_ELEMENTS(rows) + G_N_ELEMENTS(more)];

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    tests[i] = (struct CMUnitTest){rows[i].name, parses, NULL, NULL,
                                   (void *)(uintptr_t)&rows[i]};
  memcpy(tests + G_N_ELEMENTS(rows), more, sizeof(more));
  return cmocka_run_group_tests(tests, NULL, NULL);
}
