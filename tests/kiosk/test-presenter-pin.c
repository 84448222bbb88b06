/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a PIN that somebody chooses. */
#include "tests/testing.h"

#include <glib.h>

#include "kiosk/presenter-pin.h"
#include "kiosk/words.h"

#define EMPTY KIOSK_PIN_EMPTY
#define SHORT KIOSK_PIN_SHORT
#define WEAK KIOSK_PIN_WEAK
#define FAIR KIOSK_PIN_FAIR
#define GOOD KIOSK_PIN_GOOD
#define STRONG KIOSK_PIN_STRONG

/* clang-format off */
static const struct {
  const char *text;
  int min;
  KioskPinStrength is;
} rows[] = {
  { "", 4, EMPTY },
  { "2", 4, SHORT },
  { "27182", 4, SHORT },          /* 6 are wanted, whatever the key wants */
  { "271828", 4, FAIR },
  { "271828", 8, SHORT },         /* this key wants more */
  { "27182818", 8, GOOD },
  { "2718281828", 4, STRONG },

  /* runs, either way, in any alphabet, and once round */
  { "123456", 4, WEAK },
  { "654321", 4, WEAK },
  { "0123456789", 4, WEAK },
  { "1234567890", 4, WEAK },
  { "67890123", 4, WEAK },
  { "0987654321", 4, WEAK },
  { "abcdef", 4, WEAK },
  { "FEDCBA", 4, WEAK },
  { "абвгде", 4, WEAK },
  { "qwertzu", 4, WEAK },
  { "QWERTY", 4, WEAK },
  { "lkjhgf", 4, WEAK },
  { "123457", 4, FAIR },

  /* the same again and again */
  { "111111", 4, WEAK },
  { "474747", 4, WEAK },
  { "123123", 4, WEAK },
  { "27182718", 4, WEAK },
  { "ääääää", 4, WEAK },
  { "ä🔑ä🔑ä🔑", 4, WEAK },
  { "271827", 4, FAIR },

  /* dates, in the orders and lengths that people write */
  { "241290", 4, WEAK },          /* 24.12.90 */
  { "122490", 4, WEAK },          /* 12/24/90 */
  { "901224", 4, WEAK },          /* 90-12-24 */
  { "24121990", 4, WEAK },
  { "12241990", 4, WEAK },
  { "19901224", 4, WEAK },
  { "20261124", 4, WEAK },
  { "24.12.1990", 4, WEAK },
  { "24/12/90", 4, WEAK },
  { "1990-12-24", 4, WEAK },
  { "32129087", 4, GOOD },        /* no such day */
  { "24131890", 4, GOOD },        /* nor such a month */
  { "449944", 4, FAIR },

  /* known to be chosen by many */
  { "password", 4, WEAK },
  { "PassWort", 4, WEAK },
  { "159753", 4, WEAK },
  { "1q2w3e", 4, WEAK },

  /* counted in characters, not in bytes */
  { "äöüß", 4, SHORT },
  { "🔑🔑🔒🔑🔒", 4, SHORT },
  { "äöü7ßx", 4, GOOD },
  { "Grüße!7", 4, GOOD },
  { "Apfelbaum", 4, STRONG },
  { "مفتاح7جديد", 4, STRONG },
  { "-.-.-/", 4, GOOD },
};
/* clang-format on */

static void
each_pin_is_judged(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    KioskPinStrength is = kiosk_presenter_pin_judge(rows[i].text, rows[i].min);

    if (is != rows[i].is)
      fail_msg("\"%s\" with at least %d is %d, not %d", rows[i].text,
               rows[i].min, (int)is, (int)rows[i].is);
  }
}

static void
each_answer_has_words(void **state)
{
  (void)state;
  for (int is = EMPTY; is <= STRONG; is++)
    assert_non_null(
        kiosk_words_find(kiosk_presenter_pin_word((KioskPinStrength)is)));
}

static void
six_are_wanted_or_what_the_key_wants(void **state)
{
  (void)state;
  assert_int_equal(kiosk_presenter_pin_min(4), 6);
  assert_int_equal(kiosk_presenter_pin_min(6), 6);
  assert_int_equal(kiosk_presenter_pin_min(12), 12);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_pin_is_judged),
      cmocka_unit_test(each_answer_has_words),
      cmocka_unit_test(six_are_wanted_or_what_the_key_wants),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
