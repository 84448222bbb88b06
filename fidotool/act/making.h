/* SPDX-License-Identifier: Apache-2.0 */
/* making.h - creation options of the station, answered by a key. Shared by
 * the command line and the kiosk. */
#pragma once

#include "fidotool/helper/client-jobs.h"

/*
 * Answers the offer for case.made: {options, test, nonce} gives {nonce,
 * registration, test}, both as WebAuthn JSON. One key, one connection, touch
 * and PIN.
 *
 * ret_device  what keyhelper says of the key; may be NULL
 * errors      those of keyhelper; RECOVERY_ERROR_INVALID for an offer that
 *             cannot be read
 */
FidotoolJson *fidotool_making_case(const FidotoolClientJobs *how,
                                   const FidotoolJson *offer,
                                   FidotoolJson **ret_device, GError **error);

/*
 * Answers the offer for a staff key: {options} with a client data hash gives
 * {attestation, cdh}. Likewise otherwise.
 */
FidotoolJson *fidotool_making_roster(const FidotoolClientJobs *how,
                                     const FidotoolJson *offer,
                                     FidotoolJson **ret_device, GError **error);
