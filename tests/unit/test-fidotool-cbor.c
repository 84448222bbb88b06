/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-cbor.c - what the scan takes and what it refuses. Encodings
 * are those of RFC 8949, appendix A, where they stand there. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/cbor.h"

typedef struct {
  const char *name;
  const char *hex;
  FidotoolCborFault fault;
  bool loose; /* well formed, and not canonical */
} Row;

#define FF8 "ffffffffffffffff"

/* clang-format off */
static const Row rows[] = {
  { "0", "00", FIDOTOOL_CBOR_OK, false },
  { "23", "17", FIDOTOOL_CBOR_OK, false },
  { "24", "1818", FIDOTOOL_CBOR_OK, false },
  { "1000000", "1a000f4240", FIDOTOOL_CBOR_OK, false },
  { "2^64 - 1", "1b" FF8, FIDOTOOL_CBOR_OK, false },
  { "-1000", "3903e7", FIDOTOOL_CBOR_OK, false },
  { "-2^63", "3b7fffffffffffffff", FIDOTOOL_CBOR_OK, false },
  { "-2^63 - 1", "3b8000000000000000", FIDOTOOL_CBOR_LIMIT, false },
  { "false, true, null, undefined", "84f4f5f6f7", FIDOTOOL_CBOR_OK, false },
  { "bytes", "4401020304", FIDOTOOL_CBOR_OK, false },
  { "text", "6449455446", FIDOTOOL_CBOR_OK, false },
  { "nested arrays", "8301820203820405", FIDOTOOL_CBOR_OK, false },
  { "a map", "a26161016162820203", FIDOTOOL_CBOR_OK, false },
  { "a map with numbers as keys", "a201020304", FIDOTOOL_CBOR_OK, false },
  { "empty ones", "8540608080a0", FIDOTOOL_CBOR_OK, false },

  { "23 in two bytes", "1817", FIDOTOOL_CBOR_OK, true },
  { "255 in three bytes", "1900ff", FIDOTOOL_CBOR_OK, true },
  { "65535 in five bytes", "1a0000ffff", FIDOTOOL_CBOR_OK, true },
  { "2^32 - 1 in nine bytes", "1b00000000ffffffff", FIDOTOOL_CBOR_OK, true },
  { "a length in two bytes", "580101", FIDOTOOL_CBOR_OK, true },
  { "keys out of order", "a203040102", FIDOTOOL_CBOR_OK, true },
  { "a negative key before a positive one", "a220000100", FIDOTOOL_CBOR_OK, true },
  { "a longer key before a shorter one", "a2626161006162" "00", FIDOTOOL_CBOR_OK, true },
  { "keys out of order deep inside", "8181a203040102", FIDOTOOL_CBOR_OK, true },

  { "nothing", "", FIDOTOOL_CBOR_SHORT, false },
  { "a number cut off", "1901", FIDOTOOL_CBOR_SHORT, false },
  { "bytes cut off", "44010203", FIDOTOOL_CBOR_SHORT, false },
  { "bytes of 2^64 - 1", "5b" FF8, FIDOTOOL_CBOR_SHORT, false },
  { "an array cut off", "820", FIDOTOOL_CBOR_SHORT, false },
  { "an array of 2^64 - 1", "9b" FF8, FIDOTOOL_CBOR_SHORT, false },
  { "a map without its last value", "a2010203", FIDOTOOL_CBOR_SHORT, false },
  { "a map of 2^64 - 1", "bb" FF8, FIDOTOOL_CBOR_SHORT, false },
  { "a map of 2^63", "bb8000000000000000" "0000", FIDOTOOL_CBOR_SHORT, false },

  { "a key twice", "a201000100", FIDOTOOL_CBOR_DUPLICATE, false },
  { "a key twice, spelled otherwise", "a20100180100", FIDOTOOL_CBOR_DUPLICATE, false },
  { "a key twice, not side by side", "a3020001000200", FIDOTOOL_CBOR_DUPLICATE, false },
  { "a text key twice", "a2616100616100", FIDOTOOL_CBOR_DUPLICATE, false },
  { "a text and a byte string of the same bytes", "a2416100616100", FIDOTOOL_CBOR_OK, false },
  { "a key twice deep inside", "8181a201000100", FIDOTOOL_CBOR_DUPLICATE, false },

  { "indefinite bytes", "5f4100ff", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "indefinite text", "7f6161ff", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "an indefinite array", "9f00ff", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "an indefinite map", "bf0000ff", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "a break alone", "ff", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "a tag", "c11a514b67b0", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "a number over 64 bits", "c249010000000000000000", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "a half float", "f90000", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "a double", "fb3ff199999999999a", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "simple value 16", "f0", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "simple value 255", "f8ff", FIDOTOOL_CBOR_FORBIDDEN, false },
  { "a reserved length", "1c", FIDOTOOL_CBOR_FORBIDDEN, false },

  { "16 deep", "818181818181818181818181818181" "00", FIDOTOOL_CBOR_OK, false },
  { "17 deep", "81818181818181818181818181818181" "00", FIDOTOOL_CBOR_LIMIT, false },
  { "an array as a key", "a18000", FIDOTOOL_CBOR_KEY, false },
  { "true as a key", "a1f500", FIDOTOOL_CBOR_KEY, false },
  { "text that is no UTF-8", "62c328", FIDOTOOL_CBOR_UTF8, false },
  { "a NUL in a text", "6100", FIDOTOOL_CBOR_UTF8, false },
};
/* clang-format on */

/* Bytes of their own on the heap, so that a sanitizer sees a step too far. */
static uint8_t *
read_hex(const char *hex, size_t *ret_len)
{
  size_t len = strlen(hex) / 2;
  uint8_t *data = g_malloc(len + (len == 0));

  for (size_t i = 0; i < len; i++)
    data[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
                        g_ascii_xdigit_value(hex[2 * i + 1]));
  *ret_len = len;
  return data;
}

static void
scans(void **state)
{
  const Row *row = *state;
  size_t len;
  g_autofree uint8_t *data = read_hex(row->hex, &len);
  FidotoolCbor item = {0};
  bool canonical = true;

  assert_int_equal(
      fidotool_cbor_scan((FidotoolSlice){data, len}, &item, &canonical),
      row->fault);
  if (row->fault != FIDOTOOL_CBOR_OK)
    return;
  assert_int_equal(canonical, !row->loose);
  assert_int_equal(item.raw.len, len);
  assert_ptr_equal(item.raw.data, data);
}

/* Every cut of a good item is short, never anything worse. */
static void
every_prefix_is_short(void **state)
{
  static const char hex[] = "a363666d74667061636b65646761747453746d74a163616c67"
                            "26686175746844617461430102031864f5";
  size_t len;
  g_autofree uint8_t *data = read_hex(hex, &len);
  FidotoolCbor item;

  (void)state;
  assert_int_equal(fidotool_cbor_scan((FidotoolSlice){data, len}, &item, NULL),
                   FIDOTOOL_CBOR_OK);
  for (size_t i = 0; i < item.raw.len; i++) {
    g_autofree uint8_t *copy = g_memdup2(data, i + (i == 0));

    assert_int_equal(fidotool_cbor_scan((FidotoolSlice){copy, i}, &item, NULL),
                     FIDOTOOL_CBOR_SHORT);
  }
}

static void
a_map_of_257_pairs_is_too_wide(void **state)
{
  g_autoptr(GByteArray) data = g_byte_array_new();
  static const uint8_t head[] = {0xb9, 0x01, 0x01};
  FidotoolCbor item;

  (void)state;
  g_byte_array_append(data, head, sizeof(head));
  for (unsigned i = 0; i < 257; i++) {
    uint8_t pair[] = {0x19, (uint8_t)(0x10 + (i >> 8)), (uint8_t)i, 0x00};

    g_byte_array_append(data, pair, sizeof(pair));
  }
  assert_int_equal(
      fidotool_cbor_scan((FidotoolSlice){data->data, data->len}, &item, NULL),
      FIDOTOOL_CBOR_LIMIT);
  data->data[2] = 0x00; /* one pair less, and the last one left over */
  assert_int_equal(
      fidotool_cbor_scan((FidotoolSlice){data->data, data->len}, &item, NULL),
      FIDOTOOL_CBOR_OK);
  assert_int_equal(item.raw.len, 3 + 256 * 4);
}

static void
values_are_found_by_key(void **state)
{
  size_t len;
  g_autofree uint8_t *data = read_hex("a4012020a1616101616202"
                                      "617a820304",
                                      &len);
  FidotoolCbor map, value;
  int64_t number;

  (void)state;
  assert_int_equal(fidotool_cbor_scan((FidotoolSlice){data, len}, &map, NULL),
                   FIDOTOOL_CBOR_OK);
  assert_true(fidotool_cbor_find_int(&map, 1, &value));
  assert_true(fidotool_cbor_int(&value, &number));
  assert_int_equal(number, -1);
  assert_true(fidotool_cbor_find_int(&map, -1, &value));
  assert_int_equal(value.type, FIDOTOOL_CBOR_MAP);
  assert_true(fidotool_cbor_find_text(&map, "b", &value));
  assert_true(fidotool_cbor_int(&value, &number));
  assert_int_equal(number, 2);
  assert_false(fidotool_cbor_find_text(&map, "a", &value));
  assert_true(fidotool_cbor_find_text(&map, "z", &value));
  assert_int_equal(value.argument, 2);
  assert_false(fidotool_cbor_find_int(&value, 3, &value));
}

int
main(void)
{
  const struct CMUnitTest more[] = {
      cmocka_unit_test(every_prefix_is_short),
      cmocka_unit_test(a_map_of_257_pairs_is_too_wide),
      cmocka_unit_test(values_are_found_by_key),
  };
  struct CMUnitTest tests[G_N_ELEMENTS(rows) + G_N_ELEMENTS(more)];

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    tests[i] = (struct CMUnitTest){rows[i].name, scans, NULL, NULL,
                                   (void *)(uintptr_t)&rows[i]};
  memcpy(tests + G_N_ELEMENTS(rows), more, sizeof(more));
  return cmocka_run_group_tests(tests, NULL, NULL);
}
