/* SPDX-License-Identifier: Apache-2.0 */
/* routine-check.h - some of the cases that have all approvals go to a security
 * officer first, drawn when the last one is given. */
#pragma once

#include "recovery/trial.h"

/* True pct times out of a hundred, by randomness of this very moment: 0 is
 * never, 100 always. */
bool recovery_routine_check_is_drawn(int64_t pct);
/* Where the case on trial goes from its last approval: by the stricter of the
 * policy at its freeze and the one in force; what was flagged is never let by.
 */
RecoveryState recovery_routine_check_next(const RecoveryTrial *trial);

/* A case in the routine check, a day after it came there. */
bool recovery_routine_check_is_late(const RecoveryCase *of, int64_t now_ms);
/* Its life of seven days is over, and the officers had a day of them. */
bool recovery_routine_check_is_over(const RecoveryCase *of, int64_t now_ms);

/* All officers are told that the case on trial waits for one of them. */
bool recovery_routine_check_tell(RecoveryTrial *trial, GError **error);
/* They are told again, a day after the last time. Returns true in ret_more
 * where somebody was. */
bool recovery_routine_check_settle(RecoveryTrial *trial, bool *ret_more,
                                   GError **error);
