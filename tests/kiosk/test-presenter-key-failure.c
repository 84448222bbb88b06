/* SPDX-License-Identifier: Apache-2.0 */
/* What a person is told when something goes wrong at a key. */
#include "tests/testing.h"

#include <glib.h>
#include <string.h>

#include "fidotool/error.h"
#include "kiosk/words.h"
#include "tests/kiosk/key-view.h"

static void
every_failure_has_its_words(void **state)
{
  static const struct {
    int code;
    KioskKeyState state;
    const char *word, *word_written;
  } rows[] = {
      /* clang-format off */
      { FIDOTOOL_ERROR_FAILED,       S(RETRY),    "key.silent",           "key.silent.written" },
      { FIDOTOOL_ERROR_USAGE,        S(RETRY),    "key.silent",           "key.silent.written" },
      { FIDOTOOL_ERROR_NO_DEVICE,    S(INSERT),   "key.removed.nochange", "key.removed.resume" },
      { FIDOTOOL_ERROR_AMBIGUOUS,    S(TOO_MANY), "key.two",              "key.two" },
      { FIDOTOOL_ERROR_PERMISSION,   S(STOPPED),  "key.permission",       "key.permission" },
      { FIDOTOOL_ERROR_BUSY,         S(RETRY),    "key.busy",             "key.busy" },
      { FIDOTOOL_ERROR_LOST,         S(INSERT),   "key.removed.nochange", "key.removed.resume" },
      { FIDOTOOL_ERROR_PIN_REPLUG,   S(REPLUG),   "pin.softlock",         "pin.softlock" },
      { FIDOTOOL_ERROR_PIN_BLOCKED,  S(STOPPED),  "pin.blocked",          "pin.blocked" },
      { FIDOTOOL_ERROR_PIN_STATE,    S(STOPPED),  "pin.state",            "pin.state" },
      { FIDOTOOL_ERROR_UV,           S(RETRY),    "finger.failed",        "finger.failed" },
      { FIDOTOOL_ERROR_TIMEOUT,      S(RETRY),    "touch.timeout",        "touch.timeout" },
      { FIDOTOOL_ERROR_CANCELLED,    S(RETRY),    "key.cancelled",        "key.cancelled.written" },
      { FIDOTOOL_ERROR_UNSUPPORTED,  S(STOPPED),  "key.lacks",            "key.lacks" },
      { FIDOTOOL_ERROR_FULL,         S(STOPPED),  "key.full",             "key.full" },
      { FIDOTOOL_ERROR_NOT_FOUND,    S(RETRY),    "key.other",            "key.other" },
      { FIDOTOOL_ERROR_RESET_WINDOW, S(RETRY),    "key.silent",           "key.silent.written" },
      { FIDOTOOL_ERROR_INVALID,      S(RETRY),    "key.nonsense",         "key.nonsense" },
      { FIDOTOOL_ERROR_NOT_TRUSTED,  S(RETRY),    "key.silent",           "key.silent.written" },
      { FIDOTOOL_ERROR_POLICY,       S(RETRY),    "key.silent",           "key.silent.written" },
      { 4711,                        S(RETRY),    "key.silent",           "key.silent.written" },
      /* clang-format on */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    KioskKeyView view = key_view_at_work();

    key_view_fail_with(&view, rows[i].code, -1);
    key_view_assert_says(&view, rows[i].state, rows[i].word);
    assert_true(view.error);
    assert_false(view.busy);
    assert_false(view.ask_pin);
    view = key_view_at_second_touch();
    key_view_fail_with(&view, rows[i].code, -1);
    key_view_assert_says(&view, rows[i].state, rows[i].word_written);
  }
}

/* "Nothing was changed" would be a lie. */
static void
nothing_was_changed_is_not_said_of_a_key_that_was(void **state)
{
  (void)state;
  for (int code = 1; code <= FIDOTOOL_ERROR_POLICY; code++) {
    KioskKeyView view = key_view_at_second_touch();

    key_view_fail_with(&view, code, 3);
    assert_null(strstr(kiosk_words_find(view.word)->text, "Nothing was"));
    view = key_view_at_second_touch();
    key_view_tell(&view, E(EARLY));
    assert_null(strstr(kiosk_words_find(view.word)->text, "Nothing was"));
  }
}

static void
what_a_job_says_it_wrote_is_remembered(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(FAILED),
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_TIMEOUT, .written = true});
  key_view_tell_n(&view, E(START), 1); /* the same task once more */
  key_view_tell(&view, E(BEGUN));
  key_view_fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  key_view_assert_says(&view, S(INSERT), "key.removed.resume");
}

static void
a_key_pulled_out_is_awaited_and_gone_on_with(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_tell(&view, E(TOUCH));
  key_view_fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  key_view_assert_says(&view, S(INSERT), "key.removed.nochange");
  key_view_tell_n(&view, E(KEYS),
                  0); /* the words stay until it is there again */
  key_view_assert_says(&view, S(INSERT), "key.removed.nochange");
  assert_true(view.error);
  key_view_tell_n(&view, E(KEYS), 1);
  key_view_assert_says(&view, S(WORKING), "key.working");
  assert_false(view.error);
}

static void
another_key_is_told_apart(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(FAILED),
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST, .other = true});
  key_view_assert_says(&view, S(RETRY), "key.other");
  kiosk_presenter_key_apply(
      &view, KIOSK_KEY_EVENT_FAILED,
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_POLICY, .station = true});
  key_view_assert_says(&view, S(RETRY), "station.asked");
}

static void
a_key_that_is_registered_already_is_told_apart(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(FAILED),
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_NOT_FOUND, .known = true});
  key_view_assert_says(&view, S(STOPPED), "key.known");
}

static void
touched_too_early_keeps_the_moment(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_ask_pin(&view, 8, false);
  key_view_tell(&view, E(EARLY));
  key_view_assert_says(&view, S(PIN), "touch.early");
  assert_true(view.error);
  assert_true(view.ask_pin);
  key_view_tell(&view, E(ENTERED));
  key_view_assert_says(&view, S(WORKING), "key.working");
  key_view_tell(&view, E(EARLY));
  key_view_tell(&view, E(PROCESSING));
  key_view_assert_says(&view, S(WORKING), "key.working");

  view = key_view_at_work(); /* the last try is not hidden by it */
  key_view_ask_pin(&view, 1, true);
  key_view_tell(&view, E(EARLY));
  key_view_assert_says(&view, S(LAST), "pin.wrong.last");
}

static void
where_any_key_will_do_the_next_one_gets_its_turn(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(START), &(KioskKeyInput){.n = 1, .retries = -1, .any = true});
  key_view_tell(&view, E(BEGUN));
  key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_BLOCKED, 0);
  key_view_assert_says(&view, S(STOPPED), "pin.blocked");
  key_view_tell_n(&view, E(KEYS), 0);
  key_view_assert_says(&view, S(INSERT), "key.insert");
  key_view_tell_n(&view, E(KEYS), 1);
  key_view_tell(&view, E(BEGUN));
  key_view_ask_pin(&view, 8, false);
  key_view_assert_says(&view, S(PIN), "pin.enter");
}

static void
after_a_while_something_else_is_proposed(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  key_view_tell_n(&view, E(START), 0);
  key_view_tell(&view, E(WAITED));
  assert_string_equal(view.hint, "key.hint");
  key_view_assert_says(&view, S(INSERT), "key.insert");
  key_view_tell_n(&view, E(KEYS), 1);
  assert_null(view.hint);
  key_view_tell(&view, E(WAITED)); /* it works: nothing is to be tried */
  assert_null(view.hint);
  key_view_tell(&view, E(BEGUN));
  key_view_fail_with(&view, FIDOTOOL_ERROR_PIN_REPLUG, 5);
  key_view_tell(&view, E(WAITED));
  assert_string_equal(view.hint, "key.hint.out");
}

static void
cancel_is_the_end_at_once(void **state)
{
  KioskKeyView view = key_view_at_second_touch();

  (void)state;
  key_view_tell(&view, E(CANCEL));
  assert_int_equal(view.state, S(IDLE));
  assert_null(view.word);
  assert_false(view.busy);
  assert_false(view.written);
  key_view_tell(&view, E(DONE)); /* too late */
  key_view_fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  key_view_tell_n(&view, E(KEYS), 1);
  key_view_tell(&view, E(EARLY));
  assert_int_equal(view.state, S(IDLE));
}

static void
only_what_was_given_can_be_refused(void **state)
{
  KioskKeyView view = key_view_at_work();

  (void)state;
  key_view_tell(&view, E(REFUSED)); /* of a job before */
  assert_int_equal(view.state, S(WORKING));
  key_view_tell(&view, E(DONE));
  key_view_tell(&view, E(REFUSED));
  assert_int_equal(view.state, S(RETRY));
  assert_null(view.word); /* whoever heard the rule says it */
  key_view_fail_with(&view, FIDOTOOL_ERROR_CANCELLED, -1);
  assert_int_equal(view.state, S(RETRY));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_failure_has_its_words),
      cmocka_unit_test(nothing_was_changed_is_not_said_of_a_key_that_was),
      cmocka_unit_test(what_a_job_says_it_wrote_is_remembered),
      cmocka_unit_test(a_key_pulled_out_is_awaited_and_gone_on_with),
      cmocka_unit_test(another_key_is_told_apart),
      cmocka_unit_test(a_key_that_is_registered_already_is_told_apart),
      cmocka_unit_test(touched_too_early_keeps_the_moment),
      cmocka_unit_test(where_any_key_will_do_the_next_one_gets_its_turn),
      cmocka_unit_test(after_a_while_something_else_is_proposed),
      cmocka_unit_test(cancel_is_the_end_at_once),
      cmocka_unit_test(only_what_was_given_can_be_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
