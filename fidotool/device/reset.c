/* SPDX-License-Identifier: Apache-2.0 */
/* reset.c - authenticatorReset, and whether a key is the one from before. */
#include "fidotool/device/reset.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/ctap.h"
#include "fidotool/device/fingerprint.h"
#include "fidotool/error.h"

#define WHAT "reset the key"

/* One look at the key. */
#define SLICE_MS 50
/* For the answer to a cancel. */
#define CANCEL_MS 1000

#define STATUS_NOT_ALLOWED 0x30
#define STATUS_PIN_AUTH_BLOCKED 0x34

/* Members of getInfo that change while a key is the same one: counts, and what
 * is encrypted afresh each time (CTAP 2.2 and 2.3, section 6.4). */
static const char *const volatile_members[] = {
    "remaining_discoverable_credentials",
    "uv_count_since_last_pin_entry",
    "enc_identifier",
    "enc_cred_store_state",
};

char *
fidotool_reset_identity(const FidotoolInfo *info, const char *name)
{
  g_autoptr(FidotoolJson) json = fidotool_json_copy(info->json);
  g_autoptr(FidotoolJson) all = fidotool_json_new_array();
  g_autofree char *text = NULL;
  uint8_t hash[FIDOTOOL_BYTES_SHA256];
  size_t len;

  for (size_t i = 0; i < G_N_ELEMENTS(volatile_members); i++)
    if (fidotool_json_get(json, volatile_members[i]))
      fidotool_json_remove(json, volatile_members[i]);
  fidotool_json_append(all, g_steal_pointer(&json));
  fidotool_json_append_text(all, name);
  text = fidotool_json_write(all, &len);
  fidotool_bytes_sha256(text, len, hash);
  return fidotool_bytes_hex(hash, sizeof(hash));
}

bool
fidotool_reset_takes_usb(const FidotoolInfo *info)
{
  const FidotoolJson *list =
      fidotool_json_get(info->json, "transports_for_reset");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (g_strcmp0(fidotool_json_text(fidotool_json_at(list, i)), "usb") == 0)
      return true;
  return fidotool_json_size(list) == 0;
}

bool
fidotool_reset_wants_long_touch(const FidotoolInfo *info)
{
  return fidotool_json_get_bool(info->json, "long_touch_for_reset", false);
}

static int64_t
read_room(const FidotoolInfo *info)
{
  return fidotool_json_get_int(info->json, "remaining_discoverable_credentials",
                               -1);
}

const char *
fidotool_reset_doubt(const FidotoolInfo *before, const FidotoolInfo *after,
                     bool held)
{
  if (fidotool_info_option(after, "clientPin") == 1)
    return "it still has a PIN";
  if (fidotool_fingerprint_state(after) == 1)
    return "it still knows fingerprints";
  if (read_room(before) < 0 || read_room(after) < 0)
    return NULL;
  if (read_room(after) < read_room(before) ||
      (held && read_room(after) == read_room(before)))
    return "it still holds passkeys";
  return NULL;
}

/* The end of it: a status, or no more than that. */
static bool
read_reply(FidotoolKey *key, GBytes *reply, GError **error)
{
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  if (len == 0)
    return fidotool_ctap_refuse(WHAT, error);
  if (data[0] == STATUS_NOT_ALLOWED || data[0] == STATUS_PIN_AUTH_BLOCKED) {
    (void)fidotool_key_check(key, data[0], WHAT, NULL); /* for its status */
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_RESET_WINDOW,
                WHAT ": it was plugged in too long ago, and nothing was done");
    return false;
  }
  return fidotool_key_check(key, data[0], WHAT, error);
}

/* 1 the reply is there, 0 not in time, -1 and error; go_on may be NULL. */
static int
wait_for_reply(FidotoolKey *key, int timeout_ms, const FidotoolResetWait *wait,
               GBytes **ret_reply, GError **error)
{
  gint64 end = g_get_monotonic_time() + timeout_ms * (gint64)1000;
  int r = 0;

  while (r == 0 && g_get_monotonic_time() < end &&
         (!wait || wait->go_on(wait->data)))
    r = fidotool_key_poll(key, SLICE_MS, ret_reply, error);
  return r;
}

/* Has the key stop. A touch in the last moment counts: what the key answers
 * now is what happened. */
static bool
stop(FidotoolKey *key, bool late, GError **error)
{
  g_autoptr(GBytes) reply = NULL;
  g_autoptr(GError) local = NULL;

  if (fidotool_key_cancel(key, &local) &&
      wait_for_reply(key, CANCEL_MS, NULL, &reply, &local) > 0 &&
      read_reply(key, reply, &local))
    return true;
  if (g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED))
    g_set_error(error, FIDOTOOL_ERROR,
                late ? FIDOTOOL_ERROR_TIMEOUT : FIDOTOOL_ERROR_CANCELLED,
                late ? "not touched in time, and nothing was done"
                     : "cancelled, and nothing was done");
  else if (local)
    g_propagate_error(error, g_steal_pointer(&local));
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_LOST,
                WHAT ": it does not say whether it was done");
  return false;
}

bool
fidotool_reset_run(FidotoolKey *key, const FidotoolResetWait *wait,
                   GError **error)
{
  static const uint8_t message = FIDOTOOL_CTAP_RESET;
  gint64 end = g_get_monotonic_time() + wait->timeout_ms * (gint64)1000;
  g_autoptr(GBytes) reply = NULL;
  int r;

  if (!fidotool_key_begin(key, &message, 1, error))
    return false;
  r = wait_for_reply(key, wait->timeout_ms, wait, &reply, error);
  if (r < 0) {
    g_prefix_error(error, WHAT ": whether it was done is not known: ");
    return false;
  }
  if (r == 0)
    return stop(key, g_get_monotonic_time() >= end, error);
  return read_reply(key, reply, error);
}
