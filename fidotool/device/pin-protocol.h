/* SPDX-License-Identifier: Apache-2.0 */
/* pin-protocol.h - the platform's side of PIN/UV auth protocols one and two:
 * what they do with bytes (CTAP 2.1, sections 6.5.6 and 6.5.7). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fidotool/device/info.h"

/* A P-256 point without its first byte: x and y. */
#define FIDOTOOL_PIN_PROTOCOL_POINT 64
#define FIDOTOOL_PIN_PROTOCOL_MAC_MAX 32

/* The secret shared with a key. Wiped by fidotool_pin_protocol_clear(). */
typedef struct {
  int version; /* 1 or 2 */
  uint8_t mac_key[32];
  uint8_t aes_key[32];
  uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT]; /* ours, for the key */
} FidotoolPinProtocol;

/* The first in the key's list that both know; 1 where it lists none; 0 where
 * it lists none that we know. */
int fidotool_pin_protocol_choose(const FidotoolInfo *info);

/*
 * Agrees with the key's public point, with a fresh key of our own.
 * errors  FIDOTOOL_ERROR_INVALID (no point on the curve), _FAILED
 */
bool
fidotool_pin_protocol_agree(int version,
                            const uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT],
                            FidotoolPinProtocol *ret_protocol, GError **error);
void fidotool_pin_protocol_clear(FidotoolPinProtocol *protocol);

/*
 * AES-256-CBC without padding; protocol two has a fresh IV in front. NULL when
 * len is no multiple of 16, or decrypt finds nothing behind the IV. What is
 * returned by decrypt is the caller's to wipe.
 */
GByteArray *fidotool_pin_protocol_encrypt(const FidotoolPinProtocol *protocol,
                                          const uint8_t *data, size_t len);
GByteArray *fidotool_pin_protocol_decrypt(const FidotoolPinProtocol *protocol,
                                          const uint8_t *data, size_t len);

/* The MAC of data under key, as this version cuts it: returns its length. */
size_t
fidotool_pin_protocol_mac(int version, const void *key, size_t key_len,
                          const void *data, size_t len,
                          uint8_t ret_mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX]);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolPinProtocol,
                                 fidotool_pin_protocol_clear)
