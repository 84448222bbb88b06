/* SPDX-License-Identifier: Apache-2.0 */
/* jcs.h - the record's subset of canonical JSON: one object, one line, one
 * spelling. The line that is read is the line that is hashed. */
#pragma once

#include "fidotool/json.h"

/* Size of a line: an entry's body is at most this long. */
#define RECOVERY_JCS_MAX 65536

/*
 * Reads one line strictly: an object; names [a-z_]+, sorted, unique; values
 * strings, integers, arrays, objects; no true, false, null, fraction; no white
 * space, newline, escape but \" and \\, control character or U+007F; up to max
 * bytes; nothing after it.
 *
 * returns  the tree, freed with fidotool_json_free(); NULL and error set
 * errors   RECOVERY_ERROR_INVALID, naming the place
 */
FidotoolJson *recovery_jcs_read(const void *line, size_t len, size_t max,
                                GError **error);

/* Writes an object as such a line (no newline at its end). The tree must be
 * within the subset: RECOVERY_ERROR_INVALID otherwise (text from outside may
 * hold a control character). */
char *recovery_jcs_write(const FidotoolJson *json, size_t *ret_len,
                         GError **error);

/* True for text that may stand in a line: UTF-8, no U+0000-1F, no U+007F. */
bool recovery_jcs_is_text(const char *text);
/* [a-z0-9][a-z0-9-]{0,63}: cases, slots, persons, stations, machines. */
bool recovery_jcs_is_id(const char *text);
/* Exactly len bytes in lower-case hex. */
bool recovery_jcs_is_hex(const char *text, size_t len);
