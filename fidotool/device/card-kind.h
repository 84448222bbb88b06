/* SPDX-License-Identifier: Apache-2.0 */
/* card-kind.h - what lies on a reader: a security key, or something else. */
#pragma once

#include "fidotool/device/reader.h"

typedef enum {
  FIDOTOOL_CARD_KIND_EMPTY, /* nothing */
  FIDOTOOL_CARD_KIND_FIDO,
  FIDOTOOL_CARD_KIND_OTHER, /* some other card */
  FIDOTOOL_CARD_KIND_BUSY,  /* another program is at it */
  FIDOTOOL_CARD_KIND_MUTE,  /* it says nothing, or is gone again */
} FidotoolCardKind;

/* Looks, and leaves the card as it was, save for the applet that is selected.
 * Does not wait for other programs, and does not disturb them. */
FidotoolCardKind fidotool_card_kind_look(FidotoolReaders *readers,
                                         const char *reader);

/* "empty", "fido", "other", "busy", "mute" */
const char *fidotool_card_kind_name(FidotoolCardKind kind);
