/* SPDX-License-Identifier: Apache-2.0 */
/* cover.h - is the kiosk's window the one in front? On a station there is no
 * other program; one that is there all the same could put its own window over
 * ours and ask for a PIN. */
#pragma once

#include <gtk/gtk.h>

/*
 * Calls covered once, when another window has come in front of this one, which
 * was in front before. Nothing is said of what never was in front.
 */
void kiosk_cover_watch(GtkWindow *window, void (*covered)(gpointer data),
                       gpointer data);
