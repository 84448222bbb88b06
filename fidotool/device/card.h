/* SPDX-License-Identifier: Apache-2.0 */
/* card.h - a security key on a card reader, by NFC or contact: APDUs through
 * the card service, one transaction for the whole conversation. The card is
 * never reset: what it knows of its user would be lost. */
#pragma once

#include "fidotool/device/reader.h"
#include "fidotool/device/transport.h"

/*
 * The card on a reader, not spoken to yet. Asked for a channel it waits
 * wait_ms for a card, where there is none, and selects FIDO's applet; that is
 * done once. readers and hooks' data must outlive it.
 */
FidotoolTransport *fidotool_card_new(FidotoolReaders *readers,
                                     const char *reader, int wait_ms,
                                     const FidotoolTransportHooks *hooks);

/* The first step of the conversation alone, ahead of time: is it a key?
 * errors  FIDOTOOL_ERROR_UNSUPPORTED (it is not), _TIMEOUT (no card came),
 *         _BUSY, _LOST, _CANCELLED, _NO_DEVICE */
bool fidotool_card_select(FidotoolTransport *transport, GError **error);

/* That, for a look in passing: it waits neither for a card nor for others.
 * errors  the same, FIDOTOOL_ERROR_NO_DEVICE where nothing is there */
bool fidotool_card_select_now(FidotoolTransport *transport, GError **error);
