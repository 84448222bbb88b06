/* SPDX-License-Identifier: Apache-2.0 */
/* pair.h - two things beside each other where there is room for both, below
 * each other where there is not: words and a keypad. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_PAIR (kiosk_pair_get_type())
G_DECLARE_FINAL_TYPE(KioskPair, kiosk_pair, KIOSK, PAIR, GtkWidget)

/* Properties: "first" (takes what is left of the width), "second" (has the
 * width it wants): GtkWidget, or NULL. "spacing" (int, pixels). The first gets
 * at least as much as the second, or they stand below each other. */
GtkWidget *kiosk_pair_new(void);
