/* SPDX-License-Identifier: Apache-2.0 */
/* contested-page.h - a case was stopped with a code from its notice. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_CONTESTED_PAGE (kiosk_contested_page_get_type())
G_DECLARE_FINAL_TYPE(KioskContestedPage, kiosk_contested_page, KIOSK,
                     CONTESTED_PAGE, KioskPage)
