/* SPDX-License-Identifier: Apache-2.0 */
/* apdu.c - messages cut into APDUs and put together again. Every byte that is
 * read here comes from a card and may lie. */
#include "fidotool/device/apdu.h"

#include <string.h>

#include "fidotool/device/transport.h"
#include "fidotool/error.h"

/* Classes: ISO's own, CTAP's, and the bit that says that more parts follow. */
#define CLASS_ISO 0x00
#define CLASS_CTAP 0x80
#define CHAINED 0x10

#define INS_MESSAGE 0x10
#define INS_STILL_THERE 0x11 /* NFCCTAP_GETRESPONSE */
#define INS_SELECT 0xa4
#define INS_GET_RESPONSE 0xc0

/* In P1: of a message, that keepalives are understood; of the question after
 * one, that the key shall stop. */
#define P1_KEEPALIVES 0x80
#define P1_CANCEL 0x11

#define SW_DONE 0x9000
#define SW_STILL_AT_IT 0x9100
#define SW_WRONG_LENGTH 0x6700
#define SW_NO_INSTRUCTION 0x6d00
#define SW_NO_CLASS 0x6e00
/* These two by their first byte. */
#define SW1_MORE 0x61
#define SW1_CTAP_STATUS 0x64

/* Around the data of an APDU in the extended form. */
#define EXTENDED_EXTRA 9
/* Most data of a short answer. */
#define SHORT_MAX 256

typedef enum {
  SELECT,
  MESSAGE,
  U2F,
} Kind;

struct FidotoolApdu {
  Kind kind;
  uint8_t head[4]; /* class, instruction, P1, P2 */
  GByteArray *data;
  size_t sent;      /* of data, up to the end of what next holds */
  size_t extended;  /* as in fidotool_apdu_new_message() */
  bool is_extended; /* next is in that form */
  bool fell_back;
  bool more;   /* GET RESPONSE was the last one */
  bool waited; /* the question after a keepalive was the last one */
  int status;
  GBytes *next;
  GByteArray *reply;
  GBytes *done;
};

static bool
set_invalid(GError **error, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID, "%s", text);
  return false;
}

static void
set_next(FidotoolApdu *apdu, GByteArray *bytes)
{
  g_clear_pointer(&apdu->next, g_bytes_unref);
  apdu->next = g_byte_array_free_to_bytes(bytes);
}

/* The whole message at once: Lc and Le of the extended form. */
static void
build_extended(FidotoolApdu *apdu)
{
  GByteArray *out = g_byte_array_new();
  guint len = apdu->data->len;
  const uint8_t lc[3] = {0, (uint8_t)(len >> 8), (uint8_t)len};
  const uint8_t le[2] = {0, 0};

  g_byte_array_append(out, apdu->head, sizeof(apdu->head));
  g_byte_array_append(out, lc, sizeof(lc));
  g_byte_array_append(out, apdu->data->data, len);
  g_byte_array_append(out, le, sizeof(le));
  apdu->sent = len;
  apdu->is_extended = true;
  set_next(apdu, out);
}

/* The next part: only the last one has Le, and no bit that more follow. */
static void
build_part(FidotoolApdu *apdu)
{
  GByteArray *out = g_byte_array_new();
  size_t n = MIN(apdu->data->len - apdu->sent, FIDOTOOL_APDU_PART);
  bool last = apdu->sent + n == apdu->data->len;
  const uint8_t lc = (uint8_t)n;
  const uint8_t le = 0;

  g_byte_array_append(out, apdu->head, sizeof(apdu->head));
  if (!last)
    out->data[0] |= CHAINED;
  if (n > 0) {
    g_byte_array_append(out, &lc, 1);
    g_byte_array_append(out, apdu->data->data + apdu->sent, (guint)n);
  }
  if (last)
    g_byte_array_append(out, &le, 1);
  apdu->sent += n;
  apdu->is_extended = false;
  set_next(apdu, out);
}

static FidotoolApdu *
start(Kind kind, const uint8_t head[4], const uint8_t *data, size_t len,
      size_t extended)
{
  FidotoolApdu *apdu = g_new0(FidotoolApdu, 1);

  apdu->kind = kind;
  memcpy(apdu->head, head, sizeof(apdu->head));
  apdu->data = g_byte_array_new();
  g_byte_array_append(apdu->data, data, (guint)len);
  apdu->extended = extended;
  apdu->reply = g_byte_array_new();
  /* A message that fits a short APDU goes in one, which every card takes. */
  if (len > FIDOTOOL_APDU_PART && len + EXTENDED_EXTRA <= extended)
    build_extended(apdu);
  else
    build_part(apdu);
  return apdu;
}

FidotoolApdu *
fidotool_apdu_new_select(void)
{
  static const uint8_t aid[] = {0xa0, 0x00, 0x00, 0x06, 0x47, 0x2f, 0x00, 0x01};
  static const uint8_t head[] = {CLASS_ISO, INS_SELECT, 0x04, 0x00};

  return start(SELECT, head, aid, sizeof(aid), 0);
}

FidotoolApdu *
fidotool_apdu_new_message(const uint8_t *data, size_t len, size_t extended)
{
  static const uint8_t head[] = {CLASS_CTAP, INS_MESSAGE, P1_KEEPALIVES, 0x00};

  return start(MESSAGE, head, data, len, extended);
}

FidotoolApdu *
fidotool_apdu_new_u2f(const uint8_t *data, size_t len, size_t extended)
{
  size_t n;

  if (len < 7 || data[4] != 0)
    return NULL;
  n = (size_t)data[5] << 8 | data[6];
  if (len - 7 != n && len - 9 != n) /* with or without Le */
    return NULL;
  return start(U2F, data, data + 7, n, extended);
}

void
fidotool_apdu_free(FidotoolApdu *apdu)
{
  if (!apdu)
    return;
  /* What it carries may be a PIN, encrypted, or what belongs to one. */
  if (apdu->data->len > 0)
    explicit_bzero(apdu->data->data, apdu->data->len);
  g_byte_array_unref(apdu->data);
  g_byte_array_unref(apdu->reply);
  g_clear_pointer(&apdu->next, g_bytes_unref);
  g_clear_pointer(&apdu->done, g_bytes_unref);
  g_free(apdu);
}

GBytes *
fidotool_apdu_next(FidotoolApdu *apdu)
{
  return apdu->next;
}

GBytes *
fidotool_apdu_reply(FidotoolApdu *apdu)
{
  return apdu->done;
}

int
fidotool_apdu_status(const FidotoolApdu *apdu)
{
  return apdu->status;
}

bool
fidotool_apdu_fell_back(const FidotoolApdu *apdu)
{
  return apdu->fell_back;
}

static void
ask(FidotoolApdu *apdu, uint8_t class, uint8_t instruction, uint8_t p1,
    uint8_t le)
{
  const uint8_t bytes[] = {class, instruction, p1, 0x00, le};
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, bytes, sizeof(bytes));
  set_next(apdu, out);
}

void
fidotool_apdu_cancel(FidotoolApdu *apdu)
{
  ask(apdu, CLASS_CTAP, INS_STILL_THERE, P1_CANCEL, 0x00);
}

/* The answer to a part that is not the last. */
static bool
take_part(FidotoolApdu *apdu, size_t n, unsigned sw, GError **error)
{
  if (sw != SW_DONE || n > 0)
    return set_invalid(error, "the card does not take a message in parts");
  build_part(apdu);
  return true;
}

static bool
is_applet(const GByteArray *name)
{
  return name->len == 0 ||
         (name->len == 6 && memcmp(name->data, "U2F_V2", 6) == 0) ||
         (name->len == 8 && memcmp(name->data, "FIDO_2_0", 8) == 0);
}

static bool
finish(FidotoolApdu *apdu, unsigned sw, GError **error)
{
  const uint8_t word[2] = {(uint8_t)(sw >> 8), (uint8_t)sw};

  if (apdu->kind == SELECT && !is_applet(apdu->reply)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "the card is no security key");
    return false;
  }
  if (apdu->kind == MESSAGE && apdu->reply->len == 0)
    return set_invalid(error, "the card's answer is empty");
  if (apdu->kind == U2F)
    g_byte_array_append(apdu->reply, word, sizeof(word));
  apdu->done = g_byte_array_free_to_bytes(apdu->reply);
  apdu->reply = g_byte_array_new();
  return true;
}

/* A CTAP status that stands in the status word. */
static bool
finish_with(FidotoolApdu *apdu, uint8_t status, GError **error)
{
  if (status == 0)
    return set_invalid(error, "the card reported an error without a number");
  g_byte_array_set_size(apdu->reply, 1);
  apdu->reply->data[0] = status;
  return finish(apdu, SW_DONE, error);
}

static bool
refuse(const FidotoolApdu *apdu, unsigned sw, GError **error)
{
  if (apdu->kind == SELECT)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "the card is no security key");
  else if (sw == SW_NO_INSTRUCTION || sw == SW_NO_CLASS)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key knows U2F alone, not FIDO2");
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the card answered with %04x", sw);
  return false;
}

static bool
add_data(FidotoolApdu *apdu, const uint8_t *data, size_t n, GError **error)
{
  if ((!apdu->is_extended || apdu->more) && n > SHORT_MAX)
    return set_invalid(error, "the card's answer is longer than was asked for");
  if (apdu->reply->len + n > FIDOTOOL_TRANSPORT_MAX)
    return set_invalid(error, "the card's answer is longer than any message");
  g_byte_array_append(apdu->reply, data, (guint)n);
  return true;
}

/* The key is at it: what it says of that is one byte, or nothing. */
static bool
take_keepalive(FidotoolApdu *apdu, const uint8_t *data, size_t n,
               GError **error)
{
  if (n > 1 || apdu->more || apdu->kind != MESSAGE)
    return set_invalid(error, "the card's answer is out of order");
  apdu->status = n == 1 ? data[0] : 0;
  apdu->waited = true;
  ask(apdu, CLASS_CTAP, INS_STILL_THERE, 0x00, 0x00);
  return true;
}

/* More lies there. A card that announces it for ever and gives nothing is
 * stopped. */
static bool
take_more(FidotoolApdu *apdu, const uint8_t *data, size_t n, uint8_t le,
          GError **error)
{
  if (apdu->more && n == 0)
    return set_invalid(error, "the card announces more and gives nothing");
  if (!add_data(apdu, data, n, error))
    return false;
  apdu->more = true;
  ask(apdu, apdu->kind == MESSAGE ? CLASS_CTAP : CLASS_ISO, INS_GET_RESPONSE,
      0x00, le);
  return true;
}

/* True when the extended form was too much, and parts are tried instead. */
static bool
fall_back(FidotoolApdu *apdu, unsigned sw)
{
  if (!apdu->is_extended || apdu->more || apdu->waited || sw != SW_WRONG_LENGTH)
    return false;
  apdu->fell_back = true;
  apdu->sent = 0;
  build_part(apdu);
  return true;
}

bool
fidotool_apdu_take(FidotoolApdu *apdu, const uint8_t *answer, size_t len,
                   FidotoolApduStep *ret_step, GError **error)
{
  unsigned sw;
  size_t n;

  if (len < 2)
    return set_invalid(error, "the card's answer has no status word");
  n = len - 2;
  sw = (unsigned)answer[n] << 8 | answer[n + 1];
  *ret_step = FIDOTOOL_APDU_SEND;
  if (fall_back(apdu, sw))
    return true;
  if (apdu->sent < apdu->data->len)
    return take_part(apdu, n, sw, error);
  if (sw == SW_STILL_AT_IT) {
    *ret_step = FIDOTOOL_APDU_WAIT;
    return take_keepalive(apdu, answer, n, error);
  }
  if (sw >> 8 == SW1_MORE)
    return take_more(apdu, answer, n, (uint8_t)sw, error);
  *ret_step = FIDOTOOL_APDU_DONE;
  if (sw >> 8 == SW1_CTAP_STATUS && apdu->kind == MESSAGE)
    return finish_with(apdu, (uint8_t)sw, error);
  if (sw != SW_DONE && apdu->kind != U2F)
    return refuse(apdu, sw, error);
  return add_data(apdu, answer, n, error) && finish(apdu, sw, error);
}
