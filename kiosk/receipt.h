/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - what a person takes home: that a step of their case is in the
 * record, and what the record was then. No name, no secret. No GTK. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"

typedef struct {
  char *label, *text;
} KioskReceiptLine;

typedef struct {
  char *title;
  char *reference;  /* the number of the case */
  char *short_code; /* or NULL */
  GPtrArray *lines; /* KioskReceiptLine: state, keys, record */
  GPtrArray *advice; /* char *: how to contest */
  char *proof;      /* as fidotool audit proof prints it, and the QR code says */
} KioskReceipt;

/*
 * proof: the query "proof"; of: the query "case", for the keys (may be NULL);
 * phone: whom to call, or NULL; now_s: seconds since 1970 UTC. NULL where
 * proof has none.
 */
KioskReceipt *kiosk_receipt_new(const FidotoolJson *proof,
                                const FidotoolJson *of, const char *phone,
                                int64_t now_s);
void kiosk_receipt_free(KioskReceipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KioskReceipt, kiosk_receipt_free)

/* The whole of it as text; free with g_free(). */
char *kiosk_receipt_text(const KioskReceipt *receipt);
