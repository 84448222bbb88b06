/* SPDX-License-Identifier: Apache-2.0 */
/* verify.h - what the verbs `fidotool verify ...` share: saved ceremonies go to
 * the judge worker (judge/batch.h), its answers are printed. */
#pragma once

#include "fidotool/cli/cmd.h"

/* What the person gave besides the file; it wins over the file. */
typedef struct {
  char *challenge;
  char **origins;
  char *rp_id;
  gboolean require_uv;
  gboolean strict;
  gboolean padding;
  gboolean batch;
  char **trust;
  char *at;
  char **crls;
  gboolean allow_sha1; /* these four: registrations */
  gboolean hardware_key;
  char *compound;
  char **tpm_manufacturers;
  char *registration; /* assertions: where the credential was made */
  char *metadata;     /* registrations: the folder, or NULL */
  char *max_stale;    /* days, or NULL */
} FidotoolVerifyOptions;

void fidotool_verify_options_clear(FidotoolVerifyOptions *options);

/* Entries of GOption for --challenge, --origin, --rp-id, --require-uv,
 * --padding, --strict, --trust, --crl, --at, --batch. Free with
 * may be appended. */
GArray *fidotool_verify_entries(FidotoolVerifyOptions *options);

/*
 * Judges the FILE of the arguments, or with --batch each of its lines, and
 * prints. Reads standard input for "-", and with --batch where no FILE is
 * given.
 *
 * ceremony  "registration" or "assertion"
 * returns   the exit code: 19, 20 or 21 for the layer that failed first, 2 for
 *           what was not understood, or 0; FIDOTOOL_CMD_ELSEWHERE where this
 *           program has no metadata and they are to be asked
 */
int fidotool_verify_run(FidotoolCmd *cmd, const char *ceremony, int argc,
                        char **argv, const FidotoolVerifyOptions *options);
