/* SPDX-License-Identifier: Apache-2.0 */
/* twin.h - are these two one key, seen on two transports? */
#pragma once

#include "fidotool/device/key.h"

typedef enum {
  FIDOTOOL_TWIN_OTHER, /* another model: two keys */
  FIDOTOOL_TWIN_MAYBE, /* one model: one key or two, and they do not say */
  FIDOTOOL_TWIN_SAME,  /* one key */
} FidotoolTwin;

/*
 * Compares their models, and then the public keys with which they would agree
 * on a secret for the PIN: a key makes its own at random when it gets power, so
 * two that are equal are of one key. Different ones prove nothing. Both have
 * power while they are asked; no PIN and no touch is needed, and no try is
 * spent.
 */
FidotoolTwin fidotool_twin_compare(FidotoolKey *a, FidotoolKey *b);
