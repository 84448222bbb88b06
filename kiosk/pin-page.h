/* SPDX-License-Identifier: Apache-2.0 */
/* pin-page.h - the PIN of the new key: chosen and entered twice, or entered. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_PIN_PAGE (kiosk_pin_page_get_type())
G_DECLARE_FINAL_TYPE(KioskPinPage, kiosk_pin_page, KIOSK, PIN_PAGE, KioskPage)
