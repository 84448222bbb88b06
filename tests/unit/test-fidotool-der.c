/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-der.c - elements as X.690 has them, and nothing else. */
#include "tests/testing.h"

#include "fidotool/judge/der.h"

#include <string.h>

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

/* clang-format off */
static const struct {
  const char *name;
  const uint8_t *data;
  size_t len;
  bool good;
  bool context, constructed;
  uint32_t tag;
  size_t body_len;
} rows[] = {
  { "an integer",                  BYTES("\x02\x01\x05"),             true,  false, false, 2, 1 },
  { "null",                        BYTES("\x05\x00"),                 true,  false, false, 5, 0 },
  { "a sequence",                  BYTES("\x30\x02\x05\x00"),         true,  false, true, 16, 2 },
  { "what follows stays",          BYTES("\x05\x00\x05\x00"),         true,  false, false, 5, 0 },
  { "context 1",                   BYTES("\xa1\x02\x05\x00"),         true,  true, true, 1, 2 },
  { "context 30",                  BYTES("\xbe\x00"),                 true,  true, true, 30, 0 },
  { "context 31",                  BYTES("\xbf\x1f\x00"),             true,  true, true, 31, 0 },
  { "context 600",                 BYTES("\xbf\x84\x58\x02\x05\x00"), true,  true, true, 600, 2 },
  { "context 2097151",             BYTES("\xbf\xff\xff\x7f\x00"),     true,  true, true, 2097151, 0 },
  { "nothing",                     BYTES(""),                         false, false, false, 0, 0 },
  { "a tag alone",                 BYTES("\x02"),                     false, false, false, 0, 0 },
  { "a body cut off",              BYTES("\x02\x02\x05"),             false, false, false, 0, 0 },
  { "an indefinite length",        BYTES("\x30\x80\x00\x00"),         false, false, false, 0, 0 },
  { "a length spelled too long",   BYTES("\x02\x81\x01\x05"),         false, false, false, 0, 0 },
  { "a length with a zero before", BYTES("\x04\x82\x00\x80"),         false, false, false, 0, 0 },
  { "a length of five bytes",      BYTES("\x04\x85\x01\x00\x00\x00\x00"), false, false, false, 0, 0 },
  { "a length cut off",            BYTES("\x04\x82\x01"),             false, false, false, 0, 0 },
  { "a tag spelled too long",      BYTES("\xbf\x1e\x00"),             false, false, false, 0, 0 },
  { "a tag with zeros before",     BYTES("\xbf\x80\x84\x58\x00"),     false, false, false, 0, 0 },
  { "a tag of four bytes",         BYTES("\xbf\x81\x80\x80\x00\x00"), false, false, false, 0, 0 },
  { "a tag cut off",               BYTES("\xbf\x84"),                 false, false, false, 0, 0 },
  { "application class",           BYTES("\x61\x00"),                 false, false, false, 0, 0 },
  { "private class",               BYTES("\xe1\x00"),                 false, false, false, 0, 0 },
};
/* clang-format on */

static void
elements_are_read_as_they_stand(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolSlice rest = {rows[i].data, rows[i].len};
    FidotoolDer element;
    bool read = fidotool_der_next(&rest, &element);

    if (read != rows[i].good)
      fail_msg("%s", rows[i].name);
    if (!read) {
      assert_int_equal(rest.len, rows[i].len); /* nothing was taken */
      continue;
    }
    if (element.is_context != rows[i].context ||
        element.is_constructed != rows[i].constructed ||
        element.tag != rows[i].tag || element.body.len != rows[i].body_len)
      fail_msg("%s", rows[i].name);
    assert_ptr_equal(rest.data, element.body.data + element.body.len);
  }
}

static void
a_long_body_has_a_long_length(void **state)
{
  uint8_t data[4 + 300] = {0x04, 0x82, 300 >> 8, 300 & 0xff};
  FidotoolSlice rest = {data, sizeof(data)}, body;

  (void)state;
  assert_true(fidotool_der_take(&rest, FIDOTOOL_DER_OCTETS, &body));
  assert_int_equal(body.len, 300);
  assert_int_equal(rest.len, 0);
}

static void
another_type_is_not_taken(void **state)
{
  static const uint8_t set[] = {0x31, 0x00}, primitive[] = {0x10, 0x00};
  static const uint8_t context[] = {0x84, 0x00};
  FidotoolSlice body, rest = {set, sizeof(set)};

  (void)state;
  assert_false(fidotool_der_take(&rest, FIDOTOOL_DER_SEQUENCE, &body));
  rest = (FidotoolSlice){primitive, sizeof(primitive)};
  assert_false(fidotool_der_take(&rest, FIDOTOOL_DER_SEQUENCE, &body));
  rest = (FidotoolSlice){context, sizeof(context)};
  assert_false(fidotool_der_take(&rest, FIDOTOOL_DER_OCTETS, &body));
}

static void
numbers_have_a_sign_and_an_end(void **state)
{
  static const struct {
    const uint8_t *data;
    size_t len;
    bool good;
    int64_t value;
  } numbers[] = {
      {BYTES("\x02\x01\x00"), true, 0},
      {BYTES("\x02\x01\x7f"), true, 127},
      {BYTES("\x02\x01\x80"), true, -128},
      {BYTES("\x02\x02\x00\x80"), true, 128},
      {BYTES("\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff"), true, INT64_MAX},
      {BYTES("\x02\x08\x80\x00\x00\x00\x00\x00\x00\x00"), true, INT64_MIN},
      {BYTES("\x02\x00"), false, 0},
      {BYTES("\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff"), false, 0},
      {BYTES("\x0a\x01\x00"), false, 0},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
    FidotoolSlice rest = {numbers[i].data, numbers[i].len};
    int64_t value = -1;

    assert_int_equal(fidotool_der_take_int(&rest, FIDOTOOL_DER_INTEGER, &value),
                     numbers[i].good);
    if (numbers[i].good)
      assert_true(value == numbers[i].value);
  }
}

/* What OpenSSL would write of the same two numbers, and nothing else. */
static void
a_signature_has_one_form(void **state)
{
  static const struct {
    const uint8_t *data;
    size_t len;
    bool good;
  } forms[] = {
      {BYTES("\x30\x06\x02\x01\x00\x02\x01\x7f"), true},
      {BYTES("\x30\x08\x02\x02\x00\x80\x02\x02\x7f\xff"), true},
      {BYTES("\x30\x81\x06\x02\x01\x01\x02\x01\x01"), false},
      {BYTES("\x30\x07\x02\x81\x01\x01\x02\x01\x01"), false},
      {BYTES("\x30\x06\x02\x01\x80\x02\x01\x01"), false},
      {BYTES("\x30\x07\x02\x02\x00\x7f\x02\x01\x01"), false},
      {BYTES("\x30\x05\x02\x00\x02\x01\x01"), false},
      {BYTES("\x30\x06\x02\x01\x01\x02\x01\x01\x00"), false},
      {BYTES("\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01"), false},
      {BYTES("\x30\x03\x02\x01\x01"), false},
      {BYTES("\x31\x06\x02\x01\x01\x02\x01\x01"), false},
      {BYTES("\x30\x80\x02\x01\x01\x02\x01\x01\x00\x00"), false},
      {NULL, 0, false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
    assert_int_equal(fidotool_der_is_two_numbers(
                         (FidotoolSlice){forms[i].data, forms[i].len}),
                     forms[i].good);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elements_are_read_as_they_stand),
      cmocka_unit_test(a_long_body_has_a_long_length),
      cmocka_unit_test(another_type_is_not_taken),
      cmocka_unit_test(numbers_have_a_sign_and_an_end),
      cmocka_unit_test(a_signature_has_one_form),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
