/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-token.c - whole messages beside libfido2, and tokens bought
 * from a software key in another process. */
#include <string.h>

#include "fidotool/device/ctap.h"
#include "fidotool/device/ctaphid.h"
#include "fidotool/device/pin.h"
#include "fidotool/device/token.h"
#include "fidotool/error.h"
#include "tests/softkey/process.h"
#include "tests/testing.h"

#define PIN "271828"
/* More than libfido2 1.12 can read. */
#define LONG 5000

static const FidotoolTransportHooks no_hooks;

typedef struct {
  SoftkeyProcess *process;
  FidotoolKey *key;
  FidotoolSecret *pin;
} Desk;

static void
open_key(Desk *desk)
{
  g_autoptr(GError) error = NULL;

  fidotool_key_free(desk->key);
  desk->key = fidotool_key_open(
      fidotool_ctaphid_transport(fidotool_ctaphid_new(
          fidotool_report_socket_open(desk->process->key_path, &error),
          &no_hooks)),
      &error);
  if (!desk->key)
    fail_msg("%s", error->message);
}

static void
start(Desk *desk, const char *profile)
{
  desk->process = softkey_process_start(profile);
  desk->pin = fidotool_secret_new_copy(PIN, strlen(PIN));
  open_key(desk);
  assert_true(fidotool_pin_set(desk->key, NULL, desk->pin, NULL));
  open_key(desk);
}

static void
stop(Desk *desk)
{
  fidotool_key_free(desk->key);
  fidotool_secret_free(desk->pin);
  softkey_process_free(desk->process);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, stop)

G_GNUC_PRINTF(2, 3)
static void
say(const Desk *desk, const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autofree char *answer = NULL;
  va_list list;

  va_start(list, format);
  line = g_strdup_vprintf(format, list);
  va_end(list);
  answer = softkey_process_control(desk->process, line);
  assert_true(g_str_has_prefix(answer, "ok"));
}

static FidotoolToken *
buy(const Desk *desk, GError **error)
{
  return fidotool_token_buy(desk->key, desk->pin, FIDOTOOL_TOKEN_MAKE,
                            "example.org", 1000, error);
}

static void
a_token_takes_two_messages_on_every_kind_of_key(void **state)
{
  static const char *const profiles[] = {NULL, "pre-2.1", "self-2.3"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
    g_auto(Desk) desk = {0};
    g_autoptr(FidotoolToken) token = NULL;
    unsigned before;

    start(&desk, profiles[i]);
    before = fidotool_key_messages(desk.key);
    token = buy(&desk, NULL);
    assert_non_null(token);
    assert_int_equal(fidotool_key_messages(desk.key), before + 2);
    assert_int_equal(softkey_process_count(desk.process, "tokens"), 1);
    assert_int_equal(fidotool_token_protocol(token), i == 0 ? 2 : 1);
  }
}

static void
a_wrong_pin_is_one_try_and_no_token(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(FidotoolSecret) wrong = fidotool_secret_new_copy("0000", 4);
  g_autoptr(GError) error = NULL;

  (void)state;
  start(&desk, NULL);
  assert_null(fidotool_token_buy(desk.key, wrong, FIDOTOOL_TOKEN_MAKE,
                                 "example.org", 1000, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_PIN_INVALID);
  assert_int_equal(fidotool_key_status(desk.key), 0x31);
  assert_int_equal(softkey_process_count(desk.process, "pin_tries"), 1);
  assert_int_equal(softkey_process_count(desk.process, "tokens"), 0);
}

/* What softkey does to the reply of either message, byte by byte. */
static void
damaged_replies_are_errors_never_tokens(void **state)
{
  g_auto(Desk) desk = {0};

  (void)state;
  start(&desk, NULL);
  for (int message = 1; message <= 2; message++)
    for (int cut = 1; cut < 130; cut += message == 1 ? 3 : 9) {
      g_autoptr(GError) error = NULL;
      g_autoptr(FidotoolToken) token = NULL;

      say(&desk, "truncate %d %d", message, cut);
      token = buy(&desk, &error);
      assert_null(token);
      assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
    }
  for (int message = 1; message <= 2; message++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolToken) token = NULL;

    say(&desk, "append %d 1", message);
    token = buy(&desk, &error);
    assert_null(token);
    assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  }
}

static void
replies_beyond_2048_bytes_arrive_whole(void **state)
{
  static const uint8_t get_info = 0x04;
  g_auto(Desk) desk = {0};
  g_autoptr(GBytes) plain = NULL, longer = NULL;

  (void)state;
  start(&desk, NULL);
  plain = fidotool_key_exchange(desk.key, &get_info, 1, 1000, NULL);
  say(&desk, "append 1 %d", LONG);
  longer = fidotool_key_exchange(desk.key, &get_info, 1, 1000, NULL);
  assert_int_equal(g_bytes_get_size(longer), g_bytes_get_size(plain) + LONG);
  assert_memory_equal(g_bytes_get_data(longer, NULL),
                      g_bytes_get_data(plain, NULL), g_bytes_get_size(plain));
}

static void
what_the_key_says_later_is_believed(void **state)
{
  g_auto(Desk) desk = {0};
  g_autoptr(GError) error = NULL;

  (void)state;
  desk.process = softkey_process_start(NULL);
  desk.pin = fidotool_secret_new_copy(PIN, strlen(PIN));
  open_key(&desk);
  assert_int_equal(fidotool_pin_state(desk.key), FIDOTOOL_PIN_NOT_SET);
  assert_true(fidotool_pin_set(desk.key, NULL, desk.pin, NULL));
  assert_true(fidotool_key_refresh(desk.key, NULL));
  assert_int_equal(fidotool_pin_state(desk.key), FIDOTOOL_PIN_SET);
  /* a bad answer leaves what was known */
  say(&desk, "truncate 1 4");
  assert_false(fidotool_key_refresh(desk.key, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  assert_int_equal(fidotool_pin_state(desk.key), FIDOTOOL_PIN_SET);
}

static void
a_command_that_fails_says_what_was_done(void **state)
{
  const FidotoolCtapCommand command = {0x0f, NULL, 1000, "ask in vain"};
  g_auto(Desk) desk = {0};
  g_autoptr(GError) error = NULL;

  (void)state;
  start(&desk, NULL);
  assert_false(fidotool_ctap_run(desk.key, &command, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_UNSUPPORTED);
  assert_true(g_str_has_prefix(error->message, "ask in vain: "));
  assert_int_equal(fidotool_key_status(desk.key), 0x01);
}

static void
a_message_longer_than_the_key_takes_is_not_sent(void **state)
{
  g_autoptr(GByteArray) parameters = g_byte_array_new();
  const FidotoolCtapCommand command = {0x0c, parameters, 1000, "say too much"};
  g_auto(Desk) desk = {0};
  g_autoptr(GError) error = NULL;
  unsigned before;

  (void)state;
  start(&desk, "pre-2.1"); /* it takes 1200 bytes */
  g_byte_array_set_size(parameters, 1200);
  before = fidotool_key_messages(desk.key);
  assert_null(fidotool_ctap_send(desk.key, &command, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_FULL);
  assert_int_equal(fidotool_key_messages(desk.key), before);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_token_takes_two_messages_on_every_kind_of_key),
      cmocka_unit_test(a_wrong_pin_is_one_try_and_no_token),
      cmocka_unit_test(damaged_replies_are_errors_never_tokens),
      cmocka_unit_test(replies_beyond_2048_bytes_arrive_whole),
      cmocka_unit_test(what_the_key_says_later_is_believed),
      cmocka_unit_test(a_command_that_fails_says_what_was_done),
      cmocka_unit_test(a_message_longer_than_the_key_takes_is_not_sent),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
