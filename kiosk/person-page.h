/* SPDX-License-Identifier: Apache-2.0 */
/* person-page.h - staff: the chosen person has lost a key: which, why, since
 * when. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_PERSON_PAGE (kiosk_person_page_get_type())
G_DECLARE_FINAL_TYPE(KioskPersonPage, kiosk_person_page, KIOSK, PERSON_PAGE,
                     KioskPage)
