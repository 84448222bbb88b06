/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - JSON text to tree and back. Bounded: what it reads is hostile. */
#include "fidotool/json.h"

#include <string.h>

#include "fidotool/error.h"

typedef struct {
  char *name;
  FidotoolJson *value;
} Member;

struct FidotoolJson {
  FidotoolJsonType type;
  bool truth;
  int64_t integer;
  char *text;       /* STRING, and NUMBER as written */
  GPtrArray *items; /* ARRAY */
  GArray *members;  /* OBJECT, sorted by name */
};

typedef struct {
  const char *start, *p, *end;
  int depth;
  GError **error;
} Reader;

static FidotoolJson *
new_json(FidotoolJsonType type)
{
  FidotoolJson *json = g_new0(FidotoolJson, 1);

  json->type = type;
  return json;
}

static void
clear_member(void *data)
{
  Member *member = data;

  g_free(member->name);
  fidotool_json_free(member->value);
}

void
fidotool_json_free(FidotoolJson *json)
{
  if (json == NULL)
    return;
  g_free(json->text);
  if (json->items != NULL)
    g_ptr_array_unref(json->items);
  if (json->members != NULL)
    g_array_unref(json->members);
  g_free(json);
}

FidotoolJson *
fidotool_json_new_object(void)
{
  FidotoolJson *json = new_json(FIDOTOOL_JSON_OBJECT);

  json->members = g_array_new(false, false, sizeof(Member));
  g_array_set_clear_func(json->members, clear_member);
  return json;
}

FidotoolJson *
fidotool_json_new_array(void)
{
  FidotoolJson *json = new_json(FIDOTOOL_JSON_ARRAY);

  json->items =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_json_free);
  return json;
}

FidotoolJson *
fidotool_json_new_text(const char *text)
{
  FidotoolJson *json = new_json(FIDOTOOL_JSON_STRING);

  json->text = g_strdup(text);
  return json;
}

FidotoolJson *
fidotool_json_new_int(int64_t value)
{
  FidotoolJson *json = new_json(FIDOTOOL_JSON_INT);

  json->integer = value;
  return json;
}

FidotoolJson *
fidotool_json_new_bool(bool value)
{
  FidotoolJson *json = new_json(FIDOTOOL_JSON_BOOL);

  json->truth = value;
  return json;
}

FidotoolJson *
fidotool_json_new_null(void)
{
  return new_json(FIDOTOOL_JSON_NULL);
}

/* Where name stands, or where it would stand. */
static bool
find_member(const FidotoolJson *object, const char *name, unsigned *ret_i)
{
  unsigned low = 0, high = object->members->len;

  while (low < high) {
    unsigned mid = low + (high - low) / 2;
    int order = strcmp(g_array_index(object->members, Member, mid).name, name);

    if (order == 0) {
      *ret_i = mid;
      return true;
    }
    if (order < 0)
      low = mid + 1;
    else
      high = mid;
  }
  *ret_i = low;
  return false;
}

FidotoolJson *
fidotool_json_set(FidotoolJson *object, const char *name, FidotoolJson *value)
{
  Member member = {NULL, value};
  unsigned i;

  g_assert(object->type == FIDOTOOL_JSON_OBJECT);
  if (find_member(object, name, &i)) {
    fidotool_json_free(g_array_index(object->members, Member, i).value);
    g_array_index(object->members, Member, i).value = value;
    return value;
  }
  member.name = g_strdup(name);
  g_array_insert_val(object->members, i, member);
  return value;
}

FidotoolJson *
fidotool_json_append(FidotoolJson *array, FidotoolJson *value)
{
  g_assert(array->type == FIDOTOOL_JSON_ARRAY);
  g_ptr_array_add(array->items, value);
  return value;
}

void
fidotool_json_set_text(FidotoolJson *object, const char *name, const char *text)
{
  fidotool_json_set(object, name, fidotool_json_new_text(text));
}

void
fidotool_json_set_int(FidotoolJson *object, const char *name, int64_t value)
{
  fidotool_json_set(object, name, fidotool_json_new_int(value));
}

void
fidotool_json_set_bool(FidotoolJson *object, const char *name, bool value)
{
  fidotool_json_set(object, name, fidotool_json_new_bool(value));
}

void
fidotool_json_append_text(FidotoolJson *array, const char *text)
{
  fidotool_json_append(array, fidotool_json_new_text(text));
}

void
fidotool_json_remove(FidotoolJson *object, const char *name)
{
  unsigned i;

  g_assert(object->type == FIDOTOOL_JSON_OBJECT);
  if (find_member(object, name, &i))
    g_array_remove_index(object->members, i);
}

FidotoolJson *
fidotool_json_copy(const FidotoolJson *json)
{
  FidotoolJson *copy;

  if (json == NULL)
    return NULL;
  switch (json->type) {
  case FIDOTOOL_JSON_OBJECT:
    copy = fidotool_json_new_object();
    for (size_t i = 0; i < fidotool_json_size(json); i++)
      fidotool_json_set(copy, fidotool_json_name(json, i),
                        fidotool_json_copy(fidotool_json_member(json, i)));
    return copy;
  case FIDOTOOL_JSON_ARRAY:
    copy = fidotool_json_new_array();
    for (size_t i = 0; i < fidotool_json_size(json); i++)
      fidotool_json_append(copy, fidotool_json_copy(fidotool_json_at(json, i)));
    return copy;
  case FIDOTOOL_JSON_NULL:
  case FIDOTOOL_JSON_BOOL:
  case FIDOTOOL_JSON_INT:
  case FIDOTOOL_JSON_NUMBER:
  case FIDOTOOL_JSON_STRING:
    break;
  }
  copy = new_json(json->type);
  copy->truth = json->truth;
  copy->integer = json->integer;
  copy->text = g_strdup(json->text);
  return copy;
}

FidotoolJsonType
fidotool_json_type(const FidotoolJson *json)
{
  return json == NULL ? FIDOTOOL_JSON_NULL : json->type;
}

const char *
fidotool_json_text(const FidotoolJson *json)
{
  return fidotool_json_type(json) == FIDOTOOL_JSON_STRING ? json->text : NULL;
}

bool
fidotool_json_int(const FidotoolJson *json, int64_t *ret_value)
{
  if (fidotool_json_type(json) != FIDOTOOL_JSON_INT)
    return false;
  *ret_value = json->integer;
  return true;
}

bool
fidotool_json_bool(const FidotoolJson *json, bool fallback)
{
  return fidotool_json_type(json) == FIDOTOOL_JSON_BOOL ? json->truth
                                                        : fallback;
}

size_t
fidotool_json_size(const FidotoolJson *json)
{
  if (fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY)
    return json->items->len;
  if (fidotool_json_type(json) == FIDOTOOL_JSON_OBJECT)
    return json->members->len;
  return 0;
}

FidotoolJson *
fidotool_json_at(const FidotoolJson *array, size_t i)
{
  if (fidotool_json_type(array) != FIDOTOOL_JSON_ARRAY ||
      i >= array->items->len)
    return NULL;
  return g_ptr_array_index(array->items, i);
}

FidotoolJson *
fidotool_json_get(const FidotoolJson *object, const char *name)
{
  unsigned i;

  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      !find_member(object, name, &i))
    return NULL;
  return g_array_index(object->members, Member, i).value;
}

const char *
fidotool_json_name(const FidotoolJson *object, size_t i)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      i >= object->members->len)
    return NULL;
  return g_array_index(object->members, Member, i).name;
}

FidotoolJson *
fidotool_json_member(const FidotoolJson *object, size_t i)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      i >= object->members->len)
    return NULL;
  return g_array_index(object->members, Member, i).value;
}

const char *
fidotool_json_get_text(const FidotoolJson *object, const char *name)
{
  return fidotool_json_text(fidotool_json_get(object, name));
}

int64_t
fidotool_json_get_int(const FidotoolJson *object, const char *name,
                      int64_t fallback)
{
  int64_t value = fallback;

  (void)fidotool_json_int(fidotool_json_get(object, name), &value);
  return value; /* the fallback where it was no integer */
}

bool
fidotool_json_get_bool(const FidotoolJson *object, const char *name,
                       bool fallback)
{
  return fidotool_json_bool(fidotool_json_get(object, name), fallback);
}

/* Writing */

static void
write_escape(GString *out, char c)
{
  static const char letters[] = "\bb\tt\nn\ff\rr";

  g_string_append_c(out, '\\');
  if (c == '"' || c == '\\') {
    g_string_append_c(out, c);
    return;
  }
  for (const char *p = letters; *p != '\0'; p += 2)
    if (*p == c) {
      g_string_append_c(out, p[1]);
      return;
    }
  g_string_append_printf(out, "u%04x", (unsigned)c);
}

/* Whole runs at once: most texts have nothing to escape. */
static void
write_text(GString *out, const char *text)
{
  g_string_append_c(out, '"');
  while (*text != '\0') {
    const char *p = text;

    while ((unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
      p++;
    g_string_append_len(out, text, p - text);
    if (*p != '\0')
      write_escape(out, *p++);
    text = p;
  }
  g_string_append_c(out, '"');
}

static void
write_json(GString *out, const FidotoolJson *json)
{
  switch (json->type) {
  case FIDOTOOL_JSON_NULL:
    g_string_append(out, "null");
    break;
  case FIDOTOOL_JSON_BOOL:
    g_string_append(out, json->truth ? "true" : "false");
    break;
  case FIDOTOOL_JSON_INT:
    g_string_append_printf(out, "%" G_GINT64_FORMAT, json->integer);
    break;
  case FIDOTOOL_JSON_NUMBER:
    g_string_append(out, json->text);
    break;
  case FIDOTOOL_JSON_STRING:
    write_text(out, json->text);
    break;
  case FIDOTOOL_JSON_ARRAY:
    g_string_append_c(out, '[');
    for (unsigned i = 0; i < json->items->len; i++) {
      if (i > 0)
        g_string_append_c(out, ',');
      write_json(out, g_ptr_array_index(json->items, i));
    }
    g_string_append_c(out, ']');
    break;
  case FIDOTOOL_JSON_OBJECT:
    g_string_append_c(out, '{');
    for (unsigned i = 0; i < json->members->len; i++) {
      Member *member = &g_array_index(json->members, Member, i);

      if (i > 0)
        g_string_append_c(out, ',');
      write_text(out, member->name);
      g_string_append_c(out, ':');
      write_json(out, member->value);
    }
    g_string_append_c(out, '}');
    break;
  }
}

char *
fidotool_json_write(const FidotoolJson *json, size_t *ret_len)
{
  GString *out = g_string_sized_new(1024);

  write_json(out, json);
  if (ret_len != NULL)
    *ret_len = out->len;
  return g_string_free(out, false);
}

/* Reading */

static FidotoolJson *read_value(Reader *reader);

static void *
fail(Reader *reader, const char *why)
{
  if (reader->error != NULL && *reader->error == NULL)
    g_set_error(reader->error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "not JSON we read: %s at byte %zu", why,
                (size_t)(reader->p - reader->start));
  return NULL;
}

static void
skip_space(Reader *reader)
{
  while (reader->p < reader->end && *reader->p != '\0' &&
         strchr(" \t\r\n", *reader->p) != NULL)
    reader->p++;
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
read_hex4(Reader *reader, gunichar *ret_code)
{
  gunichar code = 0;

  if (reader->end - reader->p < 4)
    return false;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value(reader->p[i]);

    if (digit < 0)
      return false;
    code = code << 4 | (gunichar)digit;
  }
  reader->p += 4;
  *ret_code = code;
  return true;
}

/* \uXXXX, with its second half where it is a surrogate. */
static bool
read_unicode_escape(Reader *reader, GString *out)
{
  gunichar code, low;

  if (!read_hex4(reader, &code) || code == 0)
    return false;
  if (code >= 0xdc00 && code <= 0xdfff)
    return false;
  if (code >= 0xd800 && code <= 0xdbff) {
    if (!take(reader, '\\') || !take(reader, 'u') || !read_hex4(reader, &low) ||
        low < 0xdc00 || low > 0xdfff)
      return false;
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  g_string_append_unichar(out, code);
  return true;
}

static bool
read_escape(Reader *reader, GString *out)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *at;

  if (reader->p == reader->end)
    return false;
  if (take(reader, 'u'))
    return read_unicode_escape(reader, out);
  at = *reader->p == '\0' ? NULL : strchr(from, *reader->p);
  if (at == NULL)
    return false;
  g_string_append_c(out, to[at - from]);
  reader->p++;
  return true;
}

static char *
read_text(Reader *reader)
{
  g_autoptr(GString) out = g_string_new(NULL);

  if (!take(reader, '"'))
    return fail(reader, "a string is missing");
  while (reader->p < reader->end && *reader->p != '"') {
    if ((unsigned char)*reader->p < 0x20)
      return fail(reader, "a control character in a string");
    if (take(reader, '\\')) {
      if (!read_escape(reader, out))
        return fail(reader, "a bad escape");
    } else {
      g_string_append_c(out, *reader->p++);
    }
  }
  if (!take(reader, '"'))
    return fail(reader, "a string without end");
  return g_string_free(g_steal_pointer(&out), false);
}

static size_t
skip_digits(Reader *reader)
{
  const char *from = reader->p;

  while (reader->p < reader->end && g_ascii_isdigit(*reader->p))
    reader->p++;
  return (size_t)(reader->p - from);
}

static FidotoolJson *
read_number(Reader *reader)
{
  const char *from = reader->p;
  bool plain = true;
  FidotoolJson *json;
  gint64 value;
  g_autofree char *text = NULL;
  bool negative = take(reader, '-');

  if (take(reader, '0')) {
    if (reader->p < reader->end && g_ascii_isdigit(*reader->p))
      return fail(reader, "a number with a leading zero");
  } else if (skip_digits(reader) == 0) {
    return fail(reader, "no value");
  }
  if (take(reader, '.')) {
    plain = false;
    if (skip_digits(reader) == 0)
      return fail(reader, "a number without digits");
  }
  if (take(reader, 'e') || take(reader, 'E')) {
    plain = false;
    if (!take(reader, '+'))
      (void)take(reader, '-'); /* the sign may be missing */
    if (skip_digits(reader) == 0)
      return fail(reader, "a number without digits");
  }
  text = g_strndup(from, (size_t)(reader->p - from));
  if (plain && !(negative && strcmp(text, "-0") == 0) &&
      g_ascii_string_to_signed(text, 10, -FIDOTOOL_JSON_INT_MAX,
                               FIDOTOOL_JSON_INT_MAX, &value, NULL))
    return fidotool_json_new_int(value);
  json = new_json(FIDOTOOL_JSON_NUMBER);
  json->text = g_steal_pointer(&text);
  return json;
}

static FidotoolJson *
read_array(Reader *reader)
{
  g_autoptr(FidotoolJson) array = fidotool_json_new_array();

  skip_space(reader);
  if (take(reader, ']'))
    return g_steal_pointer(&array);
  for (;;) {
    FidotoolJson *item = read_value(reader);

    if (item == NULL)
      return NULL;
    if (array->items->len == FIDOTOOL_JSON_WIDTH) {
      fidotool_json_free(item);
      return fail(reader, "too many elements");
    }
    fidotool_json_append(array, item);
    skip_space(reader);
    if (take(reader, ']'))
      return g_steal_pointer(&array);
    if (!take(reader, ','))
      return fail(reader, "a comma is missing");
  }
}

static int
compare_members(const void *a, const void *b)
{
  return strcmp(((const Member *)a)->name, ((const Member *)b)->name);
}

/* Sorted once at the end: members in the worst order cost no more. */
static bool
sort_members(FidotoolJson *object)
{
  g_array_sort(object->members, compare_members);
  for (unsigned i = 1; i < object->members->len; i++)
    if (compare_members(&g_array_index(object->members, Member, i - 1),
                        &g_array_index(object->members, Member, i)) == 0)
      return false;
  return true;
}

static bool
read_member(Reader *reader, FidotoolJson *object)
{
  Member member;

  skip_space(reader);
  member.name = read_text(reader);
  if (member.name == NULL)
    return false;
  skip_space(reader);
  if (take(reader, ':'))
    member.value = read_value(reader);
  else
    member.value = fail(reader, "a colon is missing");
  if (member.value == NULL) {
    g_free(member.name);
    return false;
  }
  g_array_append_val(object->members, member);
  return true;
}

static FidotoolJson *
read_object(Reader *reader)
{
  g_autoptr(FidotoolJson) object = fidotool_json_new_object();

  skip_space(reader);
  if (take(reader, '}'))
    return g_steal_pointer(&object);
  for (;;) {
    if (object->members->len == FIDOTOOL_JSON_WIDTH)
      return fail(reader, "too many members");
    if (!read_member(reader, object))
      return NULL;
    skip_space(reader);
    if (take(reader, '}'))
      break;
    if (!take(reader, ','))
      return fail(reader, "a comma is missing");
  }
  if (!sort_members(object))
    return fail(reader, "a member twice");
  return g_steal_pointer(&object);
}

static FidotoolJson *
read_word(Reader *reader)
{
  static const struct {
    const char *word;
    FidotoolJsonType type;
    bool truth;
  } words[] = {
      {"true", FIDOTOOL_JSON_BOOL, true},
      {"false", FIDOTOOL_JSON_BOOL, false},
      {"null", FIDOTOOL_JSON_NULL, false},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    size_t len = strlen(words[i].word);

    if ((size_t)(reader->end - reader->p) >= len &&
        memcmp(reader->p, words[i].word, len) == 0) {
      FidotoolJson *json = new_json(words[i].type);

      json->truth = words[i].truth;
      reader->p += len;
      return json;
    }
  }
  return fail(reader, "no value");
}

static FidotoolJson *
read_value(Reader *reader)
{
  FidotoolJson *json;
  char *text;

  skip_space(reader);
  if (reader->p == reader->end)
    return fail(reader, "the end comes too early");
  if (reader->depth == FIDOTOOL_JSON_DEPTH)
    return fail(reader, "nested too deep");
  reader->depth++;
  if (*reader->p == '"') {
    text = read_text(reader);
    json = text == NULL ? NULL : new_json(FIDOTOOL_JSON_STRING);
    if (json != NULL)
      json->text = text;
  } else if (take(reader, '{')) {
    json = read_object(reader);
  } else if (take(reader, '[')) {
    json = read_array(reader);
  } else if (*reader->p == '-' || g_ascii_isdigit(*reader->p)) {
    json = read_number(reader);
  } else {
    json = read_word(reader);
  }
  reader->depth--;
  return json;
}

FidotoolJson *
fidotool_json_parse(const char *text, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) json = NULL;
  g_autoptr(GError) own = NULL;
  Reader reader = {text, text, text + len, 0, &own};

  if (!g_utf8_validate_len(text, len, NULL)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "not JSON we read: no valid UTF-8");
    return NULL;
  }
  json = read_value(&reader);
  if (json != NULL) {
    skip_space(&reader);
    if (reader.p == reader.end)
      return g_steal_pointer(&json);
    fail(&reader, "something after the value");
  }
  g_propagate_error(error, g_steal_pointer(&own));
  return NULL;
}
