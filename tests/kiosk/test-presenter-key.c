/* SPDX-License-Identifier: Apache-2.0 */
/* What a person at a key is told, moment by moment: where it goes well, and on
 * a reader. */
#include "tests/testing.h"

#include <glib.h>

#include "fidotool/error.h"
#include "tests/kiosk/key-view.h"

static void
a_job_waits_for_one_key(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  key_view_tell_n(&view, E(START), 0);
  key_view_assert_says(&view, S(INSERT), "key.insert");
  assert_false(view.error);
  key_view_tell_n(&view, E(KEYS), 2);
  key_view_assert_says(&view, S(TOO_MANY), "key.two");
  key_view_tell_n(&view, E(KEYS), 0);
  key_view_assert_says(&view, S(INSERT), "key.insert");
  assert_false(view.error);
  key_view_tell_n(&view, E(KEYS), 1);
  key_view_assert_says(&view, S(WORKING), "key.working");
  assert_false(view.busy); /* nobody has begun */
  key_view_tell_n(&view, E(KEYS), 0);
  assert_int_equal(view.state, S(INSERT));
  key_view_tell_n(&view, E(KEYS), 1);
  key_view_tell(&view, E(BEGUN));
  assert_true(view.busy);
}

static void
a_job_that_goes_well(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_ask_pin(&view, 8, false);
  key_view_assert_says(&view, S(PIN), "pin.enter");
  assert_true(view.ask_pin);
  assert_false(view.error);
  key_view_tell(&view, E(ENTERED));
  key_view_assert_says(&view, S(WORKING), "key.working");
  assert_false(view.ask_pin);
  key_view_tell(&view, E(TOUCH));
  key_view_assert_says(&view, S(TOUCH), "touch.now");
  key_view_tell(&view, E(PROCESSING));
  key_view_assert_says(&view, S(WORKING), "key.touched");
  key_view_tell(&view, E(PROCESSING)); /* said again and again while it works */
  key_view_assert_says(&view, S(WORKING), "key.touched");
  key_view_tell(&view, E(DONE));
  key_view_assert_says(&view, S(DONE), "key.done");
  assert_false(view.busy);
}

static void
hold_and_finger_have_their_words(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_tell_n(&view, E(HOLD), 10);
  key_view_assert_says(&view, S(TOUCH), "touch.hold");
  assert_int_equal(view.n, 10);
  key_view_tell(&view, E(FINGER));
  key_view_assert_says(&view, S(TOUCH), "finger.now");
}

static void
nothing_is_done_by_a_job_that_never_ran(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  key_view_tell(&view, E(DONE));
  assert_int_equal(view.state, S(IDLE));
  key_view_tell(&view, E(BEGUN));
  assert_int_equal(view.state, S(IDLE));
  key_view_tell_n(&view, E(START), 1); /* found, not begun */
  key_view_tell(&view, E(DONE));
  assert_int_equal(view.state, S(WORKING));
  key_view_ask_pin(&view, 8, false);
  assert_false(view.ask_pin);
  key_view_tell(&view, E(TOUCH));
  assert_int_equal(view.state, S(WORKING));
}

/* A key on a reader: laid there instead of touched, lifted between two steps.
 */
static void
test_a_key_on_a_reader(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_tell(&view, E(TAP_AGAIN));
  key_view_assert_says(&view, S(WORKING), "key.tap.again");
  key_view_tell(&view, E(TAP));
  key_view_assert_says(&view, S(WORKING), "key.tap");
  key_view_tell(&view, E(TAPPED));
  key_view_assert_says(&view, S(WORKING), "key.working");
  kiosk_presenter_key_apply(&view, E(FAILED),
                            &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST,
                                             .retries = -1,
                                             .lifted = true});
  key_view_assert_says(&view, S(INSERT), "key.lifted");
  assert_true(view.error);
  /* with no task at work nothing is said */
  key_view_tell(&view, E(TAP));
  key_view_assert_says(&view, S(INSERT), "key.lifted");
}

/* "Nothing was changed" is not said of a key that holds something new. */
static void
test_a_key_that_was_lifted_after_it_was_written(void **state)
{
  KioskKeyView view = key_view_at_second_touch();

  (void)state;
  kiosk_presenter_key_apply(&view, E(FAILED),
                            &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST,
                                             .retries = -1,
                                             .lifted = true});
  key_view_assert_says(&view, S(INSERT), "key.removed.resume");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_job_waits_for_one_key),
      cmocka_unit_test(a_job_that_goes_well),
      cmocka_unit_test(hold_and_finger_have_their_words),
      cmocka_unit_test(nothing_is_done_by_a_job_that_never_ran),
      cmocka_unit_test(test_a_key_on_a_reader),
      cmocka_unit_test(test_a_key_that_was_lifted_after_it_was_written),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
