/* SPDX-License-Identifier: Apache-2.0 */
/* What a person is told about PINs: how many tries are left, and when a key is
 * not asked again. */
#include "tests/testing.h"

#include <glib.h>

#include "fidotool/error.h"
#include "kiosk/words.h"
#include "tests/kiosk/key-view.h"

static void
tries_left_are_counted_in_words(void **state)
{
  static const struct {
    int retries;
    const char *text;
  } rows[] = {
      {7, "Wrong PIN. 7 tries left."},
      {2, "Wrong PIN. 2 tries left."},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    KioskKeyView view = key_view_at_work();
    g_autofree char *text = NULL;

    key_view_ask_pin(&view, rows[i].retries, true);
    key_view_assert_says(&view, S(PIN), "pin.wrong.n");
    assert_true(view.error);
    text = kiosk_words_text(view.word, view.n, NULL);
    assert_string_equal(text, rows[i].text);
  }
}

static void
one_is_singular(void **state)
{
  g_autofree char *one = kiosk_words_text("pin.wrong.n", 1, NULL);
  g_autofree char *hold = kiosk_words_text("touch.hold", 1, NULL);

  (void)state;
  assert_string_equal(one, "Wrong PIN. 1 try left.");
  assert_string_equal(hold, "Touch the key and hold it for 1 second.");
}

static void
an_unknown_count_is_not_told(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_ask_pin(&view, -1, true);
  key_view_assert_says(&view, S(PIN), "pin.wrong");
}

static void
a_new_pin_has_its_own_words(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(PIN), &(KioskKeyInput){.retries = 8, .min = 6, .is_new = true});
  key_view_assert_says(&view, S(PIN), "pin.choose");
  assert_true(view.is_new);
  assert_int_equal(view.n, 6);
  kiosk_presenter_key_apply(
      &view, E(PIN),
      &(KioskKeyInput){.retries = 8, .min = 6, .is_new = true, .wrong = true});
  key_view_assert_says(&view, S(PIN), "pin.unfit");
  assert_int_equal(view.wrong, 0); /* no try was used */
}

static void
the_last_try_is_asked_for_first(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_ask_pin(&view, 1, false);
  key_view_assert_says(&view, S(LAST),
                       "pin.last"); /* nobody entered a wrong one yet */
  assert_true(view.error);
  assert_false(view.ask_pin);
  key_view_tell(&view, E(ENTERED));
  assert_int_equal(view.state, S(LAST));
  key_view_tell(&view, E(USE_LAST));
  key_view_assert_says(&view, S(PIN), "pin.last");
  assert_true(view.ask_pin);

  view = key_view_at_work();
  key_view_ask_pin(&view, 1, true);
  key_view_assert_says(&view, S(LAST), "pin.wrong.last");
}

static void
after_three_wrong_the_kiosk_stops_by_itself(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_ask_pin(&view, 8, false);
  for (int retries = 7; retries > 5; retries--) {
    key_view_ask_pin(&view, retries, true);
    key_view_assert_says(&view, S(PIN), "pin.wrong.n");
    key_view_tell(&view, E(ENTERED));
  }
  key_view_ask_pin(&view, 5, true);
  key_view_assert_says(&view, S(REPLUG), "pin.softlock");
  assert_false(view.busy); /* the job is to be ended */
  assert_false(view.ask_pin);
}

static void
after_three_wrong_only_a_replug_helps(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_REPLUG, 5);
  key_view_assert_says(&view, S(REPLUG), "pin.softlock");
  key_view_tell_n(&view, E(START), 1); /* no way around it */
  key_view_assert_says(&view, S(REPLUG), "pin.softlock");
  key_view_tell_n(&view, E(KEYS), 1); /* another event, the key never left */
  key_view_assert_says(&view, S(REPLUG), "pin.softlock");
  key_view_fail_with(&view, FIDOTOOL_ERROR_CANCELLED, -1);
  key_view_assert_says(&view, S(REPLUG), "pin.softlock");
  key_view_tell_n(&view, E(KEYS), 0);
  key_view_assert_says(&view, S(REPLUG), "key.again");
  key_view_tell_n(&view, E(KEYS), 2);
  key_view_assert_says(&view, S(REPLUG), "key.two");
  key_view_tell_n(&view, E(KEYS), 1);
  assert_int_equal(view.state, S(WORKING));
  key_view_tell(&view, E(BEGUN));
  key_view_ask_pin(&view, 5, false);
  key_view_assert_says(&view, S(PIN), "pin.enter");
  assert_int_equal(view.wrong, 0);
}

static void
wrong_pins_count_over_several_jobs(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  for (int retries = 7; retries > 5; retries--) {
    key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_INVALID, retries);
    key_view_assert_says(&view, S(RETRY), "pin.wrong.n");
    assert_int_equal(view.n, retries);
    key_view_tell_n(&view, E(START), 1);
    key_view_tell(&view, E(BEGUN));
  }
  key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_INVALID, 5);
  key_view_assert_says(&view, S(REPLUG), "pin.softlock");
}

static void
a_key_that_was_out_counts_anew(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_ask_pin(&view, 7, true);
  key_view_ask_pin(&view, 6, true);
  key_view_fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  assert_int_equal(view.wrong, 0);
  assert_int_equal(view.state, S(INSERT));
}

static void
a_blocked_key_is_never_asked_again(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_BLOCKED, 0);
  key_view_assert_says(&view, S(STOPPED), "pin.blocked");
  key_view_tell(&view, E(EARLY)); /* does not hide it */
  key_view_assert_says(&view, S(STOPPED), "pin.blocked");
  key_view_fail_with(&view, FIDOTOOL_ERROR_CANCELLED, -1);
  key_view_tell_n(&view, E(KEYS), 0);
  key_view_tell_n(&view, E(START), 1);
  key_view_assert_says(&view, S(STOPPED), "pin.blocked");
  key_view_tell(&view, E(BEGUN));
  key_view_ask_pin(&view, 8, false);
  assert_false(view.ask_pin);

  view = key_view_at_work(); /* no tries left, whoever says it */
  key_view_ask_pin(&view, 0, true);
  key_view_assert_says(&view, S(STOPPED), "pin.blocked");
  assert_false(view.busy);
  view = key_view_at_work();
  key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_INVALID, 0);
  key_view_assert_says(&view, S(STOPPED), "pin.blocked");
}

static void
a_blocked_key_that_is_out_is_not_asked_out(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_BLOCKED, 0);
  assert_false(view.out);
  key_view_tell_n(&view, E(KEYS), 0);
  assert_true(view.out);
  key_view_assert_says(&view, S(STOPPED),
                       "pin.blocked"); /* another one is needed */
  key_view_tell_n(&view, E(KEYS), 1);
  assert_false(view.out);
}

static void
a_stranger_comes_out_and_the_next_one_is_looked_at(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(START), &(KioskKeyInput){.n = 1, .retries = -1, .any = true});
  key_view_tell(&view, E(STRANGER)); /* nothing has answered yet */
  assert_int_equal(view.state, S(WORKING));
  key_view_tell(&view, E(BEGUN));
  key_view_tell(&view, E(DONE));
  key_view_tell(&view, E(STRANGER));
  assert_int_equal(view.state, S(STOPPED));
  assert_null(view.word); /* whoever looked says who it is not */
  key_view_tell_n(&view, E(KEYS), 0);
  key_view_assert_says(&view, S(INSERT), "key.insert");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tries_left_are_counted_in_words),
      cmocka_unit_test(one_is_singular),
      cmocka_unit_test(an_unknown_count_is_not_told),
      cmocka_unit_test(a_new_pin_has_its_own_words),
      cmocka_unit_test(the_last_try_is_asked_for_first),
      cmocka_unit_test(after_three_wrong_the_kiosk_stops_by_itself),
      cmocka_unit_test(after_three_wrong_only_a_replug_helps),
      cmocka_unit_test(wrong_pins_count_over_several_jobs),
      cmocka_unit_test(a_key_that_was_out_counts_anew),
      cmocka_unit_test(a_blocked_key_is_never_asked_again),
      cmocka_unit_test(a_blocked_key_that_is_out_is_not_asked_out),
      cmocka_unit_test(a_stranger_comes_out_and_the_next_one_is_looked_at),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
