/* SPDX-License-Identifier: Apache-2.0 */
/* check-page.h - what will be done, before it is: each row can be changed. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_CHECK_PAGE (kiosk_check_page_get_type())
G_DECLARE_FINAL_TYPE(KioskCheckPage, kiosk_check_page, KIOSK, CHECK_PAGE,
                     KioskPage)
