/* SPDX-License-Identifier: Apache-2.0 */
/* act-input.h - what an act takes, asked: words to choose from, or a line of
 * text. Made from what recoveryd says; it knows no act. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#include "kiosk/session.h"

#define KIOSK_TYPE_ACT_INPUT (kiosk_act_input_get_type())
G_DECLARE_FINAL_TYPE(KioskActInput, kiosk_act_input, KIOSK, ACT_INPUT, AdwBin)

void kiosk_act_input_show(KioskActInput *self, KioskSession *session);
/* Hands what was entered to the session. */
void kiosk_act_input_take(KioskActInput *self, KioskSession *session);
/* A character typed while no entry has the focus: true if taken. */
bool kiosk_act_input_take_key(KioskActInput *self, guint keyval,
                              GdkModifierType state);
