/* SPDX-License-Identifier: Apache-2.0 */
/* trust-files.h - files that a station is to judge keys by, as an officer names
 * them: told apart by their first bytes, handed in under their digests. What is
 * in them is the station's judge's to say. */
#pragma once

#include "fidotool/cli/governed.h"

typedef struct {
  FidotoolJson *request; /* members of "trust-with": blob, crls, ... */
  GHashTable *files;     /* digest, hex -> GBytes */
} FidotoolTrustFiles;

FidotoolTrustFiles *fidotool_trust_files_new(void);
void fidotool_trust_files_free(FidotoolTrustFiles *files);

/*
 * Adds a file: a metadata BLOB, revocation lists (PEM or DER), own anchors or
 * own advisories.
 * errors  FIDOTOOL_ERROR_USAGE: unreadable, none of these, or the second of a
 *         kind of which there is one
 */
bool fidotool_trust_files_add(FidotoolTrustFiles *files, const char *path,
                              GError **error);
/* Adds those who may vouch for the metadata; NULL: the pinned ones. */
bool fidotool_trust_files_add_roots(FidotoolTrustFiles *files, char **paths,
                                    GError **error);

/* Hands in those that the station has not. */
bool fidotool_trust_files_hand_in(const FidotoolTrustFiles *files,
                                  FidotoolGoverned *governed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolTrustFiles, fidotool_trust_files_free)
