/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-pin.c - what a key is never shown, and how secrets behave. */
#include <string.h>

#include "fidotool/device/pin.h"
#include "fidotool/error.h"
#include "tests/testing.h"

static FidotoolSecret *
normalise(const char *text, int min, int max, GError **error)
{
  g_autoptr(FidotoolSecret) pin = fidotool_secret_new_copy(text, strlen(text));

  return fidotool_pin_normalise(pin, min, max, error);
}

/* CTAP 2.1, section 6.5.1: e and U+0301 are one character, U+00E9. */
static void
a_pin_is_in_normal_form_c(void **state)
{
  g_autoptr(FidotoolSecret) pin = normalise("caf\x65\xcc\x81", 4, 63, NULL);

  (void)state;
  assert_string_equal(fidotool_secret_text(pin), "caf\xc3\xa9");
  assert_int_equal(fidotool_secret_len(pin), 5);
}

/* clang-format off */
static const struct {
  const char *name;
  const char *pin;
  int min;
  int max;
  bool good;
} pins[] = {
  { "four digits", "1234", 4, 63, true },
  { "three digits", "123", 4, 63, false },
  { "four characters in twelve bytes", "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 4, 63, true },
  { "two characters in four bytes", "\xc3\xa9\xc3\xa9", 4, 63, false },
  { "four that become three", "ab\x65\xcc\x81", 4, 63, false },
  { "below the key's own minimum", "12345", 6, 63, false },
  { "at it", "123456", 6, 63, true },
  { "63 bytes", "012345678901234567890123456789012345678901234567890123456789abc", 4, 63, true },
  { "64 bytes", "012345678901234567890123456789012345678901234567890123456789abcd", 4, 63, false },
  { "a tab", "123\t4", 4, 63, false },
  { "not UTF-8", "1234\xff", 4, 63, false },
  { "empty", "", 4, 63, false },
};
/* clang-format on */

static void
length_counts_characters_and_bytes(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(pins); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolSecret) pin =
        normalise(pins[i].pin, pins[i].min, pins[i].max, &error);

    if ((pin != NULL) != pins[i].good)
      fail_msg("%s", pins[i].name);
    if (!pin)
      assert_int_equal(error->code, FIDOTOOL_ERROR_PIN_STATE);
  }
}

static void
a_zero_within_is_no_pin(void **state)
{
  g_autoptr(FidotoolSecret) pin = fidotool_secret_new_copy("1234\0005", 6);

  (void)state;
  assert_null(fidotool_pin_normalise(pin, 4, 63, NULL));
}

static void
a_secret_holds_no_more_than_it_may(void **state)
{
  uint8_t data[FIDOTOOL_SECRET_MAX + 1] = {0};
  g_autoptr(FidotoolSecret) most =
      fidotool_secret_new_copy(data, FIDOTOOL_SECRET_MAX);

  (void)state;
  assert_non_null(most);
  assert_null(fidotool_secret_new_copy(data, FIDOTOOL_SECRET_MAX + 1));
}

static void
a_shortened_secret_keeps_nothing_behind_it(void **state)
{
  g_autoptr(FidotoolSecret) secret = fidotool_secret_new_copy("12345678", 8);
  g_autoptr(FidotoolSecret) other = fidotool_secret_new_copy("1234", 4);

  (void)state;
  fidotool_secret_set_len(secret, 4);
  assert_string_equal(fidotool_secret_text(secret), "1234");
  assert_memory_equal(fidotool_secret_buffer(secret) + 4, "\0\0\0\0", 4);
  assert_true(fidotool_secret_equal(secret, other));
  fidotool_secret_set_len(other, 3);
  assert_false(fidotool_secret_equal(secret, other));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pin_is_in_normal_form_c),
      cmocka_unit_test(length_counts_characters_and_bytes),
      cmocka_unit_test(a_zero_within_is_no_pin),
      cmocka_unit_test(a_secret_holds_no_more_than_it_may),
      cmocka_unit_test(a_shortened_secret_keeps_nothing_behind_it),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
