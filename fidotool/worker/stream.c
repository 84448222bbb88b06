/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - messages out of one buffer, answers into another. */
#include "fidotool/worker/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/worker/frame.h"

#define CHUNK 65536
/* Answers that wait to be written: their asker is not kept waiting for long,
 * whatever the questions after them cost. */
#define WAITING_MAX 8

struct FidotoolStream {
  int in, out;
  GByteArray *questions;
  size_t at; /* of what was not read yet */
  GByteArray *answers;
  unsigned waiting;
};

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

FidotoolStream *
fidotool_stream_new(int in, int out)
{
  FidotoolStream *stream = g_new0(FidotoolStream, 1);

  stream->in = in;
  stream->out = out;
  stream->questions = g_byte_array_sized_new(CHUNK);
  stream->answers = g_byte_array_sized_new(CHUNK);
  return stream;
}

void
fidotool_stream_free(FidotoolStream *stream)
{
  if (stream == NULL)
    return;
  g_byte_array_unref(stream->questions);
  g_byte_array_unref(stream->answers);
  g_free(stream);
}

/* --- in ---------------------------------------------------------------------
 */

/* More bytes behind those that are there; false at the end. */
static bool
fill(FidotoolStream *stream, bool *ret_ended, GError **error)
{
  GByteArray *bytes = stream->questions;
  ssize_t r;
  guint had;

  g_byte_array_remove_range(bytes, 0, (guint)stream->at);
  stream->at = 0;
  had = bytes->len;
  g_byte_array_set_size(bytes, had + CHUNK);
  do
    r = read(stream->in, bytes->data + had, CHUNK);
  while (r < 0 && errno == EINTR);
  g_byte_array_set_size(bytes, had + (guint)MAX(r, 0));
  *ret_ended = r == 0;
  return r >= 0 ||
         fail(error, FIDOTOOL_ERROR_INVALID, "a message cannot be read");
}

/* A whole message at the front, or none of it: then ret_len is 0. */
static bool
find_message(const FidotoolStream *stream, size_t *ret_len, GError **error)
{
  const uint8_t *head = stream->questions->data + stream->at;
  const size_t have = stream->questions->len - stream->at;
  ssize_t len;

  *ret_len = 0;
  if (have < FIDOTOOL_FRAME_HEAD)
    return true;
  len = fidotool_frame_length(head);
  if (head[0] != FIDOTOOL_FRAME_VERSION)
    return fail(error, FIDOTOOL_ERROR_INVALID, "another protocol version");
  if (len < 0)
    return fail(error, FIDOTOOL_ERROR_INVALID, "a message is too long");
  if (have - FIDOTOOL_FRAME_HEAD >= (size_t)len)
    *ret_len = FIDOTOOL_FRAME_HEAD + (size_t)len;
  return true;
}

bool
fidotool_stream_read(FidotoolStream *stream, const char **ret_text,
                     size_t *ret_len, GError **error)
{
  bool ended = false;
  size_t len;

  for (;;) {
    if (!find_message(stream, &len, error))
      return false;
    if (len > 0 || ended)
      break;
    if (!fidotool_stream_flush(stream, error) || !fill(stream, &ended, error))
      return false;
  }
  if (len == 0 && stream->questions->len > stream->at)
    return fail(error, FIDOTOOL_ERROR_INVALID, "a message is cut off");
  *ret_text = NULL;
  *ret_len = 0;
  if (len == 0)
    return true;
  *ret_text =
      (char *)stream->questions->data + stream->at + FIDOTOOL_FRAME_HEAD;
  *ret_len = len - FIDOTOOL_FRAME_HEAD;
  stream->at += len;
  return true;
}

/* --- out --------------------------------------------------------------------
 */

bool
fidotool_stream_flush(FidotoolStream *stream, GError **error)
{
  size_t done = 0;

  while (done < stream->answers->len) {
    const ssize_t r = write(stream->out, stream->answers->data + done,
                            stream->answers->len - done);

    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      return fail(error, FIDOTOOL_ERROR_FAILED, "the other end is gone");
    done += (size_t)r;
  }
  g_byte_array_set_size(stream->answers, 0);
  stream->waiting = 0;
  return true;
}

bool
fidotool_stream_write(FidotoolStream *stream, const char *text, size_t len,
                      GError **error)
{
  uint8_t head[FIDOTOOL_FRAME_HEAD];

  if (len > FIDOTOOL_FRAME_MAX)
    return fail(error, FIDOTOOL_ERROR_FAILED, "the message is too long");
  fidotool_frame_head(len, head);
  g_byte_array_append(stream->answers, head, sizeof(head));
  g_byte_array_append(stream->answers, (const uint8_t *)text, (guint)len);
  stream->waiting++;
  if (stream->waiting < WAITING_MAX && stream->answers->len < CHUNK)
    return true;
  return fidotool_stream_flush(stream, error);
}
