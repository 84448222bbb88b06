/* SPDX-License-Identifier: Apache-2.0 */
/* A key that types is told from a person, and from a scanner. */
#include "tests/testing.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "kiosk/presenter-typing.h"

/* Example of a one-time password, from the standard text of its maker. */
#define OTP "cccccccbcjdifctrndncchkftchjlnbhvhtugdljibej"

typedef struct {
  int person, dropped;
  bool burst;
} Heard;

/* Types text with gap_ms between characters; what becomes of it. */
static Heard
type(KioskTyping *typing, const char *text, int64_t *now_ms, int64_t gap_ms)
{
  Heard heard = {0};

  for (; *text != '\0'; text++) {
    *now_ms += gap_ms;
    switch (kiosk_presenter_typing_take(typing, *text, *now_ms)) {
    case KIOSK_TYPING_PERSON:
      heard.person++;
      break;
    case KIOSK_TYPING_BURST:
      assert_false(heard.burst); /* found once */
      heard.burst = true;
      break;
    case KIOSK_TYPING_DROP:
      heard.dropped++;
      break;
    }
  }
  return heard;
}

static void
a_key_is_found_and_the_rest_of_it_dropped(void **state)
{
  static const int64_t gaps[] = {0, 1, 4, 8, 10};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(gaps); i++) {
    KioskTyping typing = {0};
    int64_t now_ms = 5000;
    Heard heard = type(&typing, OTP "\n", &now_ms, gaps[i]);

    assert_true(heard.burst);
    assert_int_equal(heard.person, KIOSK_TYPING_BURST_N);
    /* Its Enter too: that would press the page's button. */
    assert_int_equal(heard.dropped,
                     (int)strlen(OTP "\n") - KIOSK_TYPING_BURST_N - 1);
  }
}

static void
caps_lock_hides_no_key(void **state)
{
  g_autofree char *text = g_ascii_strup(OTP, -1);
  KioskTyping typing = {0};
  int64_t now_ms = 5000;

  (void)state;
  assert_true(type(&typing, text, &now_ms, 5).burst);
}

static void
a_key_is_found_right_after_a_person(void **state)
{
  KioskTyping typing = {0};
  int64_t now_ms = 5000;
  Heard heard = type(&typing, "tuning", &now_ms, 90); /* all of its alphabet */

  (void)state;
  assert_int_equal(heard.person, 6);
  assert_true(type(&typing, OTP, &now_ms, 5).burst);
}

static void
after_a_key_a_person_is_heard_again(void **state)
{
  KioskTyping typing = {0};
  int64_t now_ms = 5000;

  (void)state;
  (void)type(&typing, OTP "\n", &now_ms, 5);
  assert_int_equal(type(&typing, "2718\n", &now_ms, 5).person, 5);

  (void)type(&typing, OTP, &now_ms, 5); /* this one types no Enter */
  now_ms += 150;
  assert_int_equal(type(&typing, "\n", &now_ms, 0).person, 1);
}

static void
a_fast_typist_is_a_person(void **state)
{
  KioskTyping typing = {0};
  int64_t now_ms = 5000;
  /* 200 words a minute, and all of its alphabet. */
  const char *text = "interrelenttunnelengineeringlurchdeterrent";

  (void)state;
  assert_int_equal(type(&typing, text, &now_ms, 60).person, strlen(text));
}

static void
a_letter_that_is_held_down_is_a_person(void **state)
{
  KioskTyping typing = {0};
  int64_t now_ms = 5000;

  (void)state;
  assert_int_equal(
      type(&typing, "cccccccccccccccccccccccccccccccc", &now_ms, 33).person,
      32);
}

/* What a scanner types has other characters among it. */
static void
a_scanner_is_no_key(void **state)
{
  static const char *const texts[] = {
      "c-1a2b3c4d\n",
      "{\"act\":\"case.approve\",\"case\":\"c-1a2b3c4d\",\"cred\":\"dGhpcw\"}\n",
      "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U\n",
      "7d8f2a1be60c4457bd3fecdbde8bfccde1b2cbde\n",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    KioskTyping typing = {0};
    int64_t now_ms = 5000;

    assert_int_equal(type(&typing, texts[i], &now_ms, 2).person,
                     strlen(texts[i]));
  }
}

static void
twenty_are_none_and_one_more_is(void **state)
{
  KioskTyping typing = {0};
  int64_t now_ms = 5000;

  (void)state;
  assert_int_equal(type(&typing, "cbdefghijklnrtuvcbde", &now_ms, 5).person,
                   20);
  assert_true(type(&typing, "f", &now_ms, 5).burst);

  typing = (KioskTyping){0}; /* as many, over 201 ms */
  assert_int_equal(type(&typing, "cbdefghijklnrtuvcbde", &now_ms, 10).person,
                   20);
  assert_false(type(&typing, "f", &now_ms, 11).burst);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_found_and_the_rest_of_it_dropped),
      cmocka_unit_test(caps_lock_hides_no_key),
      cmocka_unit_test(a_key_is_found_right_after_a_person),
      cmocka_unit_test(after_a_key_a_person_is_heard_again),
      cmocka_unit_test(a_fast_typist_is_a_person),
      cmocka_unit_test(a_letter_that_is_held_down_is_a_person),
      cmocka_unit_test(a_scanner_is_no_key),
      cmocka_unit_test(twenty_are_none_and_one_more_is),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
