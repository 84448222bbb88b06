/* SPDX-License-Identifier: Apache-2.0 */
/* drift-lines.h - configuration that stands in lines of words: sshd's and
 * PAM's. */
#pragma once

#include <glib.h>

#include "recovery/policy/drift/drift-reader.h"

#define RECOVERY_DRIFT_LINES_MAX 20000 /* of one file */
#define RECOVERY_DRIFT_LINES_LENGTH 16384
#define RECOVERY_DRIFT_LINES_WORDS 256 /* of one line */

/*
 * The next line that has words, comments ("#" to its end) aside.
 *
 * at       where to read on, moved; NULL at the end
 * number   of the line, from 1
 * joins    "\" at the end of a line joins the next one
 * returns  the words, "..." and [...] each as one; freed with g_strfreev();
 * NULL at the end, and where the reader has a fault
 */
char **recovery_drift_lines_next(RecoveryDriftReader *reader, const char **at,
                                 const char *end, guint *number, bool joins);
