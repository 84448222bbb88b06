/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-frame.c - messages on a pipe: whole, or an error. */
#include "tests/testing.h"

#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/worker/frame.h"

/* What is read from a pipe that holds these bytes and has ended. */
static bool
read_bytes(const void *data, size_t len, char **ret_text, size_t *ret_len,
           GError **error)
{
  int fds[2];
  bool good;

  assert_int_equal(pipe(fds), 0);
  assert_int_equal(write(fds[1], data, len), len);
  close(fds[1]);
  good = fidotool_frame_read(fds[0], ret_text, ret_len, error);
  close(fds[0]);
  return good;
}

static void
a_message_comes_back(void **state)
{
  int fds[2];
  g_autofree char *text = NULL, *end = NULL;
  size_t len;

  (void)state;
  assert_int_equal(pipe(fds), 0);
  assert_true(fidotool_frame_write(fds[1], "hello", 5, NULL));
  close(fds[1]);
  assert_true(fidotool_frame_read(fds[0], &text, &len, NULL));
  assert_int_equal(len, 5);
  assert_string_equal(text, "hello");
  assert_true(fidotool_frame_read(fds[0], &end, &len, NULL));
  assert_null(end);
  close(fds[0]);
}

static void
bad_messages_are_errors(void **state)
{
  static const struct {
    const char *data;
    size_t len;
  } cases[] = {
      {"\x01", 1},                        /* cut in the head */
      {"\x01\0\0\0", 4},                  /* one byte less than a head */
      {"\x01\0\0\0\x02{", 6},             /* cut in the text */
      {"\x02\0\0\0\x02{}", 7},            /* another version */
      {"\x01\0\x10\0\x01", 5},            /* 1 MiB and a byte */
      {"\x01\xff\xff\xff\xff", 5},        /* 4 GiB */
      {"{\"kind\":\"registration\"}", 23} /* no frame at all */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    size_t len;

    assert_false(read_bytes(cases[i].data, cases[i].len, &text, &len, &error));
    assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  }
}

static void
an_empty_message_is_one(void **state)
{
  g_autofree char *text = NULL;
  size_t len = 1;

  (void)state;
  assert_true(read_bytes("\x01\0\0\0\0", 5, &text, &len, NULL));
  assert_non_null(text);
  assert_int_equal(len, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_comes_back),
      cmocka_unit_test(bad_messages_are_errors),
      cmocka_unit_test(an_empty_message_is_one),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
