/* SPDX-License-Identifier: Apache-2.0 */
/* What no order of events at a key may lead to. */
#include "tests/testing.h"

#include <glib.h>
#include <stdbool.h>

#include "fidotool/error.h"
#include "kiosk/words.h"
#include "tests/kiosk/key-view.h"

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

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_runs_keep_the_promises),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
