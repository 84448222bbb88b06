/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-ctaphid.c - framing: channels, packets in and out of order,
 * keepalive, cancel, busy (CTAP 2.1, section 11.2). */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/core.h"
#include "tests/softkey/ctaphid.h"

#define REPORT SOFTKEY_CTAPHID_REPORT
#define BROADCAST 0xffffffff

#define PING 0x81
#define MSG 0x83
#define INIT 0x86
#define WINK 0x88
#define CBOR 0x90
#define CANCEL 0x91
#define KEEPALIVE 0xbb
#define ERROR 0xbf

/* What the key has sent. */
typedef struct {
  int port;
  uint8_t bytes[REPORT];
} Sent;

typedef struct {
  SoftkeyCore *core;
  SoftkeyCtaphid *hid;
  GArray *sent;
} Bench;

static void
keep(void *data, int port, const uint8_t report[REPORT])
{
  Bench *bench = data;
  Sent sent = {.port = port};

  memcpy(sent.bytes, report, REPORT);
  g_array_append_val(bench->sent, sent);
}

static int
set_up(void **state)
{
  Bench *bench = g_new0(Bench, 1);

  bench->core = softkey_core_new_in_memory("plain-2.1", 1, NULL);
  bench->hid = softkey_ctaphid_new(bench->core, keep, bench);
  bench->sent = g_array_new(FALSE, FALSE, sizeof(Sent));
  *state = bench;
  return 0;
}

static int
tear_down(void **state)
{
  Bench *bench = *state;

  softkey_ctaphid_free(bench->hid);
  softkey_core_free(bench->core);
  g_array_unref(bench->sent);
  g_free(bench);
  return 0;
}

/* One report: cid, then the bytes behind it, the rest is zero. */
static void
put(Bench *bench, int port, uint32_t cid, const void *bytes, size_t len)
{
  uint8_t report[REPORT] = {0};
  uint32_t big = GUINT32_TO_BE(cid);

  memcpy(report, &big, 4);
  memcpy(report + 4, bytes, len);
  softkey_ctaphid_receive(bench->hid, port, report);
}

/* A first report whose message is len bytes long. */
static void
put_first(Bench *bench, int port, uint32_t cid, uint8_t command, size_t len)
{
  const uint8_t head[] = {command, (uint8_t)(len >> 8), (uint8_t)len};

  put(bench, port, cid, head, sizeof head);
}

static void
put_next(Bench *bench, int port, uint32_t cid, uint8_t sequence)
{
  put(bench, port, cid, &sequence, 1);
}

/* The number of reports since the last call of forget(). */
static guint
count(const Bench *bench)
{
  return bench->sent->len;
}

static void
forget(Bench *bench)
{
  g_array_set_size(bench->sent, 0);
}

/* The n-th report is a first one of command with this first byte. */
static void
assert_report(const Bench *bench, guint n, uint8_t command, uint8_t byte)
{
  const Sent *sent;

  assert_true(n < bench->sent->len);
  sent = &g_array_index(bench->sent, Sent, n);
  assert_int_equal(sent->bytes[4], command);
  assert_int_equal(sent->bytes[7], byte);
}

/* The only report since then is this error. */
static void
assert_error(Bench *bench, uint8_t error)
{
  assert_int_equal(count(bench), 1);
  assert_report(bench, 0, ERROR, error);
  forget(bench);
}

static uint32_t
open_channel(Bench *bench, int port)
{
  static const uint8_t init[] = {INIT, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
  const Sent *sent;
  uint32_t big;

  forget(bench);
  put(bench, port, BROADCAST, init, sizeof init);
  assert_int_equal(count(bench), 1);
  sent = &g_array_index(bench->sent, Sent, 0);
  assert_int_equal(sent->port, port);
  assert_int_equal(sent->bytes[4], INIT);
  assert_int_equal(sent->bytes[6], 17);
  assert_memory_equal(sent->bytes + 7, init + 3, 8);
  assert_int_equal(sent->bytes[19], 2);    /* protocol version */
  assert_int_equal(sent->bytes[23], 0x0d); /* WINK, CBOR, no MSG */
  memcpy(&big, sent->bytes + 15, 4);
  forget(bench);
  return GUINT32_FROM_BE(big);
}

/* authenticatorSelection: waits for a touch, where there is none. */
static void
begin_waiting(Bench *bench, int port, uint32_t cid)
{
  static const uint8_t selection[] = {CBOR, 0, 1, 0x0b};

  softkey_core_touch(bench->core)->mode = SOFTKEY_TOUCH_NEVER;
  put(bench, port, cid, selection, sizeof selection);
  assert_int_equal(count(bench), 1);
  assert_report(bench, 0, KEEPALIVE, 2);
  forget(bench);
}

static void
advance(Bench *bench, int64_t ms)
{
  softkey_env_advance(softkey_core_env(bench->core), ms);
  softkey_ctaphid_tick(bench->hid);
}

static void
test_channels_differ_and_are_the_ports_own(void **state)
{
  Bench *bench = *state;
  uint32_t one = open_channel(bench, 1);
  uint32_t two = open_channel(bench, 2);

  assert_int_not_equal(one, two);
  assert_int_not_equal(one, 0);
  assert_int_equal(softkey_ctaphid_channels(bench->hid), 2);
  put_first(bench, 2, one, PING, 0);
  assert_error(bench, 0x0b);
  softkey_ctaphid_close(bench->hid, 1);
  assert_int_equal(softkey_ctaphid_channels(bench->hid), 1);
  put_first(bench, 1, one, PING, 0);
  assert_error(bench, 0x0b);
}

static void
test_unknown_channels_are_refused(void **state)
{
  Bench *bench = *state;

  (void)open_channel(bench, 1);
  put_first(bench, 1, 0, PING, 0);
  assert_error(bench, 0x0b);
  put_first(bench, 1, 0x12345678, CBOR, 1);
  assert_error(bench, 0x0b);
  put_first(bench, 1, BROADCAST, PING, 0);
  assert_error(bench, 0x0b);
  put_first(bench, 1, BROADCAST, CBOR, 1);
  assert_error(bench, 0x0b);
}

static void
test_init_is_eight_bytes(void **state)
{
  Bench *bench = *state;

  put_first(bench, 1, BROADCAST, INIT, 7);
  assert_error(bench, 0x03);
  put_first(bench, 1, BROADCAST, INIT, 9);
  assert_error(bench, 0x03);
  assert_int_equal(softkey_ctaphid_channels(bench->hid), 0);
}

static void
test_ping_comes_back_in_each_length(void **state)
{
  static const size_t lengths[] = {0, 1, 57, 58, 116, 117, 1000, 7609};
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
    size_t len = lengths[i];
    size_t reports = len <= 57 ? 1 : 1 + (len - 57 + 58) / 59;

    put_first(bench, 1, cid, PING, len);
    for (size_t n = 1; n < reports; n++) {
      assert_int_equal(count(bench), 0);
      put_next(bench, 1, cid, (uint8_t)(n - 1));
    }
    assert_int_equal(count(bench), reports);
    for (size_t n = 1; n < reports; n++)
      assert_int_equal(g_array_index(bench->sent, Sent, n).bytes[4], n - 1);
    forget(bench);
  }
}

static void
test_a_message_above_7609_bytes_is_refused(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  put_first(bench, 1, cid, PING, 7610);
  assert_error(bench, 0x03);
  put_first(bench, 1, cid, CBOR, 0xffff);
  assert_error(bench, 0x03);
  put_first(bench, 1, cid, PING, 0); /* and the channel lives */
  assert_report(bench, 0, PING, 0);
}

static void
test_packets_out_of_order_end_the_message(void **state)
{
  static const uint8_t wrong[] = {1, 2, 0x7f};
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
    put_first(bench, 1, cid, PING, 200);
    put_next(bench, 1, cid, wrong[i]);
    assert_error(bench, 0x04);
    put_next(bench, 1, cid, 0); /* of nothing: ignored */
    assert_int_equal(count(bench), 0);
  }
  put_first(bench, 1, cid, PING, 200);
  put_next(bench, 1, cid, 0);
  put_next(bench, 1, cid, 0); /* the same once more */
  assert_error(bench, 0x04);
}

static void
test_a_new_message_inside_a_message_is_out_of_order(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  put_first(bench, 1, cid, PING, 200);
  put_first(bench, 1, cid, CBOR, 1);
  assert_error(bench, 0x04);
  put_first(bench, 1, cid, PING, 0);
  assert_report(bench, 0, PING, 0);
}

static void
test_half_a_message_times_out(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  put_first(bench, 1, cid, PING, 200);
  advance(bench, 499);
  assert_int_equal(count(bench), 0);
  put_next(bench, 1, cid, 0); /* which starts the time anew */
  advance(bench, 499);
  assert_int_equal(count(bench), 0);
  advance(bench, 1);
  assert_error(bench, 0x05);
  assert_true(softkey_ctaphid_due(bench->hid) == INT64_MAX);
}

static void
test_init_on_a_channel_takes_its_message_back(void **state)
{
  static const uint8_t init[] = {INIT, 0, 8, 8, 7, 6, 5, 4, 3, 2, 1};
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);
  uint32_t big = GUINT32_TO_BE(cid);

  put_first(bench, 1, cid, PING, 200);
  put(bench, 1, cid, init, sizeof init);
  assert_int_equal(count(bench), 1);
  assert_memory_equal(g_array_index(bench->sent, Sent, 0).bytes + 15, &big, 4);
  assert_int_equal(softkey_ctaphid_channels(bench->hid), 1);
  forget(bench);
  begin_waiting(bench, 1, cid);
  put(bench, 1, cid, init, sizeof init);
  assert_int_equal(count(bench), 1);
  assert_report(bench, 0, INIT, 8);
  assert_false(softkey_ctaphid_is_waiting(bench->hid));
}

static void
test_a_second_channel_is_told_to_wait(void **state)
{
  static const uint8_t info[] = {CBOR, 0, 1, 0x04};
  Bench *bench = *state;
  uint32_t one = open_channel(bench, 1);
  uint32_t two = open_channel(bench, 2);

  put_first(bench, 1, one, PING, 200); /* while a message comes in */
  put(bench, 2, two, info, sizeof info);
  assert_error(bench, 0x06);
  put_next(bench, 2, two, 0); /* no part of it */
  assert_int_equal(count(bench), 0);
  softkey_ctaphid_close(bench->hid, 1);
  one = open_channel(bench, 1);
  begin_waiting(bench, 1, one); /* while somebody should touch */
  put(bench, 2, two, info, sizeof info);
  assert_error(bench, 0x06);
  put(bench, 1, one, info, sizeof info);
  assert_error(bench, 0x06);
  (void)open_channel(bench, 3); /* but a channel is always to be had */
  softkey_core_touch(bench->core)->is_now = true;
  softkey_ctaphid_tick(bench->hid);
  assert_int_equal(count(bench), 1);
  assert_report(bench, 0, CBOR, 0);
  assert_int_equal(g_array_index(bench->sent, Sent, 0).port, 1);
  forget(bench);
  put(bench, 2, two, info, sizeof info);
  assert_report(bench, 0, CBOR, 0);
}

static void
test_keepalive_comes_each_100_ms_until_the_touch(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  begin_waiting(bench, 1, cid);
  for (int i = 0; i < 5; i++) {
    advance(bench, 99);
    assert_int_equal(count(bench), 0);
    advance(bench, 1);
    assert_int_equal(count(bench), 1);
    assert_report(bench, 0, KEEPALIVE, 2);
    forget(bench);
  }
  softkey_core_touch(bench->core)->is_now = true;
  softkey_ctaphid_tick(bench->hid);
  assert_int_equal(count(bench), 1);
  assert_report(bench, 0, CBOR, 0);
}

static void
test_nobody_touches_for_half_a_minute(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  begin_waiting(bench, 1, cid);
  advance(bench, 30000);
  assert_int_equal(count(bench), 1);
  assert_report(bench, 0, CBOR, 0x2f);
}

static void
test_a_touch_comes_after_its_time(void **state)
{
  static const uint8_t selection[] = {CBOR, 0, 1, 0x0b};
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  softkey_core_touch(bench->core)->after_ms = 250;
  put(bench, 1, cid, selection, sizeof selection);
  advance(bench, 249);
  assert_report(bench, count(bench) - 1, KEEPALIVE, 2);
  advance(bench, 1);
  assert_report(bench, count(bench) - 1, CBOR, 0);
}

static void
test_cancel_ends_the_wait_and_has_no_answer(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);
  uint32_t other = open_channel(bench, 2);

  begin_waiting(bench, 1, cid);
  put_first(bench, 2, other, CANCEL, 0); /* not theirs to cancel */
  assert_int_equal(count(bench), 0);
  assert_true(softkey_ctaphid_is_waiting(bench->hid));
  put_first(bench, 1, cid, CANCEL, 0);
  assert_int_equal(count(bench), 1);
  assert_report(bench, 0, CBOR, 0x2d);
  forget(bench);
  put_first(bench, 1, cid, CANCEL, 0); /* of nothing */
  assert_int_equal(count(bench), 0);
}

static void
test_the_other_end_going_away_ends_the_wait(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);
  uint32_t other = open_channel(bench, 2);

  begin_waiting(bench, 1, cid);
  softkey_ctaphid_close(bench->hid, 1);
  softkey_core_touch(bench->core)->is_now = true;
  softkey_ctaphid_tick(bench->hid);
  assert_int_equal(count(bench), 0);
  assert_int_equal(softkey_core_counters(bench->core)->touches, 0);
  put_first(bench, 2, other, PING, 0);
  assert_report(bench, 0, PING, 0);
}

static void
test_power_loss_ends_channels_and_waits(void **state)
{
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  begin_waiting(bench, 1, cid);
  softkey_ctaphid_power_cycle(bench->hid);
  assert_false(softkey_ctaphid_is_waiting(bench->hid));
  put_first(bench, 1, cid, PING, 0);
  assert_error(bench, 0x0b);
}

static void
test_commands_it_lacks_are_refused(void **state)
{
  static const uint8_t commands[] = {MSG, 0x84, 0x85, 0xbb, 0xbf, 0xc0, 0xff};
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
    put_first(bench, 1, cid, commands[i], 1);
    assert_error(bench, 0x01);
  }
  put_first(bench, 1, cid, CBOR, 0);
  assert_error(bench, 0x03);
  put_first(bench, 1, cid, WINK, 1);
  assert_error(bench, 0x03);
  put_first(bench, 1, cid, WINK, 0);
  assert_report(bench, 0, WINK, 0);
}

static void
test_a_slow_key_says_that_it_works(void **state)
{
  static const uint8_t info[] = {CBOR, 0, 1, 0x04};
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  softkey_core_inject(bench->core)->delay_ms = 150;
  put(bench, 1, cid, info, sizeof info);
  assert_report(bench, 0, KEEPALIVE, 1);
  advance(bench, 100);
  assert_report(bench, 1, KEEPALIVE, 1);
  advance(bench, 50);
  assert_report(bench, 2, CBOR, 0);
}

static void
test_a_stalled_key_never_answers_but_can_be_cancelled(void **state)
{
  static const uint8_t info[] = {CBOR, 0, 1, 0x04};
  Bench *bench = *state;
  uint32_t cid = open_channel(bench, 1);

  softkey_core_inject(bench->core)->stall = true;
  put(bench, 1, cid, info, sizeof info);
  for (int i = 0; i < 600; i++)
    advance(bench, 100);
  assert_int_equal(count(bench), 601);
  assert_report(bench, 600, KEEPALIVE, 1);
  forget(bench);
  put_first(bench, 1, cid, CANCEL, 0);
  assert_report(bench, 0, CBOR, 0x2d);
  forget(bench);
  put(bench, 1, cid, info, sizeof info); /* once only */
  assert_report(bench, 0, CBOR, 0);
}

static void
test_channels_are_bounded_and_the_oldest_gives_way(void **state)
{
  Bench *bench = *state;
  uint32_t first = open_channel(bench, 1);
  uint32_t second = open_channel(bench, 1);

  put_first(bench, 1, first, PING, 0); /* so the second is older */
  for (int i = 0; i < 31; i++)
    (void)open_channel(bench, 1);
  assert_int_equal(softkey_ctaphid_channels(bench->hid), 32);
  put_first(bench, 1, first, PING, 0);
  assert_report(bench, 0, PING, 0);
  forget(bench);
  put_first(bench, 1, second, PING, 0);
  assert_error(bench, 0x0b);
}

/* Whatever comes in, in whatever order: the key lives, and answers a new
 * channel. */
static void
test_noise_never_jams_it(void **state)
{
  static const uint8_t commands[] = {PING, MSG,    INIT,      WINK, CBOR,
                                     CBOR, CANCEL, KEEPALIVE, 0xff, 0,
                                     1,    2,      0x7f};
  Bench *bench = *state;
  GRand *rand = g_rand_new_with_seed(20260101);
  uint32_t cids[4] = {open_channel(bench, 1), open_channel(bench, 2), BROADCAST,
                      0};

  for (int i = 0; i < 20000; i++) {
    uint8_t bytes[60];

    for (size_t n = 0; n < sizeof bytes; n++)
      bytes[n] = (uint8_t)g_rand_int_range(rand, 0, 256);
    bytes[0] = commands[g_rand_int_range(rand, 0, G_N_ELEMENTS(commands))];
    bytes[1] = (uint8_t)g_rand_int_range(rand, 0, 2);
    put(bench, g_rand_int_range(rand, 1, 3), cids[g_rand_int_range(rand, 0, 4)],
        bytes, sizeof bytes);
    if (g_rand_int_range(rand, 0, 8) == 0)
      advance(bench, g_rand_int_range(rand, 0, 600));
    if (g_rand_int_range(rand, 0, 200) == 0) {
      cids[0] = open_channel(bench, 1);
      cids[1] = open_channel(bench, 2);
    }
    forget(bench);
  }
  advance(bench, 60000);
  forget(bench);
  put_first(bench, 1, open_channel(bench, 1), PING, 0);
  assert_report(bench, 0, PING, 0);
  g_rand_free(rand);
}

#define FRAMING_TEST(name)                                                     \
  cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      FRAMING_TEST(test_channels_differ_and_are_the_ports_own),
      FRAMING_TEST(test_unknown_channels_are_refused),
      FRAMING_TEST(test_init_is_eight_bytes),
      FRAMING_TEST(test_ping_comes_back_in_each_length),
      FRAMING_TEST(test_a_message_above_7609_bytes_is_refused),
      FRAMING_TEST(test_packets_out_of_order_end_the_message),
      FRAMING_TEST(test_a_new_message_inside_a_message_is_out_of_order),
      FRAMING_TEST(test_half_a_message_times_out),
      FRAMING_TEST(test_init_on_a_channel_takes_its_message_back),
      FRAMING_TEST(test_a_second_channel_is_told_to_wait),
      FRAMING_TEST(test_keepalive_comes_each_100_ms_until_the_touch),
      FRAMING_TEST(test_nobody_touches_for_half_a_minute),
      FRAMING_TEST(test_a_touch_comes_after_its_time),
      FRAMING_TEST(test_cancel_ends_the_wait_and_has_no_answer),
      FRAMING_TEST(test_the_other_end_going_away_ends_the_wait),
      FRAMING_TEST(test_power_loss_ends_channels_and_waits),
      FRAMING_TEST(test_commands_it_lacks_are_refused),
      FRAMING_TEST(test_a_slow_key_says_that_it_works),
      FRAMING_TEST(test_a_stalled_key_never_answers_but_can_be_cancelled),
      FRAMING_TEST(test_channels_are_bounded_and_the_oldest_gives_way),
      FRAMING_TEST(test_noise_never_jams_it),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
