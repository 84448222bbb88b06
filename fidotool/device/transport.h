/* SPDX-License-Identifier: Apache-2.0 */
/* transport.h - what carries whole CTAP messages to one key: reports over USB
 * or a socket (ctaphid.h), or APDUs to a card (card.h). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A channel is asked for with a nonce of 8 bytes; the answer has 17, the nonce
 * first. libfido2 wants both of every transport. */
#define FIDOTOOL_TRANSPORT_NONCE 8
#define FIDOTOOL_TRANSPORT_INIT_REPLY 17
/* Longest message either way: what CTAPHID can carry. */
#define FIDOTOOL_TRANSPORT_MAX 7609

/* What a key says while it is waited for; other values are passed over. */
typedef enum {
  FIDOTOOL_TRANSPORT_PROCESSING = 1,
  FIDOTOOL_TRANSPORT_TOUCH = 2,
} FidotoolTransportStatus;

/* What a person has to do with a card. */
typedef enum {
  FIDOTOOL_TRANSPORT_TAP,       /* put the key on the reader, keep it there */
  FIDOTOOL_TRANSPORT_TAP_AGAIN, /* lift it first */
  FIDOTOOL_TRANSPORT_TAPPED,    /* that was it */
  FIDOTOOL_TRANSPORT_LIFTED,    /* too early: the conversation is over */
} FidotoolTransportTap;

/* What happens while a reply, or a person, is waited for. Each may be NULL. */
typedef struct {
  /* The key works, or wants to be touched; once a change, not once a frame. */
  void (*keepalive)(FidotoolTransportStatus status, gpointer data);
  /* Asked every 50 ms or so; true cancels what the key is doing. */
  bool (*cancelled)(gpointer data);
  /* A card is wanted on its reader. */
  void (*tap)(FidotoolTransportTap what, gpointer data);
  gpointer data;
} FidotoolTransportHooks;

typedef struct FidotoolTransport FidotoolTransport;

typedef struct {
  /* Opens the conversation with nonce, and reads the answer to it.
   * errors  FIDOTOOL_ERROR_LOST, _INVALID, _BUSY, _CANCELLED; on a card also
   *         _UNSUPPORTED (no FIDO on it), _NO_DEVICE */
  bool (*ask)(FidotoolTransport *transport,
              const uint8_t nonce[FIDOTOOL_TRANSPORT_NONCE], GError **error);
  bool (*answer)(FidotoolTransport *transport, int timeout_ms,
                 uint8_t ret_reply[FIDOTOOL_TRANSPORT_INIT_REPLY],
                 GError **error);
  /* Sends one message; command as CTAPHID numbers it (ctaphid.h).
   * errors  FIDOTOOL_ERROR_LOST, _FAILED (too long) */
  bool (*send)(FidotoolTransport *transport, uint8_t command,
               const uint8_t *data, size_t len, GError **error);
  /* Reads the reply to it. timeout_ms below 0 waits as long as the key says
   * that it is alive.
   * errors  FIDOTOOL_ERROR_TIMEOUT (it waited for a touch), _LOST,
   *         _CANCELLED, _BUSY, _INVALID */
  GBytes *(*receive)(FidotoolTransport *transport, uint8_t command,
                     int timeout_ms, GError **error);
  /* Looks for the reply for wait_ms: 1 it is there, 0 not yet, -1 and error.
   * NULL where a message cannot be left waiting. */
  int (*poll)(FidotoolTransport *transport, uint8_t command, int wait_ms,
              GBytes **ret_reply, GError **error);
  /* Tells the key to stop; it answers the running command, not this. */
  bool (*cancel)(FidotoolTransport *transport, GError **error);
  /* Messages sent since the conversation was opened, that one included. */
  unsigned (*messages)(const FidotoolTransport *transport);
  /* These two are NULL for keys that are touched; on a card its being there
   * stands for a touch, once, and not for ever.
   * refresh has the card taken off the reader and put on again, where that is
   * used up or may have grown old, or always; tells whether it was.
   * errors  FIDOTOOL_ERROR_TIMEOUT, _CANCELLED, _LOST, _UNSUPPORTED
   * spend   a touch was taken for given. */
  bool (*refresh)(FidotoolTransport *transport, bool always, int timeout_ms,
                  bool *ret_tapped, GError **error);
  void (*spend)(FidotoolTransport *transport);
  void (*close)(FidotoolTransport *transport);
} FidotoolTransportOps;

/* Each kind of transport begins with this. */
struct FidotoolTransport {
  const FidotoolTransportOps *ops;
  FidotoolTransportHooks hooks; /* whoever opened it wants to know */
};

/* Closes and frees it; takes NULL. */
static inline void
fidotool_transport_free(FidotoolTransport *transport)
{
  if (transport)
    transport->ops->close(transport);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolTransport, fidotool_transport_free)
