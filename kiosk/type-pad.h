/* SPDX-License-Identifier: Apache-2.0 */
/* type-pad.h - the keyboard on the screen for the entries of a page: hidden
 * until it is wanted, then it types into the entry that was used last. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#include "kiosk/widgets/text-entry.h"

#define KIOSK_TYPE_TYPE_PAD (kiosk_type_pad_get_type())
G_DECLARE_FINAL_TYPE(KioskTypePad, kiosk_type_pad, KIOSK, TYPE_PAD, AdwBin)

GtkWidget *kiosk_type_pad_new(void);
/* entry: watched as long as both live. */
void kiosk_type_pad_add(KioskTypePad *self, KioskTextEntry *entry);
/* A character for a page whose focus is in none of its entries: goes to the
 * one that was used last, and takes the focus there. */
bool kiosk_type_pad_take_key(KioskTypePad *self, guint keyval,
                             GdkModifierType state);
