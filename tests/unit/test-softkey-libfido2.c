/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test-softkey-libfido2.c - softkey as a process, driven by a libfido2 that
 * knows nothing of it: what it makes is right for software that is not ours.
 */
#include "tests/testing.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/softkey/process.h"

#define PIN "2468"
#define RP_ID "example.org"

static const uint8_t hash[32] = {1, 2, 3};
static const uint8_t user_id[] = {7, 7, 7};

/* The socket below libfido2. 65 bytes out, the first is the report's number;
 * 64 bytes in. */

static const SoftkeyProcess *running;

static void *
io_open(const char *path)
{
  int fd = softkey_process_connect(running);

  (void)path;
  return fd < 0 ? NULL : GINT_TO_POINTER(fd);
}

static void
io_close(void *handle)
{
  (void)close(GPOINTER_TO_INT(handle));
}

static int
io_read(void *handle, unsigned char *bytes, size_t len, int timeout_ms)
{
  struct pollfd wait = {.fd = GPOINTER_TO_INT(handle), .events = POLLIN};

  if (len != 64 || poll(&wait, 1, timeout_ms) != 1)
    return -1;
  return recv(wait.fd, bytes, len, 0) == 64 ? 64 : -1;
}

static int
io_write(void *handle, const unsigned char *bytes, size_t len)
{
  if (len != 65 ||
      send(GPOINTER_TO_INT(handle), bytes + 1, 64, MSG_NOSIGNAL) != 64)
    return -1;
  return (int)len;
}

static const fido_dev_io_t io = {io_open, io_close, io_read, io_write};

static fido_dev_t *
open_key(SoftkeyProcess *process)
{
  fido_dev_t *dev = fido_dev_new();

  running = process;
  assert_int_equal(fido_dev_set_io_functions(dev, &io), FIDO_OK);
  assert_int_equal(fido_dev_open(dev, "softkey"), FIDO_OK);
  assert_int_equal(fido_dev_set_timeout(dev, 20000), FIDO_OK);
  assert_true(fido_dev_is_fido2(dev));
  return dev;
}

static void
close_key(fido_dev_t **dev)
{
  assert_int_equal(fido_dev_close(*dev), FIDO_OK);
  fido_dev_free(dev);
}

static int
start(void **state)
{
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  *state = softkey_process_start(NULL);
  return 0;
}

static int
start_self(void **state)
{
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  *state = softkey_process_start("self-2.3");
  return 0;
}

static int
start_old(void **state)
{
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  *state = softkey_process_start("pre-2.1");
  return 0;
}

static int
start_u2f(void **state)
{
  fido_init(0); /* U2F is what is wanted here */
  *state = softkey_process_start("u2f-only");
  return 0;
}

static int
stop(void **state)
{
  softkey_process_free(*state);
  return 0;
}

static fido_cred_t *
prepare_cred(int alg, fido_opt_t rk)
{
  fido_cred_t *cred = fido_cred_new();

  assert_int_equal(fido_cred_set_type(cred, alg), FIDO_OK);
  assert_int_equal(fido_cred_set_clientdata_hash(cred, hash, 32), FIDO_OK);
  assert_int_equal(fido_cred_set_rp(cred, RP_ID, "Example"), FIDO_OK);
  assert_int_equal(
      fido_cred_set_user(cred, user_id, sizeof user_id, "ada", "Ada L.", NULL),
      FIDO_OK);
  assert_int_equal(fido_cred_set_rk(cred, rk), FIDO_OK);
  return cred;
}

/* Makes an assertion and has libfido2 check it against the credential. */
static void
check_assertion(fido_dev_t *dev, const fido_cred_t *cred, const char *pin,
                bool touch)
{
  fido_assert_t *assertion = fido_assert_new();
  es256_pk_t *es256 = es256_pk_new();
  eddsa_pk_t *eddsa = eddsa_pk_new();
  const void *key = es256;

  if (fido_cred_type(cred) == COSE_EDDSA) {
    assert_int_equal(eddsa_pk_from_ptr(eddsa, fido_cred_pubkey_ptr(cred),
                                       fido_cred_pubkey_len(cred)),
                     FIDO_OK);
    key = eddsa;
  } else {
    assert_int_equal(es256_pk_from_ptr(es256, fido_cred_pubkey_ptr(cred),
                                       fido_cred_pubkey_len(cred)),
                     FIDO_OK);
  }
  fido_assert_set_clientdata_hash(assertion, hash, 32);
  fido_assert_set_rp(assertion, RP_ID);
  fido_assert_allow_cred(assertion, fido_cred_id_ptr(cred),
                         fido_cred_id_len(cred));
  fido_assert_set_up(assertion, touch ? FIDO_OPT_TRUE : FIDO_OPT_FALSE);
  assert_int_equal(fido_dev_get_assert(dev, assertion, pin), FIDO_OK);
  assert_int_equal(fido_assert_count(assertion), 1);
  fido_assert_set_uv(assertion, pin != NULL ? FIDO_OPT_TRUE : FIDO_OPT_OMIT);
  assert_int_equal(fido_assert_verify(assertion, 0, fido_cred_type(cred), key),
                   FIDO_OK);
  assert_int_equal(fido_assert_flags(assertion, 0),
                   (touch ? 1 : 0) | (pin != NULL ? 4 : 0));
  es256_pk_free(&es256);
  eddsa_pk_free(&eddsa);
  fido_assert_free(&assertion);
}

static void
test_makes_and_asserts_with_a_pin(void **state)
{
  const int algs[] = {COSE_ES256, COSE_EDDSA};

  for (size_t i = 0; i < G_N_ELEMENTS(algs); i++) {
    fido_dev_t *dev = open_key(*state);
    fido_cred_t *cred = prepare_cred(algs[i], FIDO_OPT_FALSE);

    if (i == 0) {
      assert_false(fido_dev_has_pin(dev));
      assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
    }
    assert_int_equal(fido_cred_set_prot(cred, FIDO_CRED_PROT_UV_REQUIRED),
                     FIDO_OK);
    assert_int_equal(fido_dev_make_cred(dev, cred, PIN), FIDO_OK);
    assert_string_equal(fido_cred_fmt(cred), "packed");
    assert_non_null(fido_cred_x5c_ptr(cred));
    assert_int_equal(fido_cred_verify(cred), FIDO_OK);
    check_assertion(dev, cred, PIN, true);
    check_assertion(dev, cred, PIN, false);
    fido_cred_free(&cred);
    close_key(&dev);
  }
}

static void
test_an_enrolment_is_five_messages(void **state)
{
  fido_dev_t *dev = open_key(*state);
  fido_cred_t *cred = prepare_cred(COSE_ES256, FIDO_OPT_FALSE);

  assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
  close_key(&dev);
  dev = open_key(*state);
  assert_int_equal(fido_dev_make_cred(dev, cred, PIN), FIDO_OK);
  assert_int_equal(softkey_process_count(*state, "command_01"), 1);
  assert_int_equal(softkey_process_count(*state, "tokens"), 1);
  assert_int_equal(softkey_process_count(*state, "pin_tries"), 1);
  assert_int_equal(softkey_process_count(*state, "touches"), 1);
  fido_cred_free(&cred);
  close_key(&dev);
}

static void
test_self_attestation_verifies(void **state)
{
  fido_dev_t *dev = open_key(*state);
  fido_cred_t *cred = prepare_cred(COSE_ES256, FIDO_OPT_FALSE);

  assert_int_equal(fido_dev_make_cred(dev, cred, NULL), FIDO_OK);
  assert_null(fido_cred_x5c_ptr(cred));
  assert_int_equal(fido_cred_verify_self(cred), FIDO_OK);
  check_assertion(dev, cred, NULL, true);
  fido_cred_free(&cred);
  close_key(&dev);
}

static void
test_an_old_key_knows_protocol_one_only(void **state)
{
  fido_dev_t *dev = open_key(*state);
  fido_cred_t *cred = prepare_cred(COSE_ES256, FIDO_OPT_TRUE);

  assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
  assert_int_equal(fido_dev_make_cred(dev, cred, PIN), FIDO_OK);
  assert_int_equal(fido_cred_verify(cred), FIDO_OK);
  check_assertion(dev, cred, PIN, true);
  fido_cred_free(&cred);
  close_key(&dev);
}

static void
test_wrong_pins_block_by_three_and_by_eight(void **state)
{
  /* after each try: what it answers, and the tries left */
  static const struct {
    int error;
    int left;
  } tries[] = {
      {FIDO_ERR_PIN_INVALID, 7},      {FIDO_ERR_PIN_INVALID, 6},
      {FIDO_ERR_PIN_AUTH_BLOCKED, 5}, {FIDO_ERR_PIN_INVALID, 4},
      {FIDO_ERR_PIN_INVALID, 3},      {FIDO_ERR_PIN_AUTH_BLOCKED, 2},
      {FIDO_ERR_PIN_INVALID, 1},      {FIDO_ERR_PIN_BLOCKED, 0},
  };
  fido_dev_t *dev = open_key(*state);

  assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
  close_key(&dev);
  for (size_t i = 0; i < G_N_ELEMENTS(tries); i++) {
    fido_cred_t *cred = prepare_cred(COSE_ES256, FIDO_OPT_FALSE);
    int left = -1;

    dev = open_key(*state);
    assert_int_equal(fido_dev_make_cred(dev, cred, "9999"), tries[i].error);
    assert_int_equal(fido_dev_get_retry_count(dev, &left), FIDO_OK);
    assert_int_equal(left, tries[i].left);
    if (tries[i].error == FIDO_ERR_PIN_AUTH_BLOCKED) {
      g_autofree char *answer = NULL;

      /* Not even the right one, and no try is spent on it. */
      assert_int_equal(fido_dev_make_cred(dev, cred, PIN),
                       FIDO_ERR_PIN_AUTH_BLOCKED);
      answer = softkey_process_control(*state, "power-cycle");
      assert_string_equal(answer, "ok");
    }
    fido_cred_free(&cred);
    close_key(&dev);
  }
  assert_int_equal(softkey_process_count(*state, "pin_tries"), 8);
}

static void
test_discoverable_credentials_are_found_without_a_list(void **state)
{
  fido_dev_t *dev = open_key(*state);
  fido_assert_t *assertion = fido_assert_new();

  assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
  for (uint8_t i = 0; i < 3; i++) {
    fido_cred_t *cred = prepare_cred(COSE_ES256, FIDO_OPT_TRUE);

    assert_int_equal(fido_cred_set_user(cred, &i, 1, "name", "display", NULL),
                     FIDO_OK);
    assert_int_equal(fido_dev_make_cred(dev, cred, PIN), FIDO_OK);
    fido_cred_free(&cred);
  }
  fido_assert_set_clientdata_hash(assertion, hash, 32);
  fido_assert_set_rp(assertion, RP_ID);
  assert_int_equal(fido_dev_get_assert(dev, assertion, PIN), FIDO_OK);
  assert_int_equal(fido_assert_count(assertion), 3);
  assert_int_equal(*fido_assert_user_id_ptr(assertion, 0), 2); /* newest */
  assert_int_equal(*fido_assert_user_id_ptr(assertion, 2), 0);
  assert_string_equal(fido_assert_user_name(assertion, 1), "name");
  fido_assert_free(&assertion);
  close_key(&dev);
}

static void
test_state_survives_kill(void **state)
{
  SoftkeyProcess *process = *state;
  fido_dev_t *dev = open_key(process);
  fido_cred_t *cred = prepare_cred(COSE_ES256, FIDO_OPT_TRUE);
  int left = 0;

  assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
  assert_int_equal(fido_dev_make_cred(dev, cred, PIN), FIDO_OK);
  /* a wrong try, then the end */
  assert_int_equal(fido_dev_set_pin(dev, "1357", "9999"), FIDO_ERR_PIN_INVALID);
  assert_int_equal(softkey_process_end(process, SIGKILL), SIGKILL);
  fido_dev_close(dev);
  fido_dev_free(&dev);
  softkey_process_restart(process);
  dev = open_key(process);
  assert_true(fido_dev_has_pin(dev));
  assert_int_equal(fido_dev_get_retry_count(dev, &left), FIDO_OK);
  assert_int_equal(left, 7);
  check_assertion(dev, cred, PIN, true);
  fido_cred_free(&cred);
  close_key(&dev);
}

/* Two blobs, longer than one message holds; each is found by its key. */
static void
test_large_blobs_come_back_as_they_went(void **state)
{
  fido_dev_t *dev = open_key(*state);
  unsigned char blob[2][1400];

  assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
  close_key(&dev);
  dev = open_key(*state);
  for (size_t i = 0; i < 2; i++) {
    unsigned char key[32] = {(unsigned char)(i + 1)};

    for (size_t k = 0; k < sizeof blob[i]; k++) /* nothing to compress */
      blob[i][k] = (unsigned char)(k * (k + 7 * i + 3) >> 3);
    assert_int_equal(fido_dev_largeblob_set(dev, key, sizeof key, blob[i],
                                            sizeof blob[i], PIN),
                     FIDO_OK);
  }
  for (size_t i = 0; i < 2; i++) {
    unsigned char key[32] = {(unsigned char)(i + 1)}, *back = NULL;
    size_t len = 0;

    assert_int_equal(fido_dev_largeblob_get(dev, key, sizeof key, &back, &len),
                     FIDO_OK);
    assert_int_equal(len, sizeof blob[i]);
    assert_memory_equal(back, blob[i], len);
    free(back);
  }
  close_key(&dev);
}

/* A touch is waited for by asking again and again: libfido2 does so itself. */
static void
test_u2f_registers_and_authenticates(void **state)
{
  fido_dev_t *dev = fido_dev_new();
  fido_cred_t *cred = prepare_cred(COSE_ES256, FIDO_OPT_OMIT);
  g_autofree char *answer = softkey_process_control(*state, "touch after 300");

  assert_string_equal(answer, "ok");
  running = *state;
  assert_int_equal(fido_dev_set_io_functions(dev, &io), FIDO_OK);
  assert_int_equal(fido_dev_open(dev, "softkey"), FIDO_OK);
  assert_false(fido_dev_is_fido2(dev));
  assert_int_equal(fido_dev_make_cred(dev, cred, NULL), FIDO_OK);
  assert_string_equal(fido_cred_fmt(cred), "fido-u2f");
  assert_int_equal(fido_cred_verify(cred), FIDO_OK);
  check_assertion(dev, cred, NULL, true);
  assert_int_equal(
      fido_cred_exclude(cred, fido_cred_id_ptr(cred), fido_cred_id_len(cred)),
      FIDO_OK);
  assert_int_equal(fido_dev_make_cred(dev, cred, NULL),
                   FIDO_ERR_CREDENTIAL_EXCLUDED);
  assert_true(softkey_process_count(*state, "u2f_01") >= 4);
  fido_cred_free(&cred);
  close_key(&dev);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_makes_and_asserts_with_a_pin, start,
                                      stop),
      cmocka_unit_test_setup_teardown(test_an_enrolment_is_five_messages, start,
                                      stop),
      cmocka_unit_test_setup_teardown(test_self_attestation_verifies,
                                      start_self, stop),
      cmocka_unit_test_setup_teardown(test_an_old_key_knows_protocol_one_only,
                                      start_old, stop),
      cmocka_unit_test_setup_teardown(
          test_wrong_pins_block_by_three_and_by_eight, start, stop),
      cmocka_unit_test_setup_teardown(
          test_discoverable_credentials_are_found_without_a_list, start, stop),
      cmocka_unit_test_setup_teardown(test_u2f_registers_and_authenticates,
                                      start_u2f, stop),
      cmocka_unit_test_setup_teardown(test_state_survives_kill, start, stop),
      cmocka_unit_test_setup_teardown(test_large_blobs_come_back_as_they_went,
                                      start, stop),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
