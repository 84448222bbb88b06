/* SPDX-License-Identifier: Apache-2.0 */
/* pick.h - a question with its answers beside or below each other: one of
 * them, or several. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#define KIOSK_TYPE_PICK (kiosk_pick_get_type())
G_DECLARE_FINAL_TYPE(KioskPick, kiosk_pick, KIOSK, PICK, AdwBin)

/* Signal: "changed". several: any number of answers, one below the other. */
GtkWidget *kiosk_pick_new(const char *title, bool several);
void kiosk_pick_add(KioskPick *self, const char *word, const char *text);
/* The chosen answer, the first where there are several; NULL: none. */
const char *kiosk_pick_get(KioskPick *self);
bool kiosk_pick_is_on(KioskPick *self, const char *word);
void kiosk_pick_set(KioskPick *self, const char *word, bool on);
/* No answer is chosen. */
void kiosk_pick_clear(KioskPick *self);
