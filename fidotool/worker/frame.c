/* SPDX-License-Identifier: Apache-2.0 */
/* frame.c - whole messages over a pipe. */
#include "fidotool/worker/frame.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

/* Bytes read until len or the end; -1 where the descriptor broke. */
static ssize_t
read_up_to(int fd, void *data, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t r = read(fd, (char *)data + done, len - done);

    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      return -1;
    if (r == 0)
      break;
    done += (size_t)r;
  }
  return (ssize_t)done;
}

void
fidotool_frame_head(size_t len, uint8_t ret_head[FIDOTOOL_FRAME_HEAD])
{
  ret_head[0] = FIDOTOOL_FRAME_VERSION;
  for (int i = 1; i < FIDOTOOL_FRAME_HEAD; i++)
    ret_head[i] = (uint8_t)(len >> (8 * (FIDOTOOL_FRAME_HEAD - 1 - i)));
}

/* -1 where it is no length of ours. */
static ssize_t
read_length(const uint8_t head[FIDOTOOL_FRAME_HEAD], size_t max)
{
  size_t len = 0;

  for (int i = 1; i < FIDOTOOL_FRAME_HEAD; i++)
    len = len << 8 | head[i];
  return head[0] == FIDOTOOL_FRAME_VERSION && len <= max ? (ssize_t)len : -1;
}

ssize_t
fidotool_frame_length(const uint8_t head[FIDOTOOL_FRAME_HEAD])
{
  return read_length(head, FIDOTOOL_FRAME_MAX);
}

bool
fidotool_frame_read(int fd, char **ret_text, size_t *ret_len, GError **error)
{
  return fidotool_frame_read_up_to(fd, FIDOTOOL_FRAME_MAX, ret_text, ret_len,
                                   error);
}

bool
fidotool_frame_read_up_to(int fd, size_t max, char **ret_text, size_t *ret_len,
                          GError **error)
{
  uint8_t head[FIDOTOOL_FRAME_HEAD];
  ssize_t got = read_up_to(fd, head, sizeof(head));
  g_autofree char *text = NULL;
  ssize_t known;
  size_t len;

  if (got == 0) {
    *ret_text = NULL;
    *ret_len = 0;
    return true;
  }
  if (got != FIDOTOOL_FRAME_HEAD)
    return fail(error, FIDOTOOL_ERROR_INVALID, "a message is cut off");
  if (head[0] != FIDOTOOL_FRAME_VERSION)
    return fail(error, FIDOTOOL_ERROR_INVALID, "another protocol version");
  known = read_length(head, max);
  if (known < 0)
    return fail(error, FIDOTOOL_ERROR_INVALID, "a message is too long");
  len = (size_t)known;
  text = g_malloc(len + 1);
  if (read_up_to(fd, text, len) != (ssize_t)len)
    return fail(error, FIDOTOOL_ERROR_INVALID, "a message is cut off");
  text[len] = '\0';
  *ret_text = g_steal_pointer(&text);
  *ret_len = len;
  return true;
}

static bool
write_all(int fd, const void *data, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t r = write(fd, (const char *)data + done, len - done);

    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      return false;
    done += (size_t)r;
  }
  return true;
}

bool
fidotool_frame_write(int fd, const char *text, size_t len, GError **error)
{
  uint8_t head[FIDOTOOL_FRAME_HEAD];

  if (len > FIDOTOOL_FRAME_MAX)
    return fail(error, FIDOTOOL_ERROR_FAILED, "the message is too long");
  fidotool_frame_head(len, head);
  if (!write_all(fd, head, sizeof(head)) || !write_all(fd, text, len))
    return fail(error, FIDOTOOL_ERROR_FAILED, "the other end is gone");
  return true;
}
