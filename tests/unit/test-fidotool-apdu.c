/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-apdu.c - each rule of the card's protocol with its bytes, and
 * cards that lie. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/apdu.h"
#include "fidotool/error.h"
#include "tests/testing.h"

/* What is sent next, as hex. */
static void
expect_next(FidotoolApdu *apdu, const char *hex)
{
  GBytes *bytes = fidotool_apdu_next(apdu);
  g_autofree char *text = fidotool_bytes_hex(g_bytes_get_data(bytes, NULL),
                                             g_bytes_get_size(bytes));

  assert_string_equal(text, hex);
}

static bool
take_hex(FidotoolApdu *apdu, const char *hex, FidotoolApduStep *ret_step,
         GError **error)
{
  size_t n = strlen(hex) / 2;
  g_autofree uint8_t *bytes = g_malloc0(n + 1);

  assert_true(fidotool_bytes_unhex(hex, bytes, n));
  return fidotool_apdu_take(apdu, bytes, n, ret_step, error);
}

static void
take(FidotoolApdu *apdu, const char *hex, FidotoolApduStep expected)
{
  FidotoolApduStep step;
  g_autoptr(GError) error = NULL;

  assert_true(take_hex(apdu, hex, &step, &error));
  assert_int_equal(step, expected);
}

static void
refuse(FidotoolApdu *apdu, const char *hex, int code)
{
  FidotoolApduStep step;
  g_autoptr(GError) error = NULL;

  assert_false(take_hex(apdu, hex, &step, &error));
  assert_true(g_error_matches(error, FIDOTOOL_ERROR, code));
}

static void
expect_reply(FidotoolApdu *apdu, const char *hex)
{
  GBytes *bytes = fidotool_apdu_reply(apdu);
  g_autofree char *text = fidotool_bytes_hex(g_bytes_get_data(bytes, NULL),
                                             g_bytes_get_size(bytes));

  assert_string_equal(text, hex);
}

/* len bytes 0, 1, 2, ... */
static uint8_t *
count_up(size_t len)
{
  uint8_t *data = g_malloc(len);

  for (size_t i = 0; i < len; i++)
    data[i] = (uint8_t)i;
  return data;
}

static FidotoolApdu *
new_counted(size_t len, size_t extended)
{
  g_autofree uint8_t *data = count_up(len);

  return fidotool_apdu_new_message(data, len, extended);
}

static FidotoolApdu *
new_get_info(void)
{
  return fidotool_apdu_new_message((const uint8_t *)"\x04", 1, 0);
}

/* Hex of len counted bytes from first on. */
static char *
hex_from(size_t first, size_t len)
{
  g_autofree uint8_t *data = count_up(first + len);

  return fidotool_bytes_hex(data + first, len);
}

static void
select_names_the_applet(void **state)
{
  static const struct {
    const char *answer;
    const char *reply;
  } rows[] = {
      {"5532465f56329000", "5532465f5632"},         /* U2F_V2 */
      {"4649444f5f325f309000", "4649444f5f325f30"}, /* FIDO_2_0 */
      {"9000", ""},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolApdu) apdu = fidotool_apdu_new_select();

    expect_next(apdu, "00a4040008a0000006472f000100");
    take(apdu, rows[i].answer, FIDOTOOL_APDU_DONE);
    expect_reply(apdu, rows[i].reply);
  }
}

/* The name in a second answer; the question for it has ISO's own class. */
static void
select_follows_61xx(void **state)
{
  g_autoptr(FidotoolApdu) apdu = fidotool_apdu_new_select();

  (void)state;
  take(apdu, "6108", FIDOTOOL_APDU_SEND);
  expect_next(apdu, "00c0000008");
  take(apdu, "4649444f5f325f309000", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, "4649444f5f325f30");
}

static void
other_cards_are_no_keys(void **state)
{
  static const char *const answers[] = {
      "6a82", "6d00", "6e00", "6f00", "6485",
      /* a bank card's template; a longer name */
      "6f078405a0000000039000", "4649444f5f325f30009000"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
    g_autoptr(FidotoolApdu) apdu = fidotool_apdu_new_select();

    refuse(apdu, answers[i], FIDOTOOL_ERROR_UNSUPPORTED);
  }
}

/* P1 0x80: keepalives are understood. */
static void
a_short_message_goes_in_one(void **state)
{
  g_autoptr(FidotoolApdu) apdu = new_get_info();
  g_autoptr(FidotoolApdu) full = new_counted(240, 65535);
  g_autofree char *data = hex_from(0, 240);
  g_autofree char *hex = g_strconcat("80108000f0", data, "00", NULL);

  (void)state;
  expect_next(apdu, "80108000010400");
  take(apdu, "00a09000", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, "00a0");
  expect_next(full, hex);
}

/* Parts of 240 bytes: the bit 0x10 and no Le, until the last one. */
static void
a_long_message_is_chained(void **state)
{
  g_autoptr(FidotoolApdu) apdu = new_counted(500, 0);
  g_autofree char *one = hex_from(0, 240);
  g_autofree char *two = hex_from(240, 240);
  g_autofree char *three = hex_from(480, 20);
  g_autofree char *first = g_strconcat("90108000f0", one, NULL);
  g_autofree char *second = g_strconcat("90108000f0", two, NULL);
  g_autofree char *last = g_strconcat("8010800014", three, "00", NULL);

  (void)state;
  expect_next(apdu, first);
  take(apdu, "9000", FIDOTOOL_APDU_SEND);
  expect_next(apdu, second);
  take(apdu, "9000", FIDOTOOL_APDU_SEND);
  expect_next(apdu, last);
  take(apdu, "009000", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, "00");
}

static void
a_refused_part_ends_it(void **state)
{
  static const char *const answers[] = {"6884", "6700", "019000", "6101",
                                        "9100"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
    g_autoptr(FidotoolApdu) apdu = new_counted(241, 0);

    refuse(apdu, answers[i], FIDOTOOL_ERROR_INVALID);
  }
}

/* Only where the reader allows it, and as far as it does. */
static void
the_extended_form_is_for_those_who_take_it(void **state)
{
  g_autoptr(FidotoolApdu) apdu = new_counted(300, 309);
  g_autoptr(FidotoolApdu) too_long = new_counted(301, 309);
  g_autofree char *data = hex_from(0, 300);
  g_autofree char *hex = g_strconcat("8010800000012c", data, "0000", NULL);
  g_autofree char *answer = hex_from(0, 1000);
  g_autofree char *long_answer = g_strconcat(answer, "9000", NULL);

  (void)state;
  expect_next(apdu, hex);
  take(apdu, long_answer, FIDOTOOL_APDU_DONE);
  expect_reply(apdu, answer);
  assert_false(fidotool_apdu_fell_back(apdu));
  assert_int_equal(g_bytes_get_size(fidotool_apdu_next(too_long)), 5 + 240);
}

/* A card that finds it too long is given parts. */
static void
a_card_that_does_not_is_given_parts(void **state)
{
  g_autoptr(FidotoolApdu) apdu = new_counted(300, 65535);
  g_autofree char *one = hex_from(0, 240);
  g_autofree char *first = g_strconcat("90108000f0", one, NULL);

  (void)state;
  take(apdu, "6700", FIDOTOOL_APDU_SEND);
  expect_next(apdu, first);
  assert_true(fidotool_apdu_fell_back(apdu));
  take(apdu, "9000", FIDOTOOL_APDU_SEND);
  refuse(apdu, "6700", FIDOTOOL_ERROR_INVALID);
}

/* GET RESPONSE with CTAP's class, for as much as was announced. */
static void
a_long_reply_is_fetched(void **state)
{
  g_autoptr(FidotoolApdu) apdu = new_get_info();
  g_autofree char *one = hex_from(0, 256);
  g_autofree char *two = hex_from(256, 256);
  g_autofree char *all = hex_from(0, 514);
  g_autofree char *first = g_strconcat(one, "6100", NULL);
  g_autofree char *second = g_strconcat(two, "6102", NULL);

  (void)state;
  take(apdu, first, FIDOTOOL_APDU_SEND);
  expect_next(apdu, "80c0000000");
  take(apdu, second, FIDOTOOL_APDU_SEND);
  expect_next(apdu, "80c0000002");
  take(apdu, "00019000", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, all);
}

static void
u2f_has_the_class_of_iso(void **state)
{
  static const uint8_t request[] = {0, 1, 3, 0, 0, 0, 2, 'a', 'b', 0, 0};
  g_autoptr(FidotoolApdu) apdu =
      fidotool_apdu_new_u2f(request, sizeof(request), 0);

  (void)state;
  expect_next(apdu, "0001030002616200");
  take(apdu, "056101", FIDOTOOL_APDU_SEND);
  expect_next(apdu, "00c0000001");
  take(apdu, "069000", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, "05069000");
  assert_null(fidotool_apdu_new_u2f(request, 6, 0));
  assert_null(fidotool_apdu_new_u2f(request, 8, 0));
}

static void
u2f_keeps_its_status_word(void **state)
{
  static const uint8_t request[] = {0, 2, 7, 0, 0, 0, 0};
  g_autoptr(FidotoolApdu) apdu =
      fidotool_apdu_new_u2f(request, sizeof(request), 0);

  (void)state;
  expect_next(apdu, "0002070000");
  take(apdu, "6985", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, "6985");
}

/* 9100 and what the key is doing: asked again, until it has an answer. */
static void
a_key_that_is_at_it_is_polled(void **state)
{
  g_autoptr(FidotoolApdu) apdu = new_get_info();

  (void)state;
  take(apdu, "019100", FIDOTOOL_APDU_WAIT);
  assert_int_equal(fidotool_apdu_status(apdu), 1);
  expect_next(apdu, "8011000000");
  take(apdu, "029100", FIDOTOOL_APDU_WAIT);
  assert_int_equal(fidotool_apdu_status(apdu), 2);
  expect_next(apdu, "8011000000");
  take(apdu, "9100", FIDOTOOL_APDU_WAIT);
  assert_int_equal(fidotool_apdu_status(apdu), 0);
  take(apdu, "006101", FIDOTOOL_APDU_SEND);
  expect_next(apdu, "80c0000001");
  take(apdu, "a09000", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, "00a0");
}

static void
a_key_that_is_at_it_can_be_stopped(void **state)
{
  g_autoptr(FidotoolApdu) apdu = new_get_info();

  (void)state;
  take(apdu, "029100", FIDOTOOL_APDU_WAIT);
  fidotool_apdu_cancel(apdu);
  expect_next(apdu, "8011110000");
  take(apdu, "2d9000", FIDOTOOL_APDU_DONE);
  expect_reply(apdu, "2d");
}

/* Both ways in which keys report a status are one. */
static void
a_status_may_stand_in_the_status_word(void **state)
{
  g_autoptr(FidotoolApdu) word = new_get_info();
  g_autoptr(FidotoolApdu) byte = new_get_info();
  g_autoptr(FidotoolApdu) late = new_get_info();

  (void)state;
  take(word, "6431", FIDOTOOL_APDU_DONE);
  expect_reply(word, "31");
  take(byte, "319000", FIDOTOOL_APDU_DONE);
  expect_reply(byte, "31");
  take(late, "019100", FIDOTOOL_APDU_WAIT);
  take(late, "6419", FIDOTOOL_APDU_DONE);
  expect_reply(late, "19");
}

static void
nonsense_is_refused(void **state)
{
  g_autofree char *too_long = hex_from(0, 257);
  g_autofree char *long_answer = g_strconcat(too_long, "9000", NULL);
  const struct {
    const char *answer;
    int code;
  } rows[] = {
      {"", FIDOTOOL_ERROR_INVALID},
      {"90", FIDOTOOL_ERROR_INVALID},
      {"9000", FIDOTOOL_ERROR_INVALID}, /* no status byte */
      {"6400", FIDOTOOL_ERROR_INVALID}, /* an error that is none */
      {"6985", FIDOTOOL_ERROR_INVALID},
      {"01029100", FIDOTOOL_ERROR_INVALID},
      {long_answer, FIDOTOOL_ERROR_INVALID},
      {"6d00", FIDOTOOL_ERROR_UNSUPPORTED}, /* U2F alone */
      {"6e00", FIDOTOOL_ERROR_UNSUPPORTED},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolApdu) apdu = new_get_info();

    refuse(apdu, rows[i].answer, rows[i].code);
  }
}

static void
a_card_that_never_ends_is_stopped(void **state)
{
  g_autoptr(FidotoolApdu) empty = new_get_info();
  g_autoptr(FidotoolApdu) endless = new_get_info();
  g_autoptr(FidotoolApdu) mixed = new_get_info();
  g_autofree char *data = hex_from(0, 256);
  g_autofree char *answer = g_strconcat(data, "6100", NULL);

  (void)state;
  take(empty, "6100", FIDOTOOL_APDU_SEND);
  refuse(empty, "6100", FIDOTOOL_ERROR_INVALID);
  for (int i = 0; i < 7609 / 256; i++)
    take(endless, answer, FIDOTOOL_APDU_SEND);
  refuse(endless, answer, FIDOTOOL_ERROR_INVALID);
  take(mixed, answer, FIDOTOOL_APDU_SEND);
  refuse(mixed, "019100", FIDOTOOL_ERROR_INVALID);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(select_names_the_applet),
      cmocka_unit_test(select_follows_61xx),
      cmocka_unit_test(other_cards_are_no_keys),
      cmocka_unit_test(a_short_message_goes_in_one),
      cmocka_unit_test(a_long_message_is_chained),
      cmocka_unit_test(a_refused_part_ends_it),
      cmocka_unit_test(the_extended_form_is_for_those_who_take_it),
      cmocka_unit_test(a_card_that_does_not_is_given_parts),
      cmocka_unit_test(a_long_reply_is_fetched),
      cmocka_unit_test(u2f_has_the_class_of_iso),
      cmocka_unit_test(u2f_keeps_its_status_word),
      cmocka_unit_test(a_key_that_is_at_it_is_polled),
      cmocka_unit_test(a_key_that_is_at_it_can_be_stopped),
      cmocka_unit_test(a_status_may_stand_in_the_status_word),
      cmocka_unit_test(nonsense_is_refused),
      cmocka_unit_test(a_card_that_never_ends_is_stopped),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
