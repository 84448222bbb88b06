/* SPDX-License-Identifier: Apache-2.0 */
/* viewer.h - what a person sees before signing: words taken from the openings
 * alone, after every digest in the statement was made again from them. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"

typedef struct {
  char *label; /* "Person", "Reason", "New key", ... */
  char *text;
} RecoveryViewerLine;

typedef struct {
  FidotoolJson *statement; /* as read strictly */
  char *statement_line;    /* the exact bytes */
  char *title;             /* "Approve the recovery of a lost key" */
  char *short_code;        /* "76ZQ JALK CCID", or NULL without a case digest */
  GPtrArray *lines;        /* RecoveryViewerLine */
} RecoveryView;

/*
 * Checks a proposal (the answer of Propose: statement and openings) and words
 * it. Refused where a digest has no opening, an opening no digest, or one
 * differs: then nothing may be signed.
 * errors  RECOVERY_ERROR_INVALID, naming the digest
 */
RecoveryView *recovery_viewer_read(const FidotoolJson *proposal,
                                   GError **error);
void recovery_viewer_free(RecoveryView *view);

/* First 60 bits of a digest as base32 in three groups of four; an aid for
 * people, never a check. Free with g_free(). */
char *recovery_viewer_short_code(const uint8_t digest[32]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryView, recovery_viewer_free)
