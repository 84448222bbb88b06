/* SPDX-License-Identifier: Apache-2.0 */
/* Small files of the station: whole or not at all. */
#include "tests/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/service/file.h"

static int
make_folder(void **state)
{
  *state = g_dir_make_tmp("file-XXXXXX", NULL);
  return *state ? 0 : -1;
}

static int
remove_folder(void **state)
{
  g_autofree char *folder = *state;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    (void)g_remove(path);
  }
  return g_rmdir(folder);
}

static void
what_is_written_is_read_and_is_private(void **state)
{
  g_autofree char *path = g_build_filename(*state, "n-1.txt", NULL);
  g_autoptr(GBytes) bytes = NULL;
  struct stat st;

  assert_true(recovery_file_write(*state, "n-1.txt", "hello", 5, NULL));
  bytes = recovery_file_read(*state, "n-1.txt", 5, NULL);
  assert_memory_equal(g_bytes_get_data(bytes, NULL), "hello", 5);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
}

static void
writing_again_replaces_and_leaves_nothing_beside(void **state)
{
  g_autoptr(GDir) dir = NULL;
  g_autoptr(GBytes) bytes = NULL;

  assert_true(recovery_file_write(*state, "a", "first one", 9, NULL));
  assert_true(recovery_file_write(*state, "a", "second", 6, NULL));
  bytes = recovery_file_read(*state, "a", 100, NULL);
  assert_int_equal(g_bytes_get_size(bytes), 6);
  dir = g_dir_open(*state, 0, NULL);
  assert_string_equal(g_dir_read_name(dir), "a");
  assert_null(g_dir_read_name(dir));
}

static void
names_that_lead_elsewhere_are_refused(void **state)
{
  static const char *const names[] = {
      "", ".", "..", "../a", "a/b", ".a", "a b", "a\n", "a\xc3\xa9", "/tmp/a"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(GError) error = NULL;

    assert_false(recovery_file_write(*state, names[i], "x", 1, &error));
    assert_non_null(error);
    assert_null(recovery_file_read(*state, names[i], 10, NULL));
  }
}

static void
a_missing_file_is_no_error(void **state)
{
  g_autoptr(GError) error = NULL;

  assert_null(recovery_file_read(*state, "nothing", 10, &error));
  assert_null(error);
}

static void
a_link_a_fifo_and_too_much_are_errors(void **state)
{
  g_autofree char *link = g_build_filename(*state, "link", NULL);
  g_autofree char *fifo = g_build_filename(*state, "fifo", NULL);
  g_autoptr(GError) first = NULL;
  g_autoptr(GError) second = NULL;
  g_autoptr(GError) third = NULL;

  assert_int_equal(symlink("/etc/passwd", link), 0);
  assert_int_equal(mkfifo(fifo, 0600), 0);
  assert_true(recovery_file_write(*state, "big", "12345", 5, NULL));
  assert_null(recovery_file_read(*state, "link", 100000, &first));
  assert_non_null(first);
  assert_null(recovery_file_read(*state, "fifo", 10, &second));
  assert_non_null(second);
  assert_null(recovery_file_read(*state, "big", 4, &third));
  assert_non_null(third);
}

static void
a_folder_that_is_gone_is_an_error(void **state)
{
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_false(recovery_file_write("/nonexistent", "a", "x", 1, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(what_is_written_is_read_and_is_private),
      TEST(writing_again_replaces_and_leaves_nothing_beside),
      TEST(names_that_lead_elsewhere_are_refused),
      TEST(a_missing_file_is_no_error),
      TEST(a_link_a_fifo_and_too_much_are_errors),
      TEST(a_folder_that_is_gone_is_an_error),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
