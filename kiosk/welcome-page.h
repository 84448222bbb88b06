/* SPDX-License-Identifier: Apache-2.0 */
/* welcome-page.h - three large choices, and the way in for a contest. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_WELCOME_PAGE (kiosk_welcome_page_get_type())
G_DECLARE_FINAL_TYPE(KioskWelcomePage, kiosk_welcome_page, KIOSK, WELCOME_PAGE,
                     KioskPage)
