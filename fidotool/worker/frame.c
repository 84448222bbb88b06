/* SPDX-License-Identifier: Apache-2.0 */
/* frame.c - whole messages over a pipe. */
#include "fidotool/worker/frame.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"

#define HEAD_LEN 5

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

bool
fidotool_frame_read(int fd, char **ret_text, size_t *ret_len, GError **error)
{
  uint8_t head[HEAD_LEN];
  ssize_t got = read_up_to(fd, head, sizeof(head));
  g_autofree char *text = NULL;
  size_t len;

  if (got == 0) {
    *ret_text = NULL;
    *ret_len = 0;
    return true;
  }
  if (got != HEAD_LEN)
    return fail(error, FIDOTOOL_ERROR_INVALID, "a message is cut off");
  if (head[0] != FIDOTOOL_FRAME_VERSION)
    return fail(error, FIDOTOOL_ERROR_INVALID, "another protocol version");
  len = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 |
        head[4];
  if (len > FIDOTOOL_FRAME_MAX)
    return fail(error, FIDOTOOL_ERROR_INVALID, "a message is too long");
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
  uint8_t head[HEAD_LEN] = {FIDOTOOL_FRAME_VERSION, (uint8_t)(len >> 24),
                            (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                            (uint8_t)len};

  if (len > FIDOTOOL_FRAME_MAX)
    return fail(error, FIDOTOOL_ERROR_FAILED, "the message is too long");
  if (!write_all(fd, head, sizeof(head)) || !write_all(fd, text, len))
    return fail(error, FIDOTOOL_ERROR_FAILED, "the other end is gone");
  return true;
}
