/* SPDX-License-Identifier: Apache-2.0 */
/* heading.h - title and one or two sentences of a page; takes the focus when
 * the page changes, so that a screen reader says both. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_HEADING (kiosk_heading_get_type())
G_DECLARE_FINAL_TYPE(KioskHeading, kiosk_heading, KIOSK, HEADING, GtkBox)

/* Properties: "title", "body" (strings). gtk_widget_grab_focus() works. */
GtkWidget *kiosk_heading_new(void);

/* body: may be NULL. */
void kiosk_heading_set(KioskHeading *self, const char *title, const char *body);
