/* SPDX-License-Identifier: Apache-2.0 */
/* nfc-applet.c - APDUs in, APDUs out. */
#include "tests/softkey/nfc-applet.h"

#include <string.h>

#include "tests/softkey/apdu.h"
#include "tests/softkey/ctaphid.h"
#include "tests/softkey/u2f.h"

#define INS_MESSAGE 0x10
#define INS_STILL_THERE 0x11
#define INS_SELECT 0xa4
#define INS_GET_RESPONSE 0xc0
#define CHAINED 0x10
#define P1_KEEPALIVES 0x80
#define P1_CANCEL 0x11

#define SW_OK 0x9000
#define SW_MORE 0x6100
#define SW_CTAP_STATUS 0x6400
#define SW_WRONG_LENGTH 0x6700
#define SW_NOT_NOW 0x6985
#define SW_NOT_FOUND 0x6a82
#define SW_NO_INSTRUCTION 0x6d00
#define SW_NO_CLASS 0x6e00
#define SW_STILL_AT_IT 0x9100

#define VERSION_U2F "U2F_V2"

#define PROCESSING 1
#define TOUCH 2
/* Most bytes of a short answer. */
#define PORTION 256
/* How long being there stands for a touch (CTAP 2.1, section 6.1.2). */
#define PRESENCE_MS 120000

static const uint8_t aid[] = {0xa0, 0x00, 0x00, 0x06, 0x47, 0x2f, 0x00, 0x01};

typedef enum {
  IDLE,
  DELAYED, /* the command begins later */
  WAITING, /* for a touch */
} State;

struct SoftkeyNfcApplet {
  SoftkeyCore *core;
  SoftkeyNfcHabits habits;
  bool selected;
  GByteArray *message; /* parts so far */
  bool in_chain;
  uint8_t message_class;
  GByteArray *rest; /* of an answer, for GET RESPONSE */
  State state;
  int64_t begins_at; /* DELAYED */
  unsigned keepalives;
  int64_t powered_at;
  unsigned faults;
  unsigned powers;
};

static int64_t
now_ms(SoftkeyNfcApplet *applet)
{
  SoftkeyEnv *env = softkey_core_env(applet->core);

  return env->now_ms(env);
}

static void
put_word(GByteArray *reply, unsigned sw)
{
  const uint8_t word[2] = {(uint8_t)(sw >> 8), (uint8_t)sw};

  g_byte_array_append(reply, word, sizeof word);
}

/* The reader has done what it must not do. */
static void
put_fault(SoftkeyNfcApplet *applet, GByteArray *reply, unsigned sw)
{
  applet->faults++;
  applet->in_chain = false;
  put_word(reply, sw);
}

/* As much of rest as goes in one short answer. */
static void
put_portion(SoftkeyNfcApplet *applet, GByteArray *reply, size_t max)
{
  guint n = (guint)MIN(applet->rest->len, max);
  guint left = applet->rest->len - n;

  g_byte_array_append(reply, applet->rest->data, n);
  g_byte_array_remove_range(applet->rest, 0, n);
  if (left == 0)
    put_word(reply, SW_OK);
  else
    put_word(reply, SW_MORE | (left < PORTION ? left : 0));
}

/* An answer of the core: status byte and CBOR. */
static void
put_answer(SoftkeyNfcApplet *applet, GByteArray *answer, bool extended,
           GByteArray *reply)
{
  applet->state = IDLE;
  if (applet->habits.status_in_word && answer->len == 1 &&
      answer->data[0] != 0) {
    put_word(reply, SW_CTAP_STATUS | answer->data[0]);
    return;
  }
  g_byte_array_set_size(applet->rest, 0);
  g_byte_array_append(applet->rest, answer->data, answer->len);
  put_portion(applet, reply, extended ? SIZE_MAX : PORTION);
}

static void
put_keepalive(GByteArray *reply, uint8_t status)
{
  g_byte_array_append(reply, &status, 1);
  put_word(reply, SW_STILL_AT_IT);
}

/* Selecting */

static void
put_name(SoftkeyNfcApplet *applet, const char *name, GByteArray *reply)
{
  size_t len = strlen(name);

  if (applet->habits.select == SOFTKEY_NFC_SELECT_MORE) {
    g_byte_array_append(applet->rest, (const uint8_t *)name, (guint)len);
    put_word(reply, SW_MORE | (unsigned)len);
    return;
  }
  g_byte_array_append(reply, (const uint8_t *)name, (guint)len);
  put_word(reply, SW_OK);
}

static void
run_select(SoftkeyNfcApplet *applet, const SoftkeyApdu *apdu, GByteArray *reply)
{
  static const char *const names[] = {
      [SOFTKEY_NFC_SELECT_FIDO] = "FIDO_2_0",
      [SOFTKEY_NFC_SELECT_U2F] = VERSION_U2F,
      [SOFTKEY_NFC_SELECT_EMPTY] = "",
      [SOFTKEY_NFC_SELECT_MORE] = "FIDO_2_0",
  };
  bool u2f_alone =
      !softkey_profile_has_ctap2(softkey_core_profile(applet->core));

  applet->selected = false;
  applet->message_class = 0;
  g_byte_array_set_size(applet->rest, 0);
  if (apdu->p1 != 4 || apdu->n != sizeof aid ||
      memcmp(apdu->data, aid, sizeof aid) != 0 ||
      applet->habits.select == SOFTKEY_NFC_SELECT_OTHER) {
    put_word(reply, SW_NOT_FOUND);
    return;
  }
  applet->selected = true;
  put_name(applet, u2f_alone ? VERSION_U2F : names[applet->habits.select],
           reply);
}

/* Messages */

/* Being there is a touch, as long as it is fresh; it is used up by the core. */
static void
age_presence(SoftkeyNfcApplet *applet)
{
  SoftkeyTouch *touch = softkey_core_touch(applet->core);

  if (!applet->habits.touched &&
      now_ms(applet) - applet->powered_at >= PRESENCE_MS)
    touch->is_now = false;
}

static void
begin(SoftkeyNfcApplet *applet, bool extended, GByteArray *reply)
{
  g_autoptr(GByteArray) answer = g_byte_array_new();

  age_presence(applet);
  if (softkey_core_begin(applet->core, applet->message->data,
                         applet->message->len, answer)) {
    put_answer(applet, answer, extended, reply);
    return;
  }
  applet->state = WAITING;
  put_keepalive(reply, TOUCH);
}

static void
run_message(SoftkeyNfcApplet *applet, const SoftkeyApdu *apdu,
            GByteArray *reply)
{
  SoftkeyInject *inject = softkey_core_inject(applet->core);

  applet->keepalives = applet->habits.keepalives;
  if ((apdu->p1 & P1_KEEPALIVES) == 0 ||
      (!inject->stall && inject->delay_ms == 0 && applet->keepalives == 0)) {
    begin(applet, apdu->extended, reply);
    return;
  }
  applet->state = DELAYED;
  applet->begins_at =
      inject->stall ? INT64_MAX : now_ms(applet) + inject->delay_ms;
  inject->stall = false;
  put_keepalive(reply, PROCESSING);
}

/* A part: those before the last have the bit, data, and no Le. */
static void
take_part(SoftkeyNfcApplet *applet, const SoftkeyApdu *apdu, GByteArray *reply)
{
  bool last = (apdu->class & CHAINED) == 0;

  if (!applet->in_chain)
    g_byte_array_set_size(applet->message, 0);
  if (apdu->n == 0 || apdu->has_le != last ||
      applet->message->len + apdu->n > SOFTKEY_CTAPHID_MAX_MESSAGE) {
    put_fault(applet, reply, SW_WRONG_LENGTH);
    return;
  }
  g_byte_array_append(applet->message, apdu->data, (guint)apdu->n);
  applet->in_chain = !last;
  if (last)
    run_message(applet, apdu, reply);
  else
    put_word(reply, SW_OK);
}

/* "Still there?", or "stop". */
static void
run_still_there(SoftkeyNfcApplet *applet, const SoftkeyApdu *apdu,
                GByteArray *reply)
{
  g_autoptr(GByteArray) answer = g_byte_array_new();

  if (applet->state == IDLE) {
    put_fault(applet, reply, SW_NOT_NOW);
  } else if (apdu->p1 == P1_CANCEL) {
    softkey_core_cancel(applet->core, answer);
    put_answer(applet, answer, false, reply);
  } else if (applet->state == DELAYED) {
    if (now_ms(applet) < applet->begins_at || applet->keepalives > 1) {
      applet->keepalives -= applet->keepalives > 1;
      put_keepalive(reply, PROCESSING);
    } else {
      begin(applet, false, reply);
    }
  } else if (softkey_core_poll(applet->core, answer)) {
    put_answer(applet, answer, false, reply);
  } else {
    put_keepalive(reply, TOUCH);
  }
}

static void
run_get_response(SoftkeyNfcApplet *applet, const SoftkeyApdu *apdu,
                 GByteArray *reply)
{
  if (applet->rest->len == 0 || apdu->class != applet->message_class)
    put_fault(applet, reply,
              apdu->class != applet->message_class ? SW_NO_CLASS : SW_NOT_NOW);
  else
    put_portion(applet, reply, PORTION);
}

/* U2F has ISO's class, so an answer that is longer than a short one is fetched
 * in it, too. */
static void
run_u2f(SoftkeyNfcApplet *applet, const uint8_t *bytes, size_t len,
        const SoftkeyApdu *apdu, GByteArray *reply)
{
  g_autoptr(GByteArray) answer = g_byte_array_new();
  guint n;

  applet->message_class = 0;
  age_presence(applet);
  softkey_u2f_run(applet->core, bytes, len, answer);
  n = answer->len - MIN(answer->len, 2);
  if (apdu->extended || n <= PORTION) {
    g_byte_array_append(reply, answer->data, answer->len);
    return;
  }
  g_byte_array_set_size(applet->rest, 0);
  g_byte_array_append(applet->rest, answer->data, n);
  put_portion(applet, reply, PORTION);
}

static void
run_ctap(SoftkeyNfcApplet *applet, const SoftkeyApdu *apdu, GByteArray *reply)
{
  applet->message_class = 0x80;
  switch (apdu->instruction) {
  case INS_MESSAGE:
    take_part(applet, apdu, reply);
    return;
  case INS_STILL_THERE:
    run_still_there(applet, apdu, reply);
    return;
  case INS_GET_RESPONSE:
    run_get_response(applet, apdu, reply);
    return;
  }
  put_word(reply, SW_NO_INSTRUCTION);
}

void
softkey_nfc_applet_run(SoftkeyNfcApplet *applet, const uint8_t *bytes,
                       size_t len, GByteArray *reply)
{
  const SoftkeyProfile *profile = softkey_core_profile(applet->core);
  SoftkeyApdu apdu;

  g_byte_array_set_size(reply, 0);
  if (!softkey_apdu_parse(&apdu, bytes, len) ||
      (apdu.extended && !applet->habits.extended)) {
    put_word(reply, SW_WRONG_LENGTH);
    return;
  }
  if (apdu.class == 0 && apdu.instruction == INS_SELECT)
    run_select(applet, &apdu, reply);
  else if (!applet->selected)
    put_word(reply, SW_NOT_NOW);
  else if (apdu.class == 0 && apdu.instruction == INS_GET_RESPONSE)
    run_get_response(applet, &apdu, reply);
  else if (apdu.class == 0)
    run_u2f(applet, bytes, len, &apdu, reply);
  else if ((apdu.class & ~CHAINED) == 0x80 &&
           softkey_profile_has_ctap2(profile))
    run_ctap(applet, &apdu, reply);
  else
    put_word(reply, SW_NO_CLASS);
}

void
softkey_nfc_applet_power_up(SoftkeyNfcApplet *applet)
{
  SoftkeyTouch *touch = softkey_core_touch(applet->core);

  softkey_core_power_cycle(applet->core);
  applet->powers++;
  applet->selected = false;
  applet->in_chain = false;
  applet->state = IDLE;
  applet->powered_at = now_ms(applet);
  g_byte_array_set_size(applet->rest, 0);
  touch->is_now = !applet->habits.touched;
  if (!applet->habits.touched)
    touch->mode = SOFTKEY_TOUCH_DECLINE;
}

SoftkeyNfcHabits *
softkey_nfc_applet_habits(SoftkeyNfcApplet *applet)
{
  return &applet->habits;
}

unsigned
softkey_nfc_applet_faults(const SoftkeyNfcApplet *applet)
{
  return applet->faults;
}

unsigned
softkey_nfc_applet_powers(const SoftkeyNfcApplet *applet)
{
  return applet->powers;
}

SoftkeyNfcApplet *
softkey_nfc_applet_new(SoftkeyCore *core)
{
  SoftkeyNfcApplet *applet = g_new0(SoftkeyNfcApplet, 1);
  const SoftkeyProfile *profile = softkey_core_profile(core);

  applet->core = core;
  applet->habits.status_in_word = profile->nfc_status_in_word;
  if (profile->nfc_select != NULL)
    (void)softkey_nfc_habits_parse_select(profile->nfc_select,
                                          &applet->habits.select); /* checked */
  applet->message = g_byte_array_new();
  applet->rest = g_byte_array_new();
  return applet;
}

void
softkey_nfc_applet_free(SoftkeyNfcApplet *applet)
{
  if (applet == NULL)
    return;
  g_byte_array_unref(applet->message);
  g_byte_array_unref(applet->rest);
  g_free(applet);
}
