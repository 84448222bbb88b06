/* SPDX-License-Identifier: Apache-2.0 */
/* keypad.h - ten digits and Delete, on the screen. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_KEYPAD (kiosk_keypad_get_type())
G_DECLARE_FINAL_TYPE(KioskKeypad, kiosk_keypad, KIOSK, KEYPAD, GtkWidget)

/*
 * Properties: "shuffled" (boolean: digits in a random order, a new one each
 * time it is set; default FALSE), "letters" (boolean: a key that changes the
 * pad into the keyboard and back; default FALSE), "language" (string: the
 * layout of that keyboard, "en" or "de").
 *
 * Signals: "pressed" (const char *utf8, valid during the call only), "erased".
 */
GtkWidget *kiosk_keypad_new(void);
