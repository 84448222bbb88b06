/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-consult.h - has the metadata asked for a judgement, or for what a
 * key says of itself. */
#pragma once

#include "fidotool/cli/cmd.h"

/*
 * Adds `metadata` to what the judge worker is told first.
 *
 * folder    --metadata; NULL: the default folder, where it has any
 * ret_fd    the index for the worker, to be closed; -1 where there is none
 * ret_used  whether there are metadata to ask
 * errors    those of fidotool_metadata_store_open(): where metadata are there
 *           and cannot be read, nothing is judged without them
 */
bool fidotool_metadata_consult_begin(FidotoolCmd *cmd, FidotoolJson *begin,
                                     const char *folder, int *ret_fd,
                                     bool *ret_used, GError **error);

/* What the metadata say of an AAGUID (UUID text) today, as a member of a
 * result; NULL where there are no metadata. Never fails: it is advice. */
FidotoolJson *fidotool_metadata_consult_model(const char *aaguid);
