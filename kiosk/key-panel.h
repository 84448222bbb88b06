/* SPDX-License-Identifier: Apache-2.0 */
/* key-panel.h - what is asked of the person and their key at this moment:
 * picture, words, time left, PIN and keypad. It draws the view of
 * device-work.h and holds nothing of its own but what is being typed. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_KEY_PANEL (kiosk_key_panel_get_type())
G_DECLARE_FINAL_TYPE(KioskKeyPanel, kiosk_key_panel, KIOSK, KEY_PANEL, AdwBin)

/* Follows the session's key work, and tells page what is to be said and what
 * its main button does. Once, when the page is entered. */
void kiosk_key_panel_follow(KioskKeyPanel *self, KioskPage *page);
/* Signals: "updated" after each change of what is shown; "another-wanted" when
 * the person takes another key: without a handler it is the way back. */

/* The page names its main button itself, by what kiosk_key_panel_label() says.
 * Before kiosk_key_panel_follow(). */
void kiosk_key_panel_leave_primary(KioskKeyPanel *self);
/* The main button was pressed; false when the panel has no use for it now. */
bool kiosk_key_panel_primary(KioskKeyPanel *self);
/* A character typed; false when no PIN is awaited. */
bool kiosk_key_panel_take_key(KioskKeyPanel *self, guint keyval,
                              GdkModifierType state);
/* What was typed was not the person's. */
void kiosk_key_panel_drop_typed(KioskKeyPanel *self);
/* What the main button is called now, or NULL: the page decides. */
const char *kiosk_key_panel_label(KioskKeyPanel *self);
