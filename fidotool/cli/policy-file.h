/* SPDX-License-Identifier: Apache-2.0 */
/* policy-file.h - the policy of a FILE, without a station. */
#pragma once

#include <glib.h>

#include "recovery/policy/document.h"

/*
 * Reads FILE and looks it over as lint does.
 *
 * problems  what is wrong with it, and warnings
 * returns   the document; NULL where it has an error, and with error set where
 *           the file could not be read at all
 * errors    FIDOTOOL_ERROR_USAGE
 */
RecoveryDocument *fidotool_policy_file_read(const char *path,
                                            RecoveryProblems *problems,
                                            GError **error);
