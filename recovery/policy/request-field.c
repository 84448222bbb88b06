/* SPDX-License-Identifier: Apache-2.0 */
/* request-field.c - fields of requests by tables, and the place of a fault. */
#include "recovery/policy/request-field.h"

#include <string.h>

typedef RecoveryRequestReader Reader;
typedef RecoveryRequestField Field;

static const char *
describe(const FidotoolJson *json)
{
  switch (fidotool_json_type(json)) {
  case FIDOTOOL_JSON_NULL:
    return "null";
  case FIDOTOOL_JSON_BOOL:
    return fidotool_json_bool(json, false) ? "true" : "false";
  case FIDOTOOL_JSON_INT:
    return "a number";
  case FIDOTOOL_JSON_NUMBER:
    return "a number that is not whole";
  case FIDOTOOL_JSON_STRING:
    return "a text";
  case FIDOTOOL_JSON_ARRAY:
    return "a list";
  case FIDOTOOL_JSON_OBJECT:
    return "an object";
  }
  return "";
}

bool
recovery_request_field_expect(Reader *reader, const FidotoolJson *json,
                              const char *what)
{
  const char *text = fidotool_json_text(json);

  if (reader->error == NULL)
    reader->error = g_strdup_printf(
        "%s: expected %s, not %s%.64s%s",
        reader->path->len > 0 ? reader->path->str : "request", what,
        text != NULL ? "\"" : "", text != NULL ? text : describe(json),
        text != NULL ? "\"" : "");
  return false;
}

/* ---- places ---- */

static size_t
enter(Reader *reader, const char *name)
{
  size_t before = reader->path->len;

  g_string_append_printf(reader->path, "%s%.64s", before > 0 ? "." : "", name);
  return before;
}

static size_t
enter_at(Reader *reader, size_t i)
{
  size_t before = reader->path->len;

  g_string_append_printf(reader->path, "[%zu]", i);
  return before;
}

static bool
leave(Reader *reader, size_t before, bool ok)
{
  g_string_truncate(reader->path, before);
  return ok;
}

void *
recovery_request_field_allocate(Reader *reader, size_t count, size_t size)
{
  void *memory = g_malloc0_n(count + 1, size);

  g_ptr_array_add(reader->memory, memory);
  return memory;
}

/* ---- values ---- */

bool
recovery_request_field_text(Reader *reader, const FidotoolJson *json,
                            void *into)
{
  const char *text = fidotool_json_text(json);

  if (text == NULL || *text == '\0')
    return recovery_request_field_expect(reader, json, "a text");
  memcpy(into, &text, sizeof(text));
  return true;
}

bool
recovery_request_field_truth(Reader *reader, const FidotoolJson *json,
                             void *into)
{
  RecoveryDocumentWant want;

  if (fidotool_json_type(json) != FIDOTOOL_JSON_BOOL)
    return recovery_request_field_expect(reader, json, "true or false");
  want = fidotool_json_bool(json, false) ? RECOVERY_DOCUMENT_YES
                                         : RECOVERY_DOCUMENT_NO;
  memcpy(into, &want, sizeof(want));
  return true;
}

bool
recovery_request_field_flag(Reader *reader, const FidotoolJson *json,
                            void *into)
{
  RecoveryDocumentWant want = RECOVERY_DOCUMENT_NO;
  bool flag;

  if (!recovery_request_field_truth(reader, json, &want))
    return false;
  flag = want == RECOVERY_DOCUMENT_YES;
  memcpy(into, &flag, sizeof(flag));
  return true;
}

bool
recovery_request_field_time(Reader *reader, const FidotoolJson *json,
                            void *into)
{
  const char *text = fidotool_json_text(json);
  int64_t s;

  if (text == NULL || !recovery_document_read_time(text, &s))
    return recovery_request_field_expect(reader, json,
                                         "a time like 2026-11-15T12:00:00Z");
  memcpy(into, &s, sizeof(s));
  return true;
}

bool
recovery_request_field_count(Reader *reader, const FidotoolJson *json,
                             void *into)
{
  int64_t count;

  if (!fidotool_json_int(json, &count) || count < 0)
    return recovery_request_field_expect(reader, json, "a number from 0");
  memcpy(into, &count, sizeof(count));
  return true;
}

bool
recovery_request_field_version(Reader *reader, const FidotoolJson *json,
                               void *into)
{
  int64_t version;

  if (!fidotool_json_int(json, &version) || version < 1)
    return recovery_request_field_expect(reader, json, "a number from 1");
  memcpy(into, &version, sizeof(version));
  return true;
}

/* ---- objects ---- */

bool
recovery_request_field_object(Reader *reader, const FidotoolJson *json,
                              const Field *fields, size_t count, void *into)
{
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return recovery_request_field_expect(reader, json, "an object");
  for (size_t i = 0; i < fidotool_json_size(json); i++) {
    const char *name = fidotool_json_name(json, i);
    size_t before = enter(reader, name), j = 0;
    bool ok;

    while (j < count && strcmp(fields[j].name, name) != 0)
      j++;
    if (j == count) {
      if (reader->error == NULL)
        reader->error = g_strdup_printf("%s: unknown field", reader->path->str);
      return false;
    }
    ok = fields[j].read(reader, fidotool_json_member(json, i),
                        (char *)into + fields[j].offset);
    if (!leave(reader, before, ok))
      return false;
  }
  for (size_t j = 0; j < count; j++)
    if (fields[j].must && fidotool_json_get(json, fields[j].name) == NULL) {
      (void)enter(reader, fields[j].name);
      if (reader->error == NULL)
        reader->error = g_strdup_printf("%s: is missing", reader->path->str);
      return false;
    }
  return true;
}

/* Each element of a list, or member of an object, of `size` bytes. */
bool
recovery_request_field_each(Reader *reader, const FidotoolJson *json,
                            size_t size, char *into,
                            bool (*read)(Reader *reader,
                                         const FidotoolJson *json,
                                         const char *name, void *into))
{
  bool object = fidotool_json_type(json) == FIDOTOOL_JSON_OBJECT;

  for (size_t i = 0; i < fidotool_json_size(json); i++) {
    const char *name = object ? fidotool_json_name(json, i) : NULL;
    size_t before = object ? enter(reader, name) : enter_at(reader, i);
    const FidotoolJson *each =
        object ? fidotool_json_member(json, i) : fidotool_json_at(json, i);

    if (!leave(reader, before, read(reader, each, name, into + i * size)))
      return false;
  }
  return true;
}

static bool
read_each_text(Reader *reader, const FidotoolJson *json, const char *name,
               void *into)
{
  (void)name;
  return recovery_request_field_text(reader, json, into);
}

const char **
recovery_request_field_texts(Reader *reader, const FidotoolJson *json,
                             const char *expected)
{
  const char **texts;

  if (fidotool_json_type(json) != FIDOTOOL_JSON_ARRAY) {
    recovery_request_field_expect(reader, json, expected);
    return NULL;
  }
  texts = recovery_request_field_allocate(reader, fidotool_json_size(json),
                                          sizeof(*texts));
  if (!recovery_request_field_each(reader, json, sizeof(*texts), (char *)texts,
                                   read_each_text))
    return NULL;
  return texts;
}
