/* SPDX-License-Identifier: Apache-2.0 */
/* revise.h - an earlier policy under a new version: the same text, comments
 * and all, but for the values that say which version it is. */
#pragma once

#include <glib.h>
#include <stdint.h>

/*
 * yaml         a document that was in force
 * version      of the new one
 * review_by    a date, in the place of the one that is there; NULL: as it is.
 *              A document without one stays without
 * returns      the new text; NULL and RECOVERY_ERROR_INVALID where the document
 *              cannot be read
 */
char *recovery_revise_write(const char *yaml, size_t len, int64_t version,
                            const char *review_by, GError **error);
/*
 * The date by which a policy taken up again is reviewed: its own or that of the
 * one in force, whichever comes first of those that are still ahead; else a
 * quarter ahead. NULL: it has none, or keeps its own. 0: left out. g_free().
 */
char *recovery_revise_review_by(int64_t own_s, int64_t in_force_s,
                                int64_t now_s);
