/* SPDX-License-Identifier: Apache-2.0 */
/* register.h - the register of keys as the entries of a bundle tell it. */
#pragma once

#include "fidotool/json.h"
#include "recovery/audit/bag.h"

/*
 * Reads the entries of a bundle that was judged (verify.h); nothing is checked
 * here. The directory that an import brought in is not in a bundle: its keys
 * are known only where an entry names them.
 *
 * returns  as the query "register" of a station answers, and "imported": 1
 *          where keys may have come in that are not named; freed with
 *          fidotool_json_free()
 * errors   RECOVERY_ERROR_INVALID
 */
FidotoolJson *recovery_register_read(const RecoveryBag *bag, GError **error);
