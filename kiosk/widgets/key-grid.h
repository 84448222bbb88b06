/* SPDX-License-Identifier: Apache-2.0 */
/* key-grid.h - the keys of a keyboard in rows or, where these would be too
 * narrow for a finger, key after key. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_KEY_GRID (kiosk_key_grid_get_type())
G_DECLARE_FINAL_TYPE(KioskKeyGrid, kiosk_key_grid, KIOSK, KEY_GRID, GtkWidget)

/* Rows are this many half keys wide. */
#define KIOSK_KEY_GRID_HALVES 22

GtkWidget *kiosk_key_grid_new(void);

/* A key below those that are there. row, and of that row: the half key where it
 * begins, and how many it has. Key after key, only their order counts. */
void kiosk_key_grid_append(KioskKeyGrid *self, GtkWidget *key, int row,
                           int half, int halves);

void kiosk_key_grid_clear(KioskKeyGrid *self);
