/* SPDX-License-Identifier: Apache-2.0 */
/* locked-page.h - the staff key was pulled: nothing of anybody's is shown. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_LOCKED_PAGE (kiosk_locked_page_get_type())
G_DECLARE_FINAL_TYPE(KioskLockedPage, kiosk_locked_page, KIOSK, LOCKED_PAGE,
                     KioskPage)
