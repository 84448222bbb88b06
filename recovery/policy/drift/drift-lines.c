/* SPDX-License-Identifier: Apache-2.0 */
/* drift-lines.c - lines of words. */
#include "recovery/policy/drift/drift-lines.h"

#include <string.h>

/* One line, with those that are joined to it; NULL at the end. */
static char *
read_line(RecoveryDriftReader *reader, const char **at, const char *end,
          guint *number, bool joins)
{
  GString *line = g_string_new(NULL);

  while (*at != NULL && *at < end) {
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));
    const char *last = stop != NULL ? stop : end;

    if (++*number > RECOVERY_DRIFT_LINES_MAX)
      recovery_drift_reader_fail(reader, "more than %d lines",
                                 RECOVERY_DRIFT_LINES_MAX);
    if (memchr(*at, '\0', (size_t)(last - *at)) != NULL)
      recovery_drift_reader_fail(reader, "line %u: a zero byte", *number);
    g_string_append_len(line, *at, last - *at);
    *at = stop != NULL ? stop + 1 : NULL;
    if (line->len > RECOVERY_DRIFT_LINES_LENGTH)
      recovery_drift_reader_fail(reader, "line %u is too long", *number);
    if (reader->error != NULL)
      break;
    if (!joins || line->len == 0 || line->str[line->len - 1] != '\\')
      return g_string_free(line, FALSE);
    g_string_truncate(line, line->len - 1);
  }
  if (line->len > 0 && reader->error == NULL)
    return g_string_free(line, FALSE);
  g_string_free(line, TRUE);
  return NULL;
}

static const char *
find_end(const char *text, char close)
{
  const char *end = strchr(text, close);

  return end != NULL ? end : text + strlen(text);
}

static char **
split(RecoveryDriftReader *reader, const char *text, guint number)
{
  GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

  while (*(text += strspn(text, " \t\r\f"))) {
    const char *end;

    if (*text == '#')
      break;
    if (*text == '"' || *text == '[') {
      end = find_end(text + 1, *text == '"' ? '"' : ']');
      if (*text == '"')
        g_ptr_array_add(words, g_strndup(text + 1, (gsize)(end - text - 1)));
      else
        g_ptr_array_add(words, g_strndup(text, (gsize)(end - text)));
      text = *end ? end + 1 : end;
      continue;
    }
    end = text + strcspn(text, " \t\r\f");
    g_ptr_array_add(words, g_strndup(text, (gsize)(end - text)));
    text = end;
    if (words->len > RECOVERY_DRIFT_LINES_WORDS) {
      recovery_drift_reader_fail(reader, "line %u: too many words", number);
      break;
    }
  }
  g_ptr_array_add(words, NULL);
  return (char **)g_ptr_array_free(words, FALSE);
}

char **
recovery_drift_lines_next(RecoveryDriftReader *reader, const char **at,
                          const char *end, guint *number, bool joins)
{
  char *line;

  while ((line = read_line(reader, at, end, number, joins)) != NULL) {
    char **words = split(reader, line, *number);

    g_free(line);
    if (words[0] != NULL && reader->error == NULL)
      return words;
    g_strfreev(words);
    if (reader->error != NULL)
      return NULL;
  }
  return NULL;
}
