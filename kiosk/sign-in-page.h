/* SPDX-License-Identifier: Apache-2.0 */
/* sign-in-page.h - staff sign in: their key is known, then a role is signed
 * for. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_SIGN_IN_PAGE (kiosk_sign_in_page_get_type())
G_DECLARE_FINAL_TYPE(KioskSignInPage, kiosk_sign_in_page, KIOSK, SIGN_IN_PAGE,
                     KioskPage)
