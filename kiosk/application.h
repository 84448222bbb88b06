/* SPDX-License-Identifier: Apache-2.0 */
/* application.h - one process, one window; nothing of it is on a bus. */
#pragma once

#include <adwaita.h>

#include "kiosk/config.h"

#define KIOSK_TYPE_APPLICATION (kiosk_application_get_type())
G_DECLARE_FINAL_TYPE(KioskApplication, kiosk_application, KIOSK, APPLICATION,
                     AdwApplication)

/* config is taken. softkeys: folder of the control sockets of software keys,
 * for practice, or NULL. */
KioskApplication *kiosk_application_new(KioskConfig *config,
                                        const char *softkeys);
