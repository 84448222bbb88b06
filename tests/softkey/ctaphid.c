/* SPDX-License-Identifier: Apache-2.0 */
/* ctaphid.c - the device's side of CTAPHID (CTAP 2.1, section 11.2). */
#include "tests/softkey/ctaphid.h"

#include <string.h>

#include "tests/softkey/u2f.h"

#define REPORT SOFTKEY_CTAPHID_REPORT
#define BROADCAST 0xffffffff
#define FIRST_PART (REPORT - 7)
#define NEXT_PART (REPORT - 5)
#define MAX_CHANNELS 32
#define MESSAGE_TIMEOUT_MS 500
#define KEEPALIVE_MS 100

#define IS_COMMAND 0x80
#define COMMAND_PING 0x81
#define COMMAND_MSG 0x83
#define COMMAND_INIT 0x86
#define COMMAND_WINK 0x88
#define COMMAND_CBOR 0x90
#define COMMAND_CANCEL 0x91
#define COMMAND_KEEPALIVE 0xbb
#define COMMAND_ERROR 0xbf

#define KEEPALIVE_PROCESSING 1
#define KEEPALIVE_UP_NEEDED 2

#define CAPABILITY_WINK 0x01
#define CAPABILITY_CBOR 0x04
#define CAPABILITY_NO_MSG 0x08

typedef enum {
  FAULT_INVALID_CMD = 0x01,
  FAULT_INVALID_LEN = 0x03,
  FAULT_INVALID_SEQ = 0x04,
  FAULT_MSG_TIMEOUT = 0x05,
  FAULT_CHANNEL_BUSY = 0x06,
  FAULT_INVALID_CHANNEL = 0x0b,
} Fault;

typedef enum {
  IDLE,
  RECEIVING,  /* the rest of a message */
  PROCESSING, /* ordered to be slow; the core has not seen the command yet */
  WAITING,    /* in the core, for a touch */
} State;

typedef struct {
  uint32_t id;
  int port;
  uint64_t used; /* by age: the channel unused longest gives way */
} Channel;

struct SoftkeyCtaphid {
  SoftkeyCore *core;
  SoftkeyCtaphidSend *send;
  void *data;

  Channel channels[MAX_CHANNELS];
  unsigned n_channels;
  uint64_t uses;
  unsigned winks;

  /* The one transaction */
  State state;
  uint32_t channel;
  int port;
  uint8_t command;
  size_t expected;
  uint8_t sequence;
  GByteArray *message;
  int64_t deadline;  /* RECEIVING: time-out; PROCESSING: beginning */
  int64_t keepalive; /* the next one */
};

static int64_t
now_ms(const SoftkeyCtaphid *hid)
{
  SoftkeyEnv *env = softkey_core_env(hid->core);

  return env->now_ms(env);
}

/* Sending */

static void
put_u32(uint8_t *at, uint32_t value)
{
  uint32_t big = GUINT32_TO_BE(value);

  memcpy(at, &big, sizeof big);
}

static void
send_message(SoftkeyCtaphid *hid, int port, uint32_t channel, uint8_t command,
             const uint8_t *message, size_t len)
{
  uint8_t report[REPORT] = {0};
  size_t part = MIN(len, FIRST_PART);
  uint8_t sequence = 0;

  put_u32(report, channel);
  report[4] = command;
  report[5] = (uint8_t)(len >> 8);
  report[6] = (uint8_t)len;
  if (part > 0) /* an empty message has no address */
    memcpy(report + 7, message, part);
  hid->send(hid->data, port, report);
  while (len > part) {
    message += part;
    len -= part;
    part = MIN(len, NEXT_PART);
    memset(report + 4, 0, sizeof report - 4);
    report[4] = sequence++;
    memcpy(report + 5, message, part);
    hid->send(hid->data, port, report);
  }
}

static void
send_fault(SoftkeyCtaphid *hid, int port, uint32_t channel, Fault fault)
{
  uint8_t byte = (uint8_t)fault;

  send_message(hid, port, channel, COMMAND_ERROR, &byte, 1);
}

static void
send_keepalive(SoftkeyCtaphid *hid)
{
  uint8_t status =
      hid->state == WAITING ? KEEPALIVE_UP_NEEDED : KEEPALIVE_PROCESSING;

  send_message(hid, hid->port, hid->channel, COMMAND_KEEPALIVE, &status, 1);
  hid->keepalive = now_ms(hid) + KEEPALIVE_MS;
}

static void
send_reply(SoftkeyCtaphid *hid, const GByteArray *reply)
{
  hid->state = IDLE;
  send_message(hid, hid->port, hid->channel, hid->command, reply->data,
               MIN(reply->len, SOFTKEY_CTAPHID_MAX_MESSAGE));
}

/* Channels */

static Channel *
find_channel(SoftkeyCtaphid *hid, uint32_t id)
{
  for (unsigned i = 0; i < hid->n_channels; i++)
    if (hid->channels[i].id == id) {
      hid->channels[i].used = ++hid->uses;
      return &hid->channels[i];
    }
  return NULL;
}

/* A free place, or that of the channel unused longest; never the one whose
 * transaction is under way. */
static Channel *
find_place(SoftkeyCtaphid *hid)
{
  Channel *oldest = NULL;

  if (hid->n_channels < MAX_CHANNELS)
    return &hid->channels[hid->n_channels++];
  for (unsigned i = 0; i < hid->n_channels; i++) {
    Channel *channel = &hid->channels[i];

    if (hid->state != IDLE && channel->id == hid->channel)
      continue;
    if (oldest == NULL || channel->used < oldest->used)
      oldest = channel;
  }
  return oldest;
}

static uint32_t
add_channel(SoftkeyCtaphid *hid, int port)
{
  SoftkeyEnv *env = softkey_core_env(hid->core);
  uint32_t id = 0;
  Channel *place;

  while (id == 0 || id == BROADCAST || find_channel(hid, id) != NULL)
    env->random(env, (uint8_t *)&id, sizeof id);
  place = find_place(hid);
  place->id = id;
  place->port = port;
  place->used = ++hid->uses;
  return id;
}

static void
end_transaction(SoftkeyCtaphid *hid)
{
  if (hid->state == WAITING)
    softkey_core_cancel(hid->core, NULL);
  hid->state = IDLE;
}

static void
answer_init(SoftkeyCtaphid *hid, int port, uint32_t channel,
            const uint8_t *nonce)
{
  const SoftkeyProfile *profile = softkey_core_profile(hid->core);
  uint8_t answer[17] = {0};

  memcpy(answer, nonce, 8);
  put_u32(answer + 8, channel == BROADCAST ? add_channel(hid, port) : channel);
  answer[12] = 2; /* protocol version; then major, minor, build */
  answer[13] = 1;
  answer[16] = profile->no_wink ? 0 : CAPABILITY_WINK;
  if (softkey_profile_has_ctap2(profile))
    answer[16] |= CAPABILITY_CBOR;
  if (!softkey_profile_has_version(profile, "U2F_V2"))
    answer[16] |= CAPABILITY_NO_MSG;
  send_message(hid, port, channel, COMMAND_INIT, answer, sizeof answer);
}

/* Running a message */

static void
begin_command(SoftkeyCtaphid *hid)
{
  g_autoptr(GByteArray) reply = g_byte_array_new();

  if (softkey_core_begin(hid->core, hid->message->data, hid->message->len,
                         reply)) {
    send_reply(hid, reply);
    return;
  }
  hid->state = WAITING;
  send_keepalive(hid);
}

static void
run_cbor(SoftkeyCtaphid *hid)
{
  SoftkeyInject *inject = softkey_core_inject(hid->core);
  int64_t ready_at =
      MAX(softkey_core_ready_at(hid->core), now_ms(hid) + inject->delay_ms);

  if (hid->message->len == 0) {
    hid->state = IDLE;
    send_fault(hid, hid->port, hid->channel, FAULT_INVALID_LEN);
    return;
  }
  if (!inject->stall && ready_at <= now_ms(hid)) {
    begin_command(hid);
    return;
  }
  hid->state = PROCESSING;
  hid->deadline = inject->stall ? INT64_MAX : ready_at;
  inject->stall = false;
  send_keepalive(hid);
}

static void
run_u2f(SoftkeyCtaphid *hid)
{
  g_autoptr(GByteArray) reply = g_byte_array_new();

  softkey_u2f_run(hid->core, hid->message->data, hid->message->len, reply);
  send_reply(hid, reply);
}

static void
run_message(SoftkeyCtaphid *hid)
{
  const SoftkeyProfile *profile = softkey_core_profile(hid->core);

  hid->state = IDLE;
  switch (hid->command) {
  case COMMAND_PING:
    send_reply(hid, hid->message);
    return;
  case COMMAND_WINK:
    if (profile->no_wink)
      break;
    hid->winks += hid->message->len == 0;
    if (hid->message->len == 0)
      send_reply(hid, hid->message);
    else
      send_fault(hid, hid->port, hid->channel, FAULT_INVALID_LEN);
    return;
  case COMMAND_MSG:
    if (!softkey_profile_has_version(profile, "U2F_V2"))
      break;
    run_u2f(hid);
    return;
  case COMMAND_CBOR:
    if (!softkey_profile_has_ctap2(profile))
      break;
    run_cbor(hid);
    return;
  }
  send_fault(hid, hid->port, hid->channel, FAULT_INVALID_CMD);
}

static void
take_part(SoftkeyCtaphid *hid, const uint8_t *part, size_t size)
{
  size_t missing = hid->expected - hid->message->len;

  g_byte_array_append(hid->message, part, (guint)MIN(missing, size));
  if (hid->message->len == hid->expected) {
    run_message(hid);
    return;
  }
  hid->deadline = now_ms(hid) + MESSAGE_TIMEOUT_MS;
}

/* Receiving */

static void
receive_cancel(SoftkeyCtaphid *hid, uint32_t channel)
{
  g_autoptr(GByteArray) reply = g_byte_array_new();

  /* With nothing to cancel, and in any case itself, it has no answer. */
  if (softkey_core_profile(hid->core)->no_cancel || channel != hid->channel ||
      (hid->state != WAITING && hid->state != PROCESSING))
    return;
  softkey_core_cancel(hid->core, reply);
  send_reply(hid, reply);
}

static void
receive_init(SoftkeyCtaphid *hid, int port, uint32_t channel,
             const uint8_t report[REPORT], size_t len)
{
  if (len != 8) {
    send_fault(hid, port, channel, FAULT_INVALID_LEN);
    return;
  }
  /* On a channel of its own it takes that channel's transaction back. */
  if (hid->state != IDLE && channel == hid->channel)
    end_transaction(hid);
  answer_init(hid, port, channel, report + 7);
}

static void
receive_first(SoftkeyCtaphid *hid, int port, uint32_t channel,
              const uint8_t report[REPORT])
{
  size_t len = (size_t)report[5] << 8 | report[6];

  if (report[4] == COMMAND_INIT) {
    receive_init(hid, port, channel, report, len);
    return;
  }
  if (report[4] == COMMAND_CANCEL) {
    receive_cancel(hid, channel);
    return;
  }
  if (hid->state == RECEIVING && channel == hid->channel) {
    end_transaction(hid);
    send_fault(hid, port, channel, FAULT_INVALID_SEQ);
    return;
  }
  if (hid->state != IDLE) {
    send_fault(hid, port, channel, FAULT_CHANNEL_BUSY);
    return;
  }
  if (len > SOFTKEY_CTAPHID_MAX_MESSAGE) {
    send_fault(hid, port, channel, FAULT_INVALID_LEN);
    return;
  }
  hid->state = RECEIVING;
  hid->channel = channel;
  hid->port = port;
  hid->command = report[4];
  hid->expected = len;
  hid->sequence = 0;
  g_byte_array_set_size(hid->message, 0);
  take_part(hid, report + 7, FIRST_PART);
}

static void
receive_next(SoftkeyCtaphid *hid, int port, uint32_t channel,
             const uint8_t report[REPORT])
{
  /* A part of nothing is ignored (section 11.2.5.4). */
  if (hid->state != RECEIVING || channel != hid->channel)
    return;
  if (report[4] != hid->sequence) {
    end_transaction(hid);
    send_fault(hid, port, channel, FAULT_INVALID_SEQ);
    return;
  }
  hid->sequence++;
  take_part(hid, report + 5, NEXT_PART);
}

void
softkey_ctaphid_receive(SoftkeyCtaphid *hid, int port,
                        const uint8_t report[REPORT])
{
  uint32_t channel;
  Channel *known;

  memcpy(&channel, report, sizeof channel);
  channel = GUINT32_FROM_BE(channel);
  softkey_ctaphid_tick(hid); /* what is overdue comes first */
  known = find_channel(hid, channel);
  if (channel == BROADCAST ? report[4] != COMMAND_INIT
                           : known == NULL || known->port != port) {
    send_fault(hid, port, channel, FAULT_INVALID_CHANNEL);
    return;
  }
  if ((report[4] & IS_COMMAND) != 0)
    receive_first(hid, port, channel, report);
  else
    receive_next(hid, port, channel, report);
}

/* Time */

void
softkey_ctaphid_tick(SoftkeyCtaphid *hid)
{
  g_autoptr(GByteArray) reply = g_byte_array_new();
  int64_t now = now_ms(hid);

  if (hid->state == RECEIVING && now >= hid->deadline) {
    end_transaction(hid);
    send_fault(hid, hid->port, hid->channel, FAULT_MSG_TIMEOUT);
  } else if (hid->state == PROCESSING && now >= hid->deadline) {
    begin_command(hid);
  } else if (hid->state == WAITING && softkey_core_poll(hid->core, reply)) {
    send_reply(hid, reply);
  }
  if ((hid->state == PROCESSING || hid->state == WAITING) &&
      now >= hid->keepalive)
    send_keepalive(hid);
}

int64_t
softkey_ctaphid_due(const SoftkeyCtaphid *hid)
{
  switch (hid->state) {
  case IDLE:
    return INT64_MAX;
  case RECEIVING:
    return hid->deadline;
  case PROCESSING:
    return MIN(hid->deadline, hid->keepalive);
  case WAITING:
    return MIN(softkey_core_due(hid->core), hid->keepalive);
  }
  return INT64_MAX;
}

void
softkey_ctaphid_close(SoftkeyCtaphid *hid, int port)
{
  unsigned kept = 0;

  if (hid->state != IDLE && hid->port == port)
    end_transaction(hid);
  for (unsigned i = 0; i < hid->n_channels; i++)
    if (hid->channels[i].port != port)
      hid->channels[kept++] = hid->channels[i];
  hid->n_channels = kept;
}

void
softkey_ctaphid_power_cycle(SoftkeyCtaphid *hid)
{
  end_transaction(hid);
  hid->n_channels = 0;
  softkey_core_power_cycle(hid->core);
}

unsigned
softkey_ctaphid_channels(const SoftkeyCtaphid *hid)
{
  return hid->n_channels;
}

unsigned
softkey_ctaphid_winks(const SoftkeyCtaphid *hid)
{
  return hid->winks;
}

bool
softkey_ctaphid_is_waiting(const SoftkeyCtaphid *hid)
{
  return hid->state == WAITING || softkey_u2f_is_waiting(hid->core);
}

SoftkeyCtaphid *
softkey_ctaphid_new(SoftkeyCore *core, SoftkeyCtaphidSend *send, void *data)
{
  SoftkeyCtaphid *hid = g_new0(SoftkeyCtaphid, 1);

  hid->core = core;
  hid->send = send;
  hid->data = data;
  hid->message = g_byte_array_new();
  return hid;
}

void
softkey_ctaphid_free(SoftkeyCtaphid *hid)
{
  if (hid == NULL)
    return;
  end_transaction(hid);
  g_byte_array_unref(hid->message);
  g_free(hid);
}
