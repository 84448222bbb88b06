/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-credential.c - makeCredential, and what stands around it:
 * touch, reset, selection. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/core-private.h"
#include "tests/softkey/platform.h"

#define PIN "1234"
#define RP "example.org"

static SoftkeyCore *
make_key(const char *profile)
{
  SoftkeyCore *core = softkey_core_new_in_memory(profile, 1, NULL);

  assert_non_null(core);
  return core;
}

static void
set_pin(SoftkeyCore *core)
{
  assert_int_equal(softkey_platform_set_pin(core, 2, PIN), SOFTKEY_STATUS_OK);
}

static SoftkeyPlatformToken
buy(SoftkeyCore *core)
{
  SoftkeyPlatformToken token;

  assert_int_equal(softkey_platform_get_token(core, 2, PIN, 3, RP, &token),
                   SOFTKEY_STATUS_OK);
  return token;
}

static SoftkeyStatus
make(SoftkeyCore *core, SoftkeyPlatformMake request)
{
  return softkey_platform_make(core, &request, NULL);
}

static void
test_with_a_pin_set_a_token_is_needed(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(make(core, (SoftkeyPlatformMake){0}), SOFTKEY_STATUS_OK);
  set_pin(core);
  assert_int_equal(make(core, (SoftkeyPlatformMake){0}),
                   SOFTKEY_STATUS_PUAT_REQUIRED);
  token = buy(core);
  assert_int_equal(make(core, (SoftkeyPlatformMake){.token = &token}),
                   SOFTKEY_STATUS_OK);
  token = buy(core);
  token.bytes[0] ^= 1;
  assert_int_equal(make(core, (SoftkeyPlatformMake){.token = &token}),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
}

static void
test_algorithms_are_the_profiles(void **state)
{
  static const struct {
    const char *profile;
    int64_t alg;
    SoftkeyStatus status;
  } cases[] = {
      {"plain-2.1", -7, SOFTKEY_STATUS_OK},
      {"plain-2.1", -8, SOFTKEY_STATUS_OK},
      {"plain-2.1", -257, SOFTKEY_STATUS_UNSUPPORTED_ALGORITHM},
      {"plain-2.1", 7, SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE},
      {"pre-2.1", -8, SOFTKEY_STATUS_UNSUPPORTED_ALGORITHM},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(SoftkeyCore) core = make_key(cases[i].profile);

    assert_int_equal(make(core, (SoftkeyPlatformMake){.alg = cases[i].alg}),
                     cases[i].status);
  }
}

static void
test_options_that_it_lacks_are_refused(void **state)
{
  static const struct {
    const char *options;
    SoftkeyStatus status;
  } cases[] = {
      {"rk", SOFTKEY_STATUS_OK},
      {"rk=false", SOFTKEY_STATUS_OK},
      {"up", SOFTKEY_STATUS_OK},
      {"up=false", SOFTKEY_STATUS_INVALID_OPTION},
      {"uv", SOFTKEY_STATUS_INVALID_OPTION},
      {"uv=false", SOFTKEY_STATUS_OK},
      {"zz", SOFTKEY_STATUS_OK}, /* unknown ones are ignored */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

    assert_int_equal(
        make(core, (SoftkeyPlatformMake){.options = cases[i].options}),
        cases[i].status);
  }
}

static void
test_an_excluded_credential_is_told_after_a_touch(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  g_autoptr(GBytes) id = NULL;
  unsigned before;

  (void)state;
  assert_int_equal(softkey_platform_make(core, &(SoftkeyPlatformMake){0}, &id),
                   SOFTKEY_STATUS_OK);
  before = softkey_core_counters(core)->touches;
  assert_int_equal(make(core, (SoftkeyPlatformMake){.exclude = id}),
                   SOFTKEY_STATUS_CREDENTIAL_EXCLUDED);
  assert_int_equal(softkey_core_counters(core)->touches, before + 1);
  /* Of another relying party it is not there, and nobody learns more. */
  assert_int_equal(make(core, (SoftkeyPlatformMake){.rp_id = "other.example",
                                                    .exclude = id}),
                   SOFTKEY_STATUS_OK);
}

static void
test_a_level_three_credential_excludes_only_the_verified(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  g_autoptr(GBytes) id = NULL;
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(
      softkey_platform_make(core, &(SoftkeyPlatformMake){.protect = 3}, &id),
      SOFTKEY_STATUS_OK);
  assert_int_equal(make(core, (SoftkeyPlatformMake){.exclude = id}),
                   SOFTKEY_STATUS_OK);
  set_pin(core);
  token = buy(core);
  assert_int_equal(
      make(core, (SoftkeyPlatformMake){.exclude = id, .token = &token}),
      SOFTKEY_STATUS_CREDENTIAL_EXCLUDED);
}

static void
test_cred_protect_is_one_two_or_three(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  for (int level = 1; level <= 3; level++)
    assert_int_equal(make(core, (SoftkeyPlatformMake){.protect = level}),
                     SOFTKEY_STATUS_OK);
  assert_int_equal(make(core, (SoftkeyPlatformMake){.protect = 4}),
                   SOFTKEY_STATUS_INVALID_OPTION);
}

static void
test_a_full_key_says_so_but_replaces_a_users_own(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  core->profile->resident_slots = 2;
  assert_int_equal(
      make(core, (SoftkeyPlatformMake){.options = "rk", .user_id = "a"}),
      SOFTKEY_STATUS_OK);
  assert_int_equal(
      make(core, (SoftkeyPlatformMake){.options = "rk", .user_id = "b"}),
      SOFTKEY_STATUS_OK);
  assert_int_equal(
      make(core, (SoftkeyPlatformMake){.options = "rk", .user_id = "c"}),
      SOFTKEY_STATUS_KEY_STORE_FULL);
  assert_int_equal(
      make(core, (SoftkeyPlatformMake){.options = "rk", .user_id = "a"}),
      SOFTKEY_STATUS_OK);
  assert_int_equal(core->store->residents->len, 2);
}

static void
test_a_replaced_credential_is_dead(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  g_autoptr(GBytes) old = NULL;

  (void)state;
  assert_int_equal(softkey_platform_make(
                       core, &(SoftkeyPlatformMake){.options = "rk"}, &old),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(make(core, (SoftkeyPlatformMake){.options = "rk"}),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(make(core, (SoftkeyPlatformMake){.exclude = old}),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(
      softkey_platform_get(core, &(SoftkeyPlatformGet){.allow = old}, NULL),
      SOFTKEY_STATUS_NO_CREDENTIALS);
}

static void
test_no_touch_or_a_refusal_makes_nothing(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_NEVER;
  assert_int_equal(make(core, (SoftkeyPlatformMake){.options = "rk"}),
                   SOFTKEY_STATUS_USER_ACTION_TIMEOUT);
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_DECLINE;
  assert_int_equal(make(core, (SoftkeyPlatformMake){.options = "rk"}),
                   SOFTKEY_STATUS_OPERATION_DENIED);
  assert_int_equal(core->store->residents->len, 0);
  assert_int_equal(core->store->counter, 0);
  softkey_core_touch(core)->is_now = true; /* one touch, once */
  assert_int_equal(make(core, (SoftkeyPlatformMake){0}), SOFTKEY_STATUS_OK);
  assert_int_equal(make(core, (SoftkeyPlatformMake){0}),
                   SOFTKEY_STATUS_OPERATION_DENIED);
}

static void
test_a_store_that_cannot_save_makes_nothing(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  core->store->path = g_strdup("/nonexistent/softkey/state");
  assert_int_equal(make(core, (SoftkeyPlatformMake){0}), SOFTKEY_STATUS_OTHER);
}

static void
test_reset_is_for_the_first_ten_seconds_and_a_touch(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  uint8_t seed[32];

  (void)state;
  set_pin(core);
  memcpy(seed, core->store->seed, sizeof seed);
  softkey_env_advance(softkey_core_env(core), 10000);
  assert_int_equal(softkey_platform_send(core, 0x07, NULL, NULL),
                   SOFTKEY_STATUS_NOT_ALLOWED);
  softkey_core_power_cycle(core);
  softkey_env_advance(softkey_core_env(core), 9999);
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_NEVER;
  assert_int_equal(softkey_platform_send(core, 0x07, NULL, NULL),
                   SOFTKEY_STATUS_USER_ACTION_TIMEOUT);
  assert_true(core->store->pin_set);
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_AFTER;
  assert_int_equal(softkey_platform_send(core, 0x07, NULL, NULL),
                   SOFTKEY_STATUS_OK);
  assert_false(core->store->pin_set);
  assert_memory_not_equal(core->store->seed, seed, sizeof seed);
}

static void
test_reset_ends_all_credentials(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  g_autoptr(GBytes) id = NULL;

  (void)state;
  assert_int_equal(softkey_platform_make(core, &(SoftkeyPlatformMake){0}, &id),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(make(core, (SoftkeyPlatformMake){.options = "rk"}),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_send(core, 0x07, NULL, NULL),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(
      softkey_platform_get(core, &(SoftkeyPlatformGet){.allow = id}, NULL),
      SOFTKEY_STATUS_NO_CREDENTIALS);
  assert_int_equal(softkey_platform_get(core, &(SoftkeyPlatformGet){0}, NULL),
                   SOFTKEY_STATUS_NO_CREDENTIALS);
}

static void
test_selection_is_a_touch(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  g_autoptr(SoftkeyCore) old = make_key("pre-2.1");

  (void)state;
  assert_int_equal(softkey_platform_send(core, 0x0b, NULL, NULL),
                   SOFTKEY_STATUS_OK);
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_DECLINE;
  assert_int_equal(softkey_platform_send(core, 0x0b, NULL, NULL),
                   SOFTKEY_STATUS_OPERATION_DENIED);
  assert_int_equal(softkey_platform_send(old, 0x0b, NULL, NULL),
                   SOFTKEY_STATUS_INVALID_COMMAND);
}

static void
test_info_is_canonical_in_each_profile(void **state)
{
  static const char *const profiles[] = {"plain-2.1", "pre-2.1", "self-2.3",
                                         "none-2.1"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
    g_autoptr(SoftkeyCore) core = make_key(profiles[i]);
    g_autoptr(GByteArray) reply = g_byte_array_new();
    SoftkeyCborItem map;

    assert_int_equal(softkey_platform_send(core, 0x04, NULL, reply),
                     SOFTKEY_STATUS_OK);
    assert_true(softkey_cbor_read(reply->data, reply->len, &map));
  }
}

static void
test_info_of_the_plain_key_is_this(void **state)
{
  /* Written down by hand from the profile and CTAP 2.1, section 6.4. */
  static const char expected[] =
      "\xb1\x01\x82\x68"
      "FIDO_2_0\x68"
      "FIDO_2_1\x02\x85\x68"
      "credBlob\x6b"
      "credProtect\x6bhmac-"
      "secret\x6clargeBlobKey\x6cminPinLength\x03\x50keyturN "
      "\x80\0practk\x04\xab\x62"
      "ep\xf4\x62rk\xf5\x62up\xf5\x64"
      "plat\xf4\x68"
      "alwaysUv\xf4\x68"
      "credMgmt\xf5\x69"
      "authnrCfg\xf5\x69"
      "clientPin\xf4\x6alargeBlobs\xf5\x6epinUvAuthToken\xf5\x6fsetMinPINLength"
      "\xf5\x05\x19\x1d"
      "\xb9\x06\x82\x02\x01\x07"
      "\x10\x08\x18\x80\x09\x81\x63usb\x0a\x82\xa2\x63"
      "alg\x26\x64type\x6apublic-key\xa2\x63"
      "alg\x27\x64type\x6apublic-"
      "key\x0b\x19\x10\x00\x0c\xf4\x0d\x04\x0e\x1a\x00\x01\x00\x00"
      "\x0f\x18\x20\x10\x02\x14\x18\x40";
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  assert_int_equal(softkey_platform_send(core, 0x04, NULL, reply),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(reply->len, sizeof expected - 1);
  assert_memory_equal(reply->data, expected, reply->len);
}

static void
test_unknown_commands_and_bodies_are_refused(void **state)
{
  static const struct {
    SoftkeyStatus status;
    size_t len;
    const char *bytes;
  } cases[] = {
      {SOFTKEY_STATUS_INVALID_LENGTH, 0, ""},
      {SOFTKEY_STATUS_INVALID_COMMAND, 1, "\x99"},
      {SOFTKEY_STATUS_INVALID_COMMAND, 2, "\x41\xa0"},
      {SOFTKEY_STATUS_INVALID_LENGTH, 2, "\x04\xa0"},
      {SOFTKEY_STATUS_INVALID_LENGTH, 2, "\x07\xa0"},
      {SOFTKEY_STATUS_INVALID_CBOR, 1, "\x01"},
      {SOFTKEY_STATUS_INVALID_CBOR, 3, "\x01\xa0\x00"},
      {SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE, 2, "\x01\x80"},
      {SOFTKEY_STATUS_MISSING_PARAMETER, 2, "\x01\xa0"},
      {SOFTKEY_STATUS_MISSING_PARAMETER, 2, "\x02\xa0"},
      {SOFTKEY_STATUS_NOT_ALLOWED, 1, "\x08"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
    g_autoptr(GByteArray) reply = g_byte_array_new();

    softkey_core_command(core, (const uint8_t *)cases[i].bytes, cases[i].len,
                         reply);
    assert_int_equal(reply->len, 1);
    assert_int_equal(reply->data[0], cases[i].status);
  }
}

static void
test_a_message_above_the_profiles_size_is_refused(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("pre-2.1");
  g_autoptr(GByteArray) reply = g_byte_array_new();
  uint8_t message[1201] = {0x01};

  (void)state;
  softkey_core_command(core, message, sizeof message, reply);
  assert_int_equal(reply->data[0], SOFTKEY_STATUS_REQUEST_TOO_LARGE);
}

static void
test_same_seed_same_credential_ids(void **state)
{
  g_autoptr(SoftkeyCore) one = make_key("plain-2.1");
  g_autoptr(SoftkeyCore) two = make_key("plain-2.1");
  g_autoptr(SoftkeyCore) other =
      softkey_core_new_in_memory("plain-2.1", 2, NULL);
  g_autoptr(GBytes) id_one = NULL;
  g_autoptr(GBytes) id_two = NULL;
  g_autoptr(GBytes) id_other = NULL;
  const SoftkeyPlatformMake request = {0};

  (void)state;
  softkey_platform_make(one, &request, &id_one);
  softkey_platform_make(two, &request, &id_two);
  softkey_platform_make(other, &request, &id_other);
  assert_true(g_bytes_equal(id_one, id_two));
  assert_false(g_bytes_equal(id_one, id_other));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_with_a_pin_set_a_token_is_needed),
      cmocka_unit_test(test_algorithms_are_the_profiles),
      cmocka_unit_test(test_options_that_it_lacks_are_refused),
      cmocka_unit_test(test_an_excluded_credential_is_told_after_a_touch),
      cmocka_unit_test(
          test_a_level_three_credential_excludes_only_the_verified),
      cmocka_unit_test(test_cred_protect_is_one_two_or_three),
      cmocka_unit_test(test_a_full_key_says_so_but_replaces_a_users_own),
      cmocka_unit_test(test_a_replaced_credential_is_dead),
      cmocka_unit_test(test_no_touch_or_a_refusal_makes_nothing),
      cmocka_unit_test(test_a_store_that_cannot_save_makes_nothing),
      cmocka_unit_test(test_reset_is_for_the_first_ten_seconds_and_a_touch),
      cmocka_unit_test(test_reset_ends_all_credentials),
      cmocka_unit_test(test_selection_is_a_touch),
      cmocka_unit_test(test_info_is_canonical_in_each_profile),
      cmocka_unit_test(test_info_of_the_plain_key_is_this),
      cmocka_unit_test(test_unknown_commands_and_bodies_are_refused),
      cmocka_unit_test(test_a_message_above_the_profiles_size_is_refused),
      cmocka_unit_test(test_same_seed_same_credential_ids),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
