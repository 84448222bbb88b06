/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the one place of the governed part that reads a clock. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "recovery/record.h"

typedef struct {
  char boot[37]; /* id of this boot */
} RecoveryClock;

/* Reads the id of this boot. errors RECOVERY_ERROR_FAILED */
bool recovery_clock_init(RecoveryClock *clock, GError **error);
/* Wall clock in milliseconds UTC; time since boot, sleep counted, so that a
 * wait goes on while the machine sleeps. boot belongs to the clock. */
RecoveryMoment recovery_clock_now(const RecoveryClock *clock);
