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

RecoveryViewerLine *recovery_viewer_line_new(const char *label, char *text);
void recovery_viewer_line_free(void *line);

/*
 * Words what loading a policy changes; the two documents are those behind the
 * digests of the statement. at_s is when the first of its statements was made.
 * returns  RecoveryViewerLine, in order; NULL where the statement says
 *          otherwise than the documents
 */
typedef GPtrArray *(*RecoveryViewerPolicy)(GBytes *before, GBytes *after,
                                           int64_t at_s,
                                           const FidotoolJson *statement,
                                           GError **error);

/*
 * Checks a proposal (the answer of Propose: statement and openings) and words
 * it. Refused where a digest has no opening, an opening no digest, or one
 * differs: then nothing may be signed.
 * errors  RECOVERY_ERROR_INVALID, naming the digest
 */
RecoveryView *recovery_viewer_read(const FidotoolJson *proposal,
                                   GError **error);
/* The same for who can read policies. recovery_viewer_read() cannot, and
 * refuses policy.load: nobody signs a policy without being told what it
 * changes. */
RecoveryView *recovery_viewer_read_with(const FidotoolJson *proposal,
                                        RecoveryViewerPolicy policy,
                                        GError **error);
void recovery_viewer_free(RecoveryView *view);

/* First 60 bits of a digest as base32 in three groups of four; an aid for
 * people, never a check. Free with g_free(). */
char *recovery_viewer_short_code(const uint8_t digest[32]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryView, recovery_viewer_free)
