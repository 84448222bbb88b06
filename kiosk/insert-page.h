/* SPDX-License-Identifier: Apache-2.0 */
/* insert-page.h - the user's new key is put in, and recoveryd says whether it
 * fits. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_INSERT_PAGE (kiosk_insert_page_get_type())
G_DECLARE_FINAL_TYPE(KioskInsertPage, kiosk_insert_page, KIOSK, INSERT_PAGE,
                     KioskPage)
