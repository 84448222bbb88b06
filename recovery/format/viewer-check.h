/* SPDX-License-Identifier: Apache-2.0 */
/* viewer-check.h - a proposal's openings against the digests in its statement;
 * used by viewer.c alone. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"

/* What was opened and fits. NULL where the statement has no such digest. */
typedef struct {
  FidotoolJson *statement;
  FidotoolJson *frozen;   /* the frozen case */
  FidotoolJson *target;   /* a statement */
  GBytes *policy;         /* the policy in force */
  GBytes *object;         /* the file the act is about */
  GPtrArray *pii;         /* FidotoolJson: one field each, of the case */
  GPtrArray *evidence;    /* FidotoolJson: one field each, of the evidence */
  GPtrArray *credentials; /* GBytes: ids behind `newkey`, in order */
  GPtrArray *previous;    /* FidotoolJson: statements, in order */
} RecoveryViewerCheck;

/*
 * Makes every digest again. Refused where one differs, a digest has no opening
 * or an opening no digest.
 * errors  RECOVERY_ERROR_INVALID, naming the opening
 */
RecoveryViewerCheck *recovery_viewer_check_read(const FidotoolJson *proposal,
                                                GError **error);
void recovery_viewer_check_free(RecoveryViewerCheck *check);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryViewerCheck, recovery_viewer_check_free)
