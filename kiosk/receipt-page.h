/* SPDX-License-Identifier: Apache-2.0 */
/* receipt-page.h - done: the receipt, to be read, scanned or printed. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_RECEIPT_PAGE (kiosk_receipt_page_get_type())
G_DECLARE_FINAL_TYPE(KioskReceiptPage, kiosk_receipt_page, KIOSK, RECEIPT_PAGE,
                     KioskPage)
