/* SPDX-License-Identifier: Apache-2.0 */
/* key-view.c - views brought to where a test begins. */
#include "tests/kiosk/key-view.h"

#include "kiosk/words.h"
#include "tests/testing.h"

void
key_view_tell(KioskKeyView *view, KioskKeyEvent event)
{
  kiosk_presenter_key_apply(view, event, NULL);
}

void
key_view_tell_n(KioskKeyView *view, KioskKeyEvent event, int n)
{
  kiosk_presenter_key_apply(view, event,
                            &(KioskKeyInput){.n = n, .retries = -1});
}

void
key_view_ask_pin(KioskKeyView *view, int retries, bool wrong)
{
  kiosk_presenter_key_apply(
      view, E(PIN),
      &(KioskKeyInput){.retries = retries, .wrong = wrong, .min = 4});
}

void
key_view_fail_with(KioskKeyView *view, int code, int retries)
{
  kiosk_presenter_key_apply(view, E(FAILED),
                            &(KioskKeyInput){.code = code, .retries = retries});
}

KioskKeyView
key_view_at_work(void)
{
  KioskKeyView view = {0};

  key_view_tell_n(&view, E(START), 1);
  key_view_tell(&view, E(BEGUN));
  assert_int_equal(view.state, S(WORKING));
  assert_true(view.busy);
  return view;
}

KioskKeyView
key_view_at_second_touch(void)
{
  KioskKeyView view = key_view_at_work();

  key_view_tell(&view, E(TOUCH));
  assert_int_equal(view.touches, 1);
  key_view_tell(&view, E(MADE));
  key_view_tell(&view, E(TOUCH));
  assert_int_equal(view.touches, 2);
  assert_true(view.written);
  return view;
}

void
key_view_assert_says(const KioskKeyView *view, KioskKeyState state,
                     const char *word)
{
  assert_int_equal(view->state, state);
  assert_string_equal(view->word, word);
  assert_non_null(kiosk_words_find(word));
}
