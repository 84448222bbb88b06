/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-management.c - credential management, final and preview. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/core-private.h"
#include "tests/softkey/platform.h"
#include "tests/softkey/protocol.h"

#define PIN "1234"
#define FINAL 0x0a
#define PREVIEW 0x41
#define CREDENTIALS SOFTKEY_PIN_CREDENTIALS

typedef struct {
  SoftkeyCore *core;
  SoftkeyPlatformToken token;
  uint8_t command;
} Desk;

static void
clear_desk(Desk *desk)
{
  softkey_core_free(desk->core);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, clear_desk)

/* A key with a PIN and three credentials, two of them for one relying party. */
static void
fill(Desk *desk, const char *profile)
{
  static const char *const rows[][2] = {
      {"one.example", "ada"}, {"two.example", "ada"}, {"one.example", "bob"}};
  int version = g_str_equal(profile, "pre-2.1") ? 1 : 2;

  desk->core = softkey_core_new_in_memory(profile, 1, NULL);
  desk->command = version == 1 ? PREVIEW : FINAL;
  assert_int_equal(softkey_platform_set_pin(desk->core, version, PIN), 0);
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    SoftkeyPlatformToken token;
    const SoftkeyPlatformMake request = {.rp_id = rows[i][0],
                                         .user_id = rows[i][1],
                                         .options = "rk",
                                         .token = &token};

    assert_int_equal(softkey_platform_get_token(desk->core, version, PIN,
                                                version == 1 ? 0 : 1,
                                                rows[i][0], &token),
                     0);
    assert_int_equal(softkey_platform_make(desk->core, &request, NULL), 0);
  }
  assert_int_equal(softkey_platform_get_token(desk->core, version, PIN,
                                              version == 1 ? 0 : CREDENTIALS,
                                              NULL, &desk->token),
                   0);
}

/* One subcommand; params is the CBOR of its map, or NULL. */
static SoftkeyStatus
manage(const Desk *desk, int subcommand, const GByteArray *params,
       GByteArray *reply)
{
  g_autoptr(GByteArray) body = g_byte_array_new();
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  uint8_t mac[32], first = (uint8_t)subcommand;
  bool next = subcommand == 3 || subcommand == 5;

  g_byte_array_append(bytes, &first, 1);
  if (params)
    g_byte_array_append(bytes, params->data, params->len);
  softkey_protocol_mac(desk->token.bytes, bytes->data, bytes->len, mac);
  softkey_cbor_put_map(body,
                       1 + (size_t)(params != NULL) + (size_t)(next ? 0 : 2));
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, subcommand);
  if (params) {
    softkey_cbor_put_integer(body, 2);
    g_byte_array_append(body, params->data, params->len);
  }
  if (!next) {
    softkey_cbor_put_integer(body, 3);
    softkey_cbor_put_integer(body, desk->token.version);
    softkey_cbor_put_integer(body, 4);
    softkey_cbor_put_bytes(body, mac,
                           softkey_protocol_mac_size(desk->token.version));
  }
  g_byte_array_set_size(reply, 0);
  return softkey_platform_send(desk->core, desk->command, body, reply);
}

/* A number in the reply, -1 where it is not there. */
static int64_t
find_number(const GByteArray *reply, int64_t key)
{
  SoftkeyCborItem map, item;
  const SoftkeyCborField field = {NULL, key, SOFTKEY_CBOR_UINT, false, &item};

  assert_true(softkey_cbor_read(reply->data, reply->len, &map));
  assert_int_equal(softkey_cbor_fields(&map, &field, 1), 0);
  return item.size > 0 ? (int64_t)item.value : -1;
}

static GByteArray *
new_rp_params(const Desk *desk, guint i)
{
  const SoftkeyResident *resident = desk->core->store->residents->pdata[i];
  GByteArray *params = g_byte_array_new();

  softkey_cbor_put_map(params, 1);
  softkey_cbor_put_integer(params, 1);
  softkey_cbor_put_bytes(params, resident->rp_hash, 32);
  return params;
}

/* With user_name, for updateUserInformation. */
static GByteArray *
new_id_params(const Desk *desk, guint i, const char *user_name)
{
  const SoftkeyResident *resident = desk->core->store->residents->pdata[i];
  GByteArray *params = g_byte_array_new();
  gsize len;
  const void *user_id = g_bytes_get_data(resident->user_id, &len);

  softkey_cbor_put_map(params, user_name ? 2 : 1);
  softkey_cbor_put_integer(params, 2);
  softkey_cbor_put_map(params, 2);
  softkey_cbor_put_text(params, "id");
  softkey_cbor_put_bytes(params, resident->handle.id, SOFTKEY_HANDLE_SIZE);
  softkey_cbor_put_text(params, "type");
  softkey_cbor_put_text(params, "public-key");
  if (!user_name)
    return params;
  softkey_cbor_put_integer(params, 3);
  softkey_cbor_put_map(params, 2);
  softkey_cbor_put_text(params, "id");
  softkey_cbor_put_bytes(params, user_id, len);
  softkey_cbor_put_text(params, "name");
  softkey_cbor_put_text(params, user_name);
  return params;
}

static const char *const profiles[] = {"plain-2.1", "pre-2.1"};

static void
test_counts_and_listings_are_whole(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
    g_auto(Desk) desk = {0};
    g_autoptr(GByteArray) reply = g_byte_array_new();
    g_autoptr(GByteArray) params = NULL;

    fill(&desk, profiles[i]);
    params = new_rp_params(&desk, 0);
    assert_int_equal(manage(&desk, 1, NULL, reply), 0);
    assert_int_equal(find_number(reply, 1), 3);
    assert_int_equal(find_number(reply, 2), 61);
    assert_int_equal(manage(&desk, 2, NULL, reply), 0);
    assert_int_equal(find_number(reply, 5), 2);
    assert_int_equal(manage(&desk, 3, NULL, reply), 0);
    assert_int_equal(manage(&desk, 3, NULL, reply), SOFTKEY_STATUS_NOT_ALLOWED);
    assert_int_equal(manage(&desk, 4, params, reply), 0);
    assert_int_equal(find_number(reply, 9), 2);
    assert_int_equal(manage(&desk, 5, NULL, reply), 0);
    assert_int_equal(find_number(reply, 9), -1);
    assert_int_equal(manage(&desk, 5, NULL, reply), SOFTKEY_STATUS_NOT_ALLOWED);
  }
}

static void
test_another_command_ends_a_listing(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  fill(&desk, "plain-2.1");
  assert_int_equal(manage(&desk, 2, NULL, reply), 0);
  assert_int_equal(softkey_platform_send(desk.core, 0x04, NULL, NULL), 0);
  assert_int_equal(manage(&desk, 3, NULL, reply), SOFTKEY_STATUS_NOT_ALLOWED);
}

static void
test_delete_takes_exactly_the_one(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
    g_auto(Desk) desk = {0};
    g_autoptr(GByteArray) reply = g_byte_array_new();
    g_autoptr(GByteArray) params = NULL;

    fill(&desk, profiles[i]);
    params = new_id_params(&desk, 1, NULL);
    assert_int_equal(manage(&desk, 6, params, reply), 0);
    assert_int_equal(desk.core->store->residents->len, 2);
    for (guint k = 0; k < 2; k++) {
      const SoftkeyResident *left = desk.core->store->residents->pdata[k];

      assert_string_equal(left->rp_id, "one.example");
    }
    assert_int_equal(manage(&desk, 6, params, reply),
                     SOFTKEY_STATUS_NO_CREDENTIALS);
  }
}

static void
test_new_names_are_for_final_keys(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
    g_auto(Desk) desk = {0};
    g_autoptr(GByteArray) reply = g_byte_array_new();
    g_autoptr(GByteArray) params = NULL;
    const SoftkeyResident *resident;

    fill(&desk, profiles[i]);
    params = new_id_params(&desk, 0, "Ada L.");
    assert_int_equal(manage(&desk, 7, params, reply),
                     i == 0 ? 0 : SOFTKEY_STATUS_INVALID_COMMAND);
    resident = desk.core->store->residents->pdata[0];
    if (i == 0)
      assert_string_equal(resident->user_name, "Ada L.");
  }
}

static void
test_the_token_must_be_right(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GByteArray) reply = g_byte_array_new();
  g_autoptr(GByteArray) params = NULL;

  (void)state;
  fill(&desk, "plain-2.1");
  /* one bound to another relying party */
  assert_int_equal(softkey_platform_get_token(desk.core, 2, PIN, CREDENTIALS,
                                              "two.example", &desk.token),
                   0);
  assert_int_equal(manage(&desk, 1, NULL, reply),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
  params = new_id_params(&desk, 0, NULL);
  assert_int_equal(manage(&desk, 6, params, reply),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
  /* one for something else */
  assert_int_equal(softkey_platform_get_token(desk.core, 2, PIN,
                                              SOFTKEY_PIN_GET, "one.example",
                                              &desk.token),
                   0);
  assert_int_equal(manage(&desk, 1, NULL, reply),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
  /* none that is any good */
  desk.token.bytes[0] ^= 1;
  assert_int_equal(manage(&desk, 2, NULL, reply),
                   SOFTKEY_STATUS_PIN_AUTH_INVALID);
  assert_int_equal(desk.core->store->residents->len, 3);
}

static void
test_one_that_may_only_look_changes_nothing(void **state)
{
  static const char *const keys[] = {"plain-2.1", "self-2.3"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
    g_auto(Desk) desk = {0};
    g_autoptr(GByteArray) reply = g_byte_array_new();
    g_autoptr(GByteArray) params = NULL;

    fill(&desk, keys[i]);
    /* for keys that say so (self-2.3 does) */
    assert_int_equal(softkey_platform_get_token(desk.core, 2, PIN,
                                                SOFTKEY_PIN_CREDENTIALS_RO,
                                                NULL, &desk.token),
                     i == 0 ? SOFTKEY_STATUS_UNAUTHORIZED_PERMISSION : 0);
    if (i == 0)
      continue;
    assert_int_equal(manage(&desk, 1, NULL, reply), 0);
    assert_int_equal(manage(&desk, 2, NULL, reply), 0);
    params = new_id_params(&desk, 0, NULL);
    assert_int_equal(manage(&desk, 6, params, reply),
                     SOFTKEY_STATUS_PIN_AUTH_INVALID);
    assert_int_equal(desk.core->store->residents->len, 3);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_counts_and_listings_are_whole),
      cmocka_unit_test(test_another_command_ends_a_listing),
      cmocka_unit_test(test_delete_takes_exactly_the_one),
      cmocka_unit_test(test_new_names_are_for_final_keys),
      cmocka_unit_test(test_the_token_must_be_right),
      cmocka_unit_test(test_one_that_may_only_look_changes_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
