/* SPDX-License-Identifier: Apache-2.0 */
/* handover-page.h - from staff to the user: nothing of staff is shown
 * afterwards. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_HANDOVER_PAGE (kiosk_handover_page_get_type())
G_DECLARE_FINAL_TYPE(KioskHandoverPage, kiosk_handover_page, KIOSK,
                     HANDOVER_PAGE, KioskPage)
