/* SPDX-License-Identifier: Apache-2.0 */
/* callers.h - the programs that may ask a station for decisions, by their
 * user: one group of a key file for each.
 *
 *   [mdm]                      the caller's name, and its signals' source
 *   user=mdm-bridge            or uid=1234
 *   signals=device_managed;    none where it is left out
 */
#pragma once

#include <glib.h>

#include "recovery/caller.h"

/*
 * Reads the file's text. A user that is not there is left out, with a warning:
 * it has no uid to come from. Users are looked up, so before the sandbox.
 *
 * returns  RecoveryCaller, to be unreferenced; NULL and error
 * errors   RECOVERY_ERROR_FAILED: what is wrong, in which group
 */
GPtrArray *recovery_callers_read(const char *text, size_t len, GError **error);
/* NULL where there is none. */
const RecoveryCaller *recovery_callers_find(const GPtrArray *callers,
                                            uid_t uid);
