/* SPDX-License-Identifier: Apache-2.0 */
/* document.c - JSON whole, or a series line by line: a scanner types, and
 * nobody tells it to end. */
#include "fidotool/cli/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "recovery/format/parts.h"

typedef struct {
  FidotoolCmd *cmd;
  const char *path;
  FILE *file;
  size_t max;
} Reader;

static bool
fail(const Reader *reader, const char *why, GError **error)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s",
              reader->path, why);
  return false;
}

/* One line without its end; the rest of a line that is too long is the next
 * one. False at the end. */
static bool
read_line(const Reader *reader, GString *line)
{
  int c = EOF;

  g_string_truncate(line, 0);
  while (line->len <= RECOVERY_PARTS_LINE_MAX &&
         (c = getc(reader->file)) != EOF && c != '\n')
    g_string_append_c(line, (char)c);
  return c != EOF || line->len > 0;
}

/* What is still to come, for a person with a scanner. */
static void
tell_progress(const Reader *reader, const RecoveryParts *parts)
{
  g_autofree char *missing = recovery_parts_missing(parts);

  if (missing && reader->file == stdin && !reader->cmd->json)
    fprintf(stderr, "missing: %s\n", missing);
}

static void
take_line(const Reader *reader, RecoveryParts *parts, const GString *line)
{
  g_autoptr(GError) error = NULL;

  if (line->len == 0 || strcmp(line->str, "\r") == 0)
    return;
  if (recovery_parts_add(parts, line->str, &error))
    tell_progress(reader, parts);
  else
    fidotool_cmd_warn(reader->cmd, "part", error->message);
}

static char *
read_parts(const Reader *reader, GString *line, size_t *ret_len, GError **error)
{
  g_autoptr(RecoveryParts) parts = recovery_parts_new();

  do
    take_line(reader, parts, line);
  while (!recovery_parts_is_complete(parts) && read_line(reader, line));
  return recovery_parts_join(parts, ret_len, error);
}

/* The first line was read; the rest follows it as it is. */
static char *
read_rest(const Reader *reader, GString *text, bool ended, size_t *ret_len,
          GError **error)
{
  char buffer[4096];
  size_t n;

  if (ended)
    g_string_append_c(text, '\n');
  while ((n = fread(buffer, 1, sizeof(buffer), reader->file)) > 0 &&
         text->len <= reader->max)
    g_string_append_len(text, buffer, (gssize)n);
  if (ferror(reader->file) || text->len > reader->max) {
    (void)fail(reader, "unreadable, or too long", error);
    return NULL;
  }
  *ret_len = text->len;
  return g_strndup(text->str, text->len);
}

static char *
read_text(const Reader *reader, size_t *ret_len, GError **error)
{
  g_autoptr(GString) line = g_string_new(NULL);
  bool ended;

  if (!read_line(reader, line)) {
    (void)fail(reader, "there is nothing in it", error);
    return NULL;
  }
  if (recovery_parts_is_part(line->str))
    return read_parts(reader, line, ret_len, error);
  ended = !feof(reader->file) && line->len <= RECOVERY_PARTS_LINE_MAX;
  return read_rest(reader, line, ended, ret_len, error);
}

FidotoolJson *
fidotool_document_read(FidotoolCmd *cmd, const char *path, size_t max,
                       GError **error)
{
  Reader reader = {.cmd = cmd, .path = path, .max = max};
  g_autofree char *text = NULL;
  size_t len = 0;

  reader.file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
  if (!reader.file) {
    (void)fail(&reader, g_strerror(errno), error);
    return NULL;
  }
  text = read_text(&reader, &len, error);
  if (reader.file != stdin)
    (void)fclose(reader.file); /* it was only read */
  return text ? fidotool_json_parse(text, len, error) : NULL;
}

bool
fidotool_document_write(const char *path, const FidotoolJson *json,
                        GError **error)
{
  g_autofree char *line = fidotool_json_write(json, NULL);
  g_autofree char *text = g_strconcat(line, "\n", NULL);
  ssize_t len = (ssize_t)strlen(text);
  bool ok;
  int fd;

  if (!path || strcmp(path, "-") == 0)
    return fputs(text, stdout) >= 0;
  fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  ok = fd >= 0 && write(fd, text, (size_t)len) == len;
  if (!ok)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", path,
                g_strerror(errno));
  if (fd >= 0 && close(fd) != 0 && ok) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "%s: cannot be written", path);
    return false;
  }
  return ok;
}
