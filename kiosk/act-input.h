/* SPDX-License-Identifier: Apache-2.0 */
/* act-input.h - asks for what an act takes: a choice where there are words to
 * choose from, a line of text elsewhere. */
#pragma once

#include "kiosk/session.h"
#include <adwaita.h>

#define KIOSK_TYPE_ACT_INPUT (kiosk_act_input_get_type())
G_DECLARE_FINAL_TYPE(KioskActInput, kiosk_act_input, KIOSK, ACT_INPUT, AdwBin)

/* Makes a field for each thing the session's act takes. */
void kiosk_act_input_show(KioskActInput *self, KioskSession *session);
/* Puts the answers into the act. */
void kiosk_act_input_take(KioskActInput *self, KioskSession *session);
