/* SPDX-License-Identifier: Apache-2.0 */
/* making.h - creation options of the station, answered by a key. */
#pragma once

#include "fidotool/cli/cmd.h"

/*
 * Answers the offer for case.made: {options, test, nonce} gives {nonce,
 * registration, test}, both as WebAuthn JSON. One key, one connection, touch
 * and PIN.
 * errors  those of keyhelper; RECOVERY_ERROR_INVALID for an offer that cannot
 *         be read
 */
FidotoolJson *fidotool_making_case(FidotoolCmd *cmd, const FidotoolJson *offer,
                                   GError **error);

/*
 * Answers the offer for a staff key: {options} with a client data hash gives
 * {attestation, cdh}.
 */
FidotoolJson *fidotool_making_roster(FidotoolCmd *cmd,
                                     const FidotoolJson *offer, GError **error);
