/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-pin.h - is a PIN that somebody chooses a good one? Rules in view
 * before the first try, strength while it is typed. No GTK, nothing kept. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
  KIOSK_PIN_EMPTY,
  KIOSK_PIN_SHORT,
  KIOSK_PIN_WEAK, /* on the list, a run, a pattern: refused */
  KIOSK_PIN_FAIR,
  KIOSK_PIN_GOOD,
  KIOSK_PIN_STRONG,
} KioskPinStrength;

/*
 * min   code points the key or the policy demands; at least 6 is wanted here
 *       (NIST SP 800-63B-4, 3.2.10: SHOULD)
 * text  UTF-8 with a zero after it; read, not kept
 */
KioskPinStrength kiosk_presenter_pin_judge(const char *text, int min);
/* What is said of it (words.h): "pin.short", "pin.weak", "pin.fair", ... */
const char *kiosk_presenter_pin_word(KioskPinStrength strength);
/* The same while it is being typed, NULL for EMPTY: "pin.more", "pin.easy". */
const char *kiosk_presenter_pin_live_word(KioskPinStrength strength);
bool kiosk_presenter_pin_is_good(KioskPinStrength strength);
/* Code points that are wanted where the key itself demands min. */
int kiosk_presenter_pin_min(int min);
