/* SPDX-License-Identifier: Apache-2.0 */
/* choice.h - a large button: icon, title, and what it means. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_CHOICE (kiosk_choice_get_type())
G_DECLARE_FINAL_TYPE(KioskChoice, kiosk_choice, KIOSK, CHOICE, GtkButton)

/* icon and subtitle: may be NULL. The same three are properties: "icon",
 * "title", "subtitle". "clicked" is GtkButton's. */
GtkWidget *kiosk_choice_new(const char *icon, const char *title,
                            const char *subtitle);
