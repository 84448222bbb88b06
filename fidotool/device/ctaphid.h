/* SPDX-License-Identifier: Apache-2.0 */
/* ctaphid.h - CTAPHID framing over a pipe of reports: channel, messages,
 * keepalive as events, cancel. CTAP 2.1, section 11.2. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/report.h"
#include "fidotool/device/transport.h"

/* Largest message: 64 - 7 + 128 * (64 - 5). */
#define FIDOTOOL_CTAPHID_MAX FIDOTOOL_TRANSPORT_MAX
#define FIDOTOOL_CTAPHID_NONCE FIDOTOOL_TRANSPORT_NONCE
#define FIDOTOOL_CTAPHID_INIT_REPLY FIDOTOOL_TRANSPORT_INIT_REPLY

enum {
  FIDOTOOL_CTAPHID_PING = 0x01,
  FIDOTOOL_CTAPHID_MSG = 0x03,
  FIDOTOOL_CTAPHID_INIT = 0x06,
  FIDOTOOL_CTAPHID_WINK = 0x08,
  FIDOTOOL_CTAPHID_CBOR = 0x10,
  FIDOTOOL_CTAPHID_CANCEL = 0x11,
  FIDOTOOL_CTAPHID_KEEPALIVE = 0x3b,
  FIDOTOOL_CTAPHID_ERROR = 0x3f,
};

typedef struct FidotoolCtaphid FidotoolCtaphid;

/* Takes the pipe. */
FidotoolCtaphid *fidotool_ctaphid_new(FidotoolReport *pipe,
                                      const FidotoolTransportHooks *hooks);
void fidotool_ctaphid_free(FidotoolCtaphid *hid);
/* It as a transport, which closes it: one or the other is freed. */
FidotoolTransport *fidotool_ctaphid_transport(FidotoolCtaphid *hid);

/*
 * Asks for a channel with an 8-byte nonce, and reads the answer to that very
 * nonce: its first 17 bytes, the channel among them, which is used from then
 * on. Answers to others are passed over.
 * errors  FIDOTOOL_ERROR_LOST, _INVALID, _BUSY, _CANCELLED
 */
bool fidotool_ctaphid_ask_channel(FidotoolCtaphid *hid,
                                  const uint8_t nonce[FIDOTOOL_CTAPHID_NONCE],
                                  GError **error);
bool
fidotool_ctaphid_read_channel(FidotoolCtaphid *hid, int timeout_ms,
                              uint8_t ret_reply[FIDOTOOL_CTAPHID_INIT_REPLY],
                              GError **error);

/*
 * Sends one message; frames that still lie there from earlier are dropped
 * first.
 * errors  FIDOTOOL_ERROR_LOST, FIDOTOOL_ERROR_FAILED (too long)
 */
bool fidotool_ctaphid_send(FidotoolCtaphid *hid, uint8_t command,
                           const uint8_t *data, size_t len, GError **error);

/*
 * Reads the reply to command. timeout_ms below 0 waits as long as the key
 * says that it is alive; a key that says nothing at all is given up after ten
 * seconds. When the time is up or hooks->cancelled says so, the key is told
 * to stop.
 *
 * errors  FIDOTOOL_ERROR_TIMEOUT (it waited for a touch), _LOST, _CANCELLED,
 *         _BUSY, _INVALID (frames that make no sense)
 */
GBytes *fidotool_ctaphid_receive(FidotoolCtaphid *hid, uint8_t command,
                                 int timeout_ms, GError **error);

/*
 * Looks for the reply to command for wait_ms, and takes one frame: for who
 * listens to several keys in turn. What is begun of a reply is read to its end.
 * returns  1 the reply is there, 0 not yet, -1 and error
 * errors   as fidotool_ctaphid_receive(), without _TIMEOUT and _CANCELLED
 */
int fidotool_ctaphid_poll(FidotoolCtaphid *hid, uint8_t command, int wait_ms,
                          GBytes **ret_reply, GError **error);

/* Tells the key to stop; it answers the running command, not this. */
bool fidotool_ctaphid_cancel(FidotoolCtaphid *hid, GError **error);

/* Messages sent since the channel was asked for, that request included. */
unsigned fidotool_ctaphid_messages(const FidotoolCtaphid *hid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolCtaphid, fidotool_ctaphid_free)
