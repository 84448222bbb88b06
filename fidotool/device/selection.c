/* SPDX-License-Identifier: Apache-2.0 */
/* selection.c - authenticatorSelection to keys of CTAP 2.1 (section 6.9), to
 * those before it a makeCredential that comes to nothing, and to those with U2F
 * alone a registration that does, again and again. */
#include "fidotool/device/selection.h"

#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap.h"
#include "fidotool/device/u2f.h"
#include "fidotool/device/u2f-reply.h"
#include "fidotool/error.h"

/* One look at all keys. */
#define SLICE_MS 50
/* Between two questions to a key with U2F, which does not wait by itself. */
#define AGAIN_MS 100
/* For the answers to a cancel. */
#define CANCEL_MS 1000

#define MAKE_CREDENTIAL 0x01

/* Where each key stands. */
typedef struct {
  FidotoolKey *const *keys;
  size_t n;
  bool waits[FIDOTOOL_SELECTION_MAX];
  bool plain[FIDOTOOL_SELECTION_MAX]; /* was asked by makeCredential */
  /* U2F: when it is asked next, 0 while an answer is due. */
  gint64 again_at[FIDOTOOL_SELECTION_MAX];
  GError *last; /* of the key that dropped out last */
} Selection;

static void
clear_selection(Selection *selection)
{
  g_clear_error(&selection->last);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Selection, clear_selection)

/* Step 1 of section 6.1.2: an empty pinUvAuthParam asks for a touch, and then
 * fails. A key without a PIN at all makes a credential that nobody keeps. */
static void
write_make(GByteArray *out, bool with_pin)
{
  static const uint8_t hash[32];

  fidotool_cbor_write_map(out, with_pin ? 6 : 4);
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_bytes(out, hash, sizeof(hash));
  fidotool_cbor_write_int(out, 2);
  fidotool_cbor_write_map(out, 1);
  fidotool_cbor_write_text(out, "id");
  fidotool_cbor_write_text(out, "keyturn:select");
  fidotool_cbor_write_int(out, 3);
  fidotool_cbor_write_map(out, 2);
  fidotool_cbor_write_text(out, "id");
  fidotool_cbor_write_bytes(out, ".", 1);
  fidotool_cbor_write_text(out, "name");
  fidotool_cbor_write_text(out, "choose this key");
  fidotool_cbor_write_int(out, 4);
  fidotool_cbor_write_array(out, 1);
  fidotool_cbor_write_map(out, 2);
  fidotool_cbor_write_text(out, "alg");
  fidotool_cbor_write_int(out, -7);
  fidotool_cbor_write_text(out, "type");
  fidotool_cbor_write_text(out, "public-key");
  if (!with_pin)
    return;
  fidotool_cbor_write_int(out, 8);
  fidotool_cbor_write_bytes(out, "", 0);
  fidotool_cbor_write_int(out, 9);
  fidotool_cbor_write_int(out, 1);
}

/* Keys of CTAP 2.1 have the command; some that call themselves 2.0 too, but
 * who does not say so is not asked. */
static bool
has_selection(const FidotoolInfo *info)
{
  const FidotoolJson *list = fidotool_json_get(info->json, "versions");

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *version = fidotool_json_text(fidotool_json_at(list, i));

    if (version && g_str_has_prefix(version, "FIDO_2_") &&
        !g_str_has_prefix(version, "FIDO_2_0") &&
        !g_str_has_suffix(version, "_PRE"))
      return true;
  }
  return false;
}

static bool
ask_u2f(FidotoolKey *key, GError **error)
{
  g_autoptr(GBytes) message = fidotool_u2f_dummy();

  return fidotool_key_begin(key, g_bytes_get_data(message, NULL),
                            g_bytes_get_size(message), error);
}

static bool
ask(FidotoolKey *key, bool *ret_plain, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  g_autoptr(GByteArray) message = g_byte_array_new();
  uint8_t command = FIDOTOOL_CTAP_SELECTION;

  *ret_plain = !has_selection(info);
  if (fidotool_key_is_u2f(key))
    return ask_u2f(key, error);
  if (*ret_plain)
    command = MAKE_CREDENTIAL;
  fidotool_cbor_write_raw(message, &command, 1);
  if (*ret_plain)
    write_make(message, fidotool_info_option(info, "clientPin") >= 0);
  return fidotool_key_begin(key, message->data, message->len, error);
}

/* Does this status tell of a touch? */
static bool
is_touched(uint8_t status, bool plain)
{
  switch (status) {
  case 0x00:
    return true;
  case 0x31: /* PIN_INVALID */
  case 0x33: /* PIN_AUTH_INVALID */
  case 0x35: /* PIN_NOT_SET */
    return plain;
  }
  return false;
}

static void
drop(Selection *selection, size_t i, GError *error)
{
  selection->waits[i] = false;
  g_clear_error(&selection->last);
  selection->last = error;
}

/* The answer to a registration with U2F; true when it was touched. */
static bool
take_u2f(Selection *selection, size_t i, GBytes *reply)
{
  GError *error = NULL;
  unsigned word = 0;

  if (!fidotool_u2f_reply_word(reply, &word))
    (void)fidotool_ctap_refuse("wait for a touch", &error);
  else if (word == FIDOTOOL_U2F_REPLY_DONE) {
    selection->waits[i] = false;
    return true;
  } else if (word == FIDOTOOL_U2F_REPLY_NO_TOUCH) {
    selection->again_at[i] = g_get_monotonic_time() + AGAIN_MS * (gint64)1000;
    return false;
  } else
    g_set_error(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "wait for a touch: the key answered with %04x", word);
  drop(selection, i, error);
  return false;
}

/* True when the key is to be listened to: not where it is asked again later. */
static bool
is_asked(Selection *selection, size_t i, int wait_ms)
{
  GError *error = NULL;

  if (selection->again_at[i] == 0)
    return true;
  if (g_get_monotonic_time() < selection->again_at[i]) {
    g_usleep((gulong)wait_ms * 1000);
    return false;
  }
  selection->again_at[i] = 0;
  if (ask_u2f(selection->keys[i], &error))
    return true;
  drop(selection, i, error);
  return false;
}

/* One look at one key; true when it was touched. */
static bool
look(Selection *selection, size_t i, int wait_ms)
{
  FidotoolKey *key = selection->keys[i];
  g_autoptr(GBytes) reply = NULL;
  GError *error = NULL;
  uint8_t status;
  int r;

  if (!is_asked(selection, i, wait_ms))
    return false;
  r = fidotool_key_poll(key, wait_ms, &reply, &error);
  if (r == 0)
    return false;
  if (r > 0 && fidotool_key_is_u2f(key))
    return take_u2f(selection, i, reply);
  if (r > 0 && g_bytes_get_size(reply) > 0) {
    status = *(const uint8_t *)g_bytes_get_data(reply, NULL);
    if (is_touched(status, selection->plain[i])) {
      selection->waits[i] = false;
      return true;
    }
    (void)fidotool_key_check(key, status, "wait for a touch", &error);
  } else if (r > 0)
    (void)fidotool_ctap_refuse("wait for a touch", &error);
  drop(selection, i, error);
  return false;
}

static size_t
count_waiting(const Selection *selection)
{
  size_t n = 0;

  for (size_t i = 0; i < selection->n; i++)
    n += selection->waits[i];
  return n;
}

/* Tells all that still wait to stop, and lets them say so. */
static void
stop(Selection *selection)
{
  gint64 end = g_get_monotonic_time() + CANCEL_MS * (gint64)1000;

  for (size_t i = 0; i < selection->n; i++) {
    if (!selection->waits[i])
      continue;
    /* U2F knows no cancel, and none is needed: it is not asked again. */
    if (fidotool_key_is_u2f(selection->keys[i]) ||
        !fidotool_key_cancel(selection->keys[i], NULL))
      selection->waits[i] = false;
  }
  while (count_waiting(selection) > 0 && g_get_monotonic_time() < end)
    for (size_t i = 0; i < selection->n; i++)
      if (selection->waits[i])
        (void)look(selection, i, SLICE_MS); /* whatever it says now */
}

static int
wait_for_touch(Selection *selection, int timeout_ms,
               bool (*cancelled)(gpointer data), gpointer data, GError **error)
{
  gint64 end = g_get_monotonic_time() + timeout_ms * (gint64)1000;

  while (count_waiting(selection) > 0) {
    int wait_ms = MAX(1, SLICE_MS / (int)count_waiting(selection));

    for (size_t i = 0; i < selection->n; i++)
      if (selection->waits[i] && look(selection, i, wait_ms))
        return (int)i;
    if (cancelled(data)) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED, "cancelled");
      return -1;
    }
    if (g_get_monotonic_time() >= end) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_TIMEOUT,
                  "not touched in time");
      return -1;
    }
  }
  g_propagate_error(error, g_steal_pointer(&selection->last));
  return -1;
}

int
fidotool_selection_wait(FidotoolKey *const *keys, size_t n, int timeout_ms,
                        bool (*cancelled)(gpointer data), gpointer data,
                        GError **error)
{
  g_auto(Selection) selection = {
      .keys = keys,
      .n = MIN(n, FIDOTOOL_SELECTION_MAX),
      .last = g_error_new_literal(FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE,
                                  "no key can be asked")};
  int touched;

  for (size_t i = 0; i < selection.n; i++) {
    GError *local = NULL;

    if (!keys[i])
      continue;
    selection.waits[i] = ask(keys[i], &selection.plain[i], &local);
    if (!selection.waits[i])
      drop(&selection, i, local);
  }
  touched = wait_for_touch(&selection, timeout_ms, cancelled, data, error);
  stop(&selection);
  return touched;
}
