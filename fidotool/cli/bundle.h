/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.h - a bundle that was checked before anything is read out of it. */
#pragma once

#include "fidotool/json.h"
#include "recovery/audit/bag.h"
#include "recovery/audit/verdict.h"

/*
 * Reads a bundle and checks it, with the folder of trust where there is one.
 * What was tampered with is no evidence of anything.
 * ret_verdict  of what is not tampered with; may be NULL
 * errors       FIDOTOOL_ERROR_INVALID, RECOVERY_ERROR_FAILED
 */
RecoveryBag *fidotool_bundle_open(const char *path, const char *trust,
                                  RecoveryVerdict **ret_verdict,
                                  GError **error);
/* Each entry in order, until one answers false. */
void fidotool_bundle_each(const RecoveryBag *bag,
                          bool (*see)(const FidotoolJson *entry, void *data),
                          void *data);
/* A statement, read; a file of data/. NULL: not there. */
FidotoolJson *fidotool_bundle_statement(const RecoveryBag *bag,
                                        const char *digest);
GBytes *fidotool_bundle_file(const RecoveryBag *bag, const char *folder,
                             const char *digest, const char *suffix);
