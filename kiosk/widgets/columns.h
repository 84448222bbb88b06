/* SPDX-License-Identifier: Apache-2.0 */
/* columns.h - children beside each other, in as many columns of one width as
 * there is room for. A row whose first child expands takes what height is left.
 *
 * Its width never follows from a height: in a GtkBox or a GtkFlowBox labels
 * that wrap make GTK 4.8 complain of a size that grows. And no focus stops at
 * it. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_COLUMNS (kiosk_columns_get_type())
G_DECLARE_FINAL_TYPE(KioskColumns, kiosk_columns, KIOSK, COLUMNS, GtkWidget)

/* Properties: "columns" (uint, the most there are; default 2), "spacing" and
 * "row-spacing" (uint, pixels; default 8). */
GtkWidget *kiosk_columns_new(void);
void kiosk_columns_append(KioskColumns *self, GtkWidget *child);
