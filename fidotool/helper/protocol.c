/* SPDX-License-Identifier: Apache-2.0 */
/* protocol.c - frames, bounded, read with poll() and read() alone. */
#include "fidotool/helper/protocol.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fidotool/error.h"

#define HEAD 6
/* Between two bytes of one frame. */
#define STALL_MS 5000

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

/* Waits until there is something to read. 1, 0 when the time is up, -1. */
static int
wait_readable(int fd, int timeout_ms)
{
  struct pollfd one = {fd, POLLIN, 0};
  int r;

  do
    r = poll(&one, 1, timeout_ms);
  while (r < 0 && errno == EINTR);
  return r;
}

/* Exactly len bytes, or false and error. */
static bool
read_exactly(int fd, uint8_t *data, size_t len, GError **error)
{
  for (size_t done = 0; done < len;) {
    ssize_t n;

    if (wait_readable(fd, STALL_MS) <= 0)
      return set_error(error, FIDOTOOL_ERROR_INVALID,
                       "the other side stopped in the middle of a frame");
    n = read(fd, data + done, len - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return set_error(
          error, done == 0 ? FIDOTOOL_ERROR_CANCELLED : FIDOTOOL_ERROR_INVALID,
          done == 0 ? "the other side has gone"
                    : "the other side ended within a frame");
    done += (size_t)n;
  }
  return true;
}

/* The longest content of a type, or -1 for a type that may not come. */
static gssize
find_limit(uint8_t type, bool from_client)
{
  switch (type) {
  case FIDOTOOL_PROTOCOL_REQUEST:
    return from_client ? FIDOTOOL_PROTOCOL_REQUEST_MAX : -1;
  case FIDOTOOL_PROTOCOL_PIN:
  case FIDOTOOL_PROTOCOL_PIN_LAST:
    return from_client ? FIDOTOOL_SECRET_MAX : -1;
  case FIDOTOOL_PROTOCOL_CANCEL:
  case FIDOTOOL_PROTOCOL_CONFIRM:
    return from_client ? 0 : -1;
  case FIDOTOOL_PROTOCOL_EVENT:
  case FIDOTOOL_PROTOCOL_PIN_WANTED:
  case FIDOTOOL_PROTOCOL_RESULT:
  case FIDOTOOL_PROTOCOL_ERROR:
  case FIDOTOOL_PROTOCOL_CONFIRM_WANTED:
    return from_client ? -1 : FIDOTOOL_PROTOCOL_ANSWER_MAX;
  }
  return -1;
}

static bool
read_pin(int fd, size_t len, FidotoolProtocolFrame *frame, GError **error)
{
  frame->pin = fidotool_secret_new();
  if (!frame->pin)
    return set_error(error, FIDOTOOL_ERROR_FAILED, "no memory for the PIN");
  if (len > 0 &&
      !read_exactly(fd, fidotool_secret_buffer(frame->pin), len, error))
    return false;
  fidotool_secret_set_len(frame->pin, len);
  return true;
}

static bool
read_json(int fd, size_t len, FidotoolProtocolFrame *frame, GError **error)
{
  g_autofree char *text = g_malloc0(len + 1);

  if (len > 0 && !read_exactly(fd, (uint8_t *)text, len, error))
    return false;
  frame->json = fidotool_json_parse(text, len, error);
  if (frame->json && fidotool_json_type(frame->json) != FIDOTOOL_JSON_OBJECT)
    return set_error(error, FIDOTOOL_ERROR_INVALID, "a frame without object");
  return frame->json != NULL;
}

/* The content of a frame, into memory that suits its type. */
static bool
read_content(int fd, size_t len, FidotoolProtocolFrame *frame, GError **error)
{
  switch (frame->type) {
  case FIDOTOOL_PROTOCOL_PIN:
  case FIDOTOOL_PROTOCOL_PIN_LAST:
    return read_pin(fd, len, frame, error);
  case FIDOTOOL_PROTOCOL_CANCEL:
  case FIDOTOOL_PROTOCOL_CONFIRM:
    return true;
  case FIDOTOOL_PROTOCOL_REQUEST:
  case FIDOTOOL_PROTOCOL_EVENT:
  case FIDOTOOL_PROTOCOL_PIN_WANTED:
  case FIDOTOOL_PROTOCOL_RESULT:
  case FIDOTOOL_PROTOCOL_ERROR:
  case FIDOTOOL_PROTOCOL_CONFIRM_WANTED:
    return read_json(fd, len, frame, error);
  }
  return false;
}

static bool
read_frame(int fd, bool from_client, FidotoolProtocolFrame *frame,
           GError **error)
{
  uint8_t head[HEAD];
  uint32_t len;
  gssize limit;

  /* The version alone first: whoever speaks something else is told so. */
  if (!read_exactly(fd, head, 1, error))
    return false;
  if (head[0] != FIDOTOOL_PROTOCOL_VERSION)
    return set_error(error, FIDOTOOL_ERROR_INVALID,
                     "the other side speaks another version");
  if (!read_exactly(fd, head + 1, HEAD - 1, error)) {
    g_clear_error(error);
    return set_error(error, FIDOTOOL_ERROR_INVALID,
                     "the other side ended within a frame");
  }
  len = (uint32_t)head[2] << 24 | (uint32_t)head[3] << 16 |
        (uint32_t)head[4] << 8 | head[5];
  limit = find_limit(head[1], from_client);
  if (limit < 0)
    return set_error(error, FIDOTOOL_ERROR_INVALID,
                     "a frame of a type that may not come");
  if (len > (size_t)limit)
    return set_error(error, FIDOTOOL_ERROR_INVALID, "a frame that is too long");
  frame->type = (FidotoolProtocolType)head[1];
  return read_content(fd, len, frame, error);
}

int
fidotool_protocol_read(int fd, bool from_client, int timeout_ms,
                       FidotoolProtocolFrame *ret_frame, GError **error)
{
  g_auto(FidotoolProtocolFrame) frame = {0};
  int r = wait_readable(fd, timeout_ms);

  if (r == 0)
    return 0;
  if (r < 0) {
    (void)set_error(error, FIDOTOOL_ERROR_LOST, "the other side has gone");
    return -1;
  }
  if (!read_frame(fd, from_client, &frame, error))
    return -1;
  *ret_frame = frame;
  frame = (FidotoolProtocolFrame){0};
  return 1;
}

void
fidotool_protocol_frame_clear(FidotoolProtocolFrame *frame)
{
  g_clear_pointer(&frame->json, fidotool_json_free);
  g_clear_pointer(&frame->pin, fidotool_secret_free);
}

static bool
write_all(int fd, const void *data, size_t len, GError **error)
{
  const uint8_t *bytes = data;

  for (size_t done = 0; done < len;) {
    ssize_t n = send(fd, bytes + done, len - done, MSG_NOSIGNAL);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return set_error(error, FIDOTOOL_ERROR_LOST, "the other side has gone");
    done += (size_t)n;
  }
  return true;
}

static bool
write_frame(int fd, FidotoolProtocolType type, const void *data, size_t len,
            GError **error)
{
  const uint8_t head[HEAD] = {
      FIDOTOOL_PROTOCOL_VERSION, (uint8_t)type,       (uint8_t)(len >> 24),
      (uint8_t)(len >> 16),      (uint8_t)(len >> 8), (uint8_t)len,
  };

  return write_all(fd, head, sizeof(head), error) &&
         write_all(fd, data, len, error);
}

bool
fidotool_protocol_write_json(int fd, FidotoolProtocolType type,
                             const FidotoolJson *json, GError **error)
{
  size_t len;
  g_autofree char *text = fidotool_json_write(json, &len);

  return write_frame(fd, type, text, len, error);
}

bool
fidotool_protocol_write_pin(int fd, FidotoolProtocolType type,
                            const FidotoolSecret *pin, GError **error)
{
  return write_frame(fd, type, fidotool_secret_text(pin),
                     fidotool_secret_len(pin), error);
}

bool
fidotool_protocol_write_empty(int fd, FidotoolProtocolType type, GError **error)
{
  return write_frame(fd, type, NULL, 0, error);
}
