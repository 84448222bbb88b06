/* SPDX-License-Identifier: Apache-2.0 */
/* finger.c - samples as they were ordered, and the tries that they cost. */
#include "tests/softkey/finger.h"

#include "tests/softkey/core-private.h"

SoftkeyFinger
softkey_finger_next(SoftkeyCore *core)
{
  if (g_queue_is_empty(&core->fingers))
    return SOFTKEY_FINGER_GOOD;
  return (SoftkeyFinger)GPOINTER_TO_INT(g_queue_pop_head(&core->fingers));
}

bool
softkey_finger_is_enrolled(const SoftkeyCore *core)
{
  return core->store->fingerprints->len > 0;
}

SoftkeyStatus
softkey_finger_check_ready(const SoftkeyCore *core)
{
  if (!softkey_finger_is_enrolled(core))
    return SOFTKEY_STATUS_NOT_ALLOWED;
  return core->store->uv_retries > 0 ? SOFTKEY_STATUS_OK
                                     : SOFTKEY_STATUS_UV_BLOCKED;
}

SoftkeyStatus
softkey_finger_put_retries(SoftkeyCore *core, GByteArray *reply)
{
  softkey_cbor_put_map(reply, 1);
  softkey_cbor_put_integer(reply, 5);
  softkey_cbor_put_integer(reply, core->store->uv_retries);
  return SOFTKEY_STATUS_OK;
}

SoftkeyStatus
softkey_finger_verify(SoftkeyCore *core)
{
  bool good = softkey_finger_next(core) == SOFTKEY_FINGER_GOOD;
  SoftkeyStatus status;

  if (good)
    core->store->uv_retries = SOFTKEY_STORE_UV_RETRIES;
  else if (core->store->uv_retries > 0)
    core->store->uv_retries--;
  status = softkey_core_save(core);
  if (status != SOFTKEY_STATUS_OK || good)
    return status;
  return core->store->uv_retries > 0 ? SOFTKEY_STATUS_UV_INVALID
                                     : SOFTKEY_STATUS_UV_BLOCKED;
}
