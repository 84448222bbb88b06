/* SPDX-License-Identifier: Apache-2.0 */
/* jcs.c - a strict reader of canonical lines. It builds the tree while it
 * reads and refuses every second spelling, so that no line has to be written
 * again to be compared. */
#include "recovery/format/jcs.h"

#include <string.h>

#include "recovery/error.h"

/* Deepest nesting; the outermost object counts. */
#define DEPTH 8

typedef struct {
  const char *start, *p, *end;
  int depth;
  const char *why;
} Reader;

static FidotoolJson *read_value(Reader *reader);

static void *
fail(Reader *reader, const char *why)
{
  if (reader->why == NULL)
    reader->why = why;
  return NULL;
}

static bool
take(Reader *reader, char c)
{
  if (reader->p == reader->end || *reader->p != c)
    return false;
  reader->p++;
  return true;
}

static bool
is_control(char c)
{
  return (unsigned char)c < 0x20 || c == 0x7f;
}

static char *
read_text(Reader *reader)
{
  g_autoptr(GString) out = g_string_new(NULL);

  if (!take(reader, '"'))
    return fail(reader, "a string is missing");
  for (;;) {
    const char *from = reader->p;

    while (reader->p < reader->end && *reader->p != '"' && *reader->p != '\\' &&
           !is_control(*reader->p))
      reader->p++;
    g_string_append_len(out, from, reader->p - from);
    if (take(reader, '"'))
      return g_string_free(g_steal_pointer(&out), false);
    if (!take(reader, '\\'))
      return fail(reader, reader->p == reader->end ? "a string without end"
                                                   : "a control character");
    if (reader->p == reader->end || (*reader->p != '"' && *reader->p != '\\'))
      return fail(reader, "an escape that is not needed");
    g_string_append_c(out, *reader->p++);
  }
}

static FidotoolJson *
read_integer(Reader *reader)
{
  const char *from = reader->p;
  gint64 value;
  g_autofree char *text = NULL;
  bool negative = take(reader, '-');
  const char *digits = reader->p;

  while (reader->p < reader->end && g_ascii_isdigit(*reader->p))
    reader->p++;
  if (reader->p == digits)
    return fail(reader, "no value");
  if (*digits == '0' && (negative || reader->p - digits > 1))
    return fail(reader, "an integer in another spelling");
  text = g_strndup(from, (size_t)(reader->p - from));
  if (!g_ascii_string_to_signed(text, 10, -FIDOTOOL_JSON_INT_MAX,
                                FIDOTOOL_JSON_INT_MAX, &value, NULL))
    return fail(reader, "an integer too large");
  return fidotool_json_new_int(value);
}

static FidotoolJson *
read_array(Reader *reader)
{
  g_autoptr(FidotoolJson) array = fidotool_json_new_array();

  if (take(reader, ']'))
    return g_steal_pointer(&array);
  for (;;) {
    FidotoolJson *item = read_value(reader);

    if (item == NULL)
      return NULL;
    fidotool_json_append(array, item);
    if (fidotool_json_size(array) > FIDOTOOL_JSON_WIDTH)
      return fail(reader, "too many elements");
    if (take(reader, ']'))
      return g_steal_pointer(&array);
    if (!take(reader, ','))
      return fail(reader, "a comma is missing");
  }
}

static char *
read_name(Reader *reader)
{
  const char *from;

  if (!take(reader, '"'))
    return fail(reader, "a name is missing");
  from = reader->p;
  while (reader->p < reader->end &&
         (g_ascii_islower(*reader->p) || *reader->p == '_'))
    reader->p++;
  if (reader->p == from || reader->p == reader->end || *reader->p != '"')
    return fail(reader, "a name of other letters than a to z and _");
  reader->p++;
  return g_strndup(from, (size_t)(reader->p - 1 - from));
}

static FidotoolJson *
read_object(Reader *reader)
{
  g_autoptr(FidotoolJson) object = fidotool_json_new_object();
  g_autofree char *last = NULL;

  if (take(reader, '}'))
    return g_steal_pointer(&object);
  for (;;) {
    g_autofree char *name = read_name(reader);
    FidotoolJson *value;

    if (name == NULL)
      return NULL;
    if (last != NULL && strcmp(last, name) >= 0)
      return fail(reader, "names out of order");
    if (!take(reader, ':'))
      return fail(reader, "a colon is missing");
    value = read_value(reader);
    if (value == NULL)
      return NULL;
    fidotool_json_set(object, name, value);
    g_free(last);
    last = g_steal_pointer(&name);
    if (take(reader, '}'))
      return g_steal_pointer(&object);
    if (!take(reader, ','))
      return fail(reader, "a comma is missing");
  }
}

static FidotoolJson *
read_value(Reader *reader)
{
  FidotoolJson *json = NULL;

  if (reader->p < reader->end && *reader->p == '"') {
    g_autofree char *text = read_text(reader);

    return text == NULL ? NULL : fidotool_json_new_text(text);
  }
  if (reader->p == reader->end || (*reader->p != '{' && *reader->p != '['))
    return read_integer(reader);
  if (reader->depth == DEPTH)
    return fail(reader, "nested too deep");
  reader->depth++;
  if (take(reader, '{'))
    json = read_object(reader);
  else if (take(reader, '['))
    json = read_array(reader);
  reader->depth--;
  return json;
}

FidotoolJson *
recovery_jcs_read(const void *line, size_t len, size_t max, GError **error)
{
  Reader reader = {line, line, NULL, 0, NULL};
  g_autoptr(FidotoolJson) json = NULL;

  if (len < 2 || len > max) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "a line of %zu bytes: 2 to %zu are allowed", len, max);
    return NULL;
  }
  reader.end = reader.start + len;
  if (!g_utf8_validate_len(line, len, NULL))
    fail(&reader, "text that is not UTF-8");
  else if (*reader.p != '{')
    fail(&reader, "no object");
  else
    json = read_value(&reader);
  if (json != NULL && reader.p != reader.end) {
    fail(&reader, "more after the object");
    g_clear_pointer(&json, fidotool_json_free);
  }
  if (json == NULL)
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "not a canonical line: %s at byte %zu", reader.why,
                (size_t)(reader.p - reader.start));
  return g_steal_pointer(&json);
}

/* Writing: the tree is checked, the text is the common writer's. */

static bool
is_name(const char *name)
{
  if (*name == '\0')
    return false;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_islower(*p) && *p != '_')
      return false;
  return true;
}

static bool
check_tree(const FidotoolJson *json, int depth)
{
  bool good = true;

  switch (fidotool_json_type(json)) {
  case FIDOTOOL_JSON_INT:
    return true;
  case FIDOTOOL_JSON_STRING:
    return recovery_jcs_is_text(fidotool_json_text(json));
  case FIDOTOOL_JSON_ARRAY:
    for (size_t i = 0; good && i < fidotool_json_size(json); i++)
      good = check_tree(fidotool_json_at(json, i), depth + 1);
    return good && depth < DEPTH;
  case FIDOTOOL_JSON_OBJECT:
    for (size_t i = 0; good && i < fidotool_json_size(json); i++)
      good = is_name(fidotool_json_name(json, i)) &&
             check_tree(fidotool_json_member(json, i), depth + 1);
    return good && depth < DEPTH;
  case FIDOTOOL_JSON_NULL:
  case FIDOTOOL_JSON_BOOL:
  case FIDOTOOL_JSON_NUMBER:
    break;
  }
  return false;
}

char *
recovery_jcs_write(const FidotoolJson *json, size_t *ret_len, GError **error)
{
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT ||
      !check_tree(json, 0)) {
    g_set_error_literal(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                        "a value that a canonical line cannot hold");
    return NULL;
  }
  return fidotool_json_write(json, ret_len);
}

bool
recovery_jcs_is_text(const char *text)
{
  if (text == NULL || !g_utf8_validate(text, -1, NULL))
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (is_control(*p))
      return false;
  return true;
}

bool
recovery_jcs_is_id(const char *text)
{
  if (text == NULL || strlen(text) > 64 || *text == '-' || *text == '\0')
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && *p != '-')
      return false;
  return true;
}

bool
recovery_jcs_is_hex(const char *text, size_t len)
{
  if (text == NULL || strlen(text) != 2 * len)
    return false;
  return strspn(text, "0123456789abcdef") == 2 * len;
}
