/* SPDX-License-Identifier: Apache-2.0 */
/* error-strip.h - what went wrong, or well, and what to do now: a bar, an icon,
 * a word and a sentence. Hidden while there is nothing to say. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  KIOSK_SEVERITY_WRONG,
  KIOSK_SEVERITY_ATTENTION,
  KIOSK_SEVERITY_OK,
} KioskSeverity;

#define KIOSK_TYPE_SEVERITY (kiosk_error_strip_severity_get_type())
GType kiosk_error_strip_severity_get_type(void);

#define KIOSK_TYPE_ERROR_STRIP (kiosk_error_strip_get_type())
G_DECLARE_FINAL_TYPE(KioskErrorStrip, kiosk_error_strip, KIOSK, ERROR_STRIP,
                     GtkWidget)

/* Property: "severity" (KioskSeverity: "wrong", "attention", "ok"; default
 * wrong), set before kiosk_error_strip_show(). */
GtkWidget *kiosk_error_strip_new(void);

/* Shows text and takes the focus, so that a screen reader says it; the same
 * text again is said again. code: small, for the help desk; may be NULL. */
void kiosk_error_strip_show(KioskErrorStrip *self, const char *text,
                            const char *code);
/* Gives the focus back to nobody: the caller says where it goes. */
void kiosk_error_strip_hide(KioskErrorStrip *self);
