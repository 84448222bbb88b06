/* SPDX-License-Identifier: Apache-2.0 */
/* practice-panel.h - software keys to be inserted, touched and pulled, beside
 * the page; only ever made for a practice station. */
#pragma once

#include <gtk/gtk.h>

/* control: the folder of the keys' control sockets (tests/softkey/README.md). */
GtkWidget *kiosk_practice_panel_new(const char *control);
