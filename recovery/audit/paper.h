/* SPDX-License-Identifier: Apache-2.0 */
/* paper.h - one signed statement of a bundle: three files that belong
 * together. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"
#include "recovery/audit/bag.h"
#include "recovery/format/sshsig.h"

typedef struct {
  char *path;
  GBytes *data; /* the exact bytes */
  char digest[65];
  FidotoolJson *fields;
  GBytes *blob, *machine_blob;
  char blob_digest[65], machine_digest[65];
  RecoverySshsigSeen seen, machine_seen;
  int64_t seq; /* of the entry that names it; -1 until then */
} RecoveryPaper;

/* Reads path, path.sig and path.machine.sig, all of which are there.
 * errors RECOVERY_ERROR_INVALID; ret_place says which file it is about */
RecoveryPaper *recovery_paper_read(const RecoveryBag *bag, const char *path,
                                   char **ret_place, GError **error);
void recovery_paper_free(RecoveryPaper *paper);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryPaper, recovery_paper_free)
