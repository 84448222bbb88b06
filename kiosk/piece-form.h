/* SPDX-License-Identifier: Apache-2.0 */
/* piece-form.h - one piece of evidence, asked for: type, method, result,
 * issuer, the end of its number. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#include "fidotool/json.h"

#define KIOSK_TYPE_PIECE_FORM (kiosk_piece_form_get_type())
G_DECLARE_FINAL_TYPE(KioskPieceForm, kiosk_piece_form, KIOSK, PIECE_FORM,
                     AdwBin)

/* plan: the query "plan", for its words. */
GtkWidget *kiosk_piece_form_new(const FidotoolJson *plan);
/* Nothing was chosen or typed. */
bool kiosk_piece_form_is_empty(KioskPieceForm *self);
/* What was entered as members of a request; NULL where something is missing:
 * ret_missing is its name then. */
FidotoolJson *kiosk_piece_form_read(KioskPieceForm *self,
                                    const char **ret_missing);
void kiosk_piece_form_clear(KioskPieceForm *self);
bool kiosk_piece_form_take_key(KioskPieceForm *self, guint keyval,
                               GdkModifierType state);
