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

/* Every member of CTAP 2.0 to 2.3 but the AAGUID, and what becomes of it. */
/* clang-format off */
#define ROW(number, bytes, name, json) { number, bytes, sizeof(bytes) - 1, name, json }
static const struct {
  uint8_t number;
  const char *bytes;
  size_t len;
  const char *name;
  const char *json;
} every[] = {
  ROW(0x01, "\x81\x68" "FIDO_2_3", "versions", "[\"FIDO_2_3\"]"),
  ROW(0x02, "\x81\x68" "credBlob", "extensions", "[\"credBlob\"]"),
  ROW(0x04, "\xa1\x62" "ep\xf4", "options", "{\"ep\":false}"),
  ROW(0x05, "\x19\x1d\xb9", "max_msg_size", "7609"),
  ROW(0x06, "\x82\x02\x01", "pin_protocols", "[2,1]"),
  ROW(0x07, "\x10", "max_credential_count_in_list", "16"),
  ROW(0x08, "\x18\x80", "max_credential_id_length", "128"),
  ROW(0x09, "\x81\x63" "nfc", "transports", "[\"nfc\"]"),
  ROW(0x0a, "\x81\xa2\x63" "alg\x26\x64" "type\x6a" "public-key", "algorithms",
      "[{\"alg\":-7,\"type\":\"public-key\"}]"),
  ROW(0x0b, "\x19\x10\x00", "max_serialized_large_blob_array", "4096"),
  ROW(0x0c, "\xf5", "force_pin_change", "true"),
  ROW(0x0d, "\x06", "min_pin_length", "6"),
  ROW(0x0e, "\x1a\x00\x05\x07\x04", "firmware_version", "329476"),
  ROW(0x0f, "\x18\x20", "max_cred_blob_length", "32"),
  ROW(0x10, "\x02", "max_rp_ids_for_set_min_pin_length", "2"),
  ROW(0x11, "\x03", "preferred_platform_uv_attempts", "3"),
  ROW(0x12, "\x02", "uv_modality", "2"),
  ROW(0x13, "\xa1\x64" "FIDO\x01", "certifications", "{\"FIDO\":1}"),
  ROW(0x14, "\x18\x19", "remaining_discoverable_credentials", "25"),
  ROW(0x15, "\x82\x01\x1b\xff\xff\xff\xff\xff\xff\xff\xff", "vendor_prototype_config_commands",
      "[1,\"18446744073709551615\"]"),
  ROW(0x16, "\x81\x66" "packed", "attestation_formats", "[\"packed\"]"),
  ROW(0x17, "\x05", "uv_count_since_last_pin_entry", "5"),
  ROW(0x18, "\xf5", "long_touch_for_reset", "true"),
  ROW(0x19, "\x43" "abc", "enc_identifier", "\"YWJj\""),
  ROW(0x1a, "\x81\x63" "usb", "transports_for_reset", "[\"usb\"]"),
  ROW(0x1b, "\xf4", "pin_complexity_policy", "false"),
  ROW(0x1c, "\x49" "https://x", "pin_complexity_policy_url", "\"https://x\""),
  ROW(0x1d, "\x18\x3f", "max_pin_length", "63"),
  ROW(0x1e, "\x43" "abd", "enc_cred_store_state", "\"YWJk\""),
  ROW(0x1f, "\x82\x01\x03", "authenticator_config_commands", "[1,3]"),
};
#undef ROW
/* clang-format on */

/* {AAGUID, number: bytes} */
static GBytes *
new_reply(uint8_t number, const char *bytes, size_t len)
{
  GByteArray *raw = g_byte_array_new();
  const uint8_t wide = 0x18;

  g_byte_array_append(raw, (const uint8_t *)"\xa2" AAGUID, 1 + 18);
  if (number > 23)
    g_byte_array_append(raw, &wide, 1);
  g_byte_array_append(raw, &number, 1);
  g_byte_array_append(raw, (const uint8_t *)bytes, (guint)len);
  return g_byte_array_free_to_bytes(raw);
}

static void
every_member_has_its_name(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(every); i++) {
    g_autoptr(GBytes) raw =
        new_reply(every[i].number, every[i].bytes, every[i].len);
    g_autoptr(FidotoolInfo) info = fidotool_info_read(raw, NULL);
    const FidotoolJson *value;
    g_autofree char *text = NULL;

    assert_non_null(info);
    value = fidotool_json_get(info->json, every[i].name);
    if (!value)
      fail_msg("no %s", every[i].name);
    text = fidotool_json_write(value, NULL);
    assert_string_equal(text, every[i].json);
    assert_int_equal(fidotool_json_size(fidotool_json_get(info->json, "raw")),
                     0);
  }
}

/* null is nothing that any member may be. */
static void
a_member_that_is_something_else_is_kept_by_number(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(every); i++) {
    g_autoptr(GBytes) raw = new_reply(every[i].number, "\xf6", 1);
    g_autoptr(FidotoolInfo) info = fidotool_info_read(raw, NULL);
    g_autofree char *number = g_strdup_printf("%d", every[i].number);

    assert_non_null(info);
    assert_null(fidotool_json_get(info->json, every[i].name));
    assert_non_null(
        fidotool_json_get(fidotool_json_get(info->json, "raw"), number));
  }
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
      cmocka_unit_test(every_member_has_its_name),
      cmocka_unit_test(a_member_that_is_something_else_is_kept_by_number),
      cmocka_unit_test(what_lies_is_refused),
      cmocka_unit_test(every_cut_is_refused),
      cmocka_unit_test(what_is_not_canonical_is_seen),
      cmocka_unit_test(text_from_a_key_becomes_valid),
      cmocka_unit_test(an_item_is_passed_over_whole),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
