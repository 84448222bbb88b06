/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside on a label: it cannot look like what it is not. */
#include "tests/testing.h"

#include <glib.h>
#include <string.h>

#include "kiosk/plain.h"

#define GONE "\xef\xbf\xbd" /* U+FFFD */

/* clang-format off */
static const struct {
  const char *text, *plain;
} rows[] = {
  { NULL, "" },
  { "", "" },
  { "Sam Fox", "Sam Fox" },
  { "Zoë Müller-Lüdenscheidt", "Zoë Müller-Lüdenscheidt" },
  { "山田 太郎", "山田 太郎" },
  { "سارة", "سارة" },
  { "👩‍🚒 🇩🇪", "👩‍🚒 🇩🇪" },                    /* the joiner stays */
  { "می‌خواهم", "می‌خواهم" },                      /* and the non-joiner */
  { "e\u0301", "e\u0301" },

  /* lines become one */
  { "one\ntwo\tthree", "one two three" },
  { "one\u2028two\u2029three", "one two three" },

  /* what turns the direction of writing */
  { "Sam\u202e xoF", "Sam" GONE " xoF" },
  { "\u202a\u202b\u202c\u202d", GONE GONE GONE GONE },
  { "\u2066\u2067\u2068\u2069", GONE GONE GONE GONE },
  { "\u200e\u200f\u061c", GONE GONE GONE },

  /* what has no picture */
  { "a\x01" "b\x1b[31m\x7f", "a" GONE "b" GONE "[31m" GONE },
  { "a\xc2\x85" "b\xc2\x9b", "a" GONE "b" GONE },
  { "p\u200bassport", "p" GONE "assport" },
  { "soft\u00adhyphen", "soft" GONE "hyphen" },
  { "\ufeff\u2060", GONE GONE },
  { "\U000e0041\U000e0042", GONE GONE },
  { "\r", GONE },

  /* bytes that are no text */
  { "a\xff" "b", "a" GONE "b" },
  { "\xc3", GONE },
  { "\xed\xa0\x80", GONE GONE GONE },              /* half a surrogate pair */
  { "\xc0\xaf", GONE GONE },                       /* overlong */
};
/* clang-format on */

static void
each_text_is_made_plain(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *plain = kiosk_plain_text(rows[i].text);

    assert_string_equal(plain, rows[i].plain);
  }
}

/* Letters with n marks each, or n letters. */
static char *
make_text(const char *letter, const char *mark, int n)
{
  GString *text = g_string_new(letter);

  for (int i = 0; i < n; i++)
    g_string_append(text, mark);
  return g_string_free(text, FALSE);
}

static void
a_thousand_characters_are_shown(void **state)
{
  g_autofree char *text = make_text("", "ß", 1000);
  g_autofree char *plain = kiosk_plain_text(text);

  (void)state;
  assert_string_equal(plain, text);
}

static void
more_than_anybody_reads_is_cut(void **state)
{
  g_autofree char *most = make_text("", "ß", KIOSK_PLAIN_MAX);
  g_autofree char *more = make_text("", "ß", KIOSK_PLAIN_MAX + 1);
  g_autofree char *plain_most = kiosk_plain_text(most);
  g_autofree char *plain_more = kiosk_plain_text(more);

  (void)state;
  assert_string_equal(plain_most, most);
  assert_int_equal(g_utf8_strlen(plain_more, -1), KIOSK_PLAIN_MAX + 1);
  assert_true(g_str_has_suffix(plain_more, "ß…"));
}

/* A tower of marks would cover the lines above and below. */
static void
marks_are_not_piled_up(void **state)
{
  g_autofree char *four = make_text("e", "\u0301", 4);
  g_autofree char *tower = make_text("e", "\u0301", 500);
  g_autofree char *plain_four = kiosk_plain_text(four);
  g_autofree char *plain_tower = kiosk_plain_text(tower);

  (void)state;
  assert_string_equal(plain_four, four);
  assert_int_equal(g_utf8_strlen(plain_tower, -1), 1 + 8);
}

static void
random_bytes_become_text(void **state)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);

  (void)state;
  for (int run = 0; run < 20000; run++) {
    char bytes[40];
    g_autofree char *plain = NULL, *again = NULL;

    for (size_t i = 0; i < sizeof bytes; i++)
      bytes[i] = (char)g_rand_int_range(rand, 1, 256);
    bytes[sizeof bytes - 1] = '\0';
    plain = kiosk_plain_text(bytes);
    assert_true(g_utf8_validate(plain, -1, NULL));
    again = kiosk_plain_text(plain);
    assert_string_equal(again, plain);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_text_is_made_plain),
      cmocka_unit_test(a_thousand_characters_are_shown),
      cmocka_unit_test(more_than_anybody_reads_is_cut),
      cmocka_unit_test(marks_are_not_piled_up),
      cmocka_unit_test(random_bytes_become_text),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
