/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-cbor.c - canonical CBOR is read, all else is refused. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/cbor.h"

/* Hexadecimal text as bytes. */
static GByteArray *
unhex(const char *text)
{
  GByteArray *bytes = g_byte_array_new();

  for (size_t i = 0; text[i] != '\0'; i += 2) {
    uint8_t byte = (uint8_t)(g_ascii_xdigit_value(text[i]) << 4 |
                             g_ascii_xdigit_value(text[i + 1]));

    g_byte_array_append(bytes, &byte, 1);
  }
  return bytes;
}

static bool
reads(const char *text)
{
  g_autoptr(GByteArray) bytes = unhex(text);
  SoftkeyCborItem item;

  return softkey_cbor_read(bytes->data, bytes->len, &item);
}

static void
test_canonical_items_are_read(void **state)
{
  static const char *const items[] = {
      "00",         /* 0 */
      "17",         /* 23 */
      "1818",       /* 24 */
      "190100",     /* 256 */
      "1a00010000", /* 65536 */
      "1b0000000100000000",
      "1bffffffffffffffff",
      "26",     /* -7 */
      "390100", /* -257 */
      "40",     /* h'' */
      "4101",
      "60",               /* "" */
      "62c3a4",           /* "ä" */
      "80",               /* [] */
      "8201820203",       /* [1, [2, 3]] */
      "a0",               /* {} */
      "a201020304",       /* {1: 2, 3: 4} */
      "a3010220036161f5", /* {1: 2, -1: 3, "a": true} */
      "a2617a01626161f4", /* shorter key first */
      "f4",
      "f5",
      "f6",
      "81818180", /* four levels */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(items); i++)
    if (!reads(items[i]))
      fail_msg("%s is canonical", items[i]);
}

static void
test_what_is_not_canonical_is_refused(void **state)
{
  static const struct {
    const char *fault;
    const char *text;
  } items[] = {
      {"nothing", ""},
      {"5 in two bytes", "1805"},
      {"23 in two bytes", "1817"},
      {"255 in three bytes", "1900ff"},
      {"65535 in five bytes", "1a0000ffff"},
      {"2^32-1 in nine bytes", "1b00000000ffffffff"},
      {"length 1 in two bytes", "580101"},
      {"reserved head", "1c"},
      {"indefinite bytes", "5f4101ff"},
      {"indefinite text", "7f6161ff"},
      {"indefinite array", "9f01ff"},
      {"indefinite map", "bf0102ff"},
      {"break alone", "ff"},
      {"tag", "c001"},
      {"undefined", "f7"},
      {"simple value", "f0"},
      {"simple value of two bytes", "f8ff"},
      {"half float", "f93c00"},
      {"float", "fa3f800000"},
      {"double", "fb3ff0000000000000"},
      {"bytes over", "0000"},
      {"bytes over after a map", "a000"},
      {"head cut off", "19"},
      {"head cut off in its middle", "1b00000001"},
      {"bytes cut off", "420a"},
      {"text cut off", "636161"},
      {"array cut off", "8201"},
      {"map without its value", "a101"},
      {"length lies: 2^64-1 bytes", "5bffffffffffffffff00"},
      {"length lies: 2^64-1 members", "9bffffffffffffffff00"},
      {"length lies: 2^63 pairs", "bb800000000000000000"},
      {"length lies: 100 bytes of 2", "58640102"},
      {"duplicate key", "a201020103"},
      {"duplicate text key", "a2616101616102"},
      {"keys out of order", "a203040102"},
      {"text before number", "a26161010102"},
      {"longer key first", "a2626161f4617a01"},
      {"negative before positive", "a220010102"},
      {"duplicate in an inner map", "81a201020103"},
      {"inner map out of order", "a101a202010101"},
      {"text is no UTF-8", "61ff"},
      {"text is an overlong UTF-8", "62c080"},
      {"five levels", "8181818180"},
      {"five levels of maps", "a101a101a101a101a0"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(items); i++)
    if (reads(items[i].text))
      fail_msg("read: %s", items[i].fault);
}

static void
test_every_cut_of_a_message_is_refused(void **state)
{
  g_autoptr(GByteArray) bytes =
      unhex("a4015820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c"
            "1d1e1f02a162696461780382f5f60a1903e8");
  SoftkeyCborItem item;

  (void)state;
  assert_true(softkey_cbor_read(bytes->data, bytes->len, &item));
  for (size_t len = 0; len < bytes->len; len++) {
    /* A copy of its own, so that a read beyond it is seen. */
    g_autofree uint8_t *cut = g_memdup2(bytes->data, len);

    assert_false(softkey_cbor_read(cut, len, &item));
  }
}

static void
test_written_is_read_again(void **state)
{
  static const int64_t numbers[] = {
      0,          23, 24,  255, 256,  65535, 65536,     4294967295,
      4294967296, -1, -24, -25, -256, -257,  INT64_MAX, INT64_MIN};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
    g_autoptr(GByteArray) out = g_byte_array_new();
    SoftkeyCborItem item;
    int64_t number = 0;

    softkey_cbor_put_integer(out, numbers[i]);
    assert_true(softkey_cbor_read(out->data, out->len, &item));
    assert_true(softkey_cbor_integer(&item, &number));
    assert_true(number == numbers[i]);
  }
}

static void
test_bytes_are_written_as_the_standard_says(void **state)
{
  /* RFC 8949, appendix A */
  g_autoptr(GByteArray) out = g_byte_array_new();
  g_autoptr(GByteArray) expected = unhex("a3"
                                         "01"
                                         "1903e8"
                                         "20"
                                         "44"
                                         "01020304"
                                         "6161"
                                         "83"
                                         "f5f4"
                                         "6449455446");

  (void)state;
  softkey_cbor_put_map(out, 3);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, 1000);
  softkey_cbor_put_integer(out, -1);
  softkey_cbor_put_bytes(out, "\1\2\3\4", 4);
  softkey_cbor_put_text(out, "a");
  softkey_cbor_put_array(out, 3);
  softkey_cbor_put_bool(out, true);
  softkey_cbor_put_bool(out, false);
  softkey_cbor_put_text(out, "IETF");
  assert_int_equal(out->len, expected->len);
  assert_memory_equal(out->data, expected->data, out->len);
}

static void
test_fields_have_their_type_or_are_missing(void **state)
{
  g_autoptr(GByteArray) bytes = unhex("a3"
                                      "01"
                                      "05"
                                      "02"
                                      "4107"
                                      "6161"
                                      "f5");
  SoftkeyCborItem map, one, two, a, nine;
  const SoftkeyCborField good[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, true, &one},
      {NULL, 2, SOFTKEY_CBOR_BYTES, true, &two},
      {NULL, 9, SOFTKEY_CBOR_UINT, false, &nine},
      {"a", 0, SOFTKEY_CBOR_SIMPLE, true, &a},
  };
  const SoftkeyCborField missing = {NULL, 9, SOFTKEY_CBOR_UINT, true, &nine};
  const SoftkeyCborField wrong = {NULL, 1, SOFTKEY_CBOR_TEXT, false, &one};

  (void)state;
  assert_true(softkey_cbor_read(bytes->data, bytes->len, &map));
  assert_int_equal(softkey_cbor_fields(&map, good, G_N_ELEMENTS(good)),
                   SOFTKEY_STATUS_OK);
  assert_int_equal(one.value, 5);
  assert_int_equal(two.data[0], 7);
  assert_int_equal(nine.size, 0);
  assert_true(softkey_cbor_is_true(&a));
  assert_int_equal(softkey_cbor_fields(&map, &missing, 1),
                   SOFTKEY_STATUS_MISSING_PARAMETER);
  assert_int_equal(softkey_cbor_fields(&map, &wrong, 1),
                   SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE);
  assert_int_equal(softkey_cbor_fields(&two, good, 1),
                   SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE);
}

static void
test_names_are_ordered_by_length_first(void **state)
{
  const char *names[] = {"clientPin", "up", "rk", "plat"};

  (void)state;
  qsort(names, G_N_ELEMENTS(names), sizeof names[0],
        softkey_cbor_compare_names);
  assert_string_equal(names[0], "rk");
  assert_string_equal(names[1], "up");
  assert_string_equal(names[2], "plat");
  assert_string_equal(names[3], "clientPin");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_canonical_items_are_read),
      cmocka_unit_test(test_what_is_not_canonical_is_refused),
      cmocka_unit_test(test_every_cut_of_a_message_is_refused),
      cmocka_unit_test(test_written_is_read_again),
      cmocka_unit_test(test_bytes_are_written_as_the_standard_says),
      cmocka_unit_test(test_fields_have_their_type_or_are_missing),
      cmocka_unit_test(test_names_are_ordered_by_length_first),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
