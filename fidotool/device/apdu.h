/* SPDX-License-Identifier: Apache-2.0 */
/* apdu.h - one CTAP message as a sequence of APDUs, and its reply put together
 * again: SELECT, chaining, GET RESPONSE, keepalives. No card, no clock. CTAP
 * 2.1, section 11.3; ISO 7816-4. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most data bytes of one part where a message is chained. */
#define FIDOTOOL_APDU_PART 240
/* Longest APDU that is built, and longest answer that is read: one message, and
 * what is around it. */
#define FIDOTOOL_APDU_MAX (7609 + 16)

typedef struct FidotoolApdu FidotoolApdu;

/* What comes next. */
typedef enum {
  FIDOTOOL_APDU_SEND, /* fidotool_apdu_next() */
  FIDOTOOL_APDU_WAIT, /* the same, after a pause: the key is still at it */
  FIDOTOOL_APDU_DONE, /* fidotool_apdu_reply() */
} FidotoolApduStep;

/* Selects FIDO's applet. The reply is its name: "U2F_V2", "FIDO_2_0", or
 * empty, as some give it. */
FidotoolApdu *fidotool_apdu_new_select(void);

/*
 * A CTAP2 message: command byte and CBOR; the reply is status byte and CBOR.
 *
 * extended   most bytes of an APDU that reader and card take in the extended
 *            form; 0: short ones alone. A message that does not fit is
 *            chained, and so is one that the card refuses for its length.
 */
FidotoolApdu *fidotool_apdu_new_message(const uint8_t *data, size_t len,
                                        size_t extended);

/* A U2F message in the extended form in which libfido2 gives it; the reply has
 * the status word at its end. NULL where it is none. */
FidotoolApdu *fidotool_apdu_new_u2f(const uint8_t *data, size_t len,
                                    size_t extended);
void fidotool_apdu_free(FidotoolApdu *apdu);

/* The bytes to be sent now; they belong to apdu. */
GBytes *fidotool_apdu_next(FidotoolApdu *apdu);

/* While the key is waited for: makes the next APDU the one that tells it to
 * stop. */
void fidotool_apdu_cancel(FidotoolApdu *apdu);

/*
 * Reads the card's answer, two bytes of status word at its end.
 *
 * errors  FIDOTOOL_ERROR_UNSUPPORTED (no FIDO on this card, U2F alone),
 *         FIDOTOOL_ERROR_INVALID (an answer that makes no sense)
 */
bool fidotool_apdu_take(FidotoolApdu *apdu, const uint8_t *answer, size_t len,
                        FidotoolApduStep *ret_step, GError **error);

/* After DONE. */
GBytes *fidotool_apdu_reply(FidotoolApdu *apdu);
/* After WAIT: what the key said it is doing (FidotoolTransportStatus), 0 where
 * it said nothing. */
int fidotool_apdu_status(const FidotoolApdu *apdu);
/* True when the card would not have the extended form: then it is not tried
 * again. */
bool fidotool_apdu_fell_back(const FidotoolApdu *apdu);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolApdu, fidotool_apdu_free)
