/* SPDX-License-Identifier: Apache-2.0 */
/* fact.h - a row of "check your answers": what it is, the value, and where it
 * can be changed a button that says so. */
#pragma once

#include <adwaita.h>

#define KIOSK_TYPE_FACT (kiosk_fact_get_type())
G_DECLARE_FINAL_TYPE(KioskFact, kiosk_fact, KIOSK, FACT, AdwBin)

/* Properties: "label"; "text" (from outside: made fit for a label; NULL or ""
 * hides the row); "large" (boolean); "code" (boolean: a number or code, which
 * reads the same in every script); "change" (label of the button, or NULL:
 * there is none). Signal: "change-wanted". */
GtkWidget *kiosk_fact_new(void);
void kiosk_fact_set_text(KioskFact *self, const char *text);
