/* SPDX-License-Identifier: Apache-2.0 */
/* file.c - durable small files. */
#include "recovery/service/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recovery/error.h"

static bool
fail(const char *what, const char *path, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED, "cannot %s %s: %s",
              what, path, g_strerror(errno));
  return false;
}

bool
recovery_file_is_name(const char *name)
{
  if (name[0] == '\0' || name[0] == '.' || strlen(name) > 128)
    return false;
  return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                      "0123456789._-") == strlen(name);
}

static bool
check_name(const char *name, GError **error)
{
  if (recovery_file_is_name(name))
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
              "a name that is no file name");
  return false;
}

static bool
write_all(int fd, const char *data, size_t len)
{
  while (len > 0) {
    ssize_t n = write(fd, data, len);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    data += n;
    len -= (size_t)n;
  }
  return fsync(fd) == 0;
}

static bool
sync_folder(const char *folder)
{
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && fsync(fd) == 0;

  if (fd >= 0)
    (void)close(fd); /* only read from */
  return ok;
}

bool
recovery_file_write(const char *folder, const char *name, const void *data,
                    size_t len, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *temporary = NULL;
  bool ok;
  int fd;

  if (!check_name(name, error))
    return false;
  path = g_build_filename(folder, name, NULL);
  temporary = g_strdup_printf("%s/.%s.new", folder, name);
  fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
            0600);
  if (fd < 0)
    return fail("write", temporary, error);
  ok = write_all(fd, data, len);
  if (close(fd) != 0 || !ok || rename(temporary, path) != 0) {
    (void)fail("write", path, error);
    (void)unlink(temporary); /* it may not be there any more */
    return false;
  }
  return sync_folder(folder) || fail("sync", folder, error);
}

static GBytes *
read_all(int fd, size_t max, const char *path, GError **error)
{
  g_autoptr(GByteArray) data = g_byte_array_new();
  uint8_t part[4096];

  for (;;) {
    ssize_t n = read(fd, part, sizeof part);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      (void)fail("read", path, error);
      return NULL;
    }
    if (n == 0)
      return g_byte_array_free_to_bytes(g_steal_pointer(&data));
    if (data->len + (size_t)n > max) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                  "%s is too large", path);
      return NULL;
    }
    g_byte_array_append(data, part, (guint)n);
  }
}

GBytes *
recovery_file_read(const char *folder, const char *name, size_t max,
                   GError **error)
{
  g_autofree char *path = NULL;
  GBytes *bytes = NULL;
  struct stat st;
  int fd;

  if (!check_name(name, error))
    return NULL;
  path = g_build_filename(folder, name, NULL);
  fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    if (errno != ENOENT)
      (void)fail("read", path, error);
    return NULL;
  }
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
    bytes = read_all(fd, max, path, error);
  else
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "%s is no regular file", path);
  (void)close(fd); /* only read from */
  return bytes;
}
