/* SPDX-License-Identifier: Apache-2.0 */
/* limit.c - a token bucket, counted in thousandths of a call. */
#include "recovery/service/limit.h"

RecoveryLimit
recovery_limit_new(int64_t burst, int64_t per_s, int64_t now_ms)
{
  return (RecoveryLimit){burst, per_s, burst * 1000, now_ms};
}

bool
recovery_limit_take(RecoveryLimit *limit, int64_t now_ms)
{
  int64_t full = limit->burst * 1000;
  int64_t passed = now_ms > limit->at_ms ? now_ms - limit->at_ms : 0;

  /* Longer than it takes to fill is as good as full, and cannot overflow. */
  if (passed > full / limit->per_s)
    limit->tokens = full;
  else
    limit->tokens += passed * limit->per_s;
  if (limit->tokens > full)
    limit->tokens = full;
  limit->at_ms = now_ms;
  if (limit->tokens < 1000)
    return false;
  limit->tokens -= 1000;
  return true;
}
