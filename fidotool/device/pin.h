/* SPDX-License-Identifier: Apache-2.0 */
/* pin.h - the PIN of a key: its state, its tries, setting and changing it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/key.h"
#include "fidotool/secret.h"

typedef enum {
  FIDOTOOL_PIN_UNSUPPORTED, /* this key has no PIN */
  FIDOTOOL_PIN_NOT_SET,
  FIDOTOOL_PIN_SET,
} FidotoolPinState;

FidotoolPinState fidotool_pin_state(const FidotoolKey *key);

/* Tries that remain; one message.
 * errors  those of fidotool_key_check() */
bool fidotool_pin_retries(FidotoolKey *key, int *ret_retries, GError **error);

/* Tries of the key's own sensor that remain; -1 where it does not say, as those
 * from before CTAP 2.1, or has none in use. At most one message.
 * errors  those of fidotool_key_check() */
bool fidotool_pin_uv_retries(FidotoolKey *key, int *ret_retries,
                             GError **error);

/*
 * The PIN as a key gets it: NFC (CTAP 2.1, section 6.5.1), at least min code
 * points and at most max bytes, no control characters. The key does not see
 * one that is refused here, so no try is spent.
 * errors  FIDOTOOL_ERROR_PIN_STATE
 */
FidotoolSecret *fidotool_pin_normalise(const FidotoolSecret *pin, int min,
                                       int max, GError **error);

/* Sets the PIN, or changes it from old (NULL where none was set). Both are
 * normalised already. errors  those of fidotool_key_check() */
bool fidotool_pin_set(FidotoolKey *key, const FidotoolSecret *old,
                      const FidotoolSecret *pin, GError **error);
