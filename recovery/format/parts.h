/* SPDX-License-Identifier: Apache-2.0 */
/* parts.h - a text (a proposal, or what was signed) as a series of short texts
 * that fit QR codes and a scanner that types, and back. The form is in
 * docs/record.md. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* The longest text, and the longest part that is read. */
#define RECOVERY_PARTS_TEXT_MAX (256 * 1024)
#define RECOVERY_PARTS_LINE_MAX 4096
/* Most parts of a series; characters of each unless told. */
#define RECOVERY_PARTS_MAX 999
#define RECOVERY_PARTS_LENGTH 900

/*
 * Splits a text into parts of at most length characters (64 to
 * RECOVERY_PARTS_LINE_MAX), all about as long.
 *
 * returns  the parts in order, freed with g_strfreev(); NULL and error set
 * errors   RECOVERY_ERROR_INVALID: the text is empty or too long
 */
char **recovery_parts_split(const void *text, size_t len, size_t length,
                            GError **error);

/* Does the line look like a part? Nothing is said of whether it is good. */
bool recovery_parts_is_part(const char *line);

/* A series being put together; the first part says which. */
typedef struct RecoveryParts RecoveryParts;
RecoveryParts *recovery_parts_new(void);
void recovery_parts_free(RecoveryParts *parts);

/*
 * Takes one part, in any order; one that is there already is taken again
 * without a word. A line's end behind it and the case of its letters have no
 * meaning.
 * errors  RECOVERY_ERROR_INVALID: no part, damaged, or of another series; the
 *         parts so far stay
 */
bool recovery_parts_add(RecoveryParts *parts, const char *line, GError **error);
bool recovery_parts_is_complete(const RecoveryParts *parts);
/* "2, 5 and 6 of 7", or NULL where none is missing or nothing is there yet.
 * Free with g_free(). */
char *recovery_parts_missing(const RecoveryParts *parts);

/*
 * The text of a complete series; a NUL that ret_len (may be NULL) does not
 * count stands behind it. Free with g_free().
 * errors  RECOVERY_ERROR_INVALID: incomplete, naming what is missing; longer
 *         than RECOVERY_PARTS_TEXT_MAX; not the text that was split
 */
char *recovery_parts_join(const RecoveryParts *parts, size_t *ret_len,
                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryParts, recovery_parts_free)
