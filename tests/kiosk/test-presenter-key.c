/* SPDX-License-Identifier: Apache-2.0 */
/* What a person at a key is told, moment by moment, and what no order of
 * events may lead to. */
#include "tests/testing.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "fidotool/error.h"
#include "kiosk/presenter-key.h"
#include "kiosk/words.h"

#define E(name) KIOSK_KEY_EVENT_##name
#define S(name) KIOSK_KEY_##name

static void
tell(KioskKeyView *view, KioskKeyEvent event)
{
  kiosk_presenter_key_apply(view, event, NULL);
}

static void
tell_n(KioskKeyView *view, KioskKeyEvent event, int n)
{
  kiosk_presenter_key_apply(view, event,
                            &(KioskKeyInput){.n = n, .retries = -1});
}

static void
ask_pin(KioskKeyView *view, int retries, bool wrong)
{
  kiosk_presenter_key_apply(
      view, E(PIN),
      &(KioskKeyInput){.retries = retries, .wrong = wrong, .min = 4});
}

static void
fail_with(KioskKeyView *view, int code, int retries)
{
  kiosk_presenter_key_apply(view, E(FAILED),
                            &(KioskKeyInput){.code = code, .retries = retries});
}

/* A task whose key is there and at work. */
static KioskKeyView
at_work(void)
{
  KioskKeyView view = {0};

  tell_n(&view, E(START), 1);
  tell(&view, E(BEGUN));
  assert_int_equal(view.state, S(WORKING));
  assert_true(view.busy);
  return view;
}

/* A key that holds something new, and is asked for one more touch. */
static KioskKeyView
at_second_touch(void)
{
  KioskKeyView view = at_work();

  tell(&view, E(TOUCH));
  assert_int_equal(view.touches, 1);
  tell(&view, E(MADE));
  tell(&view, E(TOUCH));
  assert_int_equal(view.touches, 2);
  assert_true(view.written);
  return view;
}

static void
assert_says(const KioskKeyView *view, KioskKeyState state, const char *word)
{
  assert_int_equal(view->state, state);
  assert_string_equal(view->word, word);
  assert_non_null(kiosk_words_find(word));
}

/* --- the way that goes well -------------------------------------------------
 */

static void
a_job_waits_for_one_key(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  tell_n(&view, E(START), 0);
  assert_says(&view, S(INSERT), "key.insert");
  assert_false(view.error);
  tell_n(&view, E(KEYS), 2);
  assert_says(&view, S(TOO_MANY), "key.two");
  tell_n(&view, E(KEYS), 0);
  assert_says(&view, S(INSERT), "key.insert");
  assert_false(view.error);
  tell_n(&view, E(KEYS), 1);
  assert_says(&view, S(WORKING), "key.working");
  assert_false(view.busy); /* nobody has begun */
  tell_n(&view, E(KEYS), 0);
  assert_int_equal(view.state, S(INSERT));
  tell_n(&view, E(KEYS), 1);
  tell(&view, E(BEGUN));
  assert_true(view.busy);
}

static void
a_job_that_goes_well(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  ask_pin(&view, 8, false);
  assert_says(&view, S(PIN), "pin.enter");
  assert_true(view.ask_pin);
  assert_false(view.error);
  tell(&view, E(ENTERED));
  assert_says(&view, S(WORKING), "key.working");
  assert_false(view.ask_pin);
  tell(&view, E(TOUCH));
  assert_says(&view, S(TOUCH), "touch.now");
  tell(&view, E(PROCESSING));
  assert_says(&view, S(WORKING), "key.touched");
  tell(&view, E(PROCESSING)); /* said again and again while it works */
  assert_says(&view, S(WORKING), "key.touched");
  tell(&view, E(DONE));
  assert_says(&view, S(DONE), "key.done");
  assert_false(view.busy);
}

static void
hold_and_finger_have_their_words(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  tell_n(&view, E(HOLD), 10);
  assert_says(&view, S(TOUCH), "touch.hold");
  assert_int_equal(view.n, 10);
  tell(&view, E(FINGER));
  assert_says(&view, S(TOUCH), "finger.now");
}

static void
nothing_is_done_by_a_job_that_never_ran(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  tell(&view, E(DONE));
  assert_int_equal(view.state, S(IDLE));
  tell(&view, E(BEGUN));
  assert_int_equal(view.state, S(IDLE));
  tell_n(&view, E(START), 1); /* found, not begun */
  tell(&view, E(DONE));
  assert_int_equal(view.state, S(WORKING));
  ask_pin(&view, 8, false);
  assert_false(view.ask_pin);
  tell(&view, E(TOUCH));
  assert_int_equal(view.state, S(WORKING));
}

/* --- the PIN ----------------------------------------------------------------
 */

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
    KioskKeyView view = at_work();
    g_autofree char *text = NULL;

    ask_pin(&view, rows[i].retries, true);
    assert_says(&view, S(PIN), "pin.wrong.n");
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
  KioskKeyView view = at_work();

  (void)state;
  ask_pin(&view, -1, true);
  assert_says(&view, S(PIN), "pin.wrong");
}

static void
a_new_pin_has_its_own_words(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(PIN), &(KioskKeyInput){.retries = 8, .min = 6, .is_new = true});
  assert_says(&view, S(PIN), "pin.choose");
  assert_true(view.is_new);
  assert_int_equal(view.n, 6);
  kiosk_presenter_key_apply(
      &view, E(PIN),
      &(KioskKeyInput){.retries = 8, .min = 6, .is_new = true, .wrong = true});
  assert_says(&view, S(PIN), "pin.unfit");
  assert_int_equal(view.wrong, 0); /* no try was used */
}

static void
the_last_try_is_asked_for_first(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  ask_pin(&view, 1, false);
  assert_says(&view, S(LAST), "pin.last"); /* nobody entered a wrong one yet */
  assert_true(view.error);
  assert_false(view.ask_pin);
  tell(&view, E(ENTERED));
  assert_int_equal(view.state, S(LAST));
  tell(&view, E(USE_LAST));
  assert_says(&view, S(PIN), "pin.last");
  assert_true(view.ask_pin);

  view = at_work();
  ask_pin(&view, 1, true);
  assert_says(&view, S(LAST), "pin.wrong.last");
}

static void
after_three_wrong_the_kiosk_stops_by_itself(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  ask_pin(&view, 8, false);
  for (int retries = 7; retries > 5; retries--) {
    ask_pin(&view, retries, true);
    assert_says(&view, S(PIN), "pin.wrong.n");
    tell(&view, E(ENTERED));
  }
  ask_pin(&view, 5, true);
  assert_says(&view, S(REPLUG), "pin.softlock");
  assert_false(view.busy); /* the job is to be ended */
  assert_false(view.ask_pin);
}

static void
after_three_wrong_only_a_replug_helps(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  fail_with(&view, FIDOTOOL_ERROR_PIN_REPLUG, 5);
  assert_says(&view, S(REPLUG), "pin.softlock");
  tell_n(&view, E(START), 1); /* no way around it */
  assert_says(&view, S(REPLUG), "pin.softlock");
  tell_n(&view, E(KEYS), 1); /* another event, the key never left */
  assert_says(&view, S(REPLUG), "pin.softlock");
  fail_with(&view, FIDOTOOL_ERROR_CANCELLED, -1);
  assert_says(&view, S(REPLUG), "pin.softlock");
  tell_n(&view, E(KEYS), 0);
  assert_says(&view, S(REPLUG), "key.again");
  tell_n(&view, E(KEYS), 2);
  assert_says(&view, S(REPLUG), "key.two");
  tell_n(&view, E(KEYS), 1);
  assert_int_equal(view.state, S(WORKING));
  tell(&view, E(BEGUN));
  ask_pin(&view, 5, false);
  assert_says(&view, S(PIN), "pin.enter");
  assert_int_equal(view.wrong, 0);
}

static void
wrong_pins_count_over_several_jobs(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  for (int retries = 7; retries > 5; retries--) {
    fail_with(&view, FIDOTOOL_ERROR_PIN_INVALID, retries);
    assert_says(&view, S(RETRY), "pin.wrong.n");
    assert_int_equal(view.n, retries);
    tell_n(&view, E(START), 1);
    tell(&view, E(BEGUN));
  }
  fail_with(&view, FIDOTOOL_ERROR_PIN_INVALID, 5);
  assert_says(&view, S(REPLUG), "pin.softlock");
}

static void
a_key_that_was_out_counts_anew(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  ask_pin(&view, 7, true);
  ask_pin(&view, 6, true);
  fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  assert_int_equal(view.wrong, 0);
  assert_int_equal(view.state, S(INSERT));
}

static void
a_blocked_key_is_never_asked_again(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  fail_with(&view, FIDOTOOL_ERROR_PIN_BLOCKED, 0);
  assert_says(&view, S(STOPPED), "pin.blocked");
  tell(&view, E(EARLY)); /* does not hide it */
  assert_says(&view, S(STOPPED), "pin.blocked");
  fail_with(&view, FIDOTOOL_ERROR_CANCELLED, -1);
  tell_n(&view, E(KEYS), 0);
  tell_n(&view, E(START), 1);
  assert_says(&view, S(STOPPED), "pin.blocked");
  tell(&view, E(BEGUN));
  ask_pin(&view, 8, false);
  assert_false(view.ask_pin);

  view = at_work(); /* no tries left, whoever says it */
  ask_pin(&view, 0, true);
  assert_says(&view, S(STOPPED), "pin.blocked");
  assert_false(view.busy);
  view = at_work();
  fail_with(&view, FIDOTOOL_ERROR_PIN_INVALID, 0);
  assert_says(&view, S(STOPPED), "pin.blocked");
}

static void
a_blocked_key_that_is_out_is_not_asked_out(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  fail_with(&view, FIDOTOOL_ERROR_PIN_BLOCKED, 0);
  assert_false(view.out);
  tell_n(&view, E(KEYS), 0);
  assert_true(view.out);
  assert_says(&view, S(STOPPED), "pin.blocked"); /* another one is needed */
  tell_n(&view, E(KEYS), 1);
  assert_false(view.out);
}

static void
a_stranger_comes_out_and_the_next_one_is_looked_at(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(START), &(KioskKeyInput){.n = 1, .retries = -1, .any = true});
  tell(&view, E(STRANGER)); /* nothing has answered yet */
  assert_int_equal(view.state, S(WORKING));
  tell(&view, E(BEGUN));
  tell(&view, E(DONE));
  tell(&view, E(STRANGER));
  assert_int_equal(view.state, S(STOPPED));
  assert_null(view.word); /* whoever looked says who it is not */
  tell_n(&view, E(KEYS), 0);
  assert_says(&view, S(INSERT), "key.insert");
}

/* --- failures ---------------------------------------------------------------
 */

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
    KioskKeyView view = at_work();

    fail_with(&view, rows[i].code, -1);
    assert_says(&view, rows[i].state, rows[i].word);
    assert_true(view.error);
    assert_false(view.busy);
    assert_false(view.ask_pin);
    view = at_second_touch();
    fail_with(&view, rows[i].code, -1);
    assert_says(&view, rows[i].state, rows[i].word_written);
  }
}

/* "Nothing was changed" would be a lie. */
static void
nothing_was_changed_is_not_said_of_a_key_that_was(void **state)
{
  (void)state;
  for (int code = 1; code <= FIDOTOOL_ERROR_POLICY; code++) {
    KioskKeyView view = at_second_touch();

    fail_with(&view, code, 3);
    assert_null(strstr(kiosk_words_find(view.word)->text, "Nothing was"));
    view = at_second_touch();
    tell(&view, E(EARLY));
    assert_null(strstr(kiosk_words_find(view.word)->text, "Nothing was"));
  }
}

static void
what_a_job_says_it_wrote_is_remembered(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(FAILED),
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_TIMEOUT, .written = true});
  tell_n(&view, E(START), 1); /* the same task once more */
  tell(&view, E(BEGUN));
  fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  assert_says(&view, S(INSERT), "key.removed.resume");
}

static void
a_key_pulled_out_is_awaited_and_gone_on_with(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  tell(&view, E(TOUCH));
  fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  assert_says(&view, S(INSERT), "key.removed.nochange");
  tell_n(&view, E(KEYS), 0); /* the words stay until it is there again */
  assert_says(&view, S(INSERT), "key.removed.nochange");
  assert_true(view.error);
  tell_n(&view, E(KEYS), 1);
  assert_says(&view, S(WORKING), "key.working");
  assert_false(view.error);
}

static void
another_key_is_told_apart(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(FAILED),
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST, .other = true});
  assert_says(&view, S(RETRY), "key.other");
  kiosk_presenter_key_apply(
      &view, KIOSK_KEY_EVENT_FAILED,
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_POLICY, .station = true});
  assert_says(&view, S(RETRY), "station.asked");
}

static void
a_key_that_is_registered_already_is_told_apart(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(FAILED),
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_NOT_FOUND, .known = true});
  assert_says(&view, S(STOPPED), "key.known");
}

static void
touched_too_early_keeps_the_moment(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  ask_pin(&view, 8, false);
  tell(&view, E(EARLY));
  assert_says(&view, S(PIN), "touch.early");
  assert_true(view.error);
  assert_true(view.ask_pin);
  tell(&view, E(ENTERED));
  assert_says(&view, S(WORKING), "key.working");
  tell(&view, E(EARLY));
  tell(&view, E(PROCESSING));
  assert_says(&view, S(WORKING), "key.working");

  view = at_work(); /* the last try is not hidden by it */
  ask_pin(&view, 1, true);
  tell(&view, E(EARLY));
  assert_says(&view, S(LAST), "pin.wrong.last");
}

static void
where_any_key_will_do_the_next_one_gets_its_turn(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  kiosk_presenter_key_apply(
      &view, E(START), &(KioskKeyInput){.n = 1, .retries = -1, .any = true});
  tell(&view, E(BEGUN));
  fail_with(&view, FIDOTOOL_ERROR_PIN_BLOCKED, 0);
  assert_says(&view, S(STOPPED), "pin.blocked");
  tell_n(&view, E(KEYS), 0);
  assert_says(&view, S(INSERT), "key.insert");
  tell_n(&view, E(KEYS), 1);
  tell(&view, E(BEGUN));
  ask_pin(&view, 8, false);
  assert_says(&view, S(PIN), "pin.enter");
}

static void
after_a_while_something_else_is_proposed(void **state)
{
  KioskKeyView view = {0};

  (void)state;
  tell_n(&view, E(START), 0);
  tell(&view, E(WAITED));
  assert_string_equal(view.hint, "key.hint");
  assert_says(&view, S(INSERT), "key.insert");
  tell_n(&view, E(KEYS), 1);
  assert_null(view.hint);
  tell(&view, E(WAITED)); /* it works: nothing is to be tried */
  assert_null(view.hint);
  tell(&view, E(BEGUN));
  fail_with(&view, FIDOTOOL_ERROR_PIN_REPLUG, 5);
  tell(&view, E(WAITED));
  assert_string_equal(view.hint, "key.hint.out");
}

static void
cancel_is_the_end_at_once(void **state)
{
  KioskKeyView view = at_second_touch();

  (void)state;
  tell(&view, E(CANCEL));
  assert_int_equal(view.state, S(IDLE));
  assert_null(view.word);
  assert_false(view.busy);
  assert_false(view.written);
  tell(&view, E(DONE)); /* too late */
  fail_with(&view, FIDOTOOL_ERROR_LOST, -1);
  tell_n(&view, E(KEYS), 1);
  tell(&view, E(EARLY));
  assert_int_equal(view.state, S(IDLE));
}

static void
only_what_was_given_can_be_refused(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  tell(&view, E(REFUSED)); /* of a job before */
  assert_int_equal(view.state, S(WORKING));
  tell(&view, E(DONE));
  tell(&view, E(REFUSED));
  assert_int_equal(view.state, S(RETRY));
  assert_null(view.word); /* whoever heard the rule says it */
  fail_with(&view, FIDOTOOL_ERROR_CANCELLED, -1);
  assert_int_equal(view.state, S(RETRY));
}

/* --- whatever happens, in whatever order ------------------------------------
 */

typedef struct {
  KioskKeyView view;
  bool ran;     /* a job has begun and not ended, by the events alone */
  bool blocked; /* in this task */
  int done, asked, stopped;
} Walk;

static KioskKeyInput
draw_input(GRand *rand)
{
  static const int retries[] = {-1, 0, 1, 2, 3, 7, 8};

  return (KioskKeyInput){
      .n = g_rand_int_range(rand, 0, 4),
      .retries = retries[g_rand_int_range(rand, 0, (int)G_N_ELEMENTS(retries))],
      .min = 4,
      .code = g_rand_int_range(rand, 0, FIDOTOOL_ERROR_POLICY + 2),
      .is_new = g_rand_int_range(rand, 0, 8) == 0,
      .wrong = g_rand_boolean(rand),
      .written = g_rand_int_range(rand, 0, 8) == 0,
      .other = g_rand_int_range(rand, 0, 8) == 0,
      .any = g_rand_int_range(rand, 0, 4) == 0,
      .known = g_rand_int_range(rand, 0, 8) == 0,
  };
}

static void
check_words(const KioskKeyView *view)
{
  if (view->hint != NULL)
    assert_non_null(kiosk_words_find(view->hint));
  if (view->word != NULL)
    assert_non_null(kiosk_words_find(view->word));
  else /* nothing is asked; or it is said by whoever heard a rule or looked */
    assert_true(view->state == S(IDLE) || view->state == S(RETRY) ||
                view->state == S(STOPPED));
}

static void
step_at_random(Walk *walk, GRand *rand)
{
  KioskKeyEvent event = (KioskKeyEvent)g_rand_int_range(rand, 0, E(CANCEL) + 1);
  KioskKeyInput input = draw_input(rand);
  KioskKeyState before = walk->view.state;

  if (event == E(CANCEL) && g_rand_int_range(rand, 0, 4) != 0)
    event = E(BEGUN); /* or no walk would get anywhere */
  kiosk_presenter_key_apply(&walk->view, event, &input);
  if (event == E(BEGUN) && walk->view.busy)
    walk->ran = true;
  if (walk->view.state == S(DONE) && before != S(DONE)) {
    assert_int_equal(event, E(DONE));
    assert_true(walk->ran);
    walk->done++;
  }
  if (!walk->view.busy)
    walk->ran = false;
  assert_false(walk->view.ask_pin && !walk->view.busy);
  assert_false(walk->view.ask_pin && walk->blocked);
  assert_true(walk->view.ask_pin == (walk->view.state == S(PIN)));
  assert_false(walk->view.busy && walk->view.wrong >= 3);
  if (walk->view.ask_pin)
    walk->asked++;
  if (event == E(CANCEL) || ((event == E(KEYS) || event == E(START)) &&
                             input.n == 0 && walk->view.any))
    walk->blocked = false; /* a new task; another key may come */
  if (walk->view.state == S(STOPPED) &&
      g_strcmp0(walk->view.word, "pin.blocked") == 0)
    walk->blocked = true;
  walk->stopped += walk->blocked;
  check_words(&walk->view);
}

static void
random_runs_keep_the_promises(void **state)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
  int done = 0, asked = 0, stopped = 0;

  (void)state;
  for (int run = 0; run < 20000; run++) {
    Walk walk = {0};

    kiosk_presenter_key_apply(&walk.view, E(START),
                              &(KioskKeyInput){.n = 1, .retries = -1});
    for (int i = 0; i < 60; i++)
      step_at_random(&walk, rand);
    done += walk.done;
    asked += walk.asked;
    stopped += walk.stopped;
  }
  /* Or the promises were never put to the test. */
  assert_true(done > 1000);
  assert_true(asked > 1000);
  assert_true(stopped > 1000);
}

/* A key on a reader: laid there instead of touched, lifted between two steps.
 */
static void
test_a_key_on_a_reader(void **state)
{
  KioskKeyView view = at_work();

  (void)state;
  tell(&view, E(TAP_AGAIN));
  assert_says(&view, S(WORKING), "key.tap.again");
  tell(&view, E(TAP));
  assert_says(&view, S(WORKING), "key.tap");
  tell(&view, E(TAPPED));
  assert_says(&view, S(WORKING), "key.working");
  kiosk_presenter_key_apply(&view, E(FAILED),
                            &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST,
                                             .retries = -1,
                                             .lifted = true});
  assert_says(&view, S(INSERT), "key.lifted");
  assert_true(view.error);
  /* with no task at work nothing is said */
  tell(&view, E(TAP));
  assert_says(&view, S(INSERT), "key.lifted");
}

/* "Nothing was changed" is not said of a key that holds something new. */
static void
test_a_key_that_was_lifted_after_it_was_written(void **state)
{
  KioskKeyView view = at_second_touch();

  (void)state;
  kiosk_presenter_key_apply(&view, E(FAILED),
                            &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST,
                                             .retries = -1,
                                             .lifted = true});
  assert_says(&view, S(INSERT), "key.removed.resume");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_job_waits_for_one_key),
      cmocka_unit_test(a_job_that_goes_well),
      cmocka_unit_test(hold_and_finger_have_their_words),
      cmocka_unit_test(nothing_is_done_by_a_job_that_never_ran),
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
      cmocka_unit_test(random_runs_keep_the_promises),
      cmocka_unit_test(test_a_key_on_a_reader),
      cmocka_unit_test(test_a_key_that_was_lifted_after_it_was_written),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
