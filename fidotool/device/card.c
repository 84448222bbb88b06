/* SPDX-License-Identifier: Apache-2.0 */
/* card.c - one conversation with a card through libpcsclite. */
#include "fidotool/device/card.h"

#include <PCSC/reader.h>
#include <PCSC/winscard.h>
#include <arpa/inet.h>
#include <string.h>

#include "fidotool/device/apdu.h"
#include "fidotool/device/ctaphid.h"
#include "fidotool/error.h"

/* Between two questions to a key that is still at it, and between two looks
 * at a reader; in slices, after each of which a cancel is seen. */
#define PAUSE_MS 100
#define SLICE_MS 50
/* How long another program may hold the card before it is "busy". */
#define HELD_MS 2000
/* A card that is being lifted fails first, and is gone a little later. */
#define LIFTED_MS 1500
/* A key by NFC takes being there for a touch for two minutes (CTAP 2.1,
 * section 6.1.2); we stay below. */
#define FRESH_MS 90000
/* The two bytes at the end of every answer. */
#define STATUS_WORD 2
/* For a message that waits for nobody. */
#define SILENCE_MS 10000
/* The answer to our own request for a channel: version 2, CBOR. */
#define VERSION 2
#define CAPABILITY_CBOR 0x04

typedef struct {
  FidotoolTransport base;
  FidotoolReaders *readers;
  char *reader;
  int wait_ms;
  SCARDHANDLE handle;
  const SCARD_IO_REQUEST *protocol;
  bool connected;
  bool in_transaction;
  size_t extended;
  gint64 put_at; /* when the conversation with this very card began */
  bool spent;    /* its being there has stood for a touch */
  uint8_t nonce[FIDOTOOL_TRANSPORT_NONCE];
  uint8_t command;
  GByteArray *message;
  unsigned messages;
} Card;

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

static bool
is_cancelled(const Card *card)
{
  return card->base.hooks.cancelled &&
         card->base.hooks.cancelled(card->base.hooks.data);
}

static void
tell_tap(const Card *card, FidotoolTransportTap what)
{
  if (card->base.hooks.tap)
    card->base.hooks.tap(what, card->base.hooks.data);
}

/* False when it was cancelled meanwhile. */
static bool
pause_for(const Card *card, int ms)
{
  for (int done = 0; done < ms; done += SLICE_MS) {
    if (is_cancelled(card))
      return false;
    g_usleep(SLICE_MS * 1000);
  }
  return true;
}

static bool
is_present(const Card *card)
{
  FidotoolReaderState state;

  return fidotool_reader_look(card->readers, card->reader, &state) &&
         state.present && !state.mute;
}

static bool
set_lifted(const Card *card, GError **error)
{
  tell_tap(card, FIDOTOOL_TRANSPORT_LIFTED);
  return set_error(error, FIDOTOOL_ERROR_LOST,
                   "the key was lifted too early: put it on the reader again "
                   "and keep it there");
}

/* Something between us and the card failed; mostly because it is going. */
static bool
set_failed(const Card *card, GError **error)
{
  for (int i = 0; i < LIFTED_MS / SLICE_MS; i++) {
    if (!is_present(card))
      return fidotool_reader_service(card->readers) == FIDOTOOL_READER_RUNNING
                 ? set_lifted(card, error)
                 : set_error(error, FIDOTOOL_ERROR_LOST,
                             "the card service has stopped");
    g_usleep(SLICE_MS * 1000);
  }
  return set_error(error, FIDOTOOL_ERROR_LOST,
                   "the reader lost the key for a moment: put it on the "
                   "reader again and keep it still");
}

/* libpcsclite's words as ours. */
static bool
set_pcsc(const Card *card, LONG r, GError **error)
{
  switch ((unsigned long)r & 0xffffffffu) {
  case SCARD_W_REMOVED_CARD & 0xffffffffu:
  case SCARD_E_NO_SMARTCARD & 0xffffffffu:
    return set_lifted(card, error);
  case SCARD_W_RESET_CARD & 0xffffffffu:
    return set_error(error, FIDOTOOL_ERROR_LOST,
                     "another program reset the key");
  case SCARD_E_SHARING_VIOLATION & 0xffffffffu:
    return set_error(error, FIDOTOOL_ERROR_BUSY,
                     "another program uses the key");
  case SCARD_W_SECURITY_VIOLATION & 0xffffffffu:
    return set_error(error, FIDOTOOL_ERROR_PERMISSION,
                     "this user may not use the card service");
  case SCARD_E_UNKNOWN_READER & 0xffffffffu:
  case SCARD_E_READER_UNAVAILABLE & 0xffffffffu:
    return set_error(error, FIDOTOOL_ERROR_LOST, "the reader was unplugged");
  case SCARD_E_NO_SERVICE & 0xffffffffu:
  case SCARD_E_INVALID_HANDLE & 0xffffffffu:
  case SCARD_E_SERVICE_STOPPED & 0xffffffffu:
    return set_error(error, FIDOTOOL_ERROR_LOST,
                     "the card service has stopped");
  }
  return set_failed(card, error);
}

static void
disconnect(Card *card)
{
  /* Nothing can be done where these fail: the card or the service is gone. */
  if (card->in_transaction)
    (void)SCardEndTransaction(card->handle, SCARD_LEAVE_CARD);
  if (card->connected)
    (void)SCardDisconnect(card->handle, SCARD_LEAVE_CARD);
  card->in_transaction = false;
  card->connected = false;
}

/* What the reader takes in one APDU; 0 where it does not say. */
static size_t
ask_limit(const Card *card)
{
  uint8_t features[MAX_BUFFER_SIZE];
  uint8_t properties[MAX_BUFFER_SIZE];
  DWORD len = 0;
  DWORD n = 0;
  uint32_t code;

  if (SCardControl(card->handle, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0,
                   features, sizeof(features), &len) != SCARD_S_SUCCESS)
    return 0;
  for (DWORD i = 0; i + 6 <= MIN(len, sizeof(features)); i += 6) {
    if (features[i] != FEATURE_GET_TLV_PROPERTIES)
      continue;
    memcpy(&code, features + i + 2, sizeof(code));
    if (SCardControl(card->handle, ntohl(code), NULL, 0, properties,
                     sizeof(properties), &n) != SCARD_S_SUCCESS)
      return 0;
    return fidotool_reader_read_limit(properties, MIN(n, sizeof(properties)));
  }
  return 0;
}

static LONG
transmit(const Card *card, GBytes *apdu, GByteArray *answer)
{
  DWORD len = answer->len;
  LONG r =
      SCardTransmit(card->handle, card->protocol, g_bytes_get_data(apdu, NULL),
                    (DWORD)g_bytes_get_size(apdu), NULL, answer->data, &len);

  if (r == SCARD_S_SUCCESS)
    g_byte_array_set_size(answer, (guint)MIN(len, answer->len));
  return r;
}

static GByteArray *
new_answer(void)
{
  GByteArray *answer = g_byte_array_new();

  return g_byte_array_set_size(answer, MAX_BUFFER_SIZE_EXTENDED);
}

static bool
connect_card(Card *card, GError **error)
{
  DWORD protocol = 0;
  LONG r = SCardConnect((SCARDCONTEXT)fidotool_reader_context(card->readers),
                        card->reader, SCARD_SHARE_SHARED,
                        SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card->handle,
                        &protocol);

  if (r != SCARD_S_SUCCESS)
    return set_pcsc(card, r, error);
  card->connected = true;
  card->protocol = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  return true;
}

/* Waits while another program has a conversation with the card: the service
 * would let ours wait for as long as that lasts, and two at once would change
 * the applet under each other. */
static bool
wait_for_others(const Card *card, int held_ms, GError **error)
{
  FidotoolReaderState state = {.held = false};

  for (int waited = 0;
       fidotool_reader_look(card->readers, card->reader, &state) &&
       state.held && waited < held_ms;
       waited += PAUSE_MS)
    if (!pause_for(card, PAUSE_MS))
      return set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
  return !state.held || set_pcsc(card, (LONG)SCARD_E_SHARING_VIOLATION, error);
}

/* Takes the card for ourselves. An APDU that does no harm goes first: one that
 * came between is refused then, where the library would wait. */
static bool
take_card(Card *card, GError **error)
{
  g_autoptr(FidotoolApdu) select = fidotool_apdu_new_select();
  g_autoptr(GByteArray) answer = new_answer();
  LONG r = transmit(card, fidotool_apdu_next(select), answer);

  if (r == SCARD_S_SUCCESS)
    r = SCardBeginTransaction(card->handle);
  if (r != SCARD_S_SUCCESS)
    return set_pcsc(card, r, error);
  card->in_transaction = true;
  return true;
}

/* Tells what the key does, once a change. */
static void
tell_status(const Card *card, int status, int *last)
{
  if (status == *last || !card->base.hooks.keepalive ||
      (status != FIDOTOOL_TRANSPORT_PROCESSING &&
       status != FIDOTOOL_TRANSPORT_TOUCH))
    return;
  *last = status;
  card->base.hooks.keepalive((FidotoolTransportStatus)status,
                             card->base.hooks.data);
}

/* One wait for a reply; times as g_get_monotonic_time(), 0 for never. */
typedef struct {
  gint64 ends_at;
  int status; /* of the last keepalive */
  bool cancelled;
  bool late;
} Wait;

/* The key is still at it: waits a little, or has it stop. What it says then is
 * its last word, and it has as long for that as for a quick message. */
static bool
wait_for_key(const Card *card, FidotoolApdu *apdu, Wait *wait, GError **error)
{
  gint64 now = g_get_monotonic_time();
  bool stopping = wait->cancelled || wait->late;

  tell_status(card, fidotool_apdu_status(apdu), &wait->status);
  if (stopping && now >= wait->ends_at)
    return set_error(
        error, wait->cancelled ? FIDOTOOL_ERROR_CANCELLED : FIDOTOOL_ERROR_LOST,
        wait->cancelled ? "cancelled" : "the key did not answer in time");
  if (stopping) {
    g_usleep(PAUSE_MS * 1000);
    return true;
  }
  wait->cancelled = !pause_for(card, PAUSE_MS);
  wait->late = !wait->cancelled && wait->ends_at && now >= wait->ends_at;
  if (wait->cancelled || wait->late) {
    fidotool_apdu_cancel(apdu);
    wait->ends_at = now + SILENCE_MS / 10 * (gint64)1000;
  }
  return true;
}

/* Whatever the key said to a cancel, the answer to our side is the same. */
static bool
check_stopped(const Wait *wait, GError **error)
{
  if (wait->cancelled)
    return set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
  if (wait->late && wait->status == FIDOTOOL_TRANSPORT_TOUCH)
    return set_error(error, FIDOTOOL_ERROR_TIMEOUT, "not touched in time");
  if (wait->late)
    return set_error(error, FIDOTOOL_ERROR_LOST,
                     "the key did not answer in time");
  return true;
}

/* The whole exchange of one message. */
static GBytes *
exchange(Card *card, FidotoolApdu *apdu, int timeout_ms, GError **error)
{
  Wait wait = {0};

  if (timeout_ms >= 0)
    wait.ends_at = g_get_monotonic_time() + timeout_ms * (gint64)1000;
  for (;;) {
    g_autoptr(GByteArray) answer = new_answer();
    FidotoolApduStep step;
    LONG r = transmit(card, fidotool_apdu_next(apdu), answer);

    if (r != SCARD_S_SUCCESS) {
      (void)set_pcsc(card, r, error);
      return NULL;
    }
    /* Readers that have just lost their card answer with nothing. */
    if (answer->len < STATUS_WORD) {
      (void)set_failed(card, error);
      return NULL;
    }
    if (!fidotool_apdu_take(apdu, answer->data, answer->len, &step, error))
      return NULL;
    if (step == FIDOTOOL_APDU_DONE)
      break;
    if (step == FIDOTOOL_APDU_WAIT && !wait_for_key(card, apdu, &wait, error))
      return NULL;
  }
  if (!check_stopped(&wait, error))
    return NULL;
  return g_bytes_ref(fidotool_apdu_reply(apdu));
}

/* Waits until the card is there, or gone. */
static bool
wait_for_card(const Card *card, bool present, int timeout_ms, GError **error)
{
  gint64 ends_at = g_get_monotonic_time() + timeout_ms * (gint64)1000;

  while (is_present(card) != present) {
    if (fidotool_reader_service(card->readers) != FIDOTOOL_READER_RUNNING)
      return set_error(error, FIDOTOOL_ERROR_LOST,
                       "the card service has stopped");
    if (g_get_monotonic_time() >= ends_at)
      return set_error(error, FIDOTOOL_ERROR_TIMEOUT,
                       present ? "no key was put on the reader in time"
                               : "the key was not lifted in time");
    if (!pause_for(card, PAUSE_MS))
      return set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
  }
  return true;
}

/* From a card that is there to one whose applet answers. */
static bool
begin(Card *card, int held_ms, GError **error)
{
  g_autoptr(FidotoolApdu) select = fidotool_apdu_new_select();
  g_autoptr(GBytes) applet = NULL;

  if (!wait_for_others(card, held_ms, error) || !connect_card(card, error) ||
      !take_card(card, error))
    return false;
  applet = exchange(card, select, SILENCE_MS, error);
  if (!applet)
    return false;
  card->extended = ask_limit(card);
  card->put_at = g_get_monotonic_time();
  card->spent = false;
  return true;
}

bool
fidotool_card_select_now(FidotoolTransport *transport, GError **error)
{
  Card *card = (Card *)transport;

  return is_present(card) ? begin(card, 0, error)
                          : set_error(error, FIDOTOOL_ERROR_NO_DEVICE,
                                      "the reader is empty");
}

bool
fidotool_card_select(FidotoolTransport *transport, GError **error)
{
  Card *card = (Card *)transport;

  if (card->in_transaction)
    return true;
  if (!is_present(card)) {
    tell_tap(card, FIDOTOOL_TRANSPORT_TAP);
    if (!wait_for_card(card, true, card->wait_ms, error))
      return false;
    tell_tap(card, FIDOTOOL_TRANSPORT_TAPPED);
  }
  if (begin(card, HELD_MS, error))
    return true;
  disconnect(card);
  return false;
}

/* A card knows no channels: the answer is ours. */

static bool
ask(FidotoolTransport *transport, const uint8_t nonce[FIDOTOOL_TRANSPORT_NONCE],
    GError **error)
{
  Card *card = (Card *)transport;

  memcpy(card->nonce, nonce, FIDOTOOL_TRANSPORT_NONCE);
  card->messages = 1;
  return fidotool_card_select(transport, error);
}

static bool
answer_ask(FidotoolTransport *transport, int timeout_ms,
           uint8_t ret_reply[FIDOTOOL_TRANSPORT_INIT_REPLY], GError **error)
{
  const Card *card = (const Card *)transport;
  uint8_t reply[FIDOTOOL_TRANSPORT_INIT_REPLY] = {0};

  (void)timeout_ms;
  (void)error;
  memcpy(reply, card->nonce, FIDOTOOL_TRANSPORT_NONCE);
  reply[FIDOTOOL_TRANSPORT_NONCE + 3] = 1; /* a channel, as good as any */
  reply[FIDOTOOL_TRANSPORT_NONCE + 4] = VERSION;
  reply[FIDOTOOL_TRANSPORT_INIT_REPLY - 1] = CAPABILITY_CBOR;
  memcpy(ret_reply, reply, sizeof(reply));
  return true;
}

static void
drop_message(Card *card)
{
  if (card->message->len > 0)
    explicit_bzero(card->message->data, card->message->len);
  g_byte_array_set_size(card->message, 0);
}

/* Kept until the reply is asked for: on a card the two are one. */
static bool
send_message(FidotoolTransport *transport, uint8_t command, const uint8_t *data,
             size_t len, GError **error)
{
  Card *card = (Card *)transport;

  if (len > FIDOTOOL_TRANSPORT_MAX)
    return set_error(error, FIDOTOOL_ERROR_FAILED,
                     "the message is too long for a key");
  if (!card->in_transaction)
    return set_error(error, FIDOTOOL_ERROR_LOST, "the key is gone");
  drop_message(card);
  g_byte_array_append(card->message, data, (guint)len);
  card->command = command;
  card->messages++;
  return true;
}

static GBytes *
receive_message(FidotoolTransport *transport, uint8_t command, int timeout_ms,
                GError **error)
{
  Card *card = (Card *)transport;
  g_autoptr(FidotoolApdu) apdu = NULL;
  GBytes *reply;

  if (command == card->command && command == FIDOTOOL_CTAPHID_CBOR)
    apdu = fidotool_apdu_new_message(card->message->data, card->message->len,
                                     card->extended);
  else if (command == card->command && command == FIDOTOOL_CTAPHID_MSG)
    apdu = fidotool_apdu_new_u2f(card->message->data, card->message->len,
                                 card->extended);
  drop_message(card);
  if (!apdu) {
    (void)set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                    "a key on a reader does not know this command");
    return NULL;
  }
  if (is_cancelled(card)) {
    (void)set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
    return NULL;
  }
  reply = exchange(card, apdu, timeout_ms, error);
  if (fidotool_apdu_fell_back(apdu))
    card->extended = 0;
  return reply;
}

/* Nothing runs on a card between a message and its reply. */
static bool
cancel(FidotoolTransport *transport, GError **error)
{
  (void)transport;
  (void)error;
  return true;
}

static unsigned
count_messages(const FidotoolTransport *transport)
{
  return ((const Card *)transport)->messages;
}

static bool
refresh(FidotoolTransport *transport, bool always, int timeout_ms,
        bool *ret_tapped, GError **error)
{
  Card *card = (Card *)transport;
  gint64 age = g_get_monotonic_time() - card->put_at;

  *ret_tapped = false;
  if (!always && !card->spent && age < FRESH_MS * (gint64)1000)
    return true;
  disconnect(card);
  tell_tap(card, FIDOTOOL_TRANSPORT_TAP_AGAIN);
  if (!wait_for_card(card, false, timeout_ms, error))
    return false;
  tell_tap(card, FIDOTOOL_TRANSPORT_TAP);
  if (!wait_for_card(card, true, timeout_ms, error))
    return false;
  tell_tap(card, FIDOTOOL_TRANSPORT_TAPPED);
  if (!begin(card, HELD_MS, error)) {
    disconnect(card);
    return false;
  }
  *ret_tapped = true;
  return true;
}

static void
spend(FidotoolTransport *transport)
{
  ((Card *)transport)->spent = true;
}

static void
close_card(FidotoolTransport *transport)
{
  Card *card = (Card *)transport;

  disconnect(card);
  drop_message(card);
  g_byte_array_unref(card->message);
  g_free(card->reader);
  g_free(card);
}

static const FidotoolTransportOps card_ops = {
    .ask = ask,
    .answer = answer_ask,
    .send = send_message,
    .receive = receive_message,
    .cancel = cancel,
    .messages = count_messages,
    .refresh = refresh,
    .spend = spend,
    .close = close_card,
};

FidotoolTransport *
fidotool_card_new(FidotoolReaders *readers, const char *reader, int wait_ms,
                  const FidotoolTransportHooks *hooks)
{
  Card *card = g_new0(Card, 1);

  card->base.ops = &card_ops;
  card->readers = readers;
  card->reader = g_strdup(reader);
  card->wait_ms = wait_ms;
  if (hooks)
    card->base.hooks = *hooks;
  card->message = g_byte_array_new();
  return &card->base;
}
