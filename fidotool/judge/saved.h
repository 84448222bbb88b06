/* SPDX-License-Identifier: Apache-2.0 */
/* saved.h - a ceremony as people keep it, in a file or on a line: a response
 * with or without its options, as browsers, relying parties and fidotool write
 * them. It becomes a request to the judge (request.h). */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "fidotool/json.h"

/* Largest file or line, in bytes. */
#define FIDOTOOL_SAVED_MAX (512 * 1024)

/*
 * Reads { "options", "response", ... }, or a bare response, which becomes the
 * `response` of an object; what lies inside our own JSON envelope is taken out
 * of it. Free with fidotool_json_free().
 * errors  FIDOTOOL_ERROR_INVALID
 */
FidotoolJson *fidotool_saved_parse(const char *text, size_t len,
                                   GError **error);

/*
 * The request: kind ("registration" or "assertion"), the options of the file,
 * its response, and for an assertion what is `stored`, out of the file's
 * `credential`. Options and response are taken out of the file.
 *
 * given   an object; what stands in it (challenge, rp_id, origins, require_uv,
 *         strict, padding, and what only some formats have) wins over the
 * file's options; where `stored` does, the file needs no credential. NULL:
 * nothing. errors  FIDOTOOL_ERROR_USAGE, FIDOTOOL_ERROR_INVALID
 */
FidotoolJson *fidotool_saved_request(const char *kind, FidotoolJson *file,
                                     const FidotoolJson *given, GError **error);
