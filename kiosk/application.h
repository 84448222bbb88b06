/* SPDX-License-Identifier: Apache-2.0 */
/* application.h - one process, one window; nothing of it is on a bus. (No
 * GApplication: with or without an id, that puts itself and its actions on the
 * session bus, for everybody to call.) */
#pragma once

#include <glib-object.h>
#include <stdbool.h>

#include "kiosk/config.h"

#define KIOSK_TYPE_APPLICATION (kiosk_application_get_type())
G_DECLARE_FINAL_TYPE(KioskApplication, kiosk_application, KIOSK, APPLICATION,
                     GObject)

/* config is taken. softkeys: folder of the control sockets of software keys,
 * for practice, or NULL. */
KioskApplication *kiosk_application_new(KioskConfig *config,
                                        const char *softkeys);
/*
 * Shows the window until SIGTERM, until another window covers it or, in a
 * window of practice, until it is closed; what was entered is wiped then.
 * errors  FIDOTOOL_ERROR_FAILED: there is no display
 */
bool kiosk_application_run(KioskApplication *self, GError **error);
