/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-pin.c - the PIN and its tokens, on both protocols. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/core-private.h"
#include "tests/softkey/platform.h"
#include "tests/softkey/protocol.h"

#define PIN "1234"
#define RP "example.org"

static const int versions[] = {1, 2};

static SoftkeyCore *
make_key(const char *profile)
{
  SoftkeyCore *core = softkey_core_new_in_memory(profile, 1, NULL);

  assert_non_null(core);
  return core;
}

/* A key with a PIN. */
static SoftkeyCore *
make_key_with_pin(void)
{
  SoftkeyCore *core = make_key("plain-2.1");

  assert_int_equal(softkey_platform_set_pin(core, 2, PIN), SOFTKEY_STATUS_OK);
  return core;
}

static SoftkeyStatus
buy(SoftkeyCore *core, const char *pin, SoftkeyPlatformToken *ret_token)
{
  return softkey_platform_get_token(core, 2, pin, 3, RP, ret_token);
}

static SoftkeyStatus
use(SoftkeyCore *core, const char *rp_id, const SoftkeyPlatformToken *token)
{
  const SoftkeyPlatformMake request = {.rp_id = rp_id, .token = token};

  return softkey_platform_make(core, &request, NULL);
}

static void
test_pin_is_set_once_and_changed_with_the_old_one(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
    g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
    int version = versions[i];
    SoftkeyPlatformToken token;

    assert_int_equal(softkey_platform_change_pin(core, version, PIN, "5678"),
                     SOFTKEY_STATUS_PIN_NOT_SET);
    assert_int_equal(softkey_platform_set_pin(core, version, PIN),
                     SOFTKEY_STATUS_OK);
    assert_int_equal(softkey_platform_set_pin(core, version, "5678"),
                     SOFTKEY_STATUS_PIN_AUTH_INVALID);
    assert_int_equal(softkey_platform_change_pin(core, version, "4321", "5678"),
                     SOFTKEY_STATUS_PIN_INVALID);
    assert_int_equal(softkey_platform_change_pin(core, version, PIN, "5678"),
                     SOFTKEY_STATUS_OK);
    assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_PIN_INVALID);
    assert_int_equal(buy(core, "5678", &token), SOFTKEY_STATUS_OK);
  }
}

static void
test_pin_length_is_in_code_points_and_bytes(void **state)
{
  static const struct {
    const char *pin;
    SoftkeyStatus status;
  } cases[] = {
      {"", SOFTKEY_STATUS_PIN_POLICY_VIOLATION},
      {"123", SOFTKEY_STATUS_PIN_POLICY_VIOLATION},
      {"\xc3\xa4\xc3\xb6\xc3\xbc", SOFTKEY_STATUS_PIN_POLICY_VIOLATION},
      {"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", SOFTKEY_STATUS_OK},
      {"1234", SOFTKEY_STATUS_OK},
      {"123456789012345678901234567890123456789012345678901234567890123",
       SOFTKEY_STATUS_OK}, /* 63 */
      {"1234567890123456789012345678901234567890123456789012345678901234",
       SOFTKEY_STATUS_PIN_POLICY_VIOLATION}, /* 64 */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

    assert_int_equal(softkey_platform_set_pin(core, 2, cases[i].pin),
                     cases[i].status);
    assert_int_equal(core->store->pin_set,
                     cases[i].status == SOFTKEY_STATUS_OK);
  }
}

static void
test_minimum_length_is_the_profiles(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  core->profile->min_pin_length = 6;
  assert_int_equal(softkey_platform_set_pin(core, 2, "12345"),
                   SOFTKEY_STATUS_PIN_POLICY_VIOLATION);
  assert_int_equal(softkey_platform_set_pin(core, 2, "123456"),
                   SOFTKEY_STATUS_OK);
}

static void
test_three_wrong_in_a_row_want_a_power_cycle(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_INVALID);
  assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_INVALID);
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_retries(core), 8); /* in a row, not ever */
  assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_INVALID);
  assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_INVALID);
  assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_AUTH_BLOCKED);
  assert_int_equal(softkey_platform_retries(core), 5);
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_PIN_AUTH_BLOCKED);
  assert_int_equal(softkey_platform_change_pin(core, 2, PIN, "5678"),
                   SOFTKEY_STATUS_PIN_AUTH_BLOCKED);
  assert_int_equal(softkey_platform_retries(core), 5);
  softkey_core_power_cycle(core);
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_retries(core), 8);
}

static void
test_eight_wrong_block_for_good(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  (void)state;
  for (int i = 0; i < 8; i++) {
    softkey_core_power_cycle(core);
    assert_int_equal(softkey_platform_retries(core), 8 - i);
    status = buy(core, "0000", &token);
  }
  assert_int_equal(status, SOFTKEY_STATUS_PIN_BLOCKED);
  softkey_core_power_cycle(core);
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_PIN_BLOCKED);
  assert_int_equal(softkey_platform_retries(core), 0);
  assert_int_equal(softkey_core_counters(core)->pin_tries, 8);
}

static void
test_without_the_block_the_counter_goes_on(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;

  (void)state;
  core->profile->pin_block = false;
  for (int i = 0; i < 7; i++)
    assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_INVALID);
  assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_BLOCKED);
}

static void
test_a_token_is_for_one_relying_party(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(use(core, "evil.example", &token),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_OK);
}

static void
test_a_token_is_for_its_permissions(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(
      softkey_platform_get_token(core, 2, PIN, SOFTKEY_PIN_GET, RP, &token),
      SOFTKEY_STATUS_OK);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_PIN_AUTH_INVALID);
  assert_int_equal(
      softkey_platform_get_token(core, 2, PIN, SOFTKEY_PIN_MAKE, NULL, &token),
      SOFTKEY_STATUS_MISSING_PARAMETER);
  assert_int_equal(softkey_platform_get_token(core, 2, PIN, 0x08, RP, &token),
                   SOFTKEY_STATUS_UNAUTHORIZED_PERMISSION);
  assert_int_equal(softkey_core_counters(core)->tokens, 1);
}

static void
test_a_token_is_used_up_by_one_touch(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

static void
test_a_token_not_used_in_half_a_minute_is_gone(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  softkey_env_advance(softkey_core_env(core), 30000);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

static void
test_a_token_in_use_ends_after_ten_minutes(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  g_autoptr(GBytes) id = NULL;
  SoftkeyPlatformToken token;
  SoftkeyPlatformGet request = {.options = "up=false", .token = &token};

  (void)state;
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(
      softkey_platform_make(core, &(SoftkeyPlatformMake){.token = &token}, &id),
      SOFTKEY_STATUS_OK);
  request.allow = id;
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_get(core, &request, NULL),
                   SOFTKEY_STATUS_OK); /* no touch: not used up */
  softkey_env_advance(softkey_core_env(core), 599999);
  assert_int_equal(softkey_platform_get(core, &request, NULL),
                   SOFTKEY_STATUS_OK);
  softkey_env_advance(softkey_core_env(core), 1);
  assert_int_equal(softkey_platform_get(core, &request, NULL),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

static void
test_a_changed_pin_ends_the_tokens(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(buy(core, PIN, &token), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_change_pin(core, 2, PIN, "5678"),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

/* setPIN (3) or changePIN (4), whole but for the MAC, which is all zero. */
static SoftkeyStatus
send_forged(SoftkeyCore *core, int version, int subcommand)
{
  static const uint8_t zero[80], secret[32] = {1};
  g_autoptr(EVP_PKEY) own = softkey_cose_key(SOFTKEY_COSE_ECDH, secret);
  g_autoptr(GByteArray) body = g_byte_array_new();
  size_t iv = version == 2 ? 16 : 0;

  softkey_cbor_put_map(body, subcommand == 3 ? 5 : 6);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, version);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_integer(body, subcommand);
  softkey_cbor_put_integer(body, 3);
  softkey_cose_put_public(body, own, SOFTKEY_COSE_ECDH);
  softkey_cbor_put_integer(body, 4);
  softkey_cbor_put_bytes(body, zero, softkey_protocol_mac_size(version));
  softkey_cbor_put_integer(body, 5);
  softkey_cbor_put_bytes(body, zero, 64 + iv);
  if (subcommand == 4) {
    softkey_cbor_put_integer(body, 6);
    softkey_cbor_put_bytes(body, zero, 16 + iv);
  }
  return softkey_platform_send(core, 0x06, body, NULL);
}

static void
test_a_forged_new_pin_is_refused_before_a_try_is_spent(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
    g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

    assert_int_equal(send_forged(core, versions[i], 3),
                     SOFTKEY_STATUS_PIN_AUTH_INVALID);
    assert_false(core->store->pin_set);
    assert_int_equal(softkey_platform_set_pin(core, 2, PIN), SOFTKEY_STATUS_OK);
    assert_int_equal(send_forged(core, versions[i], 4),
                     SOFTKEY_STATUS_PIN_AUTH_INVALID);
    assert_int_equal(softkey_platform_retries(core), 8);
    assert_int_equal(softkey_core_counters(core)->pin_tries, 0);
  }
}

static void
test_a_new_token_or_power_loss_ends_the_old_one(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken old, token;

  (void)state;
  assert_int_equal(buy(core, PIN, &old), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_get_token(core, 1, PIN, 3, RP, &token),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(use(core, RP, &old), SOFTKEY_STATUS_PIN_AUTH_INVALID);
  softkey_core_power_cycle(core);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

static void
test_an_old_keys_token_serves_until_power_loss(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("pre-2.1");
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(softkey_platform_set_pin(core, 1, PIN), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_get_token(core, 1, PIN, 3, RP, &token),
                   SOFTKEY_STATUS_INVALID_SUBCOMMAND);
  assert_int_equal(softkey_platform_get_token(core, 1, PIN, 0, NULL, &token),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_OK);
  softkey_env_advance(softkey_core_env(core), 3600000);
  assert_int_equal(use(core, "other.example", &token), SOFTKEY_STATUS_OK);
  softkey_core_power_cycle(core);
  assert_int_equal(use(core, RP, &token), SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

static void
test_a_protocol_not_in_the_profile_is_refused(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("pre-2.1");
  g_autoptr(GByteArray) body = g_byte_array_new();

  (void)state;
  softkey_cbor_put_map(body, 2);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_integer(body, 2);
  assert_int_equal(softkey_platform_send(core, 0x06, body, NULL),
                   SOFTKEY_STATUS_INVALID_PARAMETER);
}

static void
test_a_wrong_pin_renews_the_key_agreement(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key_with_pin();
  SoftkeyPlatformToken token;
  g_autoptr(GByteArray) before = g_byte_array_new();
  g_autoptr(GByteArray) after = g_byte_array_new();

  (void)state;
  softkey_cose_put_public(before, core->pin.slots[1].key, SOFTKEY_COSE_ECDH);
  assert_int_equal(buy(core, "0000", &token), SOFTKEY_STATUS_PIN_INVALID);
  softkey_cose_put_public(after, core->pin.slots[1].key, SOFTKEY_COSE_ECDH);
  assert_memory_not_equal(before->data, after->data, before->len);
}

static void
test_requests_that_lack_a_part_are_refused(void **state)
{
  static const struct {
    const char *what;
    SoftkeyStatus status;
    uint8_t len;
    uint8_t bytes[8];
  } cases[] = {
      {"empty map", SOFTKEY_STATUS_MISSING_PARAMETER, 1, {0xa0}},
      {"no map", SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE, 1, {0x80}},
      {"key agreement, no protocol",
       SOFTKEY_STATUS_MISSING_PARAMETER,
       3,
       {0xa1, 2, 2}},
      {"set without a PIN",
       SOFTKEY_STATUS_MISSING_PARAMETER,
       5,
       {0xa2, 1, 2, 2, 3}},
      {"change without a PIN",
       SOFTKEY_STATUS_MISSING_PARAMETER,
       5,
       {0xa2, 1, 2, 2, 4}},
      {"token without a PIN",
       SOFTKEY_STATUS_MISSING_PARAMETER,
       5,
       {0xa2, 1, 2, 2, 9}},
      {"token by UV", SOFTKEY_STATUS_INVALID_SUBCOMMAND, 5, {0xa2, 1, 2, 2, 6}},
      {"unknown",
       SOFTKEY_STATUS_INVALID_SUBCOMMAND,
       6,
       {0xa2, 1, 2, 2, 0x18, 0x99}},
      {"subcommand is text",
       SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE,
       4,
       {0xa1, 2, 0x61, 'x'}},
      {"nothing at all", SOFTKEY_STATUS_INVALID_CBOR, 0, {0}},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
    g_autoptr(GByteArray) body = g_byte_array_new();
    SoftkeyStatus status;

    g_byte_array_append(body, cases[i].bytes, cases[i].len);
    status = softkey_platform_send(core, 0x06, body, NULL);
    if (status != cases[i].status)
      fail_msg("%s: 0x%02x", cases[i].what, (unsigned)status);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pin_is_set_once_and_changed_with_the_old_one),
      cmocka_unit_test(test_pin_length_is_in_code_points_and_bytes),
      cmocka_unit_test(test_minimum_length_is_the_profiles),
      cmocka_unit_test(test_three_wrong_in_a_row_want_a_power_cycle),
      cmocka_unit_test(test_eight_wrong_block_for_good),
      cmocka_unit_test(test_without_the_block_the_counter_goes_on),
      cmocka_unit_test(test_a_token_is_for_one_relying_party),
      cmocka_unit_test(test_a_token_is_for_its_permissions),
      cmocka_unit_test(test_a_token_is_used_up_by_one_touch),
      cmocka_unit_test(test_a_token_not_used_in_half_a_minute_is_gone),
      cmocka_unit_test(test_a_token_in_use_ends_after_ten_minutes),
      cmocka_unit_test(test_a_changed_pin_ends_the_tokens),
      cmocka_unit_test(test_a_forged_new_pin_is_refused_before_a_try_is_spent),
      cmocka_unit_test(test_a_new_token_or_power_loss_ends_the_old_one),
      cmocka_unit_test(test_an_old_keys_token_serves_until_power_loss),
      cmocka_unit_test(test_a_protocol_not_in_the_profile_is_refused),
      cmocka_unit_test(test_a_wrong_pin_renews_the_key_agreement),
      cmocka_unit_test(test_requests_that_lack_a_part_are_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
