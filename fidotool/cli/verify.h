/* SPDX-License-Identifier: Apache-2.0 */
/* verify.h - what the verbs `fidotool verify ...` share: a saved response and
 * its options become one request to the judge; its answer is printed. */
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
  char **trust;
  char *at;
  char *registration; /* assertions: where the credential was made */
} FidotoolVerifyOptions;

void fidotool_verify_options_clear(FidotoolVerifyOptions *options);

/* Entries of GOption for --challenge, --origin, --rp-id, --require-uv,
 * --padding, --strict, --trust, --at. Free with g_array_unref(); more may be
 * appended. */
GArray *fidotool_verify_entries(FidotoolVerifyOptions *options);

/*
 * Reads a FILE of { "options", "response", ... }, or one that holds nothing
 * but a response; what was saved inside our own JSON envelope is taken out of
 * it. Free with fidotool_json_free().
 * errors  FIDOTOOL_ERROR_USAGE, FIDOTOOL_ERROR_INVALID
 */
FidotoolJson *fidotool_verify_read(const char *path, GError **error);

/*
 * The request: kind, options (the file's, overridden), response, and where
 * --trust was given anchors and time.
 * errors  FIDOTOOL_ERROR_USAGE
 */
FidotoolJson *fidotool_verify_request(const char *kind,
                                      const FidotoolJson *file,
                                      const FidotoolVerifyOptions *options,
                                      GError **error);

/*
 * Has it judged.
 * returns  the answer (fidotool/judge/request.h), freed with
 *          fidotool_json_free(); NULL and error where it was unreadable
 */
FidotoolJson *fidotool_verify_judge(const FidotoolJson *request,
                                    GError **error);

/* Prints the answer and returns the exit code: 19, 20 or 21 for the layer
 * that failed first, or 0. */
int fidotool_verify_print(FidotoolCmd *cmd, const FidotoolJson *answer,
                          bool trust_asked);
