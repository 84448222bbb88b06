/* SPDX-License-Identifier: Apache-2.0 */
/* elsewhere-page.h - staff: an act that somebody signs on another machine. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_ELSEWHERE_PAGE (kiosk_elsewhere_page_get_type())
G_DECLARE_FINAL_TYPE(KioskElsewherePage, kiosk_elsewhere_page, KIOSK,
                     ELSEWHERE_PAGE, KioskPage)
