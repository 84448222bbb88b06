/* SPDX-License-Identifier: Apache-2.0 */
/* keyboard.h - a keyboard on the screen, for names and PINs with letters. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_KEYBOARD (kiosk_keyboard_get_type())
G_DECLARE_FINAL_TYPE(KioskKeyboard, kiosk_keyboard, KIOSK, KEYBOARD, GtkWidget)

/*
 * Properties: "language" (string: "en" or "de"; another one has the layout of
 * "en"), "digits-key" (boolean: a key that asks for the keypad; default
 * FALSE).
 *
 * Signals: "pressed" (const char *utf8, valid during the call only), "erased",
 * "digits-asked".
 */
GtkWidget *kiosk_keyboard_new(void);
