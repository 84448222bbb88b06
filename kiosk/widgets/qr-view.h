/* SPDX-License-Identifier: Apache-2.0 */
/* qr-view.h - a QR code, black on white in every colour scheme. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define KIOSK_TYPE_QR_VIEW (kiosk_qr_view_get_type())
G_DECLARE_FINAL_TYPE(KioskQrView, kiosk_qr_view, KIOSK, QR_VIEW, GtkWidget)

/* Property: "label" (string: the accessible name). */
GtkWidget *kiosk_qr_view_new(void);

/* Draws text, in bytes as they are, with error correction M. False when it is
 * too long (2,331 bytes); then, and for NULL or "", nothing is drawn. */
bool kiosk_qr_view_set_text(KioskQrView *self, const char *text);
