/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-info.c - a key's description of itself, well and badly made. */
#include <string.h>

#include "fidotool/device/cbor-item.h"
#include "fidotool/device/info.h"
#include "fidotool/error.h"
#include "tests/testing.h"

#define AAGUID                                                                 \
  "\x03\x50\x6b\x65\x79\x74\x75\x72\x4e\x20\x80\x00\x70\x72\x61\x63\x74\x6b"
#define VERSIONS                                                               \
  "\x01\x81\x68"                                                               \
  "FIDO_2_0"
/* {"rk": true, "clientPin": false}: in order, shorter names first */
#define OPTIONS                                                                \
  "\x04\xa2\x62rk\xf5\x69"                                                     \
  "clientPin\xf4"
/* the same in the wrong order */
#define OPTIONS_TURNED                                                         \
  "\x04\xa2\x69"                                                               \
  "clientPin\xf4\x62rk\xf5"

static FidotoolInfo *
read_info(const char *bytes, size_t len, GError **error)
{
  g_autoptr(GBytes) raw = g_bytes_new(bytes, len);

  return fidotool_info_read(raw, error);
}

static void
members_are_read_by_name_and_number(void **state)
{
  static const char bytes[] = "\xa6" VERSIONS AAGUID OPTIONS "\x0d\x06"
                              "\x16\x81\x64"
                              "none"
                              "\x18\x77\x43"
                              "abc";
  g_autoptr(FidotoolInfo) info = read_info(bytes, sizeof(bytes) - 1, NULL);

  (void)state;
  assert_non_null(info);
  assert_string_equal(info->aaguid_text,
                      "6b657974-7572-4e20-8000-70726163746b");
  assert_int_equal(fidotool_info_option(info, "rk"), 1);
  assert_int_equal(fidotool_info_option(info, "clientPin"), 0);
  assert_int_equal(fidotool_info_option(info, "uv"), -1);
  assert_int_equal(info->min_pin_length, 6);
  assert_int_equal(info->max_pin_length, 63);
  assert_int_equal(info->firmware, -1);
  assert_int_equal(fidotool_info_algorithm(info, -7), -1);
  assert_true(fidotool_info_has_version(info, "FIDO_2_0"));
  assert_string_equal(
      fidotool_json_get_text(fidotool_json_get(info->json, "raw"), "119"),
      "YWJj");
  assert_string_equal(
      fidotool_json_text(fidotool_json_at(
          fidotool_json_get(info->json, "attestation_formats"), 0)),
      "none");
  assert_true(info->canonical);
}

/* clang-format off */
#define ROW(name, bytes) { name, bytes, sizeof(bytes) - 1 }
static const struct {
  const char *name;
  const char *bytes;
  size_t len;
} refused[] = {
  ROW("nothing", ""),
  ROW("not a map", "\x81\x01"),
  ROW("a member twice", "\xa3" AAGUID "\x0d\x06\x0d\x06"),
  ROW("an unknown member twice", "\xa3" AAGUID "\x18\x77\x06\x18\x77\x06"),
  ROW("the AAGUID twice", "\xa2" AAGUID AAGUID),
  ROW("an option twice", "\xa2" AAGUID "\x04\xa2\x62rk\xf5\x62rk\xf5"),
  ROW("bytes after it", "\xa1" AAGUID "\x00"),
  ROW("truncated", "\xa2" AAGUID "\x0d"),
  ROW("more members than there are", "\xa3" AAGUID),
  ROW("no AAGUID", "\xa1\x0d\x06"),
  ROW("a short AAGUID", "\xa1\x03\x43" "abc"),
  ROW("a text longer than the rest", "\xa2" AAGUID "\x0e\x79\xff\xff" "x"),
  ROW("an array of 2^60", "\xa2" AAGUID "\x01\x9b\x10\x00\x00\x00\x00\x00\x00\x00"),
  ROW("a map of 2^63", "\xbb\x80\x00\x00\x00\x00\x00\x00\x00" AAGUID),
  ROW("an indefinite array", "\xa2\x01\x9f\x01\xff" AAGUID),
  ROW("a float", "\xa2" AAGUID "\x0d\xfb\x40\x18\x00\x00\x00\x00\x00\x00"),
  ROW("nested too deep", "\xa2" AAGUID "\x18\x77\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01"),
  ROW("a member without number", "\xa2" AAGUID "\x61" "a\x01"),
};
/* clang-format on */

static void
what_lies_is_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolInfo) info =
        read_info(refused[i].bytes, refused[i].len, &error);

    if (info || error->code != (int)FIDOTOOL_ERROR_INVALID)
      fail_msg("%s: accepted", refused[i].name);
  }
}

static void
every_cut_is_refused(void **state)
{
  static const char bytes[] = "\xa5" VERSIONS AAGUID OPTIONS "\x0d\x06"
                              "\x18\x77\x43"
                              "abc";

  (void)state;
  for (size_t len = 0; len < sizeof(bytes) - 1; len++)
    assert_null(read_info(bytes, len, NULL));
}

static void
what_is_not_canonical_is_seen(void **state)
{
  static const char turned[] = "\xa3" VERSIONS AAGUID OPTIONS_TURNED;
  static const char members[] = "\xa2" AAGUID VERSIONS;
  static const char wide[] = "\xa2" AAGUID "\x0d\x18\x06";
  g_autoptr(FidotoolInfo) first = read_info(turned, sizeof(turned) - 1, NULL);
  g_autoptr(FidotoolInfo) second =
      read_info(members, sizeof(members) - 1, NULL);
  g_autoptr(FidotoolInfo) third = read_info(wide, sizeof(wide) - 1, NULL);

  (void)state;
  assert_false(first->canonical);
  assert_false(second->canonical);
  assert_false(third->canonical);
}

static void
text_from_a_key_becomes_valid(void **state)
{
  static const char bytes[] = "\xa2" AAGUID "\x01\x82\x63"
                              "a\0b\x62\xff\xfe";
  g_autoptr(FidotoolInfo) info = read_info(bytes, sizeof(bytes) - 1, NULL);
  const FidotoolJson *versions;

  (void)state;
  assert_non_null(info);
  versions = fidotool_json_get(info->json, "versions");
  assert_string_equal(fidotool_json_text(fidotool_json_at(versions, 0)), "a");
  assert_true(g_utf8_validate(fidotool_json_text(fidotool_json_at(versions, 1)),
                              -1, NULL));
}

static void
an_item_is_passed_over_whole(void **state)
{
  static const char bytes[] = "\xa1\x01\x82\x43"
                              "abc\xa0\x05";
  FidotoolCborItemCursor cursor = {(const uint8_t *)bytes, sizeof(bytes) - 1,
                                   true};
  const uint8_t *data;
  size_t len;

  (void)state;
  assert_true(fidotool_cbor_item_skip(&cursor, &data, &len));
  assert_int_equal(len, sizeof(bytes) - 2);
  assert_true(fidotool_cbor_item_skip(&cursor, &data, &len));
  assert_int_equal(len, 1);
  assert_false(fidotool_cbor_item_skip(&cursor, &data, &len));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(members_are_read_by_name_and_number),
      cmocka_unit_test(what_lies_is_refused),
      cmocka_unit_test(every_cut_is_refused),
      cmocka_unit_test(what_is_not_canonical_is_seen),
      cmocka_unit_test(text_from_a_key_becomes_valid),
      cmocka_unit_test(an_item_is_passed_over_whole),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
