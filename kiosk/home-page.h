/* SPDX-License-Identifier: Apache-2.0 */
/* home-page.h - staff: find the person who lost a key, or a case. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_HOME_PAGE (kiosk_home_page_get_type())
G_DECLARE_FINAL_TYPE(KioskHomePage, kiosk_home_page, KIOSK, HOME_PAGE,
                     KioskPage)
