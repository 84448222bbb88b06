/* SPDX-License-Identifier: Apache-2.0 */
/* peer.c - two pipes that never block, and the bytes on their way. */
#include "fidotool/worker/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/worker/frame.h"

#define CHUNK 65536

/* Bytes that came or go, and how many of them are done with. */
typedef struct {
  GByteArray *bytes;
  size_t at;
} Stream;

struct FidotoolPeer {
  GPid pid;
  int to, from;
  Stream out, in;
};

/* The front that is done with goes when it is the larger part. */
static void
advance(Stream *stream, size_t n)
{
  stream->at += n;
  if (stream->at < CHUNK && stream->at < stream->bytes->len)
    return;
  g_byte_array_remove_range(stream->bytes, 0, (guint)stream->at);
  stream->at = 0;
}

static size_t
left(const Stream *stream)
{
  return stream->bytes->len - stream->at;
}

static FidotoolPeer *
start(const char *const *argv, int index, const void *begin, size_t len,
      GError **error)
{
  const bool metadata = index >= 0;
  /* One signature frees more small pieces at once than malloc() keeps at hand;
   * it would sort the others each time. */
  const char *envp[] = {"LC_ALL=C.UTF-8",
                        "GLIBC_TUNABLES=glibc.malloc.tcache_count=100", NULL};
  const int target = FIDOTOOL_FRAME_INDEX_FD;
  g_autoptr(GError) own = NULL;
  FidotoolPeer *peer = g_new0(FidotoolPeer, 1);

  /* The worker leaves this folder, and closes what it has no use for; so GLib
   * need not copy us for the sake of that. */
  if (!g_spawn_async_with_pipes_and_fds(
          NULL, argv, envp,
          G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES |
              G_SPAWN_LEAVE_DESCRIPTORS_OPEN,
          NULL, NULL, -1, -1, -1, &index, &target, metadata ? 1 : 0, &peer->pid,
          &peer->to, &peer->from, NULL, &own)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the judge worker does not start: %s", own->message);
    g_free(peer);
    return NULL;
  }
  (void)fcntl(peer->to, F_SETFL, O_NONBLOCK); /* pipes of our own */
  (void)fcntl(peer->from, F_SETFL, O_NONBLOCK);
  peer->out.bytes = g_byte_array_new();
  peer->in.bytes = g_byte_array_new();
  fidotool_peer_send(peer, begin, len);
  return peer;
}

FidotoolPeer *
fidotool_peer_new(const char *program, int index, const char *begin, size_t len,
                  GError **error)
{
  const char *argv[] = {program, "--batch", index >= 0 ? "--metadata" : NULL,
                        NULL};

  return start(argv, index, begin, len, error);
}

FidotoolPeer *
fidotool_peer_new_taught(const char *program, const void *pack, size_t len,
                         GError **error)
{
  const char *argv[] = {program, "--taught", NULL};

  return start(argv, -1, pack, len, error);
}

/* Killed, not asked: it holds nothing that would be lost. */
void
fidotool_peer_free(FidotoolPeer *peer)
{
  if (peer == NULL)
    return;
  (void)kill(peer->pid, SIGKILL); /* fails only where it has ended */
  while (waitpid(peer->pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  g_spawn_close_pid(peer->pid);
  (void)close(peer->to);
  (void)close(peer->from);
  g_byte_array_unref(peer->out.bytes);
  g_byte_array_unref(peer->in.bytes);
  g_free(peer);
}

void
fidotool_peer_send(FidotoolPeer *peer, const char *text, size_t len)
{
  uint8_t head[FIDOTOOL_FRAME_HEAD];

  fidotool_frame_head(len, head);
  g_byte_array_append(peer->out.bytes, head, sizeof(head));
  g_byte_array_append(peer->out.bytes, (const uint8_t *)text, (guint)len);
}

void
fidotool_peer_poll(const FidotoolPeer *peer, struct pollfd ret_rows[2])
{
  ret_rows[0] = (struct pollfd){.fd = peer->from, .events = POLLIN};
  ret_rows[1] = (struct pollfd){.fd = left(&peer->out) > 0 ? peer->to : -1,
                                .events = POLLOUT};
}

static bool
flush(FidotoolPeer *peer)
{
  while (left(&peer->out) > 0) {
    ssize_t r =
        write(peer->to, peer->out.bytes->data + peer->out.at, left(&peer->out));

    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      return errno == EAGAIN;
    advance(&peer->out, (size_t)r);
  }
  return true;
}

static bool
fill(FidotoolPeer *peer)
{
  GByteArray *bytes = peer->in.bytes;

  for (;;) {
    const guint had = bytes->len;
    ssize_t r;

    g_byte_array_set_size(bytes, had + CHUNK);
    r = read(peer->from, bytes->data + had, CHUNK);
    g_byte_array_set_size(bytes, had + (guint)MAX(r, 0));
    if (r < 0 && errno == EINTR)
      continue;
    if (r <= 0)
      return r < 0 && errno == EAGAIN;
    if (r < CHUNK)
      return true;
  }
}

bool
fidotool_peer_work(FidotoolPeer *peer)
{
  const bool heard = fill(peer);

  /* What it said before it ended counts. */
  if (left(&peer->in) >= FIDOTOOL_FRAME_HEAD &&
      fidotool_frame_length(peer->in.bytes->data + peer->in.at) < 0)
    return false;
  return flush(peer) && heard;
}

char *
fidotool_peer_take(FidotoolPeer *peer, size_t *ret_len)
{
  const uint8_t *data;
  ssize_t len;
  char *text;

  if (left(&peer->in) < FIDOTOOL_FRAME_HEAD)
    return NULL;
  data = peer->in.bytes->data + peer->in.at; /* NULL while there is nothing */
  len = fidotool_frame_length(data);
  if (len < 0 || left(&peer->in) - FIDOTOOL_FRAME_HEAD < (size_t)len)
    return NULL;
  text = g_malloc((size_t)len + 1);
  memcpy(text, data + FIDOTOOL_FRAME_HEAD, (size_t)len);
  text[len] = '\0';
  *ret_len = (size_t)len;
  advance(&peer->in, FIDOTOOL_FRAME_HEAD + (size_t)len);
  return text;
}

char *
fidotool_peer_wait(FidotoolPeer *peer, int limit_ms, GError **error)
{
  const int64_t end = g_get_monotonic_time() + (int64_t)limit_ms * 1000;
  size_t len;
  char *answer = fidotool_peer_take(peer, &len);

  while (answer == NULL) {
    const int64_t left_us = end - g_get_monotonic_time();
    struct pollfd rows[2];

    fidotool_peer_poll(peer, rows);
    if (left_us <= 0 ||
        (poll(rows, 2, (int)(left_us / 1000) + 1) < 0 && errno != EINTR) ||
        !fidotool_peer_work(peer)) {
      g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                          "the judge worker has ended, or does not answer");
      return NULL;
    }
    answer = fidotool_peer_take(peer, &len);
  }
  return answer;
}
