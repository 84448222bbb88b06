/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-u2f.c - U2F by its words: version, register, authenticate with
 * each control byte, and every refusal. */
#include "tests/testing.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

#include "tests/softkey/ca.h"
#include "tests/softkey/core.h"
#include "tests/softkey/direct.h"
#include "tests/softkey/u2f.h"

#define APP "example.org"
#define HANDLE_AT 67
#define HANDLE_SIZE SOFTKEY_HANDLE_SIZE

static const uint8_t challenge[32] = {9, 8, 7};

typedef struct {
  SoftkeyCore *core;
  uint8_t application[32];
  GByteArray *reply;
} Bench;

static int
set_up_as(void **state, const char *profile)
{
  Bench *bench = g_new0(Bench, 1);

  bench->core = softkey_core_new_in_memory(profile, 1, NULL);
  assert_non_null(bench->core);
  (void)SHA256((const uint8_t *)APP, strlen(APP), bench->application);
  bench->reply = g_byte_array_new();
  *state = bench;
  return 0;
}

static int
set_up(void **state)
{
  return set_up_as(state, "u2f-only");
}

static int
set_up_both(void **state)
{
  return set_up_as(state, "pre-2.1");
}

static int
set_up_plain(void **state)
{
  return set_up_as(state, "plain-2.1");
}

static int
tear_down(void **state)
{
  Bench *bench = *state;

  softkey_core_free(bench->core);
  g_byte_array_unref(bench->reply);
  g_free(bench);
  return 0;
}

/* Sends one in the extended form; returns the status word, which is taken off
 * the reply. */
static unsigned
ask(Bench *bench, uint8_t instruction, uint8_t p1, const void *data, size_t len)
{
  const uint8_t head[] = {0, instruction,         p1,          0,
                          0, (uint8_t)(len >> 8), (uint8_t)len};
  static const uint8_t le[2];
  g_autoptr(GByteArray) apdu = g_byte_array_new();
  guint n;

  g_byte_array_append(apdu, head, sizeof head);
  g_byte_array_append(apdu, data, (guint)len);
  g_byte_array_append(apdu, le, sizeof le);
  softkey_u2f_run(bench->core, apdu->data, apdu->len, bench->reply);
  assert_true(bench->reply->len >= 2);
  n = bench->reply->len - 2;
  g_byte_array_set_size(bench->reply, n);
  return (unsigned)bench->reply->data[n] << 8 | bench->reply->data[n + 1];
}

static unsigned
enrol(Bench *bench)
{
  uint8_t data[64];

  memcpy(data, challenge, 32);
  memcpy(data + 32, bench->application, 32);
  return ask(bench, 1, 3, data, sizeof data);
}

static unsigned
authenticate(Bench *bench, uint8_t control, const uint8_t *handle)
{
  uint8_t data[65 + HANDLE_SIZE];

  memcpy(data, challenge, 32);
  memcpy(data + 32, bench->application, 32);
  data[64] = HANDLE_SIZE;
  memcpy(data + 65, handle, HANDLE_SIZE);
  return ask(bench, 2, control, data, sizeof data);
}

static bool
verify(EVP_PKEY *key, const GByteArray *text, const uint8_t *signature,
       size_t len)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool ok =
      EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
      EVP_DigestVerify(context, signature, len, text->data, text->len) == 1;

  EVP_MD_CTX_free(context);
  return ok;
}

/* Registers and takes the handle and the point. */
static void
make(Bench *bench, uint8_t ret_handle[HANDLE_SIZE], uint8_t ret_point[65])
{
  assert_int_equal(enrol(bench), 0x9000);
  assert_int_equal(bench->reply->data[0], 5);
  assert_int_equal(bench->reply->data[HANDLE_AT - 1], HANDLE_SIZE);
  memcpy(ret_point, bench->reply->data + 1, 65);
  memcpy(ret_handle, bench->reply->data + HANDLE_AT, HANDLE_SIZE);
}

static void
test_a_registration_is_signed_by_the_batch_certificate(void **state)
{
  Bench *bench = *state;
  static const uint8_t zero = 0;
  g_autoptr(GByteArray) text = g_byte_array_new();
  uint8_t handle[HANDLE_SIZE], point[65], aaguid[16];
  const uint8_t *at;
  g_autoptr(X509) certificate = NULL;

  make(bench, handle, point);
  at = bench->reply->data + HANDLE_AT + HANDLE_SIZE;
  certificate =
      d2i_X509(NULL, &at, (long)(bench->reply->len - HANDLE_AT - HANDLE_SIZE));
  assert_non_null(certificate);
  g_byte_array_append(text, &zero, 1);
  g_byte_array_append(text, bench->application, 32);
  g_byte_array_append(text, challenge, 32);
  g_byte_array_append(text, handle, sizeof handle);
  g_byte_array_append(text, point, sizeof point);
  assert_true(verify(X509_get0_pubkey(certificate), text, at,
                     (size_t)(bench->reply->data + bench->reply->len - at)));
  text->data[1] ^= 1;
  assert_false(verify(X509_get0_pubkey(certificate), text, at,
                      (size_t)(bench->reply->data + bench->reply->len - at)));
  /* It names no model: there is no AAGUID in U2F. */
  assert_false(softkey_ca_read_aaguid(certificate, aaguid));
}

/* A point as a SubjectPublicKeyInfo of P-256. */
static EVP_PKEY *
new_public(const uint8_t point[65])
{
  EVP_PKEY *key;
  uint8_t der[26 + 65] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                          0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                          0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
  const uint8_t *at = der;

  memcpy(der + 26, point, 65);
  key = d2i_PUBKEY(NULL, &at, sizeof der);
  assert_non_null(key);
  return key;
}

/* Application, presence, counter, challenge. */
static void
check_signature(Bench *bench, const uint8_t point[65])
{
  g_autoptr(GByteArray) text = g_byte_array_new();
  g_autoptr(EVP_PKEY) key = new_public(point);

  g_byte_array_append(text, bench->application, 32);
  g_byte_array_append(text, bench->reply->data, 5);
  g_byte_array_append(text, challenge, 32);
  assert_true(verify(key, text, bench->reply->data + 5, bench->reply->len - 5));
}

static void
test_the_three_control_bytes(void **state)
{
  Bench *bench = *state;
  uint8_t handle[HANDLE_SIZE], point[65];
  unsigned touches;

  make(bench, handle, point);
  touches = softkey_core_counters(bench->core)->touches;
  assert_int_equal(authenticate(bench, 0x07, handle), 0x6985);
  assert_int_equal(bench->reply->len, 0);
  assert_int_equal(authenticate(bench, 0x08, handle), 0x9000);
  assert_int_equal(bench->reply->data[0], 0);
  check_signature(bench, point);
  assert_int_equal(softkey_core_counters(bench->core)->touches, touches);
  assert_int_equal(authenticate(bench, 0x03, handle), 0x9000);
  assert_int_equal(bench->reply->data[0], 1);
  check_signature(bench, point);
  assert_int_equal(softkey_core_counters(bench->core)->touches, touches + 1);
  assert_int_equal(authenticate(bench, 0x00, handle), 0x6a80);
}

static void
test_the_counter_goes_up(void **state)
{
  Bench *bench = *state;
  uint8_t handle[HANDLE_SIZE], point[65], first;

  make(bench, handle, point);
  assert_int_equal(authenticate(bench, 0x03, handle), 0x9000);
  first = bench->reply->data[4];
  assert_int_equal(authenticate(bench, 0x08, handle), 0x9000);
  assert_int_equal(bench->reply->data[4], first + 1);
  assert_int_equal(authenticate(bench, 0x07, handle), 0x6985);
  assert_int_equal(authenticate(bench, 0x03, handle), 0x9000);
  assert_int_equal(bench->reply->data[4], first + 2);
}

static void
test_without_a_touch_it_says_so_and_is_asked_again(void **state)
{
  Bench *bench = *state;
  SoftkeyTouch *touch = softkey_core_touch(bench->core);
  SoftkeyEnv *env = softkey_core_env(bench->core);
  uint8_t handle[HANDLE_SIZE], point[65];

  make(bench, handle, point);
  assert_false(softkey_u2f_is_waiting(bench->core));
  touch->mode = SOFTKEY_TOUCH_NEVER;
  softkey_env_advance(env, 5000);
  assert_int_equal(enrol(bench), 0x6985);
  assert_int_equal(authenticate(bench, 0x03, handle), 0x6985);
  assert_true(softkey_u2f_is_waiting(bench->core));
  touch->is_now = true;
  assert_int_equal(authenticate(bench, 0x03, handle), 0x9000);
  assert_int_equal(authenticate(bench, 0x03, handle), 0x6985); /* used up */
  /* A touch that comes after some time is one wait's, not each question's. */
  softkey_env_advance(env, 5000);
  touch->mode = SOFTKEY_TOUCH_AFTER;
  touch->after_ms = 300;
  for (int i = 0; i < 3; i++) {
    assert_int_equal(enrol(bench), 0x6985);
    softkey_env_advance(env, 100);
  }
  assert_int_equal(enrol(bench), 0x9000);
  assert_int_equal(enrol(bench), 0x6985);
}

static void
test_another_application_and_another_key_are_refused(void **state)
{
  Bench *bench = *state;
  uint8_t handle[HANDLE_SIZE], point[65];

  make(bench, handle, point);
  bench->application[0] ^= 1;
  assert_int_equal(authenticate(bench, 0x07, handle), 0x6a80);
  assert_int_equal(authenticate(bench, 0x03, handle), 0x6a80);
  assert_int_equal(authenticate(bench, 0x08, handle), 0x6a80);
  bench->application[0] ^= 1;
  handle[40] ^= 1;
  assert_int_equal(authenticate(bench, 0x07, handle), 0x6a80);
}

static void
test_forms_that_are_no_u2f(void **state)
{
  static const struct {
    const char *bytes;
    size_t len;
    unsigned word;
  } rows[] = {
      {"\x00\x03\x00\x00", 4, 0x9000},
      {"\x00\x03\x00\x00\x00", 5, 0x9000},
      {"\x00\x03\x00\x00\x00\x00\x00", 7, 0x9000},
      {"\x00\x03\x00\x00\x00\x00\x00\x00\x00", 9, 0x9000},
      {"\x00\x03\x00\x00\x00\x00\x01\x00\x00\x00", 10, 0x6700},
      {"\x00\x01\x03\x00", 4, 0x6700},
      {"\x00\x02\x03\x00", 4, 0x6700},
      {"\x00\x02\x07\x00\x00\x00\x01\x00\x00\x00", 10, 0x6700},
      {"\x00\x04\x00\x00", 4, 0x6d00},
      {"\x00\xff\x00\x00", 4, 0x6d00},
      {"\x80\x03\x00\x00", 4, 0x6e00},
      {"\x00\x03\x00", 3, 0x6700},
      {"", 0, 0x6700},
  };
  Bench *bench = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    softkey_u2f_run(bench->core, (const uint8_t *)rows[i].bytes, rows[i].len,
                    bench->reply);
    assert_int_equal((unsigned)bench->reply->data[bench->reply->len - 2] << 8 |
                         bench->reply->data[bench->reply->len - 1],
                     rows[i].word);
    assert_int_equal(bench->reply->len, rows[i].word == 0x9000 ? 8 : 2);
  }
}

static void
test_one_made_over_u2f_serves_ctap2(void **state)
{
  Bench *bench = *state;
  uint8_t handle[HANDLE_SIZE], point[65];
  g_autoptr(GBytes) id = NULL;
  g_autoptr(SoftkeyDirectAsserted) given = NULL;
  SoftkeyDirectAssert request = {.rp_id = APP,
                                 .client_data_hash = challenge,
                                 .flags = SOFTKEY_DIRECT_UP_UV};

  make(bench, handle, point);
  id = g_bytes_new(handle, sizeof handle);
  request.credential_id = id;
  given = softkey_direct_assert(bench->core, &request);
  assert_non_null(given);
}

static void
test_one_made_over_ctap2_serves_u2f_where_it_may(void **state)
{
  Bench *bench = *state;
  SoftkeyDirectMake request = {.rp_id = APP,
                               .client_data_hash = challenge,
                               .flags = SOFTKEY_DIRECT_UP_UV};

  for (uint8_t protect = 1; protect <= 3; protect++) {
    g_autoptr(SoftkeyDirectMade) made = NULL;

    request.protect = protect;
    made = softkey_direct_make(bench->core, &request);
    assert_non_null(made);
    assert_int_equal(
        authenticate(bench, 0x07, g_bytes_get_data(made->credential_id, NULL)),
        protect < 3 ? 0x6985 : 0x6a80);
  }
}

static void
test_a_key_without_it_knows_no_command(void **state)
{
  Bench *bench = *state;

  assert_int_equal(enrol(bench), 0x6d00);
  assert_int_equal(ask(bench, 3, 0, "", 0), 0x6d00);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(
          test_a_registration_is_signed_by_the_batch_certificate, set_up,
          tear_down),
      cmocka_unit_test_setup_teardown(test_the_three_control_bytes, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_the_counter_goes_up, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(
          test_without_a_touch_it_says_so_and_is_asked_again, set_up,
          tear_down),
      cmocka_unit_test_setup_teardown(
          test_another_application_and_another_key_are_refused, set_up,
          tear_down),
      cmocka_unit_test_setup_teardown(test_forms_that_are_no_u2f, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_one_made_over_u2f_serves_ctap2,
                                      set_up_both, tear_down),
      cmocka_unit_test_setup_teardown(
          test_one_made_over_ctap2_serves_u2f_where_it_may, set_up_both,
          tear_down),
      cmocka_unit_test_setup_teardown(test_a_key_without_it_knows_no_command,
                                      set_up_plain, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
