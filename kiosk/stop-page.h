/* SPDX-License-Identifier: Apache-2.0 */
/* stop-page.h - the user cannot go on, and why. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_STOP_PAGE (kiosk_stop_page_get_type())
G_DECLARE_FINAL_TYPE(KioskStopPage, kiosk_stop_page, KIOSK, STOP_PAGE,
                     KioskPage)
