/* SPDX-License-Identifier: Apache-2.0 */
/* lost-page.h - what happens now, for somebody who lost their key. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_LOST_PAGE (kiosk_lost_page_get_type())
G_DECLARE_FINAL_TYPE(KioskLostPage, kiosk_lost_page, KIOSK, LOST_PAGE,
                     KioskPage)
