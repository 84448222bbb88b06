/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-protocol.c - frames between keyhelper and its client, well
 * and badly made. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/protocol.h"
#include "tests/testing.h"

static int pair[2];

static int
open_pair(void **state)
{
  (void)state;
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

static int
close_pair(void **state)
{
  (void)state;
  close(pair[0]);
  if (pair[1] >= 0)
    close(pair[1]);
  return 0;
}

/* Sends bytes and the end of file, reads one frame. Returns what the reading
 * returned. */
static int
read_bytes(const void *bytes, size_t len, bool from_client,
           FidotoolProtocolFrame *ret_frame, GError **error)
{
  assert_int_equal(send(pair[1], bytes, len, 0), len);
  close(pair[1]);
  pair[1] = -1;
  return fidotool_protocol_read(pair[0], from_client, 1000, ret_frame, error);
}

static void
a_request_arrives_as_it_was_sent(void **state)
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  g_auto(FidotoolProtocolFrame) frame = {0};
  static const char expected[] = "\x01\x01\x00\x00\x00\x0e{\"job\":\"list\"}";
  char bytes[32];

  (void)state;
  fidotool_json_set_text(json, "job", "list");
  assert_true(fidotool_protocol_write_json(pair[1], FIDOTOOL_PROTOCOL_REQUEST,
                                           json, NULL));
  assert_int_equal(recv(pair[0], bytes, sizeof(bytes), MSG_PEEK), 20);
  assert_memory_equal(bytes, expected, 20);
  assert_int_equal(fidotool_protocol_read(pair[0], true, 1000, &frame, NULL),
                   1);
  assert_int_equal(frame.type, FIDOTOOL_PROTOCOL_REQUEST);
  assert_string_equal(fidotool_json_get_text(frame.json, "job"), "list");
}

static void
a_pin_travels_as_it_is(void **state)
{
  g_autoptr(FidotoolSecret) pin = fidotool_secret_new_copy("12\"4", 4);
  g_auto(FidotoolProtocolFrame) frame = {0};

  (void)state;
  assert_true(
      fidotool_protocol_write_pin(pair[1], FIDOTOOL_PROTOCOL_PIN, pin, NULL));
  assert_int_equal(fidotool_protocol_read(pair[0], true, 1000, &frame, NULL),
                   1);
  assert_null(frame.json);
  assert_true(fidotool_secret_equal(frame.pin, pin));
}

/* clang-format off */
#define ROW(name, from_client, bytes, code) { name, from_client, bytes, sizeof(bytes) - 1, code }
static const struct {
  const char *name;
  bool from_client;
  const char *bytes;
  size_t len;
  int code;
} refused[] = {
  ROW("another version", true, "\x02\x04\x00\x00\x00\x00", FIDOTOOL_ERROR_INVALID),
  ROW("text", true, "{\"job\":\"list\"}\n", FIDOTOOL_ERROR_INVALID),
  ROW("an unknown type", true, "\x01\x77\x00\x00\x00\x00", FIDOTOOL_ERROR_INVALID),
  ROW("the helper's type from the client", true, "\x01\x12\x00\x00\x00\x02{}", FIDOTOOL_ERROR_INVALID),
  ROW("the client's type from the helper", false, "\x01\x02\x00\x00\x00\x04" "1234", FIDOTOOL_ERROR_INVALID),
  ROW("a request of 4 GiB", true, "\x01\x01\xff\xff\xff\xff{}", FIDOTOOL_ERROR_INVALID),
  ROW("a request one byte too long", true, "\x01\x01\x00\x01\x00\x01{}", FIDOTOOL_ERROR_INVALID),
  ROW("a PIN of 256 bytes", true, "\x01\x02\x00\x00\x01\x00", FIDOTOOL_ERROR_INVALID),
  ROW("a cancel with content", true, "\x01\x04\x00\x00\x00\x01x", FIDOTOOL_ERROR_INVALID),
  ROW("half a head", true, "\x01\x01\x00", FIDOTOOL_ERROR_INVALID),
  ROW("half a content", true, "\x01\x01\x00\x00\x00\x09{}", FIDOTOOL_ERROR_INVALID),
  ROW("half a PIN", true, "\x01\x02\x00\x00\x00\x04" "12", FIDOTOOL_ERROR_INVALID),
  ROW("no JSON", true, "\x01\x01\x00\x00\x00\x02{]", FIDOTOOL_ERROR_INVALID),
  ROW("JSON and more", true, "\x01\x01\x00\x00\x00\x04{}{}", FIDOTOOL_ERROR_INVALID),
  ROW("JSON without object", true, "\x01\x01\x00\x00\x00\x02[]", FIDOTOOL_ERROR_INVALID),
  ROW("an empty request", true, "\x01\x01\x00\x00\x00\x00", FIDOTOOL_ERROR_INVALID),
};
/* clang-format on */

static void
what_is_no_frame_is_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_auto(FidotoolProtocolFrame) frame = {0};
    g_autoptr(GError) error = NULL;
    int r = read_bytes(refused[i].bytes, refused[i].len, refused[i].from_client,
                       &frame, &error);

    if (r != -1 || error->code != refused[i].code)
      fail_msg("%s: %d %s", refused[i].name, r, error ? error->message : "");
    close(pair[0]);
    assert_int_equal(open_pair(NULL), 0);
  }
}

static void
the_end_between_frames_is_a_cancel(void **state)
{
  g_auto(FidotoolProtocolFrame) frame = {0};
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_int_equal(read_bytes("", 0, true, &frame, &error), -1);
  assert_int_equal(error->code, FIDOTOOL_ERROR_CANCELLED);
}

static void
nothing_in_time_is_no_error(void **state)
{
  g_auto(FidotoolProtocolFrame) frame = {0};

  (void)state;
  assert_int_equal(fidotool_protocol_read(pair[0], true, 10, &frame, NULL), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_request_arrives_as_it_was_sent,
                                      open_pair, close_pair),
      cmocka_unit_test_setup_teardown(a_pin_travels_as_it_is, open_pair,
                                      close_pair),
      cmocka_unit_test_setup_teardown(what_is_no_frame_is_refused, open_pair,
                                      close_pair),
      cmocka_unit_test_setup_teardown(the_end_between_frames_is_a_cancel,
                                      open_pair, close_pair),
      cmocka_unit_test_setup_teardown(nothing_in_time_is_no_error, open_pair,
                                      close_pair),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
