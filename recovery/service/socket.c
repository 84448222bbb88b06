/* SPDX-License-Identifier: Apache-2.0 */
/* socket.c - where recoveryd listens. */
#include "recovery/service/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "recovery/error.h"

/* The first descriptor systemd passes (sd_listen_fds(3)). */
#define FIRST_FD 3

static int
fail(const char *path, const char *why, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
              "the socket %s cannot be used: %s", path, why);
  return -1;
}

/* True when somebody answers there. */
static bool
is_live(const struct sockaddr_un *address)
{
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool live = fd >= 0 && connect(fd, (const struct sockaddr *)address,
                                 sizeof *address) == 0;

  if (fd >= 0)
    (void)close(fd); /* only asked */
  return live;
}

/* Removes what a recoveryd that ended badly left; nothing but a socket. */
static bool
clear_place(const struct sockaddr_un *address, GError **error)
{
  struct stat st;

  if (lstat(address->sun_path, &st) != 0)
    return true;
  if (!S_ISSOCK(st.st_mode)) {
    (void)fail(address->sun_path, "something else is there", error);
    return false;
  }
  if (is_live(address)) {
    (void)fail(address->sun_path, "another program answers there", error);
    return false;
  }
  (void)unlink(address->sun_path); /* bind says so if it is still there */
  return true;
}

int
recovery_socket_bind(const char *path, unsigned mode, GError **error)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  mode_t before;
  bool bound;
  int fd;

  if (strlen(path) >= sizeof address.sun_path)
    return fail(path, "the path is too long", error);
  strcpy(address.sun_path, path);
  if (!clear_place(&address, error))
    return -1;
  fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return fail(path, g_strerror(errno), error);
  before = umask(0777); /* nobody connects before the mode is set */
  bound = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
  (void)umask(before);
  if (!bound || chmod(path, mode) != 0 || listen(fd, 64) != 0) {
    (void)fail(path, g_strerror(errno), error);
    (void)close(fd); /* not listening */
    return -1;
  }
  return fd;
}

int
recovery_socket_inherit(GError **error)
{
  const char *pid = g_getenv("LISTEN_PID");
  const char *count = g_getenv("LISTEN_FDS");
  int value = 0;
  socklen_t len = sizeof value;

  if (!pid || !count || strtol(pid, NULL, 10) != (long)getpid())
    return -1;
  if (strcmp(count, "1") != 0 ||
      getsockopt(FIRST_FD, SOL_SOCKET, SO_ACCEPTCONN, &value, &len) != 0 ||
      value != 1)
    return fail("from systemd", "one listening socket is wanted", error);
  (void)fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC); /* it is open: cannot fail */
  g_unsetenv("LISTEN_PID");
  g_unsetenv("LISTEN_FDS");
  g_unsetenv("LISTEN_FDNAMES");
  return FIRST_FD;
}
