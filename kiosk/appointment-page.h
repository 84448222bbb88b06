/* SPDX-License-Identifier: Apache-2.0 */
/* appointment-page.h - the user says which case is theirs; nothing is asked of
 * recoveryd. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_APPOINTMENT_PAGE (kiosk_appointment_page_get_type())
G_DECLARE_FINAL_TYPE(KioskAppointmentPage, kiosk_appointment_page, KIOSK,
                     APPOINTMENT_PAGE, KioskPage)
