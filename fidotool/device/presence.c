/* SPDX-License-Identifier: Apache-2.0 */
/* presence.c - taps around the operations that need one. */
#include "fidotool/device/presence.h"

#include <string.h>

#include "fidotool/device/ctaphid.h"
#include "fidotool/device/u2f.h"
#include "fidotool/error.h"

#define GET_INFO 0x04
/* What keys say when they saw nobody (CTAP 2.1, section 8.2). */
#define OPERATION_DENIED 0x27
#define USER_ACTION_TIMEOUT 0x2f
#define ACTION_TIMEOUT 0x3a
#define UP_REQUIRED 0x3b

static bool
set_other(GError **error)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_TRUSTED,
              "another key was put on the reader");
  return false;
}

/* Model and firmware of the key that is there now. The rest of its description
 * may change from one power-up to the next. */
static bool
check_same(FidotoolKey *key, GError **error)
{
  static const uint8_t message[] = {GET_INFO};
  FidotoolTransport *carrier = fidotool_key_carrier(key);
  const FidotoolInfo *before = fidotool_key_info(key);
  g_autoptr(GBytes) reply = NULL;
  g_autoptr(GBytes) raw = NULL;
  g_autoptr(FidotoolInfo) now = NULL;
  const uint8_t *data;
  size_t len;

  if (fidotool_key_is_u2f(key)) /* which has no model to tell */
    return fidotool_u2f_check_version(key, error);
  if (!carrier->ops->send(carrier, FIDOTOOL_CTAPHID_CBOR, message,
                          sizeof(message), error))
    return false;
  reply = carrier->ops->receive(carrier, FIDOTOOL_CTAPHID_CBOR,
                                FIDOTOOL_KEY_QUICK_MS, error);
  if (!reply)
    return false;
  data = g_bytes_get_data(reply, &len);
  if (len < 2 || data[0] != 0)
    return set_other(error);
  raw = g_bytes_new_from_bytes(reply, 1, len - 1);
  now = fidotool_info_read(raw, NULL);
  return (now &&
          memcmp(now->aaguid, before->aaguid, sizeof(now->aaguid)) == 0 &&
          now->firmware == before->firmware) ||
         set_other(error);
}

static bool
refresh(FidotoolKey *key, const FidotoolPresence *what, bool always,
        bool *ret_tapped, GError **error)
{
  FidotoolTransport *carrier = fidotool_key_carrier(key);

  if (!carrier->ops->refresh(carrier, always, what->timeout_ms, ret_tapped,
                             error))
    return false;
  if (!*ret_tapped)
    return true;
  return check_same(key, error) &&
         (!what->prove || what->prove(what->data, error));
}

static bool
saw_nobody(const FidotoolKey *key)
{
  switch (fidotool_key_status(key)) {
  case OPERATION_DENIED:
  case USER_ACTION_TIMEOUT:
  case ACTION_TIMEOUT:
  case UP_REQUIRED:
    return true;
  }
  return false;
}

bool
fidotool_presence_run(FidotoolKey *key, const FidotoolPresence *what,
                      GError **error)
{
  FidotoolTransport *carrier = fidotool_key_carrier(key);
  g_autoptr(GError) local = NULL;
  bool tapped = false;
  bool ok;

  if (!carrier->ops->refresh)
    return what->run(what->data, error);
  if (!refresh(key, what, false, &tapped, error))
    return false;
  ok = what->run(what->data, &local);
  if (!ok && !tapped &&
      g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_TIMEOUT) &&
      saw_nobody(key)) {
    g_clear_error(&local);
    if (!refresh(key, what, true, &tapped, error))
      return false;
    ok = what->run(what->data, &local);
  }
  if (!ok) {
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
  }
  carrier->ops->spend(carrier);
  return true;
}
