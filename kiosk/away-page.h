/* SPDX-License-Identifier: Apache-2.0 */
/* away-page.h - recoveryd does not answer; it goes on by itself. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_AWAY_PAGE (kiosk_away_page_get_type())
G_DECLARE_FINAL_TYPE(KioskAwayPage, kiosk_away_page, KIOSK, AWAY_PAGE,
                     KioskPage)
