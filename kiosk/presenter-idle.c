/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-idle.c */
#include "kiosk/presenter-idle.h"

KioskIdleState
kiosk_presenter_idle_state(const KioskIdle *idle, int64_t now_ms,
                           int *ret_left_s)
{
  int64_t away_ms = now_ms - idle->since_ms;
  int64_t left_ms = (idle->idle_s + idle->warn_s) * INT64_C(1000) - away_ms;
  int left_s = (int)((left_ms + 999) / 1000);

  *ret_left_s = 0;
  if (away_ms < idle->idle_s * INT64_C(1000))
    return KIOSK_IDLE_NO;
  if (left_ms <= 0)
    return KIOSK_IDLE_END;
  /* Each step is spoken: not each second. */
  *ret_left_s = left_s > 5 ? (left_s + 4) / 5 * 5 : left_s;
  return KIOSK_IDLE_WARN;
}
