/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - a file to a socket, a slice whenever there is room. The socket's
 * own flags are the client's and are left alone. */
#include "recovery/service/stream.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLICE 65536

typedef struct {
  int from, to;
  off_t at;
  int64_t wait_us;
  int64_t moved_us; /* when the client last took something */
  RecoveryStreamDone done;
  void *data;
  guint source, timer;
} Stream;

static void
finish(Stream *stream, bool sent)
{
  g_source_remove(stream->source);
  g_source_remove(stream->timer);
  (void)close(stream->from); /* only read from */
  (void)close(stream->to);   /* the other end sees an early end and says so */
  stream->done(sent, stream->data);
  g_free(stream);
}

static gboolean
on_writable(int fd, GIOCondition condition, void *data)
{
  Stream *stream = data;
  uint8_t slice[SLICE];
  ssize_t got = pread(stream->from, slice, sizeof slice, stream->at);
  ssize_t n;

  (void)condition; /* an error shows in send() */
  if (got <= 0) {
    finish(stream, got == 0);
    return G_SOURCE_CONTINUE; /* removed above */
  }
  n = send(fd, slice, (size_t)got, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n < 0) {
    finish(stream, false);
    return G_SOURCE_CONTINUE;
  }
  stream->at += n;
  stream->moved_us = g_get_monotonic_time();
  return G_SOURCE_CONTINUE;
}

static gboolean
on_timer(void *data)
{
  Stream *stream = data;

  if (g_get_monotonic_time() - stream->moved_us > stream->wait_us)
    finish(stream, false);
  return G_SOURCE_CONTINUE;
}

void
recovery_stream_send(int from, int socket, int wait_ms, RecoveryStreamDone done,
                     void *data)
{
  Stream *stream = g_new0(Stream, 1);

  stream->from = from;
  stream->to = socket;
  stream->wait_us = (int64_t)wait_ms * 1000;
  stream->moved_us = g_get_monotonic_time();
  stream->done = done;
  stream->data = data;
  stream->source = g_unix_fd_add(socket, G_IO_OUT, on_writable, stream);
  stream->timer = g_timeout_add(MIN((guint)wait_ms, 1000), on_timer, stream);
}

bool
recovery_stream_is_socket(int fd)
{
  int value = 0;
  socklen_t len = sizeof value;

  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &len) != 0 ||
      value != AF_UNIX)
    return false;
  len = sizeof value;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len) == 0 &&
         value == SOCK_STREAM;
}
