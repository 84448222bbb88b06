/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-intake.h - what `metadata import` and `metadata fetch` share: the
 * bytes are here, and are to be judged and taken in. */
#pragma once

#include "fidotool/cli/cmd.h"

typedef struct {
  char *store;
  char *signer;
  char *at;
  char **roots;
} FidotoolMetadataIntakeOptions;

/* Entries of GOption for --store, --root, --signer and --at; more may be
 * appended. Free with g_array_unref(). */
GArray *
fidotool_metadata_intake_entries(FidotoolMetadataIntakeOptions *options);
void fidotool_metadata_intake_clear(FidotoolMetadataIntakeOptions *options);

/* Judges and takes in, prints what was found; the exit code. from says where
 * the bytes came from. */
int fidotool_metadata_intake_run(FidotoolCmd *cmd, const char *text, size_t len,
                                 const char *from,
                                 const FidotoolMetadataIntakeOptions *options);
