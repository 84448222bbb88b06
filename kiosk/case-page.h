/* SPDX-License-Identifier: Apache-2.0 */
/* case-page.h - staff: one case, and what may happen next. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_CASE_PAGE (kiosk_case_page_get_type())
G_DECLARE_FINAL_TYPE(KioskCasePage, kiosk_case_page, KIOSK, CASE_PAGE,
                     KioskPage)
