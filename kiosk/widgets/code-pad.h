/* SPDX-License-Identifier: Apache-2.0 */
/* code-pad.h - the characters of a case number or a contest code, on the
 * screen. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_CODE_PAD (kiosk_code_pad_get_type())
G_DECLARE_FINAL_TYPE(KioskCodePad, kiosk_code_pad, KIOSK, CODE_PAD, GtkWidget)

/* Signals: "pressed" (const char *utf8, valid during the call only),
 * "erased". */
GtkWidget *kiosk_code_pad_new(void);
