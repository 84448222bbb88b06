/* SPDX-License-Identifier: Apache-2.0 */
/* confirm.h - the yes before something on a key is lost or changed for good. */
#pragma once

#include "fidotool/cli/cmd.h"

/*
 * The hook of fidotool_client_run(); data is the FidotoolCmd. Names the key
 * and the target on standard error. A person at the terminal says yes, or
 * --yes does; where nobody is there, --yes needs --fingerprint beside it, and
 * another key than that is refused in every case.
 * errors  FIDOTOOL_ERROR_USAGE, FIDOTOOL_ERROR_CANCELLED,
 *         FIDOTOOL_ERROR_NOT_FOUND (another key)
 */
bool fidotool_confirm_hook(const FidotoolJson *what, gpointer data,
                           GError **error);
