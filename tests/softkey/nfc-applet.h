/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nfc-applet.h - the key as a card: APDUs in, APDUs out (CTAP 2.1, section
 * 11.3). Strict, so that a reader's faults show; and with the habits of cards
 * in the field. Time comes with the core's env.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/core.h"
#include "tests/softkey/nfc-habits.h"

typedef struct SoftkeyNfcApplet SoftkeyNfcApplet;

/* core stays the caller's and outlives what is returned. The habits are at
 * first what its profile says. */
SoftkeyNfcApplet *softkey_nfc_applet_new(SoftkeyCore *core);
void softkey_nfc_applet_free(SoftkeyNfcApplet *applet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyNfcApplet, softkey_nfc_applet_free)

SoftkeyNfcHabits *softkey_nfc_applet_habits(SoftkeyNfcApplet *applet);

/* Into the field, or out of it and in again: nothing is selected, the core is
 * cycled, the key takes its user for present once. */
void softkey_nfc_applet_power_up(SoftkeyNfcApplet *applet);

/* One APDU; reply is set to the answer with its status word. */
void softkey_nfc_applet_run(SoftkeyNfcApplet *applet, const uint8_t *apdu,
                            size_t len, GByteArray *reply);

/* How often the reader broke a rule, and how often power came. */
unsigned softkey_nfc_applet_faults(const SoftkeyNfcApplet *applet);
unsigned softkey_nfc_applet_powers(const SoftkeyNfcApplet *applet);
