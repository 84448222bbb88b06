/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-idle.h - nobody there? Ask, then end. Plain C; the time is given. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int idle_s, warn_s; /* of the station */
  int64_t since_ms;   /* of the last sign of life */
} KioskIdle;

typedef enum { KIOSK_IDLE_NO, KIOSK_IDLE_WARN, KIOSK_IDLE_END } KioskIdleState;

/* ret_left_s: with WARN, the seconds that are left, in steps of 5 above 5. */
KioskIdleState kiosk_presenter_idle_state(const KioskIdle *idle,
                                          int64_t now_ms, int *ret_left_s);
