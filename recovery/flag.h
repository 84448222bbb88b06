/* SPDX-License-Identifier: Apache-2.0 */
/* flag.h - the silent flag: a private note of a staff step that says something.
 * It has no act and no entry, and shows to security officers alone. */
#pragma once

#include "recovery/trial.h"

/* A note of the case on trial says something, or cannot be read any more. Every
 * note is opened, whatever it says. */
bool recovery_flag_is_raised(const RecoveryTrial *trial,
                             const RecoveryCase *of);
/* For who may pass a routine check, where it is raised: "flagged", and with
 * notes each of them, {"actor","act","t","note"}. */
void recovery_flag_show(const RecoveryTrial *trial, const RecoveryCase *of,
                        bool notes, FidotoolJson *row);
