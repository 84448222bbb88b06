/* SPDX-License-Identifier: Apache-2.0 */
/* pin-entry.h - where a PIN comes from: --pin-fd, an askpass program, the
 * controlling terminal; never arguments, never the environment. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "fidotool/helper/client.h"
#include "fidotool/secret.h"

/*
 * Gets the PIN that is wanted. --pin-fd gives one line for each time one is
 * asked for. The askpass program is KEYTURN_ASKPASS, or SSH_ASKPASS where
 * there is no terminal. A new PIN is asked for twice. The last try is spent
 * only when the person says so, or with --yes.
 *
 * errors  FIDOTOOL_ERROR_PIN_STATE (there is nobody to ask, or a new PIN
 *         breaks a rule and no other comes), _PIN_INVALID (wrong, and no
 *         other comes; or the last try), _CANCELLED
 */
FidotoolSecret *fidotool_pin_entry_ask(FidotoolCmd *cmd,
                                       const FidotoolClientPin *what,
                                       GError **error);
