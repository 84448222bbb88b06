/* SPDX-License-Identifier: Apache-2.0 */
/* lines.c - one buffer that is cut into lines from its front. */
#include "fidotool/worker/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"

#define CHUNK 65536

struct FidotoolLines {
  int fd;
  size_t max;
  GByteArray *buffer;
  size_t at;      /* where the next line begins */
  size_t looked;  /* no end of a line lies before this */
  uint64_t count; /* lines begun before `at` */
  bool skipping;  /* inside one that is too long */
  bool ended;
};

FidotoolLines *
fidotool_lines_new(int fd, size_t max)
{
  FidotoolLines *lines = g_new0(FidotoolLines, 1);

  lines->fd = fd;
  lines->max = max;
  lines->buffer = g_byte_array_new();
  return lines;
}

void
fidotool_lines_free(FidotoolLines *lines)
{
  if (lines == NULL)
    return;
  g_byte_array_unref(lines->buffer);
  g_free(lines);
}

bool
fidotool_lines_fill(FidotoolLines *lines, GError **error)
{
  const guint had = lines->buffer->len - (guint)lines->at;
  ssize_t r;

  if (had > 0) /* the buffer is NULL before the first bytes */
    memmove(lines->buffer->data, lines->buffer->data + lines->at, had);
  lines->looked -= lines->at;
  lines->at = 0;
  g_byte_array_set_size(lines->buffer, had + CHUNK);
  do
    r = read(lines->fd, lines->buffer->data + had, CHUNK);
  while (r < 0 && errno == EINTR);
  g_byte_array_set_size(lines->buffer, had + (guint)MAX(r, 0));
  if (r < 0 && errno != EAGAIN) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "the lines cannot be read: %s", g_strerror(errno));
    return false;
  }
  lines->ended = lines->ended || r == 0;
  return true;
}

static bool
is_blank(const uint8_t *text, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if (strchr(" \t\r", text[i]) == NULL || text[i] == '\0')
      return false;
  return true;
}

/* The end of the next line: after it goes `at`. False: not here yet. */
static bool
find_end(FidotoolLines *lines, size_t *ret_len, size_t *ret_next)
{
  const uint8_t *data = lines->buffer->data;
  const size_t have = lines->buffer->len;
  const uint8_t *end = lines->looked < have ? memchr(data + lines->looked, '\n',
                                                     have - lines->looked)
                                            : NULL;

  lines->looked = have;
  if (end == NULL && (!lines->ended || (lines->at == have && !lines->skipping)))
    return false;
  *ret_len = (end != NULL ? (size_t)(end - data) : have) - lines->at;
  *ret_next = end != NULL ? (size_t)(end - data) + 1 : have;
  return true;
}

static char *
new_text(const uint8_t *text, size_t len)
{
  char *copy = g_malloc(len + 1);

  memcpy(copy, text, len);
  copy[len] = '\0';
  return copy;
}

/* Of a line that grows beyond the limit nothing is kept. */
static void
drop_long(FidotoolLines *lines)
{
  if (lines->buffer->len - lines->at <= lines->max)
    return;
  lines->skipping = true;
  lines->at = lines->looked = lines->buffer->len;
}

bool
fidotool_lines_next(FidotoolLines *lines, FidotoolLine *ret_line)
{
  size_t len, next;

  while (find_end(lines, &len, &next)) {
    const uint8_t *text = lines->buffer->data + lines->at;
    const bool too_long = lines->skipping || len > lines->max;

    lines->at = lines->looked = next;
    lines->skipping = false;
    lines->count++;
    if (!too_long && is_blank(text, len))
      continue;
    ret_line->number = lines->count;
    ret_line->text = too_long ? NULL : new_text(text, len);
    ret_line->len = too_long ? 0 : len;
    return true;
  }
  drop_long(lines);
  return false;
}

bool
fidotool_lines_at_end(const FidotoolLines *lines)
{
  return lines->ended && lines->at == lines->buffer->len && !lines->skipping;
}
