/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-frame.c - messages on a pipe: whole, or an error. */
#include "tests/testing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/worker/frame.h"
#include "fidotool/worker/stream.h"

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

/* Every message that a stream reads of these bytes, each with a bar. */
static char *
stream_bytes(const void *data, size_t len, char **ret_why)
{
  int in[2], out[2];
  g_autoptr(GString) told = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolStream) stream = NULL;
  const char *text;
  size_t n;

  assert_int_equal(pipe(in), 0);
  assert_int_equal(pipe(out), 0);
  assert_int_equal(write(in[1], data, len), len);
  close(in[1]);
  stream = fidotool_stream_new(in[0], out[1]);
  while (fidotool_stream_read(stream, &text, &n, &error) && text != NULL) {
    g_string_append_len(told, text, (gssize)n);
    g_string_append_c(told, '|');
  }
  *ret_why = g_strdup(error ? error->message : "");
  close(in[0]);
  close(out[0]);
  close(out[1]);
  return g_string_free(g_steal_pointer(&told), false);
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
    {
      g_autofree char *told = NULL, *why = NULL;

      told = stream_bytes(cases[i].data, cases[i].len, &why);
      assert_string_equal(told, "");
      assert_string_equal(why, error->message);
    }
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

static void
a_stream_reads_all_that_came(void **state)
{
  static const char bytes[] = "\x01\0\0\0\x01"
                              "a\x01\0\0\0\0\x01\0\0\0\x02"
                              "bc\x01\0\0";
  g_autofree char *why = NULL, *told = NULL, *cut_why = NULL, *cut = NULL;

  (void)state;
  told = stream_bytes(bytes, sizeof(bytes) - 4, &why);
  assert_string_equal(told, "a||bc|");
  assert_string_equal(why, "");
  cut = stream_bytes(bytes, sizeof(bytes) - 1, &cut_why);
  assert_string_equal(cut, "a||bc|");
  assert_string_equal(cut_why, "a message is cut off");
}

/* Who asks and waits has the answers to all before; of many questions at once
 * only a few answers are held back. */
static void
answers_do_not_wait_for_long(void **state)
{
  int in[2], out[2];
  FidotoolStream *stream;
  const char *text;
  char got[1024];
  size_t len;
  ssize_t had = 0;

  (void)state;
  assert_int_equal(pipe(in), 0);
  assert_int_equal(pipe2(out, O_NONBLOCK), 0);
  stream = fidotool_stream_new(in[0], out[1]);
  assert_true(fidotool_stream_write(stream, "first", 5, NULL));
  assert_int_equal(read(out[0], got, sizeof(got)), -1);
  assert_int_equal(write(in[1], "\x01\0\0\0\x01?", 6), 6);
  assert_true(fidotool_stream_read(stream, &text, &len, NULL));
  assert_int_equal(read(out[0], got, sizeof(got)), 5 + 5);
  for (int i = 0; i < 50 && had <= 0; i++) {
    assert_true(fidotool_stream_write(stream, "x", 1, NULL));
    had = read(out[0], got, sizeof(got));
  }
  assert_true(had >= 2 * 6 && had <= 20 * 6);
  fidotool_stream_free(stream);
  for (int i = 0; i < 2; i++) {
    close(in[i]);
    close(out[i]);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_comes_back),
      cmocka_unit_test(bad_messages_are_errors),
      cmocka_unit_test(an_empty_message_is_one),
      cmocka_unit_test(a_stream_reads_all_that_came),
      cmocka_unit_test(answers_do_not_wait_for_long),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
