/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-assertion.c - getAssertion: who may sign, and the counter. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/core-private.h"
#include "tests/softkey/direct.h"
#include "tests/softkey/platform.h"

#define PIN "1234"
#define RP "example.org"

static SoftkeyCore *
make_key(void)
{
  SoftkeyCore *core = softkey_core_new_in_memory("plain-2.1", 1, NULL);

  assert_non_null(core);
  return core;
}

static GBytes *
make(SoftkeyCore *core, SoftkeyPlatformMake request)
{
  GBytes *id = NULL;

  assert_int_equal(softkey_platform_make(core, &request, &id),
                   SOFTKEY_STATUS_OK);
  return id;
}

static SoftkeyStatus
get(SoftkeyCore *core, SoftkeyPlatformGet request)
{
  return softkey_platform_get(core, &request, NULL);
}

static SoftkeyPlatformToken
buy(SoftkeyCore *core)
{
  SoftkeyPlatformToken token;

  assert_int_equal(softkey_platform_get_token(core, 2, PIN, 3, RP, &token),
                   SOFTKEY_STATUS_OK);
  return token;
}

static void
test_cred_protect_decides_who_may_ask(void **state)
{
  /* level, discoverable; allowed: unnamed, named, verified and unnamed,
   * verified and named (CTAP 2.1, section 12.1) */
  static const struct {
    int level;
    bool resident;
    bool allowed[4];
  } cases[] = {
      {1, true, {true, true, true, true}},
      {2, true, {false, true, true, true}},
      {3, true, {false, false, true, true}},
      {1, false, {false, true, false, true}},
      {2, false, {false, true, false, true}},
      {3, false, {false, false, false, true}},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(SoftkeyCore) core = make_key();
    g_autoptr(GBytes) id =
        make(core, (SoftkeyPlatformMake){
                       .protect = cases[i].level,
                       .options = cases[i].resident ? "rk" : "rk=false"});

    assert_int_equal(softkey_platform_set_pin(core, 2, PIN), SOFTKEY_STATUS_OK);
    for (int n = 0; n < 4; n++) {
      SoftkeyPlatformToken token = buy(core);
      SoftkeyPlatformGet request = {.allow = n % 2 == 1 ? id : NULL,
                                    .token = n >= 2 ? &token : NULL};

      assert_int_equal(get(core, request), cases[i].allowed[n]
                                               ? SOFTKEY_STATUS_OK
                                               : SOFTKEY_STATUS_NO_CREDENTIALS);
    }
  }
}

static void
test_flags_say_what_was_done(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GBytes) id = make(core, (SoftkeyPlatformMake){0});
  SoftkeyPlatformToken token;

  (void)state;
  assert_int_equal(softkey_platform_set_pin(core, 2, PIN), SOFTKEY_STATUS_OK);
  for (int n = 0; n < 4; n++) {
    g_autoptr(GBytes) auth_data = NULL;
    SoftkeyPlatformGet request = {.allow = id};

    token = buy(core);
    request.options = (n & 1) != 0 ? "up=false" : "up";
    request.token = (n & 2) != 0 ? &token : NULL;
    assert_int_equal(softkey_platform_get(core, &request, &auth_data),
                     SOFTKEY_STATUS_OK);
    assert_int_equal(g_bytes_get_size(auth_data), 37);
    assert_int_equal(softkey_platform_flags(auth_data),
                     ((n & 1) != 0 ? 0 : 0x01) | ((n & 2) != 0 ? 0x04 : 0));
  }
}

static void
test_without_up_nobody_is_asked_to_touch(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GBytes) id = make(core, (SoftkeyPlatformMake){0});
  unsigned touches = softkey_core_counters(core)->touches;

  (void)state;
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_NEVER;
  assert_int_equal(
      get(core, (SoftkeyPlatformGet){.allow = id, .options = "up=false"}),
      SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_core_counters(core)->touches, touches);
}

static void
test_counter_rises_with_each_signature(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GBytes) one = make(core, (SoftkeyPlatformMake){0});
  g_autoptr(GBytes) two = make(core, (SoftkeyPlatformMake){.user_id = "two"});
  uint32_t last = core->store->counter;

  (void)state;
  assert_int_equal(last, 2);
  for (int i = 0; i < 10; i++) {
    g_autoptr(GBytes) auth_data = NULL;
    const SoftkeyPlatformGet request = {.allow = i % 2 == 0 ? one : two};

    assert_int_equal(softkey_platform_get(core, &request, &auth_data),
                     SOFTKEY_STATUS_OK);
    assert_true(softkey_platform_counter(auth_data) > last);
    last = softkey_platform_counter(auth_data);
  }
}

static void
test_an_id_is_for_its_key_and_its_relying_party(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(SoftkeyCore) twin =
      softkey_core_new_in_memory("plain-2.1", 2, NULL);
  g_autoptr(GBytes) id = make(core, (SoftkeyPlatformMake){0});

  (void)state;
  assert_int_equal(get(core, (SoftkeyPlatformGet){.allow = id}),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(
      get(core, (SoftkeyPlatformGet){.rp_id = "evil.example", .allow = id}),
      SOFTKEY_STATUS_NO_CREDENTIALS);
  assert_int_equal(get(twin, (SoftkeyPlatformGet){.allow = id}),
                   SOFTKEY_STATUS_NO_CREDENTIALS);
}

static void
test_a_changed_id_is_nobodys(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GBytes) id = make(core, (SoftkeyPlatformMake){.protect = 3});

  (void)state;
  for (gsize i = 0; i < g_bytes_get_size(id); i++) {
    g_autofree uint8_t *bytes =
        g_memdup2(g_bytes_get_data(id, NULL), g_bytes_get_size(id));
    g_autoptr(GBytes) changed = NULL;

    bytes[i] ^= 1;
    changed = g_bytes_new(bytes, g_bytes_get_size(id));
    assert_int_equal(get(core, (SoftkeyPlatformGet){.allow = changed}),
                     SOFTKEY_STATUS_NO_CREDENTIALS);
  }
}

static void
test_options_that_it_lacks_are_refused(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GBytes) id = make(core, (SoftkeyPlatformMake){0});

  (void)state;
  assert_int_equal(
      get(core, (SoftkeyPlatformGet){.allow = id, .options = "rk"}),
      SOFTKEY_STATUS_UNSUPPORTED_OPTION);
  assert_int_equal(
      get(core, (SoftkeyPlatformGet){.allow = id, .options = "uv"}),
      SOFTKEY_STATUS_INVALID_OPTION);
}

static void
add_resident(SoftkeyCore *core, const char *user_id)
{
  g_autoptr(GBytes) id = NULL;

  id = make(core, (SoftkeyPlatformMake){.options = "rk", .user_id = user_id});
  assert_non_null(id);
}

static void
test_the_next_one_needs_a_first_one(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();

  (void)state;
  add_resident(core, "a");
  add_resident(core, "b");
  assert_int_equal(softkey_platform_send(core, 0x08, NULL, NULL),
                   SOFTKEY_STATUS_NOT_ALLOWED);
  assert_int_equal(get(core, (SoftkeyPlatformGet){0}), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_send(core, 0x08, NULL, NULL),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_send(core, 0x08, NULL, NULL),
                   SOFTKEY_STATUS_NOT_ALLOWED); /* there were two */
  assert_int_equal(get(core, (SoftkeyPlatformGet){0}), SOFTKEY_STATUS_OK);
  softkey_env_advance(softkey_core_env(core), 30000);
  assert_int_equal(softkey_platform_send(core, 0x08, NULL, NULL),
                   SOFTKEY_STATUS_NOT_ALLOWED); /* too late */
  assert_int_equal(get(core, (SoftkeyPlatformGet){0}), SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_send(core, 0x04, NULL, NULL),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(softkey_platform_send(core, 0x08, NULL, NULL),
                   SOFTKEY_STATUS_NOT_ALLOWED); /* something in between */
}

static void
test_a_list_too_long_is_refused(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GByteArray) body = g_byte_array_new();

  (void)state;
  softkey_cbor_put_map(body, 3);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_text(body, RP);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_bytes(body, softkey_platform_hash, 32);
  softkey_cbor_put_integer(body, 3);
  softkey_cbor_put_array(body, 17);
  for (int i = 0; i < 17; i++)
    softkey_cbor_put_map(body, 0);
  assert_int_equal(softkey_platform_send(core, 0x02, body, NULL),
                   SOFTKEY_STATUS_LIMIT_EXCEEDED);
}

static void
test_a_key_without_front_door_signs_the_same(void **state)
{
  static const int64_t algs[] = {-7, -8};
  g_autoptr(SoftkeyCore) core = make_key();

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(algs); i++) {
    const SoftkeyDirectMake make_request = {.rp_id = RP,
                                            .client_data_hash =
                                                softkey_platform_hash,
                                            .alg = algs[i],
                                            .protect = 2,
                                            .flags = SOFTKEY_DIRECT_UP_UV};
    g_autoptr(SoftkeyDirectMade) made =
        softkey_direct_make(core, &make_request);
    const SoftkeyDirectAssert assert_request = {
        .rp_id = RP,
        .client_data_hash = softkey_platform_hash,
        .credential_id = made->credential_id,
        .flags = 0x1d};
    g_autoptr(SoftkeyDirectAsserted) asserted =
        softkey_direct_assert(core, &assert_request);
    SoftkeyCborItem item;
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(made->public_key, &len);

    assert_true(softkey_cbor_read(bytes, len, &item));
    bytes = g_bytes_get_data(made->attestation_object, &len);
    assert_true(softkey_cbor_read(bytes, len, &item));
    assert_int_equal(softkey_platform_flags(made->auth_data), 0xc5);
    assert_int_equal(softkey_platform_flags(asserted->auth_data), 0x1d);
    assert_int_equal(
        get(core, (SoftkeyPlatformGet){.allow = made->credential_id}),
        SOFTKEY_STATUS_OK);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cred_protect_decides_who_may_ask),
      cmocka_unit_test(test_flags_say_what_was_done),
      cmocka_unit_test(test_without_up_nobody_is_asked_to_touch),
      cmocka_unit_test(test_counter_rises_with_each_signature),
      cmocka_unit_test(test_an_id_is_for_its_key_and_its_relying_party),
      cmocka_unit_test(test_a_changed_id_is_nobodys),
      cmocka_unit_test(test_options_that_it_lacks_are_refused),
      cmocka_unit_test(test_the_next_one_needs_a_first_one),
      cmocka_unit_test(test_a_list_too_long_is_refused),
      cmocka_unit_test(test_a_key_without_front_door_signs_the_same),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
