/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fido2-socket.c - preloaded into Debian's own fido2 tools, so that they reach
 * a software key: a device that is opened by path is its socket. Nothing else
 * of them, and nothing of libfido2, is changed.
 */
#include <dlfcn.h>
#include <fido.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define REPORT 64

static void *
open_socket(const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int *fd = malloc(sizeof *fd);

  if (fd == NULL || strlen(path) >= sizeof address.sun_path)
    abort();
  strcpy(address.sun_path, path);
  *fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (*fd >= 0 &&
      connect(*fd, (const struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  free(fd);
  return NULL;
}

static void
close_socket(void *handle)
{
  (void)close(*(int *)handle); /* nothing is written that could be lost */
  free(handle);
}

static int
read_report(void *handle, unsigned char *bytes, size_t len, int timeout_ms)
{
  struct pollfd wait = {.fd = *(int *)handle, .events = POLLIN};

  if (len != REPORT || poll(&wait, 1, timeout_ms) != 1)
    return -1;
  return recv(wait.fd, bytes, len, 0) == REPORT ? REPORT : -1;
}

/* The first byte is the report's number, which a socket does not carry. */
static int
write_report(void *handle, const unsigned char *bytes, size_t len)
{
  if (len != REPORT + 1 ||
      send(*(int *)handle, bytes + 1, REPORT, MSG_NOSIGNAL) != REPORT)
    return -1;
  return (int)len;
}

int
fido_dev_open(fido_dev_t *dev, const char *path)
{
  static const fido_dev_io_t io = {open_socket, close_socket, read_report,
                                   write_report};
  int (*next)(fido_dev_t *, const char *);
  int r = fido_dev_set_io_functions(dev, &io);

  *(void **)&next = dlsym(RTLD_NEXT, "fido_dev_open");
  return r == FIDO_OK && next != NULL ? next(dev, path) : FIDO_ERR_INTERNAL;
}
