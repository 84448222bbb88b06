/* SPDX-License-Identifier: Apache-2.0 */
/* touch.h - the finger: whether and when somebody touches the key. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tests/softkey/status.h"

typedef enum {
  SOFTKEY_TOUCH_AFTER, /* after_ms from the beginning of each wait */
  SOFTKEY_TOUCH_NEVER,
  SOFTKEY_TOUCH_DECLINE, /* refused at the key */
} SoftkeyTouchMode;

typedef struct {
  SoftkeyTouchMode mode;
  int64_t after_ms;
  bool is_now; /* one touch, for the wait under way or else the next one */
} SoftkeyTouch;

/*
 * What a wait begun at since_ms has come to at now_ms: OK, OPERATION_DENIED,
 * USER_ACTION_TIMEOUT or WAITING. A touch "now" is used up by it.
 */
SoftkeyStatus softkey_touch_look(SoftkeyTouch *touch, int64_t since_ms,
                                 int64_t now_ms);

/* When to look again if nothing happens before. */
int64_t softkey_touch_due(const SoftkeyTouch *touch, int64_t since_ms);
