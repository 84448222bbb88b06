/* SPDX-License-Identifier: Apache-2.0 */
/* limit.h - how often a client may call: a bucket that fills again with time.
 * No clock: the time is handed in. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int64_t burst;  /* calls that may come at once */
  int64_t per_s;  /* calls a second that may go on for ever */
  int64_t tokens; /* thousandths of a call left */
  int64_t at_ms;  /* when they were counted */
} RecoveryLimit;

/* A full bucket. */
RecoveryLimit recovery_limit_new(int64_t burst, int64_t per_s, int64_t now_ms);
/* Takes one call; false when there is none left. */
bool recovery_limit_take(RecoveryLimit *limit, int64_t now_ms);
