/* SPDX-License-Identifier: Apache-2.0 */
/* bytes.h - bytes as text and back, strictly: one spelling for each value. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIDOTOOL_BYTES_SHA256 32

/* Lower-case hex; free with g_free(). */
char *fidotool_bytes_hex(const void *data, size_t len);
/* Reads exactly 2 * len lower-case hex digits and nothing after them. */
bool fidotool_bytes_unhex(const char *text, uint8_t *ret_data, size_t len);

/* RFC 4648 base64 with padding; free with g_free(). */
char *fidotool_bytes_base64(const void *data, size_t len);
/* The one spelling only: padded, no stray bits, no white space. NULL
 * otherwise. */
GBytes *fidotool_bytes_unbase64(const char *text);

/* base64url without padding (RFC 4648, 5); free with g_free(). */
char *fidotool_bytes_base64url(const void *data, size_t len);
/* The one spelling only, without padding. NULL otherwise. */
GBytes *fidotool_bytes_unbase64url(const char *text);
GBytes *fidotool_bytes_unbase64url_of(const char *text, size_t len);

/* SHA-256 of data, and of the concatenation of count pieces. */
void fidotool_bytes_sha256(const void *data, size_t len,
                           uint8_t ret_digest[FIDOTOOL_BYTES_SHA256]);
typedef struct {
  const void *data;
  size_t len;
} FidotoolPiece;
void fidotool_bytes_sha256_of(const FidotoolPiece *pieces, size_t count,
                              uint8_t ret_digest[FIDOTOOL_BYTES_SHA256]);
/* SHA-256 as 64 hex digits; free with g_free(). */
char *fidotool_bytes_sha256_hex(const void *data, size_t len);

/* HMAC-SHA-256. */
void fidotool_bytes_hmac(const void *key, size_t key_len, const void *data,
                         size_t len, uint8_t ret_mac[FIDOTOOL_BYTES_SHA256]);

/* Equal in constant time for equal lengths. */
bool fidotool_bytes_equal(const void *a, size_t a_len, const void *b,
                          size_t b_len);
