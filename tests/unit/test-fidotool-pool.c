/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-pool.c - lines out of a stream, and workers that hang. */
#include "tests/testing.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "fidotool/error.h"
#include "fidotool/worker/lines.h"
#include "fidotool/worker/pool.h"

#define LINE_MAX_LEN 8

/* All lines of a stream that comes in pieces of so many bytes, as
 * "number:text", "number!" for one that is too long. */
static char *
read_lines(const char *text, size_t piece)
{
  int fds[2];
  g_autoptr(GString) told = g_string_new(NULL);
  g_autoptr(FidotoolLines) lines = NULL;
  FidotoolLine line;
  size_t len = strlen(text);

  assert_int_equal(pipe(fds), 0);
  lines = fidotool_lines_new(fds[0], LINE_MAX_LEN);
  while (!fidotool_lines_at_end(lines)) {
    size_t n = MIN(piece, len);

    if (n > 0)
      assert_int_equal(write(fds[1], text, n), n);
    text += n;
    len -= n;
    if (len == 0 && fds[1] >= 0) {
      close(fds[1]);
      fds[1] = -1;
    }
    assert_true(fidotool_lines_fill(lines, NULL));
    while (fidotool_lines_next(lines, &line)) {
      if (line.text == NULL)
        g_string_append_printf(told, "%d! ", (int)line.number);
      else
        g_string_append_printf(told, "%d:%s ", (int)line.number, line.text);
      assert_int_equal(line.len, line.text ? strlen(line.text) : 0);
      g_free(line.text);
    }
  }
  close(fds[0]);
  return g_string_free(g_steal_pointer(&told), false);
}

static void
lines_come_whole(void **state)
{
  static const struct {
    const char *text, *lines;
  } rows[] = {
      {"a\nbb\n", "1:a 2:bb "},
      {"a\nbb", "1:a 2:bb "},
      {"\n \n\t\r\na\n", "4:a "},
      {"12345678\n123456789\nx\n", "1:12345678 2! 3:x "},
      {"123456789", "1! "},
      {"12345678901234567890123456789\n\nx", "1! 3:x "},
      {"x\n1234567890123456789", "1:x 2! "},
      {"x\n", "1:x "},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    for (size_t piece = 1; piece < 12; piece++) {
      g_autofree char *told = read_lines(rows[i].text, piece);

      assert_string_equal(told, rows[i].lines);
    }
}

/* --- workers that hang ------------------------------------------------------
 */

static char *
write_worker(const char *folder, const char *script)
{
  char *path = g_build_filename(folder, "worker", NULL);

  assert_true(g_file_set_contents(path, script, -1, NULL));
  assert_int_equal(chmod(path, 0700), 0);
  return path;
}

static bool
take_line(uint64_t line, int code, const char *json, gpointer data,
          GError **error)
{
  (void)error;
  g_string_append_printf(data, "%d %02d %s\n", (int)line, code, json);
  return true;
}

/* What the pool says of one text, or why it gave up. */
static char *
ask(const char *script)
{
  g_autofree char *folder = g_dir_make_tmp("keyturn-pool-XXXXXX", NULL);
  g_autofree char *path = write_worker(folder, script);
  g_autoptr(GString) told = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  FidotoolPoolConfig config = {
      .program = path, .begin = "{}", .begin_len = 2, .limit_ms = 700};

  if (!fidotool_pool_ask(&config, "{}", 2, take_line, told, &error))
    g_string_assign(told, error->message);
  assert_int_equal(g_unlink(path), 0);
  assert_int_equal(g_rmdir(folder), 0);
  return g_string_free(g_steal_pointer(&told), false);
}

static void
one_that_never_begins_is_given_up(void **state)
{
  g_autofree char *told = ask("#!/bin/sh\nexec sleep 600\n");

  (void)state;
  assert_string_equal(told, "the judge worker ends before it has begun");
}

static void
one_that_hangs_costs_its_line_alone(void **state)
{
  g_autofree char *told =
      ask("#!/bin/sh\nprintf '\\001\\000\\000\\000\\014{\"error\":\"\"}'\n"
          "exec sleep 600\n");

  (void)state;
  assert_string_equal(told, "1 01 {\"error\":{\"message\":\"the judge worker "
                            "did not answer in time\"}}\n");
}

static void
one_that_talks_nonsense_is_given_up(void **state)
{
  g_autofree char *told =
      ask("#!/bin/sh\nprintf '\\001\\000\\000\\000\\002[]'\nexec sleep 600\n");

  (void)state;
  assert_string_equal(told, "the judge worker talks nonsense");
}

static void
a_program_that_is_not_there_is_told(void **state)
{
  const FidotoolPoolConfig config = {
      .program = "/nowhere/keyturn-judge", .begin = "{}", .begin_len = 2};
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_false(fidotool_pool_ask(&config, "{}", 2, take_line, NULL, &error));
  assert_true(g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED));
  assert_non_null(strstr(error->message, "does not start"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_come_whole),
      cmocka_unit_test(one_that_never_begins_is_given_up),
      cmocka_unit_test(one_that_hangs_costs_its_line_alone),
      cmocka_unit_test(one_that_talks_nonsense_is_given_up),
      cmocka_unit_test(a_program_that_is_not_there_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
