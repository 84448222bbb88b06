/* SPDX-License-Identifier: Apache-2.0 */
/* practice-panel.h - software keys to be inserted, touched and pulled, beside
 * the page; only ever made for a practice station. It is no part of the kiosk:
 * a hand at a key, on the same screen. */
#pragma once

#include <gtk/gtk.h>

/*
 * control: the folder of the keys' control sockets (tests/softkey/README.md).
 * A key file "panel" in it may say more: in [names] NAME=whose key it is; what
 * they do, in the order in which they are shown; in [practice] pin=the PIN of
 * all of them.
 */
GtkWidget *kiosk_practice_panel_new(const char *control);
