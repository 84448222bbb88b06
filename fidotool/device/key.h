/* SPDX-License-Identifier: Apache-2.0 */
/* key.h - one key that is open: libfido2 on top of our own transport. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/info.h"
#include "fidotool/device/transport.h"

struct fido_dev;

typedef struct FidotoolKey FidotoolKey;

/* Milliseconds for a command that waits for nobody. */
#define FIDOTOOL_KEY_QUICK_MS 10000

/*
 * Opens the conversation and reads getInfo: two messages. Takes the carrier,
 * also on failure. A key that says it has no CTAP2 is asked for its U2F
 * instead; one that says it has is never spoken to so.
 *
 * errors  FIDOTOOL_ERROR_LOST, _INVALID, _UNSUPPORTED, _BUSY, _CANCELLED
 */
FidotoolKey *fidotool_key_open(FidotoolTransport *carrier, GError **error);
/* The same for who wants its description alone: a key whose maps are not in
 * order is refused by libfido2, and can still be described. Where it is not
 * open nothing but the next two may be asked of it. */
FidotoolKey *fidotool_key_look(FidotoolTransport *carrier, GError **error);
bool fidotool_key_is_open(const FidotoolKey *key);
void fidotool_key_free(FidotoolKey *key);

/* Whether it knows U2F alone: then u2f.h is all that it can, and no message of
 * CTAP2 may be sent to it. */
bool fidotool_key_is_u2f(const FidotoolKey *key);

/* What it said when the conversation was opened (CTAP 2.1, section 11.2.9.1.3);
 * of a card our own transport says it. */
typedef struct {
  uint8_t protocol;
  uint8_t version[3]; /* of the device: major, minor, build */
  bool wink;
  bool cbor; /* CTAP2 */
  bool msg;  /* U2F */
} FidotoolKeyGreeting;

FidotoolKeyGreeting fidotool_key_greeting(const FidotoolKey *key);

/* What the key says of itself, and the bytes in which it said so; of a key with
 * U2F alone the version, and NULL. */
const FidotoolInfo *fidotool_key_info(const FidotoolKey *key);
GBytes *fidotool_key_raw_info(const FidotoolKey *key);

/* Asks for getInfo again and takes its answer for fidotool_key_info(): after a
 * change, what the key says now is believed. Pointers into the old one end. */
bool fidotool_key_refresh(FidotoolKey *key, GError **error);

/* Messages sent to it so far. */
unsigned fidotool_key_messages(const FidotoolKey *key);
/* The CTAP status of the last operation that failed, 0 before one did. */
int fidotool_key_status(const FidotoolKey *key);

/* For the other files of this folder: libfido2's handle, not open where
 * the key knows U2F alone; what carries
 * its messages; the time the next operation may take; and the result of one as
 * ours. Where the transport knows why an operation failed, its reason wins over
 * libfido2's. */
struct fido_dev *fidotool_key_dev(FidotoolKey *key);
FidotoolTransport *fidotool_key_carrier(FidotoolKey *key);
void fidotool_key_set_timeout(FidotoolKey *key, int timeout_ms);
bool fidotool_key_check(FidotoolKey *key, int status, const char *what,
                        GError **error);

/*
 * Beside libfido2, for ctap.c: one whole CTAP message (command byte and CBOR),
 * and the whole reply (status byte and CBOR), however long it is. For u2f.c: an
 * APDU in the extended form, and its answer with the status word.
 * errors  those of fidotool_ctaphid_send() and _receive()
 */
GBytes *fidotool_key_exchange(FidotoolKey *key, const uint8_t *message,
                              size_t len, int timeout_ms, GError **error);

/* The same in two steps, for who waits for several keys: send, then look now
 * and then: 1 the reply is there, 0 not yet, -1 and error. In between the key
 * may be told to stop; it then answers so. */
bool fidotool_key_begin(FidotoolKey *key, const uint8_t *message, size_t len,
                        GError **error);
int fidotool_key_poll(FidotoolKey *key, int wait_ms, GBytes **ret_reply,
                      GError **error);
bool fidotool_key_cancel(FidotoolKey *key, GError **error);

/* Has the key blink, or whatever it does to be found (CTAP 2.1, section
 * 11.2.9.2.1).
 * errors  FIDOTOOL_ERROR_UNSUPPORTED, and as above */
bool fidotool_key_wink(FidotoolKey *key, GError **error);

/* "1.12.0" */
const char *fidotool_key_library_version(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolKey, fidotool_key_free)
