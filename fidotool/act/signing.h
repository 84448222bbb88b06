/* SPDX-License-Identifier: Apache-2.0 */
/* signing.h - the key's half of a signature: from a proposal that was read and
 * shown to what submit takes. Who shows it and asks is the caller. */
#pragma once

#include "fidotool/helper/client-jobs.h"
#include "recovery/format/viewer.h"

/* Most rows for fidotool_signing_find(). */
#define FIDOTOOL_SIGNING_FIND_MAX FIDOTOOL_CLIENT_JOBS_SIGNERS

/*
 * Is the proposal for practice keys? Its RP ID is one of our two.
 * errors  FIDOTOOL_ERROR_INVALID
 */
bool fidotool_signing_is_practice(const FidotoolJson *proposal,
                                  bool *ret_practice, GError **error);

/* True for an act by which somebody decides about somebody else: a person
 * confirms it, never a script. */
bool fidotool_signing_is_decision(const RecoveryView *view);

/*
 * Has the statement of the view signed by the first of the proposal's signers
 * whose key is there. The view was made from the same proposal, and its words
 * were shown.
 *
 * ret_device  what keyhelper says of the key; may be NULL
 * returns     {"sig","statement","v":1}, the input of submit; a machine's
 *             signature is added by those who have one
 * errors      those of keyhelper; FIDOTOOL_ERROR_INVALID for signers that
 *             cannot be read
 */
FidotoolJson *fidotool_signing_sign(const FidotoolClientJobs *how,
                                    const RecoveryView *view,
                                    const FidotoolJson *proposal,
                                    FidotoolJson **ret_device, GError **error);

/*
 * Which of the signers, rows {"cred","key"} with base64 as in a proposal or in
 * the answer to the query "signers", does the key hold? Proved by signatures
 * over random bytes without touch or PIN; the row's public key is what counts.
 *
 * rp_id    that of the signers
 * returns  the row's index; -1 and error set
 * errors   FIDOTOOL_ERROR_NOT_FOUND where no row is the key's (a look-alike
 *          that knows an id alone is nobody's); those of keyhelper;
 *          FIDOTOOL_ERROR_USAGE for no rows or more than
 *          FIDOTOOL_SIGNING_FIND_MAX
 */
int fidotool_signing_find(const FidotoolClientJobs *how,
                          const FidotoolJson *signers, const char *rp_id,
                          GError **error);
