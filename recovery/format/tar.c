/* SPDX-License-Identifier: Apache-2.0 */
/* tar.c - ustar streams (POSIX.1-1988) in one form: what would be written
 * otherwise is not read. */
#include "recovery/format/tar.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "recovery/error.h"

#define BLOCK 512
/* Place and size of the fields we use. */
#define NAME_SIZE 100
#define SIZE_AT 124
#define SIZE_SIZE 12
#define SUM_AT 148
#define PREFIX_AT 345
#define PREFIX_SIZE 155
#define FILE_MAX (256u * 1024 * 1024)

void
recovery_tar_file_free(RecoveryTarFile *file)
{
  if (file == NULL)
    return;
  g_free(file->path);
  g_clear_pointer(&file->data, g_bytes_unref);
  g_free(file);
}

GPtrArray *
recovery_tar_new(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)recovery_tar_file_free);
}

void
recovery_tar_add(GPtrArray *files, const char *path, GBytes *data)
{
  RecoveryTarFile *file = g_new0(RecoveryTarFile, 1);

  file->path = g_strdup(path);
  file->data = g_bytes_ref(data);
  g_ptr_array_add(files, file);
}

RecoveryTarFile *
recovery_tar_find(GPtrArray *files, const char *path)
{
  for (unsigned i = 0; i < files->len; i++) {
    RecoveryTarFile *file = g_ptr_array_index(files, i);

    if (strcmp(file->path, path) == 0)
      return file;
  }
  return NULL;
}

bool
recovery_tar_is_path(const char *path)
{
  bool start = true;

  if (*path == '\0' || strlen(path) > NAME_SIZE + PREFIX_SIZE)
    return false;
  for (const char *p = path; *p != '\0'; p++) {
    if (*p == '/' ? start
                  : !g_ascii_isalnum(*p) &&
                        (strchr("._-", *p) == NULL || (start && *p == '.')))
      return false;
    start = *p == '/';
  }
  return !start;
}

/* Writing */

/* The whole path in name, or its last parts there and the rest in prefix. */
static bool
put_path(char header[BLOCK], const char *path)
{
  size_t len = strlen(path);
  const char *slash;

  if (len <= NAME_SIZE) {
    memcpy(header, path, len);
    return true;
  }
  slash = strchr(path + len - NAME_SIZE - 1, '/');
  if (slash == NULL || slash - path > PREFIX_SIZE)
    return false;
  memcpy(header, slash + 1, strlen(slash + 1));
  memcpy(header + PREFIX_AT, path, (size_t)(slash - path));
  return true;
}

static bool
make_header(char header[BLOCK], const char *path, size_t size)
{
  unsigned sum = 0;

  memset(header, 0, BLOCK);
  if (!recovery_tar_is_path(path) || !put_path(header, path) || size > FILE_MAX)
    return false;
  memcpy(header + 100, "0000644", 8); /* mode */
  memcpy(header + 108, "0000000", 8); /* uid */
  memcpy(header + 116, "0000000", 8); /* gid */
  g_snprintf(header + SIZE_AT, SIZE_SIZE, "%011zo", size);
  memcpy(header + 136, "00000000000", 12); /* mtime */
  memset(header + SUM_AT, ' ', 8);
  header[156] = '0'; /* a regular file */
  memcpy(header + 257, "ustar\00000", 8);
  for (int i = 0; i < BLOCK; i++)
    sum += (unsigned char)header[i];
  g_snprintf(header + SUM_AT, 7, "%06o", sum);
  return true;
}

static bool
write_all(int fd, const void *data, size_t len, GError **error)
{
  const char *p = data;

  while (len > 0) {
    ssize_t n = write(fd, p, len);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                  "write the archive: %s", g_strerror(errno));
      return false;
    }
    p += n;
    len -= (size_t)n;
  }
  return true;
}

bool
recovery_tar_write(GPtrArray *files, int fd, GError **error)
{
  static const char zeros[2 * BLOCK];
  char header[BLOCK];

  for (unsigned i = 0; i < files->len; i++) {
    RecoveryTarFile *file = g_ptr_array_index(files, i);
    gsize len;
    const void *data = g_bytes_get_data(file->data, &len);

    if (!make_header(header, file->path, len)) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                  "cannot be in an archive: %s", file->path);
      return false;
    }
    if (!write_all(fd, header, BLOCK, error) ||
        !write_all(fd, data, len, error) ||
        !write_all(fd, zeros, (BLOCK - len % BLOCK) % BLOCK, error))
      return false;
  }
  return write_all(fd, zeros, sizeof(zeros), error);
}

/* Reading */

static bool
fail(GError **error, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "archive: %s",
              why);
  return false;
}

static GByteArray *
read_all(int fd, size_t max, GError **error)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  uint8_t buffer[65536];

  for (;;) {
    ssize_t n = read(fd, buffer, sizeof(buffer));

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                  "read the archive: %s", g_strerror(errno));
      return NULL;
    }
    if (n == 0)
      return g_steal_pointer(&out);
    if ((size_t)n > max - out->len) {
      fail(error, "too large");
      return NULL;
    }
    g_byte_array_append(out, buffer, (guint)n);
  }
}

static bool
is_zero(const uint8_t *data, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if (data[i] != 0)
      return false;
  return true;
}

static bool
read_size(const uint8_t *header, size_t *ret_size)
{
  size_t size = 0;

  for (int i = 0; i < SIZE_SIZE - 1; i++) {
    if (header[SIZE_AT + i] < '0' || header[SIZE_AT + i] > '7')
      return false;
    size = size * 8 + (size_t)(header[SIZE_AT + i] - '0');
  }
  *ret_size = size;
  return true;
}

/* One header in the only form: made again from path and size, and compared. */
static bool
read_header(const uint8_t *header, char **ret_path, size_t *ret_size)
{
  char again[BLOCK];
  g_autofree char *name = g_strndup((const char *)header, NAME_SIZE);
  g_autofree char *prefix =
      g_strndup((const char *)header + PREFIX_AT, PREFIX_SIZE);
  g_autofree char *path =
      *prefix == '\0' ? g_strdup(name) : g_strdup_printf("%s/%s", prefix, name);

  if (!read_size(header, ret_size) || !make_header(again, path, *ret_size) ||
      memcmp(again, header, BLOCK) != 0)
    return false;
  *ret_path = g_steal_pointer(&path);
  return true;
}

static bool
read_file(GPtrArray *files, GHashTable *seen, const uint8_t **p, size_t *left,
          GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr(GBytes) data = NULL;
  size_t size, padded;

  if (!read_header(*p, &path, &size))
    return fail(error, "a header of another form");
  *p += BLOCK;
  *left -= BLOCK;
  padded = (size + BLOCK - 1) / BLOCK * BLOCK;
  if (padded > *left || !is_zero(*p + size, padded - size))
    return fail(error, "a file without its end");
  data = g_bytes_new(*p, size);
  recovery_tar_add(files, path, data);
  if (!g_hash_table_add(seen, g_steal_pointer(&path)))
    return fail(error, "a path twice");
  *p += padded;
  *left -= padded;
  return true;
}

GPtrArray *
recovery_tar_read(int fd, size_t max, GError **error)
{
  g_autoptr(GByteArray) stream =
      read_all(fd, MIN(max, (size_t)G_MAXUINT32 - 65536), error);
  g_autoptr(GPtrArray) files = recovery_tar_new();
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const uint8_t *p;
  size_t left;

  if (stream == NULL)
    return NULL;
  p = stream->data;
  left = stream->len;
  while (left >= BLOCK && !is_zero(p, BLOCK))
    if (!read_file(files, seen, &p, &left, error))
      return NULL;
  if (left < 2 * BLOCK || left % BLOCK != 0 || !is_zero(p, left)) {
    fail(error, "not two empty blocks at its end");
    return NULL;
  }
  return g_steal_pointer(&files);
}
