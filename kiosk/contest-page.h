/* SPDX-License-Identifier: Apache-2.0 */
/* contest-page.h - a case is stopped by whoever has the code from its notice.
 */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_CONTEST_PAGE (kiosk_contest_page_get_type())
G_DECLARE_FINAL_TYPE(KioskContestPage, kiosk_contest_page, KIOSK, CONTEST_PAGE,
                     KioskPage)
