/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-nfc.c - the card in this process, and the reader's side of the
 * protocol on it: both forms of APDUs, whatever the card's habits are. */
#include <string.h>

#include "fidotool/device/apdu.h"
#include "tests/softkey/nfc-applet.h"
#include "tests/testing.h"

#define ROUNDS 1000 /* a backstop */

typedef struct {
  SoftkeyCore *core;
  SoftkeyNfcApplet *applet;
  SoftkeyNfcHabits *habits;
  unsigned apdus; /* of the last exchange */
} Fixture;

/* One whole exchange; the key's time goes on while it is waited for. Takes
 * apdu. */
static GBytes *
exchange(Fixture *fixture, FidotoolApdu *apdu, bool cancel)
{
  g_autoptr(FidotoolApdu) taken = apdu;
  g_autoptr(GByteArray) answer = g_byte_array_new();

  fixture->apdus = 0;
  for (int i = 0; i < ROUNDS; i++) {
    GBytes *next = fidotool_apdu_next(taken);
    FidotoolApduStep step;
    g_autoptr(GError) error = NULL;

    softkey_nfc_applet_run(fixture->applet, g_bytes_get_data(next, NULL),
                           g_bytes_get_size(next), answer);
    fixture->apdus++;
    if (!fidotool_apdu_take(taken, answer->data, answer->len, &step, &error))
      return NULL;
    if (step == FIDOTOOL_APDU_DONE)
      return g_bytes_ref(fidotool_apdu_reply(taken));
    if (step == FIDOTOOL_APDU_WAIT && cancel)
      fidotool_apdu_cancel(taken);
    if (step == FIDOTOOL_APDU_WAIT)
      softkey_env_advance(softkey_core_env(fixture->core), 100);
  }
  fail_msg("it never ends");
  return NULL;
}

static int
set_up_as(void **state, const char *profile, const char *applet)
{
  Fixture *fixture = g_new0(Fixture, 1);
  g_autoptr(GBytes) name = NULL;

  fixture->core = softkey_core_new_in_memory(profile, 1, NULL);
  fixture->applet = softkey_nfc_applet_new(fixture->core);
  fixture->habits = softkey_nfc_applet_habits(fixture->applet);
  softkey_nfc_applet_power_up(fixture->applet);
  name = exchange(fixture, fidotool_apdu_new_select(), false);
  assert_non_null(name);
  assert_int_equal(g_bytes_get_size(name), strlen(applet));
  assert_memory_equal(g_bytes_get_data(name, NULL), applet, strlen(applet));
  *state = fixture;
  return 0;
}

static int
set_up(void **state)
{
  return set_up_as(state, "plain-2.1", "FIDO_2_0");
}

static int
set_up_u2f(void **state)
{
  return set_up_as(state, "u2f-only", "U2F_V2");
}

static int
tear_down(void **state)
{
  Fixture *fixture = *state;

  assert_int_equal(softkey_nfc_applet_faults(fixture->applet), 0);
  softkey_nfc_applet_free(fixture->applet);
  softkey_core_free(fixture->core);
  g_free(fixture);
  return 0;
}

/* makeCredential for one user, with a name of so many bytes. */
static GByteArray *
new_make(size_t name)
{
  static const uint8_t head[] = {0x01, 0xa4, 0x01, 0x58, 0x20};
  static const uint8_t rp[] = {0x02, 0xa1, 0x62, 'i', 'd', 0x63, 'a', '.', 'b'};
  static const uint8_t user[] = {0x03, 0xa2, 0x62, 'i', 'd', 0x41,
                                 0x07, 0x64, 'n',  'a', 'm', 'e'};
  static const uint8_t algs[] = {0x04, 0x81, 0xa2, 0x63, 'a', 'l',  'g', 0x26,
                                 0x64, 't',  'y',  'p',  'e', 0x6a, 'p', 'u',
                                 'b',  'l',  'i',  'c',  '-', 'k',  'e', 'y'};
  const uint8_t text[] = {0x79, (uint8_t)(name >> 8), (uint8_t)name};
  static const uint8_t hash[32] = {1};
  g_autofree char *letters = g_strnfill(name, 'x');
  GByteArray *make = g_byte_array_new();

  g_byte_array_append(make, head, sizeof(head));
  g_byte_array_append(make, hash, sizeof(hash));
  g_byte_array_append(make, rp, sizeof(rp));
  g_byte_array_append(make, user, sizeof(user));
  g_byte_array_append(make, text, sizeof(text));
  g_byte_array_append(make, (const uint8_t *)letters, (guint)name);
  g_byte_array_append(make, algs, sizeof(algs));
  return make;
}

static int
status_of(GBytes *reply)
{
  assert_non_null(reply);
  return ((const uint8_t *)g_bytes_get_data(reply, NULL))[0];
}

/* Status of a makeCredential whose message has some hundreds of bytes. */
static int
make(Fixture *fixture, size_t extended)
{
  g_autoptr(GByteArray) message = new_make(400);
  g_autoptr(GBytes) reply = exchange(
      fixture, fidotool_apdu_new_message(message->data, message->len, extended),
      false);

  return status_of(reply);
}

static void
test_parts_and_portions(void **state)
{
  Fixture *fixture = *state;

  assert_int_equal(make(fixture, 0), 0);
  assert_true(fixture->apdus >= 5); /* three parts in, three portions out */
}

static void
test_the_extended_form_in_one(void **state)
{
  Fixture *fixture = *state;

  fixture->habits->extended = true;
  assert_int_equal(make(fixture, 65535), 0);
  assert_int_equal(fixture->apdus, 1);
}

/* The reader allows it, the card does not. */
static void
test_a_card_that_takes_short_ones_alone(void **state)
{
  Fixture *fixture = *state;

  assert_int_equal(make(fixture, 65535), 0);
  assert_true(fixture->apdus >= 6);
}

/* Being there is one touch: the second one is missed, in either form. */
static void
test_presence_is_used_up(void **state)
{
  Fixture *fixture = *state;

  assert_int_equal(make(fixture, 0), 0);
  assert_int_equal(make(fixture, 0), 0x27);
  fixture->habits->status_in_word = true;
  assert_int_equal(make(fixture, 0), 0x27);
  softkey_nfc_applet_power_up(fixture->applet);
  assert_null(exchange(fixture,
                       fidotool_apdu_new_message((const uint8_t *)"\x04", 1, 0),
                       false)); /* not selected any more */
}

static void
test_presence_grows_old(void **state)
{
  Fixture *fixture = *state;

  softkey_env_advance(softkey_core_env(fixture->core), 120000);
  assert_int_equal(make(fixture, 0), 0x27);
}

static void
test_keepalives_and_their_end(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(GByteArray) message = new_make(10);
  g_autoptr(GBytes) reply = NULL;

  fixture->habits->keepalives = 5;
  assert_int_equal(make(fixture, 0), 0);
  softkey_core_inject(fixture->core)->stall = true;
  reply = exchange(
      fixture, fidotool_apdu_new_message(message->data, message->len, 0), true);
  assert_int_equal(status_of(reply), 0x2d);
}

/* A registration with U2F; its status word. */
static unsigned
enrol_u2f(Fixture *fixture)
{
  uint8_t request[7 + 64 + 2] = {0, 1, 3, 0, 0, 0, 64};
  g_autoptr(GBytes) reply = exchange(
      fixture, fidotool_apdu_new_u2f(request, sizeof request, 0), false);
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  assert_true(len >= 2);
  return (unsigned)data[len - 2] << 8 | data[len - 1];
}

/* The reply is longer than a short answer; presence is one touch here, too. */
static void
test_u2f_comes_in_portions(void **state)
{
  Fixture *fixture = *state;

  assert_int_equal(enrol_u2f(fixture), 0x9000);
  assert_true(fixture->apdus >= 3);
  assert_int_equal(enrol_u2f(fixture), 0x6985);
}

static void
test_a_key_with_u2f_alone_knows_no_ctap2(void **state)
{
  Fixture *fixture = *state;

  assert_null(exchange(fixture,
                       fidotool_apdu_new_message((const uint8_t *)"\x04", 1, 0),
                       false));
}

int
main(void)
{
#define U2F(name) cmocka_unit_test_setup_teardown(name, set_up_u2f, tear_down)
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_parts_and_portions),
      TEST(test_the_extended_form_in_one),
      TEST(test_a_card_that_takes_short_ones_alone),
      TEST(test_presence_is_used_up),
      TEST(test_presence_grows_old),
      TEST(test_keepalives_and_their_end),
      U2F(test_u2f_comes_in_portions),
      U2F(test_a_key_with_u2f_alone_knows_no_ctap2),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
