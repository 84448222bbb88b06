/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-config.c - authenticatorConfig, and what each setting does. */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"
#include "tests/softkey/platform.h"
#include "tests/softkey/protocol.h"

#define PIN "123456"
#define ENTERPRISE 1
#define ALWAYS_UV 2
#define MIN_PIN 3

static SoftkeyCore *
make_key(const char *profile)
{
  SoftkeyCore *core = softkey_core_new_in_memory(profile, 1, NULL);

  assert_int_equal(softkey_platform_set_pin(core, 2, PIN), 0);
  return core;
}

/* With a token; params is a map, or nothing. */
static SoftkeyStatus
configure(SoftkeyCore *core, const char *pin, int subcommand,
          const char *params, size_t len)
{
  g_autoptr(GByteArray) body = g_byte_array_new();
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  SoftkeyPlatformToken token;
  uint8_t mac[32], head[34];
  SoftkeyStatus status = softkey_platform_get_token(
      core, 2, pin, SOFTKEY_PIN_CONFIG, NULL, &token);

  if (status != SOFTKEY_STATUS_OK)
    return status;
  memset(head, 0xff, 32);
  head[32] = 0x0d;
  head[33] = (uint8_t)subcommand;
  g_byte_array_append(bytes, head, sizeof head);
  g_byte_array_append(bytes, (const uint8_t *)params, (guint)len);
  softkey_protocol_mac(token.bytes, bytes->data, bytes->len, mac);
  softkey_cbor_put_map(body, len > 0 ? 4 : 3);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, subcommand);
  if (len > 0) {
    softkey_cbor_put_integer(body, 2);
    g_byte_array_append(body, (const uint8_t *)params, (guint)len);
  }
  softkey_cbor_put_integer(body, 3);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_integer(body, 4);
  softkey_cbor_put_bytes(body, mac, 32);
  return softkey_platform_send(core, 0x0d, body, NULL);
}

static void
test_always_uv_is_toggled_and_wanted(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  const SoftkeyPlatformMake request = {0};
  const SoftkeyPlatformGet get = {.options = "up=false"};

  (void)state;
  assert_false(softkey_config_always_uv(core));
  assert_int_equal(configure(core, PIN, ALWAYS_UV, "", 0), 0);
  assert_true(softkey_config_always_uv(core));
  assert_int_equal(softkey_platform_make(core, &request, NULL),
                   SOFTKEY_STATUS_PUAT_REQUIRED);
  /* a question without touch stays free */
  assert_int_equal(softkey_platform_get(core, &get, NULL),
                   SOFTKEY_STATUS_NO_CREDENTIALS);
  assert_int_equal(configure(core, PIN, ALWAYS_UV, "", 0), 0);
  assert_false(softkey_config_always_uv(core));
}

static void
test_the_minimum_only_grows(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  assert_int_equal(configure(core, PIN, MIN_PIN, "\xa1\x01\x06", 3), 0);
  assert_int_equal(softkey_config_min_pin_length(core), 6);
  assert_false(core->store->force_change);
  assert_int_equal(configure(core, PIN, MIN_PIN, "\xa1\x01\x05", 3),
                   SOFTKEY_STATUS_PIN_POLICY_VIOLATION);
  assert_int_equal(softkey_platform_change_pin(core, 2, PIN, "12345"),
                   SOFTKEY_STATUS_PIN_POLICY_VIOLATION);
  /* longer than the PIN that is set: it must be changed */
  assert_int_equal(configure(core, PIN, MIN_PIN, "\xa1\x01\x08", 3), 0);
  assert_true(core->store->force_change);
  assert_int_equal(configure(core, PIN, ALWAYS_UV, "", 0),
                   SOFTKEY_STATUS_PIN_INVALID);
  assert_int_equal(softkey_platform_change_pin(core, 2, PIN, "12345678"), 0);
  assert_int_equal(configure(core, "12345678", ALWAYS_UV, "", 0), 0);
}

static void
test_a_forced_change_wants_another_pin(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  assert_int_equal(configure(core, PIN, MIN_PIN, "\xa1\x03\xf5", 3), 0);
  assert_int_equal(softkey_platform_change_pin(core, 2, PIN, PIN),
                   SOFTKEY_STATUS_PIN_POLICY_VIOLATION);
  assert_int_equal(softkey_platform_change_pin(core, 2, PIN, "654321"), 0);
  assert_false(core->store->force_change);
}

static void
test_relying_parties_are_kept_up_to_the_limit(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  assert_int_equal(
      configure(core, PIN, MIN_PIN, "\xa1\x02\x82\x61\x61\x61\x62", 7), 0);
  assert_string_equal(core->store->min_pin_rp_ids[1], "b");
  assert_int_equal(
      configure(core, PIN, MIN_PIN, "\xa1\x02\x83\x61\x61\x61\x62\x61\x63", 9),
      SOFTKEY_STATUS_KEY_STORE_FULL);
}

static void
test_enterprise_attestation_is_switched_on_for_good(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");

  (void)state;
  assert_int_equal(configure(core, PIN, ENTERPRISE, "", 0), 0);
  assert_int_equal(configure(core, PIN, ENTERPRISE, "", 0), 0);
  assert_true(core->store->enterprise);
  softkey_store_wipe(core->store, core->env); /* as a reset does */
  assert_false(core->store->enterprise);
}

static void
test_a_key_with_a_pin_wants_its_token(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key("plain-2.1");
  g_autoptr(GByteArray) body = g_byte_array_new();

  (void)state;
  softkey_cbor_put_map(body, 1);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, ALWAYS_UV);
  assert_int_equal(softkey_platform_send(core, 0x0d, body, NULL),
                   SOFTKEY_STATUS_PUAT_REQUIRED);
  assert_false(softkey_config_always_uv(core));
}

static void
test_settings_survive_the_power(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("softkey-config-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "state", NULL);
  g_autoptr(SoftkeyEnv) env = softkey_env_new();
  g_autoptr(SoftkeyStore) store = softkey_store_open(path, env, NULL);
  g_autoptr(SoftkeyStore) again = NULL;

  (void)state;
  store->min_pin_length = 8;
  store->pin_length = 9;
  store->force_change = true;
  store->enterprise = true;
  store->min_pin_rp_ids = g_strsplit("a;b", ";", -1);
  assert_true(softkey_store_save(store, NULL));
  again = softkey_store_open(path, env, NULL);
  assert_int_equal(again->min_pin_length, 8);
  assert_int_equal(again->pin_length, 9);
  assert_true(again->force_change);
  assert_true(again->enterprise);
  assert_false(again->always_uv_toggled);
  assert_string_equal(again->min_pin_rp_ids[1], "b");
  (void)g_unlink(path);
  (void)g_rmdir(folder);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_always_uv_is_toggled_and_wanted),
      cmocka_unit_test(test_the_minimum_only_grows),
      cmocka_unit_test(test_a_forced_change_wants_another_pin),
      cmocka_unit_test(test_relying_parties_are_kept_up_to_the_limit),
      cmocka_unit_test(test_enterprise_attestation_is_switched_on_for_good),
      cmocka_unit_test(test_a_key_with_a_pin_wants_its_token),
      cmocka_unit_test(test_settings_survive_the_power),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
