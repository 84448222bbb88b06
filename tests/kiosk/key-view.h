/* SPDX-License-Identifier: Apache-2.0 */
/* key-view.h - for the tests of what a person at a key is told: events put
 * shortly, and what is seen then. */
#pragma once

#include "kiosk/presenter-key.h"

#define E(name) KIOSK_KEY_EVENT_##name
#define S(name) KIOSK_KEY_##name

void key_view_tell(KioskKeyView *view, KioskKeyEvent event);
void key_view_tell_n(KioskKeyView *view, KioskKeyEvent event, int n);
void key_view_ask_pin(KioskKeyView *view, int retries, bool wrong);
void key_view_fail_with(KioskKeyView *view, int code, int retries);
/* A task whose key is there and at work. */
KioskKeyView key_view_at_work(void);
/* A key that holds something new, and is asked for one more touch. */
KioskKeyView key_view_at_second_touch(void);
void key_view_assert_says(const KioskKeyView *view, KioskKeyState state,
                          const char *word);
