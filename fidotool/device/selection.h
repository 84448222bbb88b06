/* SPDX-License-Identifier: Apache-2.0 */
/* selection.h - several keys are there, and the one that is touched is meant:
 * all are asked at once, the others are told to stop. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "fidotool/device/key.h"

/* Most keys that are asked at once. */
#define FIDOTOOL_SELECTION_MAX 16

/*
 * Waits for a touch on one of n keys; those that are NULL are passed over. A
 * key that fails drops out, and the others are waited for.
 *
 * cancelled  asked now and then; true ends it
 * returns    the index of the one that was touched; -1 and error set
 * errors     FIDOTOOL_ERROR_TIMEOUT, FIDOTOOL_ERROR_CANCELLED; what the last
 *            key failed with, when all did
 */
int fidotool_selection_wait(FidotoolKey *const *keys, size_t n, int timeout_ms,
                            bool (*cancelled)(gpointer data), gpointer data,
                            GError **error);
