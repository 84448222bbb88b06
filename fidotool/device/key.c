/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - the seam below libfido2: whole messages go through our framing, and
 * nothing is rewritten on the way. */
#include "fidotool/device/key.h"

#include <fido.h>
#include <string.h>

#include "fidotool/device/ctaphid.h"
#include "fidotool/device/u2f.h"
#include "fidotool/error.h"

#define GET_INFO 0x04
/* Where the key's own words begin in the answer to INIT. */
#define GREETING (FIDOTOOL_CTAPHID_NONCE + 4)

/* For its first answer: a key that is new may take ten seconds to begin, and
 * says all the while that it is at it. One that says nothing is given up much
 * earlier, by the transport. */
#define OPEN_MS 30000

/* Capabilities (CTAP 2.1, section 11.2.9.1.3). */
#define CAPABILITY_WINK 0x01
#define CAPABILITY_CBOR 0x04
#define CAPABILITY_NO_MSG 0x08

struct FidotoolKey {
  fido_dev_t *dev;
  FidotoolTransport *carrier;
  GBytes *raw_info;
  FidotoolInfo *info;
  GError *transport; /* why the last message failed, as our framing knows it */
  bool asked_info;   /* the reply to come is getInfo's */
  bool was_asked;    /* INIT was answered */
  FidotoolKeyGreeting greeting;
  bool is_u2f;
  bool is_open; /* and not only described */
  int status;
};

/* The key that fido_dev_open() is about to open: its open callback is given a
 * path alone. */
static _Thread_local FidotoolKey *opening;

static void *
open_io(const char *path)
{
  (void)path;
  return opening;
}

static void
close_io(void *handle)
{
  (void)handle; /* the key closes its transport itself */
}

/* Reports never pass here, but libfido2 insists on the two. */
static int
read_io(void *handle, unsigned char *data, size_t len, int timeout_ms)
{
  (void)handle;
  (void)data;
  (void)len;
  (void)timeout_ms;
  return -1;
}

static int
write_io(void *handle, const unsigned char *data, size_t len)
{
  (void)handle;
  (void)data;
  (void)len;
  return -1;
}

static int
send_message(fido_dev_t *dev, uint8_t command, const unsigned char *data,
             size_t len)
{
  FidotoolKey *key = fido_dev_io_handle(dev);
  bool ok;

  if (!key) /* not open, and asked all the same */
    return -1;
  g_clear_error(&key->transport);
  if (command == FIDOTOOL_CTAPHID_INIT)
    ok = len == FIDOTOOL_CTAPHID_NONCE &&
         key->carrier->ops->ask(key->carrier, data, &key->transport);
  else if (command == FIDOTOOL_CTAPHID_CANCEL)
    ok = key->carrier->ops->cancel(key->carrier, &key->transport);
  else
    ok = key->carrier->ops->send(key->carrier, command, data, len,
                                 &key->transport);
  key->asked_info =
      command == FIDOTOOL_CTAPHID_CBOR && len == 1 && data[0] == GET_INFO;
  return ok ? 0 : -1;
}

/* The five bytes behind nonce and channel. */
static FidotoolKeyGreeting
read_greeting(const uint8_t bytes[5])
{
  return (FidotoolKeyGreeting){.protocol = bytes[0],
                               .version = {bytes[1], bytes[2], bytes[3]},
                               .wink = (bytes[4] & CAPABILITY_WINK) != 0,
                               .cbor = (bytes[4] & CAPABILITY_CBOR) != 0,
                               .msg = (bytes[4] & CAPABILITY_NO_MSG) == 0};
}

static int
receive_init(FidotoolKey *key, unsigned char *data, size_t len, int timeout_ms)
{
  if (len < FIDOTOOL_CTAPHID_INIT_REPLY ||
      !key->carrier->ops->answer(key->carrier, timeout_ms, data,
                                 &key->transport))
    return -1;
  key->was_asked = true;
  key->greeting = read_greeting(data + GREETING);
  return FIDOTOOL_CTAPHID_INIT_REPLY;
}

static int
receive_message(fido_dev_t *dev, uint8_t command, unsigned char *data,
                size_t len, int timeout_ms)
{
  FidotoolKey *key = fido_dev_io_handle(dev);
  g_autoptr(GBytes) reply = NULL;
  size_t n;

  if (!key)
    return -1;
  if (command == FIDOTOOL_CTAPHID_INIT)
    return receive_init(key, data, len, timeout_ms);
  reply = key->carrier->ops->receive(key->carrier, command, timeout_ms,
                                     &key->transport);
  if (!reply)
    return -1;
  n = g_bytes_get_size(reply);
  if (n > len) {
    g_set_error(&key->transport, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "the key's answer is longer than the key library takes");
    return -1;
  }
  if (n > 0)
    memcpy(data, g_bytes_get_data(reply, NULL), n);
  if (key->asked_info && n > 1 && data[0] == FIDO_OK && !key->raw_info)
    key->raw_info = g_bytes_new_from_bytes(reply, 1, n - 1);
  return (int)n;
}

static const fido_dev_io_t io = {open_io, close_io, read_io, write_io};
static const fido_dev_transport_t transport = {receive_message, send_message};

bool
fidotool_key_check(FidotoolKey *key, int status, const char *what,
                   GError **error)
{
  if (status == FIDO_OK)
    return true;
  key->status = status;
  if (key->transport) {
    g_propagate_prefixed_error(error, g_steal_pointer(&key->transport),
                               "%s: ", what);
    return false;
  }
  return fidotool_error_from_fido(status, what, error);
}

/* Why the library would not open it, where we can tell. */
static bool
explain_open(FidotoolKey *key, int status, GError **error)
{
  g_autoptr(FidotoolInfo) info = NULL;

  if (key->transport || !key->raw_info)
    return fidotool_key_check(key, status, "open the key", error);
  info = fidotool_info_read(key->raw_info, error);
  if (!info)
    return false;
  if (info->canonical)
    return fidotool_key_check(key, status, "open the key", error);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "the key's description of itself is not canonical CBOR");
  return false;
}

static bool
open_dev(FidotoolKey *key, GError **error)
{
  int r;

  /* Per thread; without it a key that fails becomes U2F without a word. */
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  key->dev = fido_dev_new();
  if (!key->dev)
    return fidotool_error_from_fido(FIDO_ERR_INTERNAL, "open the key", error);
  r = fido_dev_set_io_functions(key->dev, &io);
  if (r == FIDO_OK)
    r = fido_dev_set_transport_functions(key->dev, &transport);
  if (r == FIDO_OK)
    r = fido_dev_set_timeout(key->dev, OPEN_MS);
  if (r == FIDO_OK) {
    opening = key;
    r = fido_dev_open(key->dev, "keyturn");
    opening = NULL;
  }
  if (r != FIDO_OK)
    return explain_open(key, r, error);
  if (fido_dev_is_fido2(key->dev) && key->raw_info)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
              "this key knows U2F alone, not FIDO2");
  return false;
}

/* Whether it may be asked for its U2F: it said that it has nothing else, by
 * its capabilities, or, on a card, by refusing the class of CTAP2. A key that
 * only fails is not taken for an older one. */
static bool
may_be_u2f(const FidotoolKey *key, const GError *why)
{
  if (!key->was_asked || key->raw_info)
    return false;
  if (!key->greeting.cbor)
    return key->greeting.msg;
  return key->carrier->ops->refresh &&
         g_error_matches(why, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED);
}

/* Takes why it could not be opened. */
static bool
open_u2f(FidotoolKey *key, GError *why, GError **error)
{
  if (!may_be_u2f(key, why)) {
    g_propagate_error(error, why);
    return false;
  }
  g_error_free(why);
  key->is_u2f = true;
  if (!fidotool_u2f_check_version(key, error))
    return false;
  key->info = fidotool_info_new_u2f();
  return true;
}

static bool
open_key(FidotoolKey *key, GError **error)
{
  GError *why = NULL;

  if (!open_dev(key, &why))
    return open_u2f(key, why, error);
  key->info = fidotool_info_read(key->raw_info, error);
  return key->info != NULL;
}

FidotoolKey *
fidotool_key_open(FidotoolTransport *carrier, GError **error)
{
  g_autoptr(FidotoolKey) key = g_new0(FidotoolKey, 1);

  key->carrier = carrier;
  key->is_open = open_key(key, error);
  return key->is_open ? g_steal_pointer(&key) : NULL;
}

FidotoolKey *
fidotool_key_look(FidotoolTransport *carrier, GError **error)
{
  g_autoptr(FidotoolKey) key = g_new0(FidotoolKey, 1);
  GError *why = NULL;

  key->carrier = carrier;
  key->is_open = open_key(key, &why);
  if (!key->is_open && key->raw_info && !key->info)
    key->info = fidotool_info_read(key->raw_info, NULL);
  if (key->is_open || (key->info && !key->info->canonical)) {
    g_clear_error(&why);
    return g_steal_pointer(&key);
  }
  g_propagate_error(error, why);
  return NULL;
}

bool
fidotool_key_is_open(const FidotoolKey *key)
{
  return key->is_open;
}

void
fidotool_key_free(FidotoolKey *key)
{
  if (!key)
    return;
  if (key->dev) {
    (void)fido_dev_close(key->dev); /* -9 when it was never open */
    fido_dev_free(&key->dev);
  }
  fidotool_transport_free(key->carrier);
  g_clear_pointer(&key->raw_info, g_bytes_unref);
  g_clear_pointer(&key->info, fidotool_info_free);
  g_clear_error(&key->transport);
  g_free(key);
}

bool
fidotool_key_is_u2f(const FidotoolKey *key)
{
  return key->is_u2f;
}

FidotoolKeyGreeting
fidotool_key_greeting(const FidotoolKey *key)
{
  return key->greeting;
}

const FidotoolInfo *
fidotool_key_info(const FidotoolKey *key)
{
  return key->info;
}

GBytes *
fidotool_key_raw_info(const FidotoolKey *key)
{
  return key->raw_info;
}

unsigned
fidotool_key_messages(const FidotoolKey *key)
{
  return key->carrier->ops->messages(key->carrier);
}

int
fidotool_key_status(const FidotoolKey *key)
{
  return key->status;
}

struct fido_dev *
fidotool_key_dev(FidotoolKey *key)
{
  return key->dev;
}

FidotoolTransport *
fidotool_key_carrier(FidotoolKey *key)
{
  return key->carrier;
}

void
fidotool_key_set_timeout(FidotoolKey *key, int timeout_ms)
{
  g_clear_error(&key->transport);
  (void)fido_dev_set_timeout(key->dev, timeout_ms); /* fails below -1 alone */
}

/* What its messages go as. */
static uint8_t
find_command(const FidotoolKey *key)
{
  return key->is_u2f ? FIDOTOOL_CTAPHID_MSG : FIDOTOOL_CTAPHID_CBOR;
}

/* One message beside libfido2, and its reply. */
static GBytes *
exchange(FidotoolKey *key, uint8_t command, const uint8_t *data, size_t len,
         int timeout_ms, GError **error)
{
  g_clear_error(&key->transport);
  if (!key->carrier->ops->send(key->carrier, command, data, len, error))
    return NULL;
  return key->carrier->ops->receive(key->carrier, command, timeout_ms, error);
}

GBytes *
fidotool_key_exchange(FidotoolKey *key, const uint8_t *message, size_t len,
                      int timeout_ms, GError **error)
{
  return exchange(key, find_command(key), message, len, timeout_ms, error);
}

bool
fidotool_key_begin(FidotoolKey *key, const uint8_t *message, size_t len,
                   GError **error)
{
  g_clear_error(&key->transport);
  if (key->carrier->ops->poll)
    return key->carrier->ops->send(key->carrier, find_command(key), message,
                                   len, error);
  /* No fault of its model: it is not known to be the one that is meant. */
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_AMBIGUOUS,
              "a key on a reader cannot be chosen by touch");
  return false;
}

int
fidotool_key_poll(FidotoolKey *key, int wait_ms, GBytes **ret_reply,
                  GError **error)
{
  return key->carrier->ops->poll(key->carrier, find_command(key), wait_ms,
                                 ret_reply, error);
}

bool
fidotool_key_cancel(FidotoolKey *key, GError **error)
{
  return key->carrier->ops->cancel(key->carrier, error);
}

bool
fidotool_key_wink(FidotoolKey *key, GError **error)
{
  g_autoptr(GBytes) reply = NULL;

  if (!key->greeting.wink) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key cannot blink");
    return false;
  }
  reply = exchange(key, FIDOTOOL_CTAPHID_WINK, NULL, 0, FIDOTOOL_KEY_QUICK_MS,
                   error);
  if (!reply)
    g_prefix_error(error, "blink: ");
  return reply != NULL;
}

bool
fidotool_key_refresh(FidotoolKey *key, GError **error)
{
  static const uint8_t message = GET_INFO;
  g_autoptr(GBytes) reply =
      fidotool_key_exchange(key, &message, 1, FIDOTOOL_KEY_QUICK_MS, error);
  g_autoptr(GBytes) raw = NULL;
  FidotoolInfo *info;
  gsize len;
  const uint8_t *data;

  if (!reply)
    return false;
  data = g_bytes_get_data(reply, &len);
  if (len > 0 && data[0] != FIDO_OK)
    return fidotool_key_check(key, data[0], "look at the key again", error);
  raw = g_bytes_new_from_bytes(reply, MIN(len, 1), len - MIN(len, 1));
  info = fidotool_info_read(raw, error);
  if (!info)
    return false;
  fidotool_info_free(key->info);
  key->info = info;
  g_bytes_unref(key->raw_info);
  key->raw_info = g_steal_pointer(&raw);
  return true;
}

const char *
fidotool_key_library_version(void)
{
  return FIDOTOOL_LIBFIDO2_VERSION;
}
