/* SPDX-License-Identifier: Apache-2.0 */
/* pending-page.h - the new key is made, and good for nothing before it is
 * approved. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_PENDING_PAGE (kiosk_pending_page_get_type())
G_DECLARE_FINAL_TYPE(KioskPendingPage, kiosk_pending_page, KIOSK, PENDING_PAGE,
                     KioskPage)
