/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-file.c - opening, mapping, replacing. */
#include "fidotool/cli/metadata-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/error.h"

/* Written by group or others. */
#define OPEN_TO_OTHERS (S_IWGRP | S_IWOTH)

static bool
fail(GError **error, FidotoolError code, const char *path, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s: %s", path, what);
  return false;
}

static bool
fail_errno(GError **error, const char *path)
{
  int number = errno;

  return fail(error,
              number == EACCES || number == EPERM || number == EROFS
                  ? FIDOTOOL_ERROR_PERMISSION
                  : FIDOTOOL_ERROR_FAILED,
              path, g_strerror(number));
}

static bool
check_owner(const struct stat *st, const char *path, GError **error)
{
  if (st->st_uid != geteuid() && st->st_uid != 0)
    return fail(error, FIDOTOOL_ERROR_PERMISSION, path,
                "it belongs to somebody else");
  if ((st->st_mode & OPEN_TO_OTHERS) != 0)
    return fail(error, FIDOTOOL_ERROR_PERMISSION, path,
                "others may write it; close it with chmod go-w");
  return true;
}

bool
fidotool_metadata_file_check_folder(const char *folder, GError **error)
{
  struct stat st;

  if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
    return fail(error, FIDOTOOL_ERROR_NOT_FOUND, folder,
                "there is no metadata; take some in with fidotool metadata "
                "import");
  return check_owner(&st, folder, error);
}

bool
fidotool_metadata_file_make_folder(const char *folder, GError **error)
{
  if (g_mkdir_with_parents(folder, 0755) != 0)
    return fail_errno(error, folder);
  return fidotool_metadata_file_check_folder(folder, error);
}

static bool
check_file(int fd, size_t max, const char *path, GError **error)
{
  struct stat st;

  if (fstat(fd, &st) != 0)
    return fail_errno(error, path);
  if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
    return fail(error, FIDOTOOL_ERROR_INVALID, path,
                "it is no file, or larger than we read");
  return check_owner(&st, path, error);
}

GMappedFile *
fidotool_metadata_file_map(const char *folder, const char *name, size_t max,
                           GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  GMappedFile *mapped = NULL;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0) {
    if (errno != ENOENT)
      fail_errno(error, path);
    return NULL;
  }
  if (check_file(fd, max, path, error))
    mapped = g_mapped_file_new_from_fd(fd, FALSE, error);
  (void)close(fd); /* it was only read */
  return mapped;
}

static bool
write_all(int fd, const void *data, size_t len)
{
  const char *p = data;

  while (len > 0) {
    ssize_t n = write(fd, p, len);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    p += n;
    len -= (size_t)n;
  }
  return fsync(fd) == 0;
}

/* The new name must be on the disk too. */
static bool
sync_folder(const char *folder)
{
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool good = fd >= 0 && fsync(fd) == 0;

  if (fd >= 0)
    (void)close(fd); /* it was only read */
  return good;
}

bool
fidotool_metadata_file_write(const char *folder, const char *name,
                             const void *data, size_t len, GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *fresh = g_strdup_printf("%s.%d.new", path, (int)getpid());
  int fd;
  bool good;

  (void)unlink(fresh); /* left by a run that was cut off */
  fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0)
    return fail_errno(error, fresh);
  good = write_all(fd, data, len);
  good = close(fd) == 0 && good;
  if (good && rename(fresh, path) == 0 && sync_folder(folder))
    return true;
  fail_errno(error, path);
  (void)unlink(fresh); /* nothing is left of it */
  return false;
}

int
fidotool_metadata_file_lock(const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename(folder, "lock", NULL);
  int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);

  if (fd < 0) {
    fail_errno(error, path);
    return -1;
  }
  while (flock(fd, LOCK_EX) != 0)
    if (errno != EINTR) {
      fail_errno(error, path);
      (void)close(fd); /* nothing was written */
      return -1;
    }
  return fd;
}
