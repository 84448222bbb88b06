/* SPDX-License-Identifier: Apache-2.0 */
/* store-head.c - one line of fixed length, "<size, 20 digits> <root>\n", so
 * that it is always written over itself by one write. */
#include "recovery/store-head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"

#define SIZE_DIGITS 20
#define LINE_LEN (SIZE_DIGITS + 1 + 64 + 1)

struct RecoveryStoreHead {
  int fd;      /* -1 for ":memory:", and where the file is missing */
  int lock_fd; /* the same, or the store's own file where it is missing */
  bool in_memory;
  int64_t size; /* of ":memory:" */
  uint8_t root[32];
};

static bool
set_failed(GError **error, const char *path, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD, "%s %s: %s", what,
              path, g_strerror(errno));
  return false;
}

/* The name of a new file lasts once its folder is synced. */
static bool
sync_folder(const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok;

  if (fd < 0)
    return set_failed(error, folder, "open");
  ok = fsync(fd) == 0 || set_failed(error, folder, "sync");
  close(fd);
  return ok;
}

static bool
open_file(RecoveryStoreHead *head, const char *path, bool make, GError **error)
{
  const uint8_t nothing[32] = {0};
  int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;

  head->fd = open(path, flags);
  if (head->fd >= 0)
    return true;
  if (errno != ENOENT)
    return set_failed(error, path, "open");
  if (!make)
    return true;
  head->fd = open(path, flags | O_CREAT | O_EXCL, 0600);
  if (head->fd < 0)
    return set_failed(error, path, "make");
  if (!recovery_store_head_write(head, 0, nothing) || fsync(head->fd) != 0)
    return set_failed(error, path, "write");
  return sync_folder(path, error);
}

/* Without a head file the store itself is locked, so that a second program
 * stays out in any case. flock() does not meet SQLite's own locks (fcntl). */
static bool
lock(RecoveryStoreHead *head, const char *path, GError **error)
{
  head->lock_fd = head->fd;
  if (head->lock_fd < 0)
    head->lock_fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (head->lock_fd < 0)
    return set_failed(error, path, "open");
  if (flock(head->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return true;
  if (errno != EWOULDBLOCK)
    return set_failed(error, path, "lock");
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD,
              "another program has %s open", path);
  return false;
}

RecoveryStoreHead *
recovery_store_head_open(const char *path, bool make, GError **error)
{
  g_autoptr(RecoveryStoreHead) head = g_new0(RecoveryStoreHead, 1);
  g_autofree char *head_path = g_strconcat(path, "-head", NULL);

  head->fd = head->lock_fd = -1;
  head->in_memory = strcmp(path, ":memory:") == 0;
  if (head->in_memory)
    return g_steal_pointer(&head);
  if (!open_file(head, head_path, make, error) || !lock(head, path, error))
    return NULL;
  return g_steal_pointer(&head);
}

void
recovery_store_head_free(RecoveryStoreHead *head)
{
  if (head == NULL)
    return;
  if (head->lock_fd >= 0 && head->lock_fd != head->fd)
    close(head->lock_fd);
  if (head->fd >= 0)
    close(head->fd);
  g_free(head);
}

void
recovery_store_head_read(RecoveryStoreHead *head, int64_t *ret_size,
                         uint8_t ret_root[32])
{
  char line[LINE_LEN + 1];
  char *end;
  ssize_t n;

  *ret_size = -1;
  if (head->in_memory) {
    *ret_size = head->size;
    memcpy(ret_root, head->root, 32);
  }
  if (head->fd < 0)
    return;
  n = pread(head->fd, line, sizeof line, 0);
  if (n != LINE_LEN || line[LINE_LEN - 1] != '\n' || line[SIZE_DIGITS] != ' ')
    return;
  line[LINE_LEN - 1] = '\0';
  for (int i = 0; i < SIZE_DIGITS; i++)
    if (!g_ascii_isdigit(line[i]))
      return;
  line[SIZE_DIGITS] = '\0';
  if (!fidotool_bytes_unhex(line + SIZE_DIGITS + 1, ret_root, 32))
    return;
  *ret_size = (int64_t)g_ascii_strtoll(line, &end, 10);
}

bool
recovery_store_head_write(RecoveryStoreHead *head, int64_t size,
                          const uint8_t root[32])
{
  static const char digits[] = "0123456789abcdef";
  char line[LINE_LEN + 1];

  if (head->in_memory) {
    head->size = size;
    memcpy(head->root, root, 32);
  }
  if (head->fd < 0)
    return head->in_memory;
  (void)snprintf(line, sizeof line, "%020" G_GINT64_FORMAT " ", size);
  for (int i = 0; i < 32; i++) {
    line[SIZE_DIGITS + 1 + 2 * i] = digits[root[i] >> 4];
    line[SIZE_DIGITS + 2 + 2 * i] = digits[root[i] & 15];
  }
  line[LINE_LEN - 1] = '\n';
  return pwrite(head->fd, line, LINE_LEN, 0) == LINE_LEN;
}
