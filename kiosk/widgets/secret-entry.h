/* SPDX-License-Identifier: Apache-2.0 */
/* secret-entry.h - where a PIN or a code is entered. Not a GtkEditable: no
 * clipboard, no undo, no input method, nothing to read over AT-SPI but how
 * many characters there are. What is entered lives on one locked page. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#include "fidotool/secret.h"

#define KIOSK_TYPE_SECRET_ENTRY (kiosk_secret_entry_get_type())
G_DECLARE_FINAL_TYPE(KioskSecretEntry, kiosk_secret_entry, KIOSK, SECRET_ENTRY,
                     GtkWidget)

/*
 * Properties: "label" (string, what is asked for, e.g. "PIN of your key"; the
 * accessible name is made of it and the count), "visible-text" (boolean: a
 * code is shown, a PIN is dots; default FALSE), "group-size" (int: a gap after
 * every so many shown characters; default 0, none), "max-bytes" (uint, 1 to
 * FIDOTOOL_SECRET_MAX, default 63), "fixed-dots" (uint: so many dots whatever
 * was entered, none when nothing was; default 0, as many as characters),
 * "count" (uint, read only).
 *
 * Signals: "changed" after each change, "activated" on Enter.
 */
GtkWidget *kiosk_secret_entry_new(void);

/* False once the kernel gave no page that stays out of swap: the station is
 * then out of service, and nothing can be entered. */
bool kiosk_secret_entry_has_page(KioskSecretEntry *self);

/* Adds all of text at the end, or nothing: false when it does not fit, is not
 * UTF-8, or has a control character. NUL-terminated. */
bool kiosk_secret_entry_insert(KioskSecretEntry *self, const char *utf8);
/* Takes the last character away; false when there is none. */
bool kiosk_secret_entry_erase(KioskSecretEntry *self);
/* Wipes what was entered. */
void kiosk_secret_entry_clear(KioskSecretEntry *self);

/* Code points, as a key counts them. */
size_t kiosk_secret_entry_count(KioskSecretEntry *self);

/* What was entered so far, to be judged where it is; belongs to the entry, and
 * is good until the next change. NULL when there is no locked page. */
const FidotoolSecret *kiosk_secret_entry_peek(KioskSecretEntry *self);

/* Hands the page over with what was entered; the entry goes on, empty, on a
 * new one. NULL when there is no locked page. */
FidotoolSecret *kiosk_secret_entry_steal(KioskSecretEntry *self);

/* Does what a key pressed in the entry does: for a window that sends keys to
 * its page's one entry, which then has the focus. False when the key is none of
 * the entry's: anything with Ctrl, Alt or Super, Space, Enter, Tab, Delete,
 * Escape, arrows. */
bool kiosk_secret_entry_take_key(KioskSecretEntry *self, guint keyval,
                                 GdkModifierType state);
