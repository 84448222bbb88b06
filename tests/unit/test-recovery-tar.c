/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-tar.c - archives: read by tar(1), and back here in their one
 * form alone. */
#include "tests/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/format/tar.h"

#define STREAM_MAX (1 << 20)

static void
add_text(GPtrArray *files, const char *path, const char *text)
{
  g_autoptr(GBytes) data = g_bytes_new(text, strlen(text));

  recovery_tar_add(files, path, data);
}

/* The stream as bytes. */
static GBytes *
write_stream(GPtrArray *files)
{
  char name[] = "/tmp/keyturn-tar-XXXXXX";
  int fd = g_mkstemp(name);
  char *data = NULL;
  gsize len = 0;

  assert_true(fd >= 0);
  assert_true(recovery_tar_write(files, fd, NULL));
  close(fd);
  assert_true(g_file_get_contents(name, &data, &len, NULL));
  g_unlink(name);
  return g_bytes_new_take(data, len);
}

static GPtrArray *
read_stream(const void *data, size_t len, size_t max, GError **error)
{
  char name[] = "/tmp/keyturn-tar-XXXXXX";
  int fd = g_mkstemp(name);
  GPtrArray *files;

  assert_int_equal(write(fd, data, len), (ssize_t)len);
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  files = recovery_tar_read(fd, max, error);
  close(fd);
  g_unlink(name);
  return files;
}

static GPtrArray *
some_files(void)
{
  GPtrArray *files = recovery_tar_new();
  g_autofree char *large = g_strnfill(1537, 'x');
  g_autofree char *deep = g_strnfill(99, 'd');
  g_autofree char *deep_path = g_strconcat("data/", deep, "/file.json", NULL);

  add_text(files, "bagit.txt", "BagIt\n");
  add_text(files, "data/empty", "");
  add_text(files, "data/large", large);
  add_text(files, deep_path, "deep");
  return files;
}

static void
files_come_back(void **state)
{
  g_autoptr(GPtrArray) files = some_files();
  g_autoptr(GBytes) stream = write_stream(files);
  g_autoptr(GPtrArray) back =
      read_stream(g_bytes_get_data(stream, NULL), g_bytes_get_size(stream),
                  STREAM_MAX, NULL);

  (void)state;
  assert_non_null(back);
  assert_int_equal(back->len, files->len);
  for (unsigned i = 0; i < files->len; i++) {
    const RecoveryTarFile *file = g_ptr_array_index(files, i);
    const RecoveryTarFile *other = recovery_tar_find(back, file->path);

    assert_non_null(other);
    assert_true(g_bytes_equal(file->data, other->data));
  }
  assert_null(recovery_tar_find(back, "data"));
}

static void
tar_reads_what_is_written(void **state)
{
  g_autoptr(GPtrArray) files = some_files();
  g_autoptr(GBytes) stream = write_stream(files);
  g_autofree char *folder = g_dir_make_tmp("keyturn-XXXXXX", NULL);
  g_autofree char *name = g_build_filename(folder, "a.tar", NULL);
  g_autofree char *command = g_strdup_printf(
      "cd %s && tar xf a.tar 2> err && test ! -s err && test \"$(cat "
      "data/d*/file.json)\" = deep && test \"$(wc -c < data/large)\" = 1537; "
      "s=$?; cd / && rm -r %s; exit $s",
      folder, folder);

  (void)state;
  assert_true(g_file_set_contents(name, g_bytes_get_data(stream, NULL),
                                  (gssize)g_bytes_get_size(stream), NULL));
  assert_int_equal(system(command), 0);
}

static void
paths_that_lead_elsewhere_are_refused(void **state)
{
  static const char *const paths[] = {
      "",     "/a",  "a/",   "a//b", "../a",     "a/../b", ".a",
      "a/.b", "a b", "a\nb", "a\\b", "\xc3\xa9", "."};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autoptr(GPtrArray) files = recovery_tar_new();
    g_autoptr(GError) error = NULL;

    assert_false(recovery_tar_is_path(paths[i]));
    add_text(files, paths[i], "x");
    assert_false(recovery_tar_write(files, STDERR_FILENO, &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
  }
  assert_true(recovery_tar_is_path("a/b.c/-_"));
}

static void
every_flipped_bit_is_refused_or_changes_a_file(void **state)
{
  g_autoptr(GPtrArray) files = recovery_tar_new();
  g_autoptr(GBytes) stream = NULL;
  gsize len;
  g_autofree uint8_t *data = NULL;

  (void)state;
  add_text(files, "a/b", "text");
  stream = write_stream(files);
  data = g_memdup2(g_bytes_get_data(stream, &len), g_bytes_get_size(stream));
  assert_int_equal(len, 4 * 512);
  for (size_t bit = 0; bit < 8 * len; bit++) {
    g_autoptr(GPtrArray) back = NULL;
    bool content = bit / 8 >= 512 && bit / 8 < 516;

    data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    back = read_stream(data, len, STREAM_MAX, NULL);
    if ((back != NULL) != content)
      fail_msg("bit %zu", bit);
    data[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
}

static void
a_stream_cut_short_is_refused(void **state)
{
  g_autoptr(GPtrArray) files = some_files();
  g_autoptr(GBytes) stream = write_stream(files);
  gsize len;
  const uint8_t *data = g_bytes_get_data(stream, &len);

  (void)state;
  for (size_t i = 0; i < len; i += 256) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) back = read_stream(data, i, STREAM_MAX, &error);

    assert_null(back);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  }
  assert_null(read_stream(data, len, len - 1, NULL));
}

static void
a_path_twice_is_refused(void **state)
{
  g_autoptr(GPtrArray) files = recovery_tar_new();
  g_autoptr(GBytes) stream = NULL;

  (void)state;
  add_text(files, "a", "1");
  add_text(files, "a", "2");
  stream = write_stream(files);
  assert_null(read_stream(g_bytes_get_data(stream, NULL),
                          g_bytes_get_size(stream), STREAM_MAX, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_come_back),
      cmocka_unit_test(tar_reads_what_is_written),
      cmocka_unit_test(paths_that_lead_elsewhere_are_refused),
      cmocka_unit_test(every_flipped_bit_is_refused_or_changes_a_file),
      cmocka_unit_test(a_stream_cut_short_is_refused),
      cmocka_unit_test(a_path_twice_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
