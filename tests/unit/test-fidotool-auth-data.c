/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-auth-data.c - authenticator data, cut at every byte. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/judge/auth-data.h"

/* RP ID hash, then flags and counter; AAGUID; id of two bytes; an Ed25519 key
 * (RFC 8032, 7.1); extensions. */
#define HASH                                                                   \
  "\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10"
#define ATTESTED                                                               \
  "abcdefghijklmnop"                                                           \
  "\0\2"                                                                       \
  "id"
#define KEY                                                                    \
  "\xa4\1\1\3\x27\x20\6\x21\x58\x20"                                           \
  "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"           \
  "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a"
#define EXTENSIONS "\xa1\x61\x61\x01"

static const char all[] = HASH "\xc5\1\2\3\4" ATTESTED KEY EXTENSIONS;

static void
every_part_is_found(void **state)
{
  FidotoolSlice raw = {(const uint8_t *)all, sizeof(all) - 1};
  FidotoolAuthData data;

  (void)state;
  assert_true(fidotool_auth_data_head(raw, &data));
  assert_int_equal(data.flags, 0xc5);
  assert_int_equal(data.sign_count, 0x01020304);
  assert_null(fidotool_auth_data_rest(&data));
  assert_memory_equal(data.aaguid.data, "abcdefghijklmnop", 16);
  assert_int_equal(data.id.len, 2);
  assert_memory_equal(data.id.data, "id", 2);
  assert_int_equal(data.key_result, FIDOTOOL_COSE_GOOD);
  assert_int_equal(data.key.raw.len, sizeof(KEY) - 1);
  assert_true(data.has_extensions);
  assert_int_equal(data.extensions.argument, 1);
  fidotool_auth_data_clear(&data);
}

static void
every_cut_is_seen(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof(all) - 1; i++) {
    g_autofree uint8_t *copy = g_memdup2(all, i + (i == 0));
    FidotoolSlice raw = {copy, i};
    FidotoolAuthData data;

    if (!fidotool_auth_data_head(raw, &data)) {
      assert_true(i < FIDOTOOL_AUTH_DATA_HEAD);
      continue;
    }
    assert_non_null(fidotool_auth_data_rest(&data));
    fidotool_auth_data_clear(&data);
  }
}

static void
an_id_longer_than_the_rest_is_cut_off(void **state)
{
  char copy[sizeof(all)];
  FidotoolSlice raw = {(const uint8_t *)copy, sizeof(all) - 1};
  FidotoolAuthData data;

  (void)state;
  memcpy(copy, all, sizeof(all));
  copy[53] = '\xff';
  copy[54] = '\xff';
  assert_true(fidotool_auth_data_head(raw, &data));
  assert_string_equal(fidotool_auth_data_rest(&data),
                      "the credential id is cut off");
  assert_null(data.aaguid.data);
  fidotool_auth_data_clear(&data);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_part_is_found),
      cmocka_unit_test(every_cut_is_seen),
      cmocka_unit_test(an_id_longer_than_the_rest_is_cut_off),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
