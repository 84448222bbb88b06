/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-bio.c - fingerprints: taken, named, removed, and used. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/core-private.h"
#include "tests/softkey/platform.h"
#include "tests/softkey/protocol.h"

#define PIN "1234"

typedef struct {
  SoftkeyCore *core;
  SoftkeyPlatformToken token;
} Desk;

static void
clear_desk(Desk *desk)
{
  softkey_core_free(desk->core);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, clear_desk)

static void
make_desk(Desk *desk)
{
  desk->core = softkey_core_new_in_memory("bio-2.1", 1, NULL);
  assert_int_equal(softkey_platform_set_pin(desk->core, 2, PIN), 0);
  assert_int_equal(softkey_platform_get_token(
                       desk->core, 2, PIN, SOFTKEY_PIN_BIO, NULL, &desk->token),
                   0);
}

/* One subcommand; params is a map, or nothing. */
static SoftkeyStatus
bio(const Desk *desk, int subcommand, const char *params, size_t len,
    GByteArray *reply)
{
  g_autoptr(GByteArray) body = g_byte_array_new();
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  const uint8_t head[] = {1, (uint8_t)subcommand};
  uint8_t mac[32];

  g_byte_array_append(bytes, head, sizeof head);
  g_byte_array_append(bytes, (const uint8_t *)params, (guint)len);
  softkey_protocol_mac(desk->token.bytes, bytes->data, bytes->len, mac);
  softkey_cbor_put_map(body, len > 0 ? 5 : 4);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_integer(body, subcommand);
  if (len > 0) {
    softkey_cbor_put_integer(body, 3);
    g_byte_array_append(body, (const uint8_t *)params, (guint)len);
  }
  softkey_cbor_put_integer(body, 4);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_integer(body, 5);
  softkey_cbor_put_bytes(body, mac, 32);
  g_byte_array_set_size(reply, 0);
  return softkey_platform_send(desk->core, 0x09, body, reply);
}

/* The map {1: id 1}. */
#define FIRST_ID "\xa1\x01\x42\x00\x01", 5

static void
take_one(const Desk *desk, GByteArray *reply)
{
  assert_int_equal(bio(desk, 1, "", 0, reply), 0);
  while (desk->core->enrolment.id != 0) {
    char params[5] = "\xa1\x01\x42";

    params[4] = (char)desk->core->enrolment.id;
    assert_int_equal(bio(desk, 2, params, sizeof params, reply), 0);
  }
}

static void
test_good_samples_make_a_fingerprint(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  make_desk(&desk);
  assert_false(softkey_finger_is_enrolled(desk.core));
  softkey_core_finger(desk.core, SOFTKEY_FINGER_GOOD);
  softkey_core_finger(desk.core, SOFTKEY_FINGER_LOW_QUALITY);
  /* {4: id, 5: good, 6: 2 remain} */
  assert_int_equal(bio(&desk, 1, "", 0, reply), 0);
  assert_int_equal(reply->len, 9);
  assert_memory_equal(reply->data, "\xa3\x04\x42\x00\x01\x05\x00\x06\x02", 9);
  /* {5: poor quality, 6: 2} */
  assert_int_equal(bio(&desk, 2, FIRST_ID, reply), 0);
  assert_memory_equal(reply->data, "\xa2\x05\x07\x06\x02", 5);
  assert_int_equal(bio(&desk, 2, FIRST_ID, reply), 0);
  assert_false(softkey_finger_is_enrolled(desk.core));
  assert_int_equal(bio(&desk, 2, FIRST_ID, reply), 0);
  assert_memory_equal(reply->data, "\xa2\x05\x00\x06\x00", 5);
  assert_true(softkey_finger_is_enrolled(desk.core));
  assert_int_equal(bio(&desk, 2, FIRST_ID, reply),
                   SOFTKEY_STATUS_INVALID_PARAMETER);
}

static void
test_fingerprints_are_named_listed_and_removed(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  make_desk(&desk);
  assert_int_equal(bio(&desk, 4, "", 0, reply), SOFTKEY_STATUS_INVALID_OPTION);
  take_one(&desk, reply);
  /* {1: id, 2: "ada"} */
  assert_int_equal(
      bio(&desk, 5, "\xa2\x01\x42\x00\x01\x02\x63\x61\x64\x61", 10, reply), 0);
  assert_int_equal(bio(&desk, 4, "", 0, reply), 0);
  assert_memory_equal(
      reply->data, "\xa1\x07\x81\xa2\x01\x42\x00\x01\x02\x63\x61\x64\x61", 13);
  assert_int_equal(bio(&desk, 6, FIRST_ID, reply), 0);
  assert_int_equal(bio(&desk, 6, FIRST_ID, reply),
                   SOFTKEY_STATUS_INVALID_OPTION);
  assert_false(softkey_finger_is_enrolled(desk.core));
}

static void
test_there_is_room_for_three(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  make_desk(&desk);
  for (int i = 0; i < 3; i++)
    take_one(&desk, reply);
  assert_int_equal(bio(&desk, 1, "", 0, reply),
                   SOFTKEY_STATUS_FP_DATABASE_FULL);
}

static void
test_a_cancelled_one_is_not_kept(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  make_desk(&desk);
  assert_int_equal(bio(&desk, 1, "", 0, reply), 0);
  assert_int_equal(bio(&desk, 3, "", 0, reply), 0);
  assert_int_equal(bio(&desk, 2, FIRST_ID, reply),
                   SOFTKEY_STATUS_INVALID_PARAMETER);
  assert_false(softkey_finger_is_enrolled(desk.core));
}

static void
test_wrong_fingers_cost_tries(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  make_desk(&desk);
  take_one(&desk, reply);
  for (int i = 0; i < 4; i++) {
    softkey_core_finger(desk.core, SOFTKEY_FINGER_BAD);
    assert_int_equal(softkey_finger_verify(desk.core),
                     SOFTKEY_STATUS_UV_INVALID);
  }
  softkey_core_finger(desk.core, SOFTKEY_FINGER_BAD);
  assert_int_equal(softkey_finger_verify(desk.core), SOFTKEY_STATUS_UV_BLOCKED);
  assert_int_equal(softkey_finger_check_ready(desk.core),
                   SOFTKEY_STATUS_UV_BLOCKED);
  /* the PIN gives them back */
  assert_int_equal(softkey_platform_get_token(
                       desk.core, 2, PIN, SOFTKEY_PIN_BIO, NULL, &desk.token),
                   0);
  assert_int_equal(softkey_finger_check_ready(desk.core), SOFTKEY_STATUS_OK);
}

static void
test_a_token_for_something_else_is_no_use(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  make_desk(&desk);
  assert_int_equal(softkey_platform_get_token(desk.core, 2, PIN,
                                              SOFTKEY_PIN_CONFIG, NULL,
                                              &desk.token),
                   0);
  assert_int_equal(bio(&desk, 1, "", 0, reply),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_samples_make_a_fingerprint),
      cmocka_unit_test(test_fingerprints_are_named_listed_and_removed),
      cmocka_unit_test(test_there_is_room_for_three),
      cmocka_unit_test(test_a_cancelled_one_is_not_kept),
      cmocka_unit_test(test_wrong_fingers_cost_tries),
      cmocka_unit_test(test_a_token_for_something_else_is_no_use),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
