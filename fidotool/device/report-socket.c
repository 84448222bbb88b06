/* SPDX-License-Identifier: Apache-2.0 */
/* report-socket.c - reports of a software key over a SOCK_SEQPACKET socket. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fidotool/device/report.h"
#include "fidotool/error.h"

/* Longest wait for a key that does not take a report, in milliseconds. */
#define WRITE_MS 1000

typedef struct {
  FidotoolReport base;
  int fd;
} SocketPipe;

static bool
set_lost(GError **error, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_LOST, "%s", text);
  return false;
}

static bool
write_report(FidotoolReport *base, const uint8_t report[FIDOTOOL_REPORT_SIZE],
             GError **error)
{
  SocketPipe *pipe = (SocketPipe *)base;
  struct pollfd fd = {pipe->fd, POLLOUT, 0};
  ssize_t n;
  int r;

  do
    r = poll(&fd, 1, WRITE_MS);
  while (r < 0 && errno == EINTR);
  if (r == 0)
    return set_lost(error, "the key takes no more reports");
  do
    n = send(pipe->fd, report, FIDOTOOL_REPORT_SIZE,
             MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  return n == FIDOTOOL_REPORT_SIZE || set_lost(error, "the key was pulled out");
}

static int
read_report(FidotoolReport *base, uint8_t report[FIDOTOOL_REPORT_SIZE],
            int timeout_ms, GError **error)
{
  SocketPipe *pipe = (SocketPipe *)base;
  struct pollfd fd = {pipe->fd, POLLIN, 0};
  ssize_t n;
  int r = poll(&fd, 1, timeout_ms);

  if (r == 0 || (r < 0 && errno == EINTR))
    return 0;
  n = recv(pipe->fd, report, FIDOTOOL_REPORT_SIZE, MSG_DONTWAIT | MSG_TRUNC);
  if (n == FIDOTOOL_REPORT_SIZE)
    return 1;
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;
  if (n > 0)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the key sent a report of %zd bytes instead of %d", n,
                FIDOTOOL_REPORT_SIZE);
  else
    (void)set_lost(error, "the key was pulled out");
  return -1;
}

static void
close_socket(FidotoolReport *base)
{
  SocketPipe *pipe = (SocketPipe *)base;

  (void)close(pipe->fd); /* nothing of ours is buffered in it */
  g_free(pipe);
}

static const FidotoolReportOps socket_ops = {write_report, read_report,
                                             close_socket};

FidotoolReport *
fidotool_report_socket_new(int fd)
{
  SocketPipe *pipe = g_new0(SocketPipe, 1);

  pipe->base.ops = &socket_ops;
  pipe->fd = fd;
  return &pipe->base;
}

static void
set_connect_error(GError **error, int number)
{
  FidotoolError code = FIDOTOOL_ERROR_LOST;

  if (number == ENOENT || number == ECONNREFUSED)
    code = FIDOTOOL_ERROR_NO_DEVICE;
  else if (number == EACCES || number == EPERM)
    code = FIDOTOOL_ERROR_PERMISSION;
  else if (number == EAGAIN)
    code = FIDOTOOL_ERROR_BUSY;
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "the software key: %s",
              g_strerror(number));
}

/* Whoever answers runs under our user: else anybody could offer us a key. */
static bool
check_peer(int fd, GError **error)
{
  struct ucred peer;
  socklen_t len = sizeof(peer);

  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
      peer.uid == geteuid())
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PERMISSION,
              "the software key belongs to another user");
  return false;
}

FidotoolReport *
fidotool_report_socket_open(const char *path, GError **error)
{
  struct sockaddr_un addr = {.sun_family = AF_UNIX};
  int fd;

  if (strlen(path) >= sizeof(addr.sun_path)) {
    set_connect_error(error, ENAMETOOLONG);
    return NULL;
  }
  memcpy(addr.sun_path, path, strlen(path));
  fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    set_connect_error(error, errno);
    return NULL;
  }
  if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0) {
    set_connect_error(error, errno);
    (void)close(fd);
    return NULL;
  }
  if (!check_peer(fd, error)) {
    (void)close(fd);
    return NULL;
  }
  return fidotool_report_socket_new(fd);
}
