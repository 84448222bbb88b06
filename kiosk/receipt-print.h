/* SPDX-License-Identifier: Apache-2.0 */
/* receipt-print.h - a receipt on a sheet of A4, as a PDF file. No dialog, no
 * display, and no printer: who prints it takes the file. */
#pragma once

#include <gio/gio.h>

#include "kiosk/receipt.h"

/*
 * Writes folder/receipt-<reference>.pdf, or with a number where that is there.
 * returns  the name, freed with g_free(); NULL and error
 */
char *kiosk_receipt_print(const KioskReceipt *receipt, const char *folder,
                          GError **error);

/* The same on a thread; receipt is taken. */
void kiosk_receipt_print_async(KioskReceipt *receipt, const char *folder,
                               GCancellable *cancellable,
                               GAsyncReadyCallback done, gpointer data);
char *kiosk_receipt_print_finish(GAsyncResult *result, GError **error);
