/* SPDX-License-Identifier: Apache-2.0 */
/* ctaphid.c - messages cut into reports and put together again. Every byte
 * that is read here comes from the key and may lie. */
#include "fidotool/device/ctaphid.h"

#include <string.h>

#include "fidotool/error.h"

#define BROADCAST 0xffffffffu
#define FIRST_DATA (FIDOTOOL_REPORT_SIZE - 7)
#define NEXT_DATA (FIDOTOOL_REPORT_SIZE - 5)
/* The bit that tells a first frame from the ones that follow. */
#define FIRST 0x80
/* One wait on the pipe: how long a cancel may go unnoticed. */
#define SLICE_MS 50
/* A key that sends nothing for so long is dead; keys send keepalives every
 * 100 ms, but some think for seconds after they were first plugged in. */
#define SILENCE_MS 10000
/* Between two frames of one message. */
#define FRAME_MS 3000
/* For the answer to a cancel. */
#define CANCEL_MS 1000
/* Stale frames dropped before a message is sent: one whole message and some. */
#define STALE_MAX 256

struct FidotoolCtaphid {
  FidotoolTransport base;
  FidotoolReport *pipe;
  uint32_t channel;
  uint8_t nonce[FIDOTOOL_CTAPHID_NONCE];
  unsigned messages;
};

/* One wait for a reply. Times are g_get_monotonic_time(), 0 for never. */
typedef struct {
  gint64 ends_at;
  gint64 silent_at;
  gint64 cancelled_at; /* when the cancel was sent */
  int status;          /* of the last keepalive, 0 before the first */
} Wait;

static bool
set_invalid(GError **error, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID, "%s", text);
  return false;
}

static bool
set_lost(GError **error, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_LOST, "%s", text);
  return false;
}

FidotoolCtaphid *
fidotool_ctaphid_new(FidotoolReport *pipe, const FidotoolTransportHooks *hooks)
{
  FidotoolCtaphid *hid = g_new0(FidotoolCtaphid, 1);

  hid->pipe = pipe;
  hid->channel = BROADCAST;
  if (hooks)
    hid->base.hooks = *hooks;
  return hid;
}

void
fidotool_ctaphid_free(FidotoolCtaphid *hid)
{
  if (!hid)
    return;
  fidotool_report_free(hid->pipe);
  g_free(hid);
}

unsigned
fidotool_ctaphid_messages(const FidotoolCtaphid *hid)
{
  return hid->messages;
}

static void
put_channel(uint8_t *report, uint32_t channel)
{
  report[0] = (uint8_t)(channel >> 24);
  report[1] = (uint8_t)(channel >> 16);
  report[2] = (uint8_t)(channel >> 8);
  report[3] = (uint8_t)channel;
}

static uint32_t
get_channel(const uint8_t *report)
{
  return (uint32_t)report[0] << 24 | (uint32_t)report[1] << 16 |
         (uint32_t)report[2] << 8 | report[3];
}

/* What an earlier, broken off conversation left behind. */
static bool
drop_stale(FidotoolCtaphid *hid, GError **error)
{
  uint8_t report[FIDOTOOL_REPORT_SIZE];

  for (int i = 0; i < STALE_MAX; i++) {
    int r = hid->pipe->ops->read(hid->pipe, report, 0, error);

    if (r <= 0)
      return r == 0;
  }
  return set_lost(error, "the key does not stop sending");
}

static bool
send_frames(FidotoolCtaphid *hid, uint32_t channel, uint8_t command,
            const uint8_t *data, size_t len, GError **error)
{
  uint8_t report[FIDOTOOL_REPORT_SIZE] = {0};
  size_t n = MIN(len, FIRST_DATA);
  uint8_t sequence = 0;
  bool ok;

  put_channel(report, channel);
  report[4] = command | FIRST;
  report[5] = (uint8_t)(len >> 8);
  report[6] = (uint8_t)len;
  if (n > 0)
    memcpy(report + 7, data, n);
  ok = hid->pipe->ops->write(hid->pipe, report, error);
  for (size_t done = n; ok && done < len; done += n) {
    n = MIN(len - done, NEXT_DATA);
    memset(report, 0, sizeof(report));
    put_channel(report, channel);
    report[4] = sequence++;
    memcpy(report + 5, data + done, n);
    ok = hid->pipe->ops->write(hid->pipe, report, error);
  }
  explicit_bzero(report, sizeof(report));
  return ok;
}

bool
fidotool_ctaphid_send(FidotoolCtaphid *hid, uint8_t command,
                      const uint8_t *data, size_t len, GError **error)
{
  if (len > FIDOTOOL_CTAPHID_MAX) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the message is too long for a key");
    return false;
  }
  if (!drop_stale(hid, error))
    return false;
  hid->messages++;
  return send_frames(hid, hid->channel, command, data, len, error);
}

bool
fidotool_ctaphid_ask_channel(FidotoolCtaphid *hid,
                             const uint8_t nonce[FIDOTOOL_CTAPHID_NONCE],
                             GError **error)
{
  hid->channel = BROADCAST;
  hid->messages = 0;
  memcpy(hid->nonce, nonce, FIDOTOOL_CTAPHID_NONCE);
  return fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_INIT, nonce,
                               FIDOTOOL_CTAPHID_NONCE, error);
}

bool
fidotool_ctaphid_cancel(FidotoolCtaphid *hid, GError **error)
{
  return send_frames(hid, hid->channel, FIDOTOOL_CTAPHID_CANCEL, NULL, 0,
                     error);
}

/* Sends the cancel once, when our side wants it. */
static bool
check_cancelled(FidotoolCtaphid *hid, Wait *wait, GError **error)
{
  if (wait->cancelled_at || !hid->base.hooks.cancelled ||
      !hid->base.hooks.cancelled(hid->base.hooks.data))
    return true;
  wait->cancelled_at = g_get_monotonic_time();
  return fidotool_ctaphid_cancel(hid, error);
}

/* Is there time left? If not, the key is told to stop, and error says why. */
static bool
check_time(FidotoolCtaphid *hid, Wait *wait, GError **error)
{
  gint64 now = g_get_monotonic_time();

  if (wait->cancelled_at) {
    if (now < wait->cancelled_at + CANCEL_MS * 1000)
      return true;
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED, "cancelled");
    return false;
  }
  if (now >= wait->silent_at)
    return set_lost(error, "the key stopped answering");
  if (!wait->ends_at || now < wait->ends_at)
    return true;
  (void)fidotool_ctaphid_cancel(hid, NULL); /* given up either way */
  if (wait->status == FIDOTOOL_TRANSPORT_TOUCH)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_TIMEOUT,
                "not touched in time");
  else
    (void)set_lost(error, "the key did not answer in time");
  return false;
}

/* The next frame on our channel; others' frames are passed over. */
static bool
read_frame(FidotoolCtaphid *hid, Wait *wait, int silence_ms,
           uint8_t report[FIDOTOOL_REPORT_SIZE], GError **error)
{
  wait->silent_at = g_get_monotonic_time() + silence_ms * (gint64)1000;
  for (;;) {
    int r;

    if (!check_cancelled(hid, wait, error) || !check_time(hid, wait, error))
      return false;
    r = hid->pipe->ops->read(hid->pipe, report, SLICE_MS, error);
    if (r < 0)
      return false;
    if (r > 0 && get_channel(report) == hid->channel)
      return true;
  }
}

static bool
take_keepalive(FidotoolCtaphid *hid, Wait *wait, const uint8_t *report,
               GError **error)
{
  int status = report[7];

  if (report[5] != 0 || report[6] != 1)
    return set_invalid(error, "the key sent a keepalive of the wrong length");
  if (status == wait->status || (status != FIDOTOOL_TRANSPORT_PROCESSING &&
                                 status != FIDOTOOL_TRANSPORT_TOUCH))
    return true;
  wait->status = status;
  if (hid->base.hooks.keepalive)
    hid->base.hooks.keepalive((FidotoolTransportStatus)status,
                              hid->base.hooks.data);
  return true;
}

static bool
take_error(const uint8_t *report, GError **error)
{
  if (report[5] != 0 || report[6] != 1)
    return set_invalid(error, "the key sent an error of the wrong length");
  if (report[7] == 0)
    return set_invalid(error, "the key sent an error without a number");
  return fidotool_error_from_fido(report[7], "the key", error);
}

/* One frame while the reply to command is waited for: 1 it is the first one of
 * that reply, 0 a keepalive, -1 and error. */
static int
take_frame(FidotoolCtaphid *hid, Wait *wait, uint8_t command,
           const uint8_t *report, GError **error)
{
  if (report[4] == (command | FIRST))
    return 1;
  if (report[4] == (FIDOTOOL_CTAPHID_KEEPALIVE | FIRST))
    return take_keepalive(hid, wait, report, error) ? 0 : -1;
  if ((report[4] & FIRST) == 0)
    (void)set_invalid(error, "the key's packets are out of order");
  else if (report[4] == (FIDOTOOL_CTAPHID_ERROR | FIRST))
    (void)take_error(report, error);
  else
    (void)set_invalid(error, "the key answered another command");
  return -1;
}

/* The first frame of the reply to command. */
static bool
read_first(FidotoolCtaphid *hid, Wait *wait, uint8_t command,
           uint8_t report[FIDOTOOL_REPORT_SIZE], GError **error)
{
  int r = 0;

  while (r == 0) {
    if (!read_frame(hid, wait, SILENCE_MS, report, error))
      return false;
    r = take_frame(hid, wait, command, report, error);
  }
  return r > 0;
}

/* The frames after the first, each in its turn. */
static bool
read_rest(FidotoolCtaphid *hid, Wait *wait, GByteArray *reply, size_t len,
          GError **error)
{
  uint8_t report[FIDOTOOL_REPORT_SIZE];

  for (uint8_t sequence = 0; reply->len < len; sequence++) {
    if (!read_frame(hid, wait, FRAME_MS, report, error))
      return false;
    if (report[4] != sequence)
      return set_invalid(error, "the key's packets are out of order");
    g_byte_array_append(reply, report + 5,
                        (guint)MIN(len - reply->len, NEXT_DATA));
  }
  return true;
}

/* A whole message, of which report is the first frame. */
static GBytes *
read_from(FidotoolCtaphid *hid, Wait *wait, const uint8_t *report,
          GError **error)
{
  g_autoptr(GByteArray) reply = g_byte_array_new();
  size_t len;

  len = (size_t)report[5] << 8 | report[6];
  if (len > FIDOTOOL_CTAPHID_MAX) {
    (void)set_invalid(error, "the key announced more than a message can hold");
    return NULL;
  }
  g_byte_array_append(reply, report + 7, (guint)MIN(len, FIRST_DATA));
  if (!read_rest(hid, wait, reply, len, error))
    return NULL;
  return g_byte_array_free_to_bytes(g_steal_pointer(&reply));
}

static GBytes *
read_message(FidotoolCtaphid *hid, Wait *wait, uint8_t command, GError **error)
{
  uint8_t report[FIDOTOOL_REPORT_SIZE];

  return read_first(hid, wait, command, report, error)
             ? read_from(hid, wait, report, error)
             : NULL;
}

static Wait
start_wait(int timeout_ms)
{
  Wait wait = {0};

  if (timeout_ms >= 0)
    wait.ends_at = g_get_monotonic_time() + timeout_ms * (gint64)1000;
  return wait;
}

GBytes *
fidotool_ctaphid_receive(FidotoolCtaphid *hid, uint8_t command, int timeout_ms,
                         GError **error)
{
  Wait wait = start_wait(timeout_ms);
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) reply = read_message(hid, &wait, command, &local);

  /* Whatever the key said to a cancel, the answer to our side is the same,
   * save when it is gone. */
  if (wait.cancelled_at &&
      (!local || local->code != (int)FIDOTOOL_ERROR_LOST)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED, "cancelled");
    return NULL;
  }
  if (!reply)
    g_propagate_error(error, g_steal_pointer(&local));
  return g_steal_pointer(&reply);
}

int
fidotool_ctaphid_poll(FidotoolCtaphid *hid, uint8_t command, int wait_ms,
                      GBytes **ret_reply, GError **error)
{
  Wait wait = start_wait(FRAME_MS);
  uint8_t report[FIDOTOOL_REPORT_SIZE];
  int r = hid->pipe->ops->read(hid->pipe, report, wait_ms, error);

  if (r <= 0 || get_channel(report) != hid->channel)
    return MIN(r, 0);
  r = take_frame(hid, &wait, command, report, error);
  if (r <= 0)
    return r;
  *ret_reply = read_from(hid, &wait, report, error);
  return *ret_reply ? 1 : -1;
}

/* True when this is the answer to our nonce. */
static bool
is_our_channel(const FidotoolCtaphid *hid, GBytes *reply)
{
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  return len >= FIDOTOOL_CTAPHID_INIT_REPLY &&
         memcmp(data, hid->nonce, FIDOTOOL_CTAPHID_NONCE) == 0;
}

bool
fidotool_ctaphid_read_channel(FidotoolCtaphid *hid, int timeout_ms,
                              uint8_t ret_reply[FIDOTOOL_CTAPHID_INIT_REPLY],
                              GError **error)
{
  Wait wait = start_wait(timeout_ms >= 0 ? timeout_ms : SILENCE_MS);
  uint32_t channel;

  for (;;) {
    g_autoptr(GBytes) reply =
        read_message(hid, &wait, FIDOTOOL_CTAPHID_INIT, error);

    if (!reply)
      return false;
    if (!is_our_channel(hid, reply))
      continue;
    memcpy(ret_reply, g_bytes_get_data(reply, NULL),
           FIDOTOOL_CTAPHID_INIT_REPLY);
    break;
  }
  channel = get_channel(ret_reply + FIDOTOOL_CTAPHID_NONCE);
  if (channel == 0 || channel == BROADCAST)
    return set_invalid(error, "the key gave a channel that is none");
  hid->channel = channel;
  return true;
}

/* As a transport: the same, by the table. */

static bool
ask(FidotoolTransport *transport, const uint8_t nonce[FIDOTOOL_CTAPHID_NONCE],
    GError **error)
{
  return fidotool_ctaphid_ask_channel((FidotoolCtaphid *)transport, nonce,
                                      error);
}

static bool
answer(FidotoolTransport *transport, int timeout_ms,
       uint8_t ret_reply[FIDOTOOL_CTAPHID_INIT_REPLY], GError **error)
{
  return fidotool_ctaphid_read_channel((FidotoolCtaphid *)transport, timeout_ms,
                                       ret_reply, error);
}

static bool
send_message(FidotoolTransport *transport, uint8_t command, const uint8_t *data,
             size_t len, GError **error)
{
  return fidotool_ctaphid_send((FidotoolCtaphid *)transport, command, data, len,
                               error);
}

static GBytes *
receive_message(FidotoolTransport *transport, uint8_t command, int timeout_ms,
                GError **error)
{
  return fidotool_ctaphid_receive((FidotoolCtaphid *)transport, command,
                                  timeout_ms, error);
}

static int
poll_message(FidotoolTransport *transport, uint8_t command, int wait_ms,
             GBytes **ret_reply, GError **error)
{
  return fidotool_ctaphid_poll((FidotoolCtaphid *)transport, command, wait_ms,
                               ret_reply, error);
}

static bool
cancel(FidotoolTransport *transport, GError **error)
{
  return fidotool_ctaphid_cancel((FidotoolCtaphid *)transport, error);
}

static unsigned
count_messages(const FidotoolTransport *transport)
{
  return fidotool_ctaphid_messages((const FidotoolCtaphid *)transport);
}

static void
close_transport(FidotoolTransport *transport)
{
  fidotool_ctaphid_free((FidotoolCtaphid *)transport);
}

static const FidotoolTransportOps ops = {
    .ask = ask,
    .answer = answer,
    .send = send_message,
    .receive = receive_message,
    .poll = poll_message,
    .cancel = cancel,
    .messages = count_messages,
    .close = close_transport,
};

FidotoolTransport *
fidotool_ctaphid_transport(FidotoolCtaphid *hid)
{
  hid->base.ops = &ops;
  return &hid->base;
}
