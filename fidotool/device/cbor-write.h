/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbor-write.h - canonical CBOR (CTAP 2.1, section 8), appended to bytes. The
 * caller gives the members of a map in canonical order; numbers and lengths
 * are always as short as can be.
 *
 * Why not libcbor: a request to a key is one flat map in an order that is
 * known when the code is written. Seven appending functions need no tree, no
 * allocation that can fail, and leave no second copy of a PIN's bytes behind.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void fidotool_cbor_write_int(GByteArray *out, int64_t number);
void fidotool_cbor_write_bool(GByteArray *out, bool value);
void fidotool_cbor_write_bytes(GByteArray *out, const void *data, size_t len);
void fidotool_cbor_write_text(GByteArray *out, const char *text);
/* The head; as many elements, or pairs, are written after it. */
void fidotool_cbor_write_array(GByteArray *out, size_t n);
void fidotool_cbor_write_map(GByteArray *out, size_t n);
/* Items that are CBOR already. */
void fidotool_cbor_write_raw(GByteArray *out, const void *data, size_t len);
