/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-words.h - what the verbs `fidotool metadata ...` and those that show
 * a model share: times, facts, lines. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "fidotool/cli/metadata-store.h"

/* --at: RFC 3339, or a date (its first second, UTC); NULL is now. */
bool fidotool_metadata_words_time(const char *text, int64_t *ret_at,
                                  GError **error);
/* "2026-03-01", UTC; free with g_free(). */
char *fidotool_metadata_words_date(int64_t at);

/* The member `metadata` of a request to the judge, about one entry (taken; NULL
 * where the model is unknown). now is the time that "now" means. */
FidotoolJson *fidotool_metadata_words_member(const FidotoolMetadataStore *store,
                                             FidotoolJson *entry, bool own,
                                             int64_t now);

/* A line of name and value, printable. */
void fidotool_metadata_words_row(const char *name, const char *value);
/* Standing of a model ("L1; USER_VERIFICATION_BYPASS"); free with g_free(). */
char *fidotool_metadata_words_standing(const FidotoolJson *standing);

/* Warns where the BLOB should have been followed by another. */
void fidotool_metadata_words_warn_overdue(FidotoolCmd *cmd,
                                          const FidotoolMetadataStore *store,
                                          int64_t now);
bool fidotool_metadata_words_is_overdue(const FidotoolMetadataStore *store,
                                        int64_t now);
