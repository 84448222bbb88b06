/* SPDX-License-Identifier: Apache-2.0 */
/* reason-form.h - what a role is activated for: a press on what is usual, or a
 * few words of one's own. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#define KIOSK_TYPE_REASON_FORM (kiosk_reason_form_get_type())
G_DECLARE_FINAL_TYPE(KioskReasonForm, kiosk_reason_form, KIOSK, REASON_FORM,
                     AdwBin)

/* Signals: "said" (text) when it is; "entered" on Enter in the field. */

/* Puts the focus on the first answer. */
void kiosk_reason_form_begin(KioskReasonForm *self);
/* What stands in the field is meant: emits "said"; false where none does. */
bool kiosk_reason_form_say(KioskReasonForm *self);
/* A character for the field; false when it is none. */
bool kiosk_reason_form_take_key(KioskReasonForm *self, guint keyval,
                                GdkModifierType state);
/* What was typed was not the person's. */
void kiosk_reason_form_drop_typed(KioskReasonForm *self);
