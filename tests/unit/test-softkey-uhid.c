/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-uhid.c - the events of /dev/uhid, over a socket in its place;
 * the real one is in tests/vm. */
#include "tests/testing.h"

#include <fcntl.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/softkey/uhid.h"

#define REPORT SOFTKEY_CTAPHID_REPORT

typedef struct {
  int key;    /* softkey's end */
  int kernel; /* ours */
} Ends;

static int
start(void **state)
{
  Ends *ends = g_new0(Ends, 1);
  int pair[2];

  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                 pair) != 0)
    return -1;
  ends->key = pair[0];
  ends->kernel = pair[1];
  *state = ends;
  return 0;
}

static int
stop(void **state)
{
  Ends *ends = *state;

  (void)close(ends->key);
  (void)close(ends->kernel); /* a test may have closed it before */
  g_free(ends);
  return 0;
}

static void
give(const Ends *ends, const struct uhid_event *event)
{
  assert_int_equal(write(ends->kernel, event, sizeof *event), sizeof *event);
}

static void
take(const Ends *ends, struct uhid_event *ret_event)
{
  assert_int_equal(read(ends->kernel, ret_event, sizeof *ret_event),
                   sizeof *ret_event);
}

static void
the_kernel_is_given_a_fido_key(void **state)
{
  /* CTAP 2.1, section 11.2.8.1, assembled by hand. */
  static const char *const expected =
      "06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0";
  const Ends *ends = *state;
  struct uhid_event event;
  GString *hex = g_string_new(NULL);

  assert_true(softkey_uhid_create(ends->key, NULL));
  take(ends, &event);
  assert_int_equal(event.type, UHID_CREATE2);
  assert_int_equal(event.u.create2.bus, BUS_USB);
  for (unsigned i = 0; i < event.u.create2.rd_size; i++)
    g_string_append_printf(hex, "%02x", event.u.create2.rd_data[i]);
  assert_string_equal(hex->str, expected);
  g_string_free(hex, TRUE);
}

static void
a_report_is_handed_on_whole(void **state)
{
  const Ends *ends = *state;
  uint8_t report[REPORT];
  struct uhid_event event;

  memset(report, 0xa5, sizeof report);
  assert_true(softkey_uhid_send(ends->key, report));
  take(ends, &event);
  assert_int_equal(event.type, UHID_INPUT2);
  assert_int_equal(event.u.input2.size, REPORT);
  assert_memory_equal(event.u.input2.data, report, REPORT);
}

static void
what_is_written_comes_without_its_number(void **state)
{
  const Ends *ends = *state;
  struct uhid_event event = {.type = UHID_OUTPUT};
  uint8_t report[REPORT] = {0};

  event.u.output.rtype = UHID_OUTPUT_REPORT;
  event.u.output.size = REPORT + 1;
  memset(event.u.output.data + 1, 0x5a, REPORT);
  give(ends, &event);
  assert_int_equal(softkey_uhid_receive(ends->key, report),
                   SOFTKEY_UHID_REPORT);
  assert_memory_equal(report, event.u.output.data + 1, REPORT);
}

static void
what_is_no_report_is_left_alone(void **state)
{
  static const struct {
    uint16_t size;
    uint8_t type, number;
  } rows[] = {
      {REPORT, UHID_OUTPUT_REPORT, 0},      /* too short */
      {REPORT + 2, UHID_OUTPUT_REPORT, 0},  /* too long */
      {REPORT + 1, UHID_OUTPUT_REPORT, 1},  /* another number */
      {REPORT + 1, UHID_FEATURE_REPORT, 0}, /* no output */
  };
  const Ends *ends = *state;
  uint8_t report[REPORT];

  assert_int_equal(softkey_uhid_receive(ends->key, report),
                   SOFTKEY_UHID_NOTHING);
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    struct uhid_event event = {.type = UHID_OUTPUT};

    event.u.output.rtype = rows[i].type;
    event.u.output.size = rows[i].size;
    event.u.output.data[0] = rows[i].number;
    give(ends, &event);
    assert_int_equal(softkey_uhid_receive(ends->key, report),
                     SOFTKEY_UHID_NOTHING);
  }
}

static void
feature_reports_are_refused_at_once(void **state)
{
  const Ends *ends = *state;
  struct uhid_event event = {.type = UHID_GET_REPORT};
  uint8_t report[REPORT];

  event.u.get_report.id = 7;
  give(ends, &event);
  assert_int_equal(softkey_uhid_receive(ends->key, report),
                   SOFTKEY_UHID_NOTHING);
  take(ends, &event);
  assert_int_equal(event.type, UHID_GET_REPORT_REPLY);
  assert_int_equal(event.u.get_report_reply.id, 7);
  assert_int_not_equal(event.u.get_report_reply.err, 0);
  event = (struct uhid_event){.type = UHID_SET_REPORT};
  event.u.set_report.id = 8;
  give(ends, &event);
  assert_int_equal(softkey_uhid_receive(ends->key, report),
                   SOFTKEY_UHID_NOTHING);
  take(ends, &event);
  assert_int_equal(event.type, UHID_SET_REPORT_REPLY);
  assert_int_equal(event.u.set_report_reply.id, 8);
  assert_int_not_equal(event.u.set_report_reply.err, 0);
}

static void
the_end_is_noticed(void **state)
{
  Ends *ends = *state;
  struct uhid_event event = {.type = UHID_STOP};
  uint8_t report[REPORT];

  give(ends, &event);
  assert_int_equal(softkey_uhid_receive(ends->key, report), SOFTKEY_UHID_GONE);
  (void)close(ends->kernel);
  ends->kernel = -1;
  assert_int_equal(softkey_uhid_receive(ends->key, report), SOFTKEY_UHID_GONE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_kernel_is_given_a_fido_key, start,
                                      stop),
      cmocka_unit_test_setup_teardown(a_report_is_handed_on_whole, start, stop),
      cmocka_unit_test_setup_teardown(what_is_written_comes_without_its_number,
                                      start, stop),
      cmocka_unit_test_setup_teardown(what_is_no_report_is_left_alone, start,
                                      stop),
      cmocka_unit_test_setup_teardown(feature_reports_are_refused_at_once,
                                      start, stop),
      cmocka_unit_test_setup_teardown(the_end_is_noticed, start, stop),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
