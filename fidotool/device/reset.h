/* SPDX-License-Identifier: Apache-2.0 */
/* reset.h - taking everything off a key (CTAP 2.1, section 6.6). A key does it
 * only right after it got power, and when it is touched. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/key.h"

/*
 * What a key is known by when it was pulled out and comes back: a hash, in hex,
 * over all that it says of itself save what changes by itself, and over name,
 * the words of its USB device. Two keys of one model and in one state that have
 * no serial numbers have the same. Free with g_free().
 */
char *fidotool_reset_identity(const FidotoolInfo *info, const char *name);

/* May the key be reset over USB? A key that does not say where takes it
 * anywhere. */
bool fidotool_reset_takes_usb(const FidotoolInfo *info);
/* The key wants a touch of several seconds (CTAP 2.2). */
bool fidotool_reset_wants_long_touch(const FidotoolInfo *info);

/*
 * Why a key that said it was reset does not look like it, or NULL: a PIN or
 * fingerprints are set, or, where `held` tells that it had passkeys, there is
 * no more room than before.
 */
const char *fidotool_reset_doubt(const FidotoolInfo *before,
                                 const FidotoolInfo *after, bool held);

typedef struct {
  int timeout_ms;
  /* Called many times a second while the key waits; false: stop. */
  bool (*go_on)(gpointer data);
  gpointer data;
} FidotoolResetWait;

/*
 * Sends reset, and waits for the touch.
 * errors  FIDOTOOL_ERROR_RESET_WINDOW (plugged in too long ago), _TIMEOUT (not
 *         touched, or declined), _CANCELLED, _LOST: whether it was done is not
 *         known then; and others of fidotool_key_check()
 */
bool fidotool_reset_run(FidotoolKey *key, const FidotoolResetWait *wait,
                        GError **error);
