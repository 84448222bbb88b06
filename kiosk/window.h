/* SPDX-License-Identifier: Apache-2.0 */
/* window.h - the one window: title, error strip, page, buttons below; what is
 * the same on every page is here, and so is what must not be possible. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#include "kiosk/config.h"
#include "kiosk/session.h"

#define KIOSK_TYPE_WINDOW (kiosk_window_get_type())
G_DECLARE_FINAL_TYPE(KioskWindow, kiosk_window, KIOSK, WINDOW,
                     AdwApplicationWindow)

/* config is not kept. */
KioskWindow *kiosk_window_new(GtkApplication *application,
                              KioskSession *session,
                              const KioskConfig *config);
/* Beside the page, in practice: the software keys. Taken. */
void kiosk_window_set_side(KioskWindow *self, GtkWidget *side);
/* The keyboard is on the screen: where it is low, little else has room. */
void kiosk_window_set_typing(KioskWindow *self, bool typing);
