/* SPDX-License-Identifier: Apache-2.0 */
/* touch.c - the finger: whether and when somebody touches the key. */
#include "tests/softkey/touch.h"

#include <glib.h>

/* CTAP 2.1 leaves 10 to 30 seconds to the key. */
#define PATIENCE_MS 30000

SoftkeyStatus
softkey_touch_look(SoftkeyTouch *touch, int64_t since_ms, int64_t now_ms)
{
  if (touch->is_now) {
    touch->is_now = false;
    return SOFTKEY_STATUS_OK;
  }
  if (touch->mode == SOFTKEY_TOUCH_DECLINE)
    return SOFTKEY_STATUS_OPERATION_DENIED;
  if (touch->mode == SOFTKEY_TOUCH_AFTER && touch->after_ms <= PATIENCE_MS &&
      now_ms - since_ms >= touch->after_ms)
    return SOFTKEY_STATUS_OK;
  if (now_ms - since_ms >= PATIENCE_MS)
    return SOFTKEY_STATUS_USER_ACTION_TIMEOUT;
  return SOFTKEY_STATUS_WAITING;
}

int64_t
softkey_touch_due(const SoftkeyTouch *touch, int64_t since_ms)
{
  if (touch->mode == SOFTKEY_TOUCH_AFTER)
    return since_ms + MIN(touch->after_ms, PATIENCE_MS);
  return since_ms + PATIENCE_MS;
}
