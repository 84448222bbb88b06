/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-ctaphid.c - framing against keys that lie, on a pipe whose
 * reports are written down. */
#include <string.h>

#include "fidotool/device/ctaphid.h"
#include "fidotool/error.h"
#include "tests/testing.h"

#define CHANNEL "\x11\x22\x33\x44"
#define OTHER "\x55\x66\x77\x88"
#define REPLIES 160
/* The scripts answer at once, however busy the machine is. */
#define LIMIT_MS 20000

/* A pipe that answers from a list, and keeps what was written. */
typedef struct {
  FidotoolReport base;
  uint8_t replies[REPLIES][FIDOTOOL_REPORT_SIZE];
  size_t n_replies;
  size_t next;
  bool armed;       /* nothing is there before something was written */
  bool pulled;      /* the key is gone after the last reply */
  bool flood;       /* the first reply again and again */
  GByteArray *sent; /* all reports that were written */
} Script;

static bool
write_script(FidotoolReport *base, const uint8_t report[FIDOTOOL_REPORT_SIZE],
             GError **error)
{
  Script *script = (Script *)base;

  (void)error;
  g_byte_array_append(script->sent, report, FIDOTOOL_REPORT_SIZE);
  script->armed = true;
  return true;
}

static int
read_script(FidotoolReport *base, uint8_t report[FIDOTOOL_REPORT_SIZE],
            int timeout_ms, GError **error)
{
  Script *script = (Script *)base;

  if (script->flood) {
    memcpy(report, script->replies[0], FIDOTOOL_REPORT_SIZE);
    return 1;
  }
  if (script->armed && script->next < script->n_replies) {
    memcpy(report, script->replies[script->next++], FIDOTOOL_REPORT_SIZE);
    return 1;
  }
  if (script->armed && script->pulled) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_LOST, "pulled");
    return -1;
  }
  g_usleep((gulong)MIN(timeout_ms, 5) * 1000);
  return 0;
}

static void
close_script(FidotoolReport *base)
{
  Script *script = (Script *)base;

  g_byte_array_unref(script->sent);
  g_free(script);
}

static const FidotoolReportOps script_ops = {write_script, read_script,
                                             close_script};

static Script *
new_script(void)
{
  Script *script = g_new0(Script, 1);

  script->base.ops = &script_ops;
  script->sent = g_byte_array_new();
  return script;
}

static uint8_t *
add(Script *script, const char *channel, int head)
{
  uint8_t *report = script->replies[script->n_replies++];

  assert_true(script->n_replies <= REPLIES);
  memcpy(report, channel, 4);
  report[4] = (uint8_t)head;
  return report;
}

/* The first frame of a message of len bytes, each of them fill. */
static void
add_first(Script *script, const char *channel, int command, size_t len,
          int fill)
{
  uint8_t *report = add(script, channel, command | 0x80);

  report[5] = (uint8_t)(len >> 8);
  report[6] = (uint8_t)len;
  memset(report + 7, fill, MIN(len, 57));
}

static void
add_next(Script *script, const char *channel, int sequence, int fill)
{
  memset(add(script, channel, sequence) + 5, fill, 59);
}

/* The answer to a nonce of eight times 7. */
static void
add_channel(Script *script, int nonce, const char *channel)
{
  uint8_t *report = add(script, "\xff\xff\xff\xff", 0x86);

  report[6] = 17;
  memset(report + 7, nonce, 8);
  memcpy(report + 15, channel, 4);
  report[19] = 2;
  report[23] = 4;
}

/* A channel that is open, on a script that goes on from here. */
static FidotoolCtaphid *
open_channel(Script *script, const FidotoolTransportHooks *hooks)
{
  static const uint8_t nonce[8] = {7, 7, 7, 7, 7, 7, 7, 7};
  FidotoolCtaphid *hid = fidotool_ctaphid_new(&script->base, hooks);
  uint8_t reply[17];

  add_channel(script, 7, CHANNEL);
  assert_true(fidotool_ctaphid_ask_channel(hid, nonce, NULL));
  assert_true(fidotool_ctaphid_read_channel(hid, LIMIT_MS, reply, NULL));
  assert_memory_equal(reply + 8, CHANNEL, 4);
  g_byte_array_set_size(script->sent, 0);
  script->armed = false;
  return hid;
}

static void
the_channel_is_the_answer_to_our_nonce(void **state)
{
  static const uint8_t nonce[8] = {7, 7, 7, 7, 7, 7, 7, 7};
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = fidotool_ctaphid_new(&script->base, NULL);
  uint8_t reply[17];

  (void)state;
  add_channel(script, 9, OTHER); /* somebody else's */
  add_first(script, OTHER, 0x10, 4, 1);
  add_channel(script, 7, CHANNEL);
  assert_true(fidotool_ctaphid_ask_channel(hid, nonce, NULL));
  assert_memory_equal(script->sent->data,
                      "\xff\xff\xff\xff\x86\x00\x08"
                      "\x07\x07\x07\x07\x07\x07\x07\x07\x00",
                      16);
  assert_true(fidotool_ctaphid_read_channel(hid, LIMIT_MS, reply, NULL));
  assert_memory_equal(reply + 8, CHANNEL, 4);
  assert_int_equal(fidotool_ctaphid_messages(hid), 1);
}

static void
a_channel_that_is_none_is_refused(void **state)
{
  static const uint8_t nonce[8] = {7, 7, 7, 7, 7, 7, 7, 7};
  static const char *const none[] = {"\0\0\0\0", "\xff\xff\xff\xff"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
    Script *script = new_script();
    g_autoptr(FidotoolCtaphid) hid = fidotool_ctaphid_new(&script->base, NULL);
    g_autoptr(GError) error = NULL;
    uint8_t reply[17];

    add_channel(script, 7, none[i]);
    assert_true(fidotool_ctaphid_ask_channel(hid, nonce, NULL));
    assert_false(fidotool_ctaphid_read_channel(hid, LIMIT_MS, reply, &error));
    assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  }
}

static void
a_message_is_cut_into_frames(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, NULL);
  uint8_t data[57 + 59 + 1];

  (void)state;
  memset(data, 0xab, sizeof(data));
  assert_true(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR, data,
                                    sizeof(data), NULL));
  assert_int_equal(script->sent->len, 3 * 64);
  assert_memory_equal(script->sent->data, CHANNEL "\x90\x00\x75\xab", 8);
  assert_memory_equal(script->sent->data + 64, CHANNEL "\x00\xab", 6);
  assert_memory_equal(script->sent->data + 128, CHANNEL "\x01\xab\x00", 7);
}

static void
a_message_beyond_the_limit_is_not_sent(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, NULL);
  g_autofree uint8_t *data = g_malloc0(FIDOTOOL_CTAPHID_MAX + 1);

  (void)state;
  assert_true(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR, data,
                                    FIDOTOOL_CTAPHID_MAX, NULL));
  assert_int_equal(script->sent->len, 129 * 64);
  assert_false(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR, data,
                                     FIDOTOOL_CTAPHID_MAX + 1, NULL));
  assert_int_equal(script->sent->len, 129 * 64);
}

/* What a key may answer, and what comes of it. */
static void
say_well(Script *script)
{
  add_first(script, CHANNEL, 0x3b, 1, 1);
  add_first(script, CHANNEL, 0x3b, 1, 2);
  add_first(script, OTHER, 0x10, 3, 9); /* not for us */
  add_first(script, CHANNEL, 0x10, 100, 5);
  add_next(script, OTHER, 0, 9);
  add_next(script, CHANNEL, 0, 6);
}

static void
say_largest(Script *script)
{
  add_first(script, CHANNEL, 0x10, FIDOTOOL_CTAPHID_MAX, 5);
  for (int i = 0; i < 128; i++)
    add_next(script, CHANNEL, i, 6);
}

static void
say_too_much(Script *script)
{
  add_first(script, CHANNEL, 0x10, FIDOTOOL_CTAPHID_MAX + 1, 5);
}

static void
say_next_first(Script *script)
{
  add_next(script, CHANNEL, 0, 5);
}

static void
say_swapped(Script *script)
{
  add_first(script, CHANNEL, 0x10, 150, 5);
  add_next(script, CHANNEL, 1, 5);
  add_next(script, CHANNEL, 0, 5);
}

static void
say_twice(Script *script)
{
  add_first(script, CHANNEL, 0x10, 150, 5);
  add_next(script, CHANNEL, 0, 5);
  add_next(script, CHANNEL, 0, 5);
}

static void
say_first_within(Script *script)
{
  add_first(script, CHANNEL, 0x10, 150, 5);
  add_first(script, CHANNEL, 0x10, 150, 5);
}

static void
say_keepalive_within(Script *script)
{
  add_first(script, CHANNEL, 0x10, 150, 5);
  add_first(script, CHANNEL, 0x3b, 1, 1);
}

static void
say_other_command(Script *script)
{
  add_first(script, CHANNEL, 0x03, 4, 5);
}

static void
say_long_keepalive(Script *script)
{
  add_first(script, CHANNEL, 0x3b, 2, 1);
}

static void
say_empty_error(Script *script)
{
  add_first(script, CHANNEL, 0x3f, 0, 0);
}

static void
say_error_zero(Script *script)
{
  add_first(script, CHANNEL, 0x3f, 1, 0);
}

static void
say_busy(Script *script)
{
  add_first(script, CHANNEL, 0x3f, 1, 0x06);
}

static void
say_half(Script *script)
{
  add_first(script, CHANNEL, 0x10, 150, 5);
  script->pulled = true;
}

static void
say_nothing_and_go(Script *script)
{
  script->pulled = true;
}

static void
say_others_only(Script *script)
{
  add_first(script, OTHER, 0x10, 3, 9);
  add_first(script, OTHER, 0x3b, 1, 2);
}

static void
say_touch_for_ever(Script *script)
{
  add_first(script, CHANNEL, 0x3b, 1, 2);
}

/* clang-format off */
static const struct {
  const char *name;
  void (*say)(Script *script);
  size_t len; /* of the message, 0 for an error */
  int code;
} answers[] = {
  { "in order, others' frames between", say_well, 100, 0 },
  { "the largest there is", say_largest, FIDOTOOL_CTAPHID_MAX, 0 },
  { "larger than a message can be", say_too_much, 0, FIDOTOOL_ERROR_INVALID },
  { "a later frame first", say_next_first, 0, FIDOTOOL_ERROR_INVALID },
  { "frames swapped", say_swapped, 0, FIDOTOOL_ERROR_INVALID },
  { "a frame twice", say_twice, 0, FIDOTOOL_ERROR_INVALID },
  { "a first frame within", say_first_within, 0, FIDOTOOL_ERROR_INVALID },
  { "a keepalive within", say_keepalive_within, 0, FIDOTOOL_ERROR_INVALID },
  { "another command", say_other_command, 0, FIDOTOOL_ERROR_INVALID },
  { "a keepalive of two bytes", say_long_keepalive, 0, FIDOTOOL_ERROR_INVALID },
  { "an error without a byte", say_empty_error, 0, FIDOTOOL_ERROR_INVALID },
  { "error zero, which is none", say_error_zero, 0, FIDOTOOL_ERROR_INVALID },
  { "channel busy", say_busy, 0, FIDOTOOL_ERROR_BUSY },
  { "half, then pulled out", say_half, 0, FIDOTOOL_ERROR_LOST },
  { "pulled out", say_nothing_and_go, 0, FIDOTOOL_ERROR_LOST },
  { "others' frames alone", say_others_only, 0, FIDOTOOL_ERROR_LOST },
  { "never touched", say_touch_for_ever, 0, FIDOTOOL_ERROR_TIMEOUT },
};
/* clang-format on */

/* Where there is nothing to read, the time must pass. */
static int
limit_of(void (*how)(Script *script))
{
  return how == say_touch_for_ever || how == say_others_only ? 200 : LIMIT_MS;
}

static void
each_answer_is_read_or_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
    Script *script = new_script();
    g_autoptr(FidotoolCtaphid) hid = open_channel(script, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) reply = NULL;

    answers[i].say(script);
    assert_true(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR,
                                      (const uint8_t *)"\x04", 1, NULL));
    reply = fidotool_ctaphid_receive(hid, FIDOTOOL_CTAPHID_CBOR,
                                     limit_of(answers[i].say), &error);
    if (answers[i].len > 0 &&
        (!reply || g_bytes_get_size(reply) != answers[i].len))
      fail_msg("%s: %s", answers[i].name, error ? error->message : "length");
    if (answers[i].len == 0 && (reply || error->code != answers[i].code))
      fail_msg("%s: %s", answers[i].name, error ? error->message : "accepted");
  }
}

static int touches;

static void
count_touches(FidotoolTransportStatus status, gpointer data)
{
  (void)data;
  touches += status == FIDOTOOL_TRANSPORT_TOUCH;
}

static bool cancel_now;

static bool
want_cancel(gpointer data)
{
  (void)data;
  return cancel_now;
}

static const FidotoolTransportHooks hooks = {.keepalive = count_touches,
                                             .cancelled = want_cancel};

static void
keepalives_are_events_once_a_change(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, &hooks);
  g_autoptr(GBytes) reply = NULL;

  (void)state;
  touches = 0;
  cancel_now = false;
  for (int i = 0; i < 5; i++)
    add_first(script, CHANNEL, 0x3b, 1, 2);
  add_first(script, CHANNEL, 0x3b, 1, 200); /* no status that we know */
  add_first(script, CHANNEL, 0x10, 1, 0);
  assert_true(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR,
                                    (const uint8_t *)"\x01", 1, NULL));
  reply = fidotool_ctaphid_receive(hid, FIDOTOOL_CTAPHID_CBOR, LIMIT_MS, NULL);
  assert_non_null(reply);
  assert_int_equal(touches, 1);
}

static void
cancel_is_told_to_the_key(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, &hooks);
  g_autoptr(GError) error = NULL;

  (void)state;
  add_first(script, CHANNEL, 0x3b, 1, 2);
  add_first(script, CHANNEL, 0x10, 1, 0x2d);
  assert_true(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR,
                                    (const uint8_t *)"\x01", 1, NULL));
  cancel_now = true;
  assert_null(
      fidotool_ctaphid_receive(hid, FIDOTOOL_CTAPHID_CBOR, LIMIT_MS, &error));
  cancel_now = false;
  assert_int_equal(error->code, FIDOTOOL_ERROR_CANCELLED);
  assert_int_equal(script->sent->len, 2 * 64);
  assert_memory_equal(script->sent->data + 64, CHANNEL "\x91\x00\x00", 7);
}

static void
a_touch_that_does_not_come_is_cancelled_at_the_key(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, NULL);
  g_autoptr(GError) error = NULL;

  (void)state;
  say_touch_for_ever(script);
  assert_true(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR,
                                    (const uint8_t *)"\x01", 1, NULL));
  assert_null(
      fidotool_ctaphid_receive(hid, FIDOTOOL_CTAPHID_CBOR, 100, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_TIMEOUT);
  assert_memory_equal(script->sent->data + 64, CHANNEL "\x91\x00\x00", 7);
}

static void
stale_frames_are_dropped_before_sending(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, NULL);
  g_autoptr(GBytes) reply = NULL;

  (void)state;
  add_first(script, CHANNEL, 0x10, 150, 1); /* of an earlier command */
  add_next(script, CHANNEL, 0, 1);
  script->armed = true;
  assert_true(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR,
                                    (const uint8_t *)"\x04", 1, NULL));
  add_first(script, CHANNEL, 0x10, 2, 7);
  reply = fidotool_ctaphid_receive(hid, FIDOTOOL_CTAPHID_CBOR, LIMIT_MS, NULL);
  assert_int_equal(g_bytes_get_size(reply), 2);
}

static void
a_key_that_never_stops_sending_is_given_up(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, NULL);
  g_autoptr(GError) error = NULL;

  (void)state;
  script->flood = true;
  assert_false(fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR,
                                     (const uint8_t *)"\x04", 1, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_LOST);
}

/* One look, one frame: for who listens to several keys in turn. */
static void
a_look_takes_one_frame_and_tells_what_it_was(void **state)
{
  Script *script = new_script();
  g_autoptr(FidotoolCtaphid) hid = open_channel(script, NULL);
  g_autoptr(GBytes) reply = NULL;
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_int_equal(fidotool_ctaphid_poll(hid, 0x10, 0, &reply, NULL), 0);
  script->armed = true;
  add_first(script, CHANNEL, 0x3b, 1, 2); /* a keepalive */
  add_first(script, OTHER, 0x10, 1, 0);
  add_first(script, CHANNEL, 0x10, 60, 7);
  add_next(script, CHANNEL, 0, 7);
  for (int i = 0; i < 2; i++)
    assert_int_equal(fidotool_ctaphid_poll(hid, 0x10, 0, &reply, NULL), 0);
  assert_int_equal(fidotool_ctaphid_poll(hid, 0x10, 0, &reply, NULL), 1);
  assert_int_equal(g_bytes_get_size(reply), 60);
  add_first(script, CHANNEL, 0x10, 7610, 7);
  assert_int_equal(fidotool_ctaphid_poll(hid, 0x10, 0, &reply, &error), -1);
  assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  g_clear_error(&error);
  script->pulled = true;
  assert_int_equal(fidotool_ctaphid_poll(hid, 0x10, 0, &reply, &error), -1);
  assert_int_equal(error->code, FIDOTOOL_ERROR_LOST);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_channel_is_the_answer_to_our_nonce),
      cmocka_unit_test(a_channel_that_is_none_is_refused),
      cmocka_unit_test(a_message_is_cut_into_frames),
      cmocka_unit_test(a_message_beyond_the_limit_is_not_sent),
      cmocka_unit_test(each_answer_is_read_or_refused),
      cmocka_unit_test(keepalives_are_events_once_a_change),
      cmocka_unit_test(cancel_is_told_to_the_key),
      cmocka_unit_test(a_touch_that_does_not_come_is_cancelled_at_the_key),
      cmocka_unit_test(stale_frames_are_dropped_before_sending),
      cmocka_unit_test(a_key_that_never_stops_sending_is_given_up),
      cmocka_unit_test(a_look_takes_one_frame_and_tells_what_it_was),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
