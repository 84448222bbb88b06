/* SPDX-License-Identifier: Apache-2.0 */
/* touch-page.h - the new key makes its credential and shows that it works. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_TOUCH_PAGE (kiosk_touch_page_get_type())
G_DECLARE_FINAL_TYPE(KioskTouchPage, kiosk_touch_page, KIOSK, TOUCH_PAGE,
                     KioskPage)
