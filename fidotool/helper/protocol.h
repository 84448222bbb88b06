/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol.h - what keyhelper and its client say to each other over one stream
 * socket: one request, events, PINs when they are wanted, one answer.
 *
 * A frame: version (1 byte), type (1 byte), length (4 bytes, big-endian), and
 * that many bytes: JSON, or a PIN as it is, or nothing. A frame that breaks a
 * rule ends the conversation.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fidotool/json.h"
#include "fidotool/secret.h"

#define FIDOTOOL_PROTOCOL_VERSION 1
/* Most bytes of a request (512 signers with the longest credential ids), and
 * of what the helper says (as many stored credentials, with the longest
 * names). */
#define FIDOTOOL_PROTOCOL_REQUEST_MAX (1024 * 1024)
#define FIDOTOOL_PROTOCOL_ANSWER_MAX (8 * 1024 * 1024)

typedef enum {
  /* from the client */
  FIDOTOOL_PROTOCOL_REQUEST = 0x01,  /* JSON; the first frame, and once */
  FIDOTOOL_PROTOCOL_PIN = 0x02,      /* raw bytes, never JSON */
  FIDOTOOL_PROTOCOL_PIN_LAST = 0x03, /* likewise, for the last try: the person
                                        was asked */
  FIDOTOOL_PROTOCOL_CANCEL = 0x04,   /* nothing; so does the end of file */
  FIDOTOOL_PROTOCOL_CONFIRM = 0x05,  /* nothing; yes to what was shown */
  /* from the helper */
  FIDOTOOL_PROTOCOL_EVENT = 0x10,      /* JSON: event and its fields */
  FIDOTOOL_PROTOCOL_PIN_WANTED = 0x11, /* JSON: kind, retries, min, max, ... */
  FIDOTOOL_PROTOCOL_RESULT = 0x12,     /* JSON; the last frame */
  FIDOTOOL_PROTOCOL_ERROR = 0x13,      /* JSON; the last frame */
  FIDOTOOL_PROTOCOL_CONFIRM_WANTED = 0x14, /* JSON: what is about to be lost */
} FidotoolProtocolType;

typedef struct {
  FidotoolProtocolType type;
  FidotoolJson *json;  /* NULL for PINs and empty frames */
  FidotoolSecret *pin; /* for PINs */
} FidotoolProtocolFrame;

/*
 * Reads one frame. It waits timeout_ms for the first byte (-1: for ever), then
 * for the rest as long as bytes keep coming. from_client says which types may
 * come, and so how long they may be.
 *
 * returns  1 a frame, 0 nothing came in time, -1 and error set
 * errors   FIDOTOOL_ERROR_CANCELLED at the end of file, before a frame;
 *          FIDOTOOL_ERROR_INVALID for everything that is no frame
 */
int fidotool_protocol_read(int fd, bool from_client, int timeout_ms,
                           FidotoolProtocolFrame *ret_frame, GError **error);
void fidotool_protocol_frame_clear(FidotoolProtocolFrame *frame);

/* Writes one frame. errors  FIDOTOOL_ERROR_LOST */
bool fidotool_protocol_write_json(int fd, FidotoolProtocolType type,
                                  const FidotoolJson *json, GError **error);
bool fidotool_protocol_write_pin(int fd, FidotoolProtocolType type,
                                 const FidotoolSecret *pin, GError **error);
bool fidotool_protocol_write_empty(int fd, FidotoolProtocolType type,
                                   GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolProtocolFrame,
                                 fidotool_protocol_frame_clear)
