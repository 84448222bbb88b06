/* SPDX-License-Identifier: Apache-2.0 */
/* document.h - a proposal or what was signed, as it comes in: JSON in a file
 * or a pipe, or the parts of a series of QR codes, one a line. */
#pragma once

#include "fidotool/cli/cmd.h"

/*
 * Reads one document; "-" is standard input. What begins with a part is a
 * series (recovery/format/parts.h): its lines are read until it is complete
 * and no further, a part that is no good is named in a warning. Anything else
 * is JSON of at most max bytes, to the end.
 *
 * errors  FIDOTOOL_ERROR_USAGE (unreadable, too long), FIDOTOOL_ERROR_INVALID,
 *         RECOVERY_ERROR_INVALID (what is missing)
 */
FidotoolJson *fidotool_document_read(FidotoolCmd *cmd, const char *path,
                                     size_t max, GError **error);

/*
 * Writes json and a newline to the file, readable by its owner alone (openings
 * are personal data), or to standard output for NULL and "-".
 * errors  FIDOTOOL_ERROR_USAGE, FIDOTOOL_ERROR_FAILED
 */
bool fidotool_document_write(const char *path, const FidotoolJson *json,
                             GError **error);
