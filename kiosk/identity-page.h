/* SPDX-License-Identifier: Apache-2.0 */
/* identity-page.h - the user's half begins: whose case is it? */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_IDENTITY_PAGE (kiosk_identity_page_get_type())
G_DECLARE_FINAL_TYPE(KioskIdentityPage, kiosk_identity_page, KIOSK,
                     IDENTITY_PAGE, KioskPage)
