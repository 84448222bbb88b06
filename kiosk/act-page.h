/* SPDX-License-Identifier: Apache-2.0 */
/* act-page.h - one governed act, whichever: what it still takes, whose key,
 * the words to be read, the signature. A new act needs no page of its own. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_ACT_PAGE (kiosk_act_page_get_type())
G_DECLARE_FINAL_TYPE(KioskActPage, kiosk_act_page, KIOSK, ACT_PAGE, KioskPage)
