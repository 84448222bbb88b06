/* SPDX-License-Identifier: Apache-2.0 */
/* spare.h - a second key right after the first, for the same user. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "fidotool/helper/webauthn.h"

/*
 * The spare's options are for the same relying party and user as the first's,
 * with a challenge of their own.
 * errors  FIDOTOOL_ERROR_USAGE
 */
bool fidotool_spare_check(const FidotoolWebauthn *first,
                          const FidotoolWebauthn *spare, GError **error);

/*
 * Makes the spare's credential: on the key that device names (may be NULL), or
 * else on the one that comes when the first has been taken away. A key that is
 * the first once more is refused: by serial, and by the credential it holds.
 *
 * made     the result of the first's job, with its device
 * returns  the result of the spare's
 * errors   FIDOTOOL_ERROR_NOT_FOUND (the same key), _TIMEOUT, _CANCELLED, and
 *          those of fidotool_key_run_job()
 */
FidotoolJson *fidotool_spare_make(FidotoolCmd *cmd,
                                  const FidotoolWebauthn *spare,
                                  const char *device, const FidotoolJson *made,
                                  GError **error);
