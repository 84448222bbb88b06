/* SPDX-License-Identifier: Apache-2.0 */
/* judge-record.h - one registration or assertion, taken apart for the peers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A leaf of no bytes: none. */
typedef struct {
  const uint8_t *auth, *hash, *sig, *leaf, *key;
  size_t auth_len, hash_len, sig_len, leaf_len, key_len;
} Record;

typedef struct Line Line;

/* What a program in C would do with a line of fidotool's input: jansson for the
 * JSON, libcbor for the CBOR. NULL where it has not what it should, or the
 * client data are not those that were asked for. */
Line *judge_line_read(const char *text, size_t len, Record *ret_record);
void judge_line_free(Line *line);
