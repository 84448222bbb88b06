/* SPDX-License-Identifier: Apache-2.0 */
/* status-page.h - the station, for its administrator: read only. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_STATUS_PAGE (kiosk_status_page_get_type())
G_DECLARE_FINAL_TYPE(KioskStatusPage, kiosk_status_page, KIOSK, STATUS_PAGE,
                     KioskPage)
