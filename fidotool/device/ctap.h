/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctap.h - CTAP commands of our own, beside libfido2: for what 1.12 cannot do.
 * A whole message out, a whole reply in. Nothing that libfido2 sends passes
 * here, and nothing is rewritten below it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/key.h"

enum {
  FIDOTOOL_CTAP_MAKE_CREDENTIAL = 0x01,
  FIDOTOOL_CTAP_CLIENT_PIN = 0x06,
  FIDOTOOL_CTAP_RESET = 0x07,
  FIDOTOOL_CTAP_BIO_ENROLLMENT = 0x09,
  FIDOTOOL_CTAP_CREDENTIAL_MANAGEMENT = 0x0a,
  FIDOTOOL_CTAP_SELECTION = 0x0b,
  FIDOTOOL_CTAP_LARGE_BLOBS = 0x0c,
  FIDOTOOL_CTAP_CONFIG = 0x0d,
  FIDOTOOL_CTAP_BIO_ENROLLMENT_PREVIEW = 0x40,
};

/* One command. */
typedef struct {
  uint8_t command;
  const GByteArray *parameters; /* the CBOR map; NULL for none */
  int timeout_ms;
  const char *what; /* what is done, for the error: "list the credentials" */
} FidotoolCtapCommand;

/*
 * Sends it and waits for the reply.
 * returns  the reply's CBOR without the status byte; may be empty
 * errors   those of fidotool_key_check() for a status that is not OK;
 *          FIDOTOOL_ERROR_INVALID for a reply without a status;
 *          FIDOTOOL_ERROR_FULL for a message that is longer than the key takes
 */
GBytes *fidotool_ctap_send(FidotoolKey *key, const FidotoolCtapCommand *command,
                           GError **error);

/* The same for a command whose reply holds nothing but its status. */
bool fidotool_ctap_run(FidotoolKey *key, const FidotoolCtapCommand *command,
                       GError **error);

/* True for a reply with nothing in it; some keys say so with an empty map.
 * errors  FIDOTOOL_ERROR_INVALID */
bool fidotool_ctap_check_empty(GBytes *reply, const char *what, GError **error);

/* FIDOTOOL_ERROR_INVALID, "<what>: the key's answer makes no sense"; always
 * false. */
bool fidotool_ctap_refuse(const char *what, GError **error);
