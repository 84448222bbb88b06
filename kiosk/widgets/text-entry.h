/* SPDX-License-Identifier: Apache-2.0 */
/* text-entry.h - free text that is no secret: names, reasons, notes. A GtkText
 * that has no emoji chooser, no context menu, no undo, and copies nothing to
 * the clipboard, where the next person could find it. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define KIOSK_TYPE_TEXT_ENTRY (kiosk_text_entry_get_type())
G_DECLARE_FINAL_TYPE(KioskTextEntry, kiosk_text_entry, KIOSK, TEXT_ENTRY,
                     GtkWidget)

/*
 * Properties: "label" (string, shown above and the accessible name), "text"
 * (string), "max-length" (uint, code points, default 200), "purpose-code"
 * (boolean: a case code; monospaced, digits and letters, no completion).
 *
 * Signals: "changed" after each change, "activated" on Enter.
 */
GtkWidget *kiosk_text_entry_new(void);

/* Owned by the entry, until it changes; never NULL. */
const char *kiosk_text_entry_get_text(KioskTextEntry *self);
/* What does not belong in one line of text is left out, as in typing. */
void kiosk_text_entry_set_text(KioskTextEntry *self, const char *text);

/* At the cursor. Control characters and those that turn the direction of
 * writing are left out, and what goes beyond the maximum; a tab or line end
 * becomes a space. NUL-terminated. */
void kiosk_text_entry_insert(KioskTextEntry *self, const char *utf8);
/* The selection, or the character before the cursor. */
void kiosk_text_entry_erase(KioskTextEntry *self);
/* Puts the focus behind what stands in it, and selects nothing. */
void kiosk_text_entry_focus_end(KioskTextEntry *self);
/* For the next person. */
void kiosk_text_entry_clear(KioskTextEntry *self);

/* For a window that sends keys to its page's one entry; false when the key is
 * no character and not Backspace. */
bool kiosk_text_entry_take_key(KioskTextEntry *self, guint keyval,
                               GdkModifierType state);
