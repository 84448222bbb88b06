/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-cbor-write.c - what is written is the one canonical spelling,
 * and what a map holds is found whatever else it holds. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-item.h"
#include "fidotool/device/cbor-write.h"
#include "tests/testing.h"

/* RFC 8949, appendix A. */
/* clang-format off */
static const struct {
  int64_t number;
  const char *hex;
} numbers[] = {
  { 0, "00" }, { 10, "0a" }, { 23, "17" }, { 24, "1818" }, { 100, "1864" },
  { 255, "18ff" }, { 256, "190100" }, { 1000, "1903e8" }, { 65535, "19ffff" },
  { 65536, "1a00010000" }, { 1000000, "1a000f4240" },
  { 4294967295, "1affffffff" }, { 4294967296, "1b0000000100000000" },
  { 1000000000000, "1b000000e8d4a51000" },
  { -1, "20" }, { -10, "29" }, { -100, "3863" }, { -1000, "3903e7" },
  { INT64_MIN, "3b7fffffffffffffff" },
};
/* clang-format on */

static void
assert_hex(const GByteArray *out, const char *hex)
{
  g_autofree char *text = fidotool_bytes_hex(out->data, out->len);

  assert_string_equal(text, hex);
}

static void
numbers_are_as_short_as_can_be(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
    g_autoptr(GByteArray) out = g_byte_array_new();

    fidotool_cbor_write_int(out, numbers[i].number);
    assert_hex(out, numbers[i].hex);
  }
}

static void
strings_and_containers_have_their_heads(void **state)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  uint8_t long_bytes[256] = {0};

  (void)state;
  fidotool_cbor_write_map(out, 2);
  fidotool_cbor_write_text(out, "a");
  fidotool_cbor_write_array(out, 2);
  fidotool_cbor_write_bool(out, false);
  fidotool_cbor_write_bool(out, true);
  fidotool_cbor_write_bytes(out, "\x01\x02\x03\x04", 4);
  fidotool_cbor_write_text(out, "");
  assert_hex(out, "a2616182f4f5440102030460");
  g_byte_array_set_size(out, 0);
  fidotool_cbor_write_bytes(out, long_bytes, sizeof(long_bytes));
  assert_int_equal(out->len, 3 + 256);
  assert_memory_equal(out->data, "\x59\x01\x00", 3);
}

/* clang-format off */
static const struct {
  const char *name;
  const char *bytes;
  size_t len;
  bool good;
} maps[] = {
  { "both", "\xa2\x01\x07\x02\x41\x61", 6, true },
  { "in another order", "\xa2\x02\x41\x61\x01\x07", 6, true },
  { "others beside them", "\xa4\x01\x07\x02\x41\x61\x03\x82\x01\x02\x61\x7a\xa1\x01\x01", 15, true },
  { "the optional one missing", "\xa1\x02\x41\x61", 4, true },
  { "the required one missing", "\xa1\x01\x07", 3, false },
  { "of another type", "\xa2\x01\x61\x61\x02\x41\x61", 7, false },
  { "twice", "\xa3\x01\x07\x01\x07\x02\x41\x61", 8, false },
  { "bytes behind it", "\xa1\x02\x41\x61\x00", 5, false },
  { "cut off", "\xa2\x01\x07\x02\x41", 5, false },
  { "more pairs than bytes", "\xba\xff\xff\xff\xff\x01\x07", 7, false },
  { "no map", "\x82\x01\x07", 3, false },
  { "a map as a key", "\xa2\xa0\x01\x02\x41\x61", 6, false },
  { "nothing", "", 0, false },
};
/* clang-format on */

static void
wanted_members_are_picked_out_of_a_map(void **state)
{
  FidotoolCborItem number, bytes;
  const FidotoolCborItemField fields[] = {
      {NULL, 1, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &number},
      {NULL, 2, FIDOTOOL_CBOR_ITEM_BYTES, true, &bytes},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(maps); i++) {
    bool good =
        fidotool_cbor_item_fields(maps[i].bytes, maps[i].len, fields, 2);

    if (good != maps[i].good)
      fail_msg("%s", maps[i].name);
    if (good && number.present)
      assert_int_equal(number.value, 7);
    if (good)
      assert_memory_equal(bytes.data, "a", bytes.len);
  }
}

static void
a_map_within_is_handed_out_whole(void **state)
{
  FidotoolCborItem inner;
  const FidotoolCborItemField fields[] = {
      {"in", 0, FIDOTOOL_CBOR_ITEM_MAP, true, &inner}};

  (void)state;
  assert_true(
      fidotool_cbor_item_fields("\xa1\x62in\xa1\x01\x02", 7, fields, 1));
  assert_int_equal(inner.len, 3);
  assert_memory_equal(inner.data, "\xa1\x01\x02", 3);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_as_short_as_can_be),
      cmocka_unit_test(strings_and_containers_have_their_heads),
      cmocka_unit_test(wanted_members_are_picked_out_of_a_map),
      cmocka_unit_test(a_map_within_is_handed_out_whole),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
