/* SPDX-License-Identifier: Apache-2.0 */
/* new-file.c */
#include "kiosk/new-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

/* So many of one name and no more. */
#define NAMES_MAX 99

static void
fail(GError **error, int code)
{
  g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s",
              g_strerror(code));
}

static char *
name_of(const char *stem, const char *end, int n)
{
  return n == 1 ? g_strconcat(stem, end, NULL)
                : g_strdup_printf("%s-%d%s", stem, n, end);
}

int
kiosk_new_file_open(const char *folder, const char *stem, const char *end,
                    char **ret_name, GError **error)
{
  int place = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;

  if (place < 0) {
    fail(error, errno);
    return -1;
  }
  errno = EEXIST;
  for (int n = 1; fd < 0 && errno == EEXIST && n <= NAMES_MAX; n++) {
    g_autofree char *name = name_of(stem, end, n);

    fd = openat(place, name,
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (fd >= 0)
      *ret_name = g_steal_pointer(&name);
  }
  if (fd < 0)
    fail(error, errno);
  (void)close(place); /* nothing was written through it */
  return fd;
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
  return fsync(fd) == 0 || errno == EINVAL || errno == EROFS;
}

char *
kiosk_new_file_write(const char *folder, const char *stem, const char *end,
                     const void *data, size_t len, GError **error)
{
  g_autofree char *name = NULL, *path = NULL;
  int fd = kiosk_new_file_open(folder, stem, end, &name, error);
  int code = 0;

  if (fd < 0)
    return NULL;
  if (!write_all(fd, data, len))
    code = errno;
  if (close(fd) != 0 && code == 0)
    code = errno;
  if (code == 0)
    return g_steal_pointer(&name);
  path = g_build_filename(folder, name, NULL);
  (void)unlink(path); /* half a file is worse than none */
  fail(error, code);
  return NULL;
}
