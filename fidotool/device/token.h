/* SPDX-License-Identifier: Apache-2.0 */
/* token.h - a PIN/UV auth token: bought once with the PIN or the key's own
 * sensor, good for every command of one job, wiped when freed (CTAP 2.1,
 * section 6.5.5.7). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fidotool/device/key.h"
#include "fidotool/device/pin-protocol.h"
#include "fidotool/secret.h"

/* What a token may be used for. */
enum {
  FIDOTOOL_TOKEN_MAKE = 0x01,
  FIDOTOOL_TOKEN_ASSERT = 0x02,
  FIDOTOOL_TOKEN_CREDENTIALS = 0x04,
  FIDOTOOL_TOKEN_FINGERPRINTS = 0x08,
  FIDOTOOL_TOKEN_BLOB_WRITE = 0x10,
  FIDOTOOL_TOKEN_CONFIG = 0x20,
};

typedef struct FidotoolToken FidotoolToken;

/*
 * Buys one. Two messages: key agreement, and the token.
 *
 * pin          in its normal form; NULL: the key's own sensor
 * permissions  FIDOTOOL_TOKEN_*; a key from before CTAP 2.1 gives one without
 * rp_id        the one relying party it is good for; NULL for all
 * timeout_ms   for the finger
 * errors       those of fidotool_key_check(); FIDOTOOL_ERROR_INVALID,
 *              FIDOTOOL_ERROR_UNSUPPORTED
 */
FidotoolToken *fidotool_token_buy(FidotoolKey *key, const FidotoolSecret *pin,
                                  unsigned permissions, const char *rp_id,
                                  int timeout_ms, GError **error);
void fidotool_token_free(FidotoolToken *token);

/* For pinUvAuthProtocol and pinUvAuthParam of a command. */
int fidotool_token_protocol(const FidotoolToken *token);
size_t fidotool_token_mac(const FidotoolToken *token, const void *data,
                          size_t len,
                          uint8_t ret_mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX]);

/* Appends the two members of a command's map, the protocol under the number
 * first and the MAC of bytes under the next one. */
void fidotool_token_write(const FidotoolToken *token, int64_t first,
                          const GByteArray *bytes, GByteArray *out);

/* For the fuzzer too: the point in the reply to getKeyAgreement.
 * errors  FIDOTOOL_ERROR_INVALID */
bool fidotool_token_read_point(GBytes *reply,
                               uint8_t ret_point[FIDOTOOL_PIN_PROTOCOL_POINT],
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolToken, fidotool_token_free)
