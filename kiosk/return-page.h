/* SPDX-License-Identifier: Apache-2.0 */
/* return-page.h - back to the help desk: nobody's data is on the screen. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_RETURN_PAGE (kiosk_return_page_get_type())
G_DECLARE_FINAL_TYPE(KioskReturnPage, kiosk_return_page, KIOSK, RETURN_PAGE,
                     KioskPage)
