/* SPDX-License-Identifier: Apache-2.0 */
/* json-read.c - JSON text to a tree. Bounded: what it reads is hostile. */
#include "fidotool/json-private.h"

#include <stdlib.h>

#include "fidotool/error.h"

/* Up to so many members are sorted without qsort(), which would cost more. */
#define SORTED_BY_HAND 16

typedef struct {
  const char *start, *p, *end;
  int depth;
  GError **error;
} Reader;

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
  while (reader->p < reader->end && (*reader->p == ' ' || *reader->p == '\t' ||
                                     *reader->p == '\r' || *reader->p == '\n'))
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

/* The rest of a text that has an escape in it; out has what came before. */
static GString *
read_escaped(Reader *reader, GString *out)
{
  for (;;) {
    const char *run = reader->p;

    reader->p = fidotool_json_plain_end(run, reader->end);
    g_string_append_len(out, run, reader->p - run);
    if (take(reader, '"'))
      return out;
    if (reader->p == reader->end)
      return fail(reader, "a string without end");
    if (!take(reader, '\\'))
      return fail(reader, "a control character in a string");
    if (!read_escape(reader, out))
      return fail(reader, "a bad escape");
  }
}

/* A text where it stands, or where it had to be put together. */
static const char *
read_text(Reader *reader, GString **ret_own, size_t *ret_len)
{
  g_autoptr(GString) own = NULL;
  const char *text;

  if (!take(reader, '"'))
    return fail(reader, "a string is missing");
  text = reader->p;
  reader->p = fidotool_json_plain_end(text, reader->end);
  *ret_len = (size_t)(reader->p - text);
  if (take(reader, '"'))
    return text;
  own = g_string_new_len(text, (gssize)*ret_len);
  if (read_escaped(reader, own) == NULL)
    return NULL;
  *ret_len = own->len;
  *ret_own = g_steal_pointer(&own);
  return (*ret_own)->str;
}

static FidotoolJson *
read_string(Reader *reader)
{
  g_autoptr(GString) own = NULL;
  size_t len;
  const char *text = read_text(reader, &own, &len);

  return text ? fidotool_json_new_of(FIDOTOOL_JSON_STRING, text, len) : NULL;
}

/* g_strndup() would look for an end on its way. */
static char *
new_text(const char *text, size_t len)
{
  char *copy = g_malloc(len + 1);

  memcpy(copy, text, len);
  copy[len] = '\0';
  return copy;
}

static char *
read_name(Reader *reader)
{
  g_autoptr(GString) own = NULL;
  size_t len;
  const char *text = read_text(reader, &own, &len);

  return text ? new_text(text, len) : NULL;
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
  return fidotool_json_new_of(FIDOTOOL_JSON_NUMBER, text, strlen(text));
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
    if (array->count == FIDOTOOL_JSON_WIDTH) {
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
  return fidotool_json_compare_names(((const FidotoolJsonMember *)a)->name,
                                     ((const FidotoolJsonMember *)b)->name);
}

/* Once at the end: members in the worst order cost no more. Few, as there
 * nearly always are, are put in place one by one. */
static void
sort_members(FidotoolJsonMember *members, unsigned count)
{
  if (count > SORTED_BY_HAND) {
    qsort(members, count, sizeof(*members), compare_members);
    return;
  }
  for (unsigned i = 1; i < count; i++) {
    const FidotoolJsonMember member = members[i];
    unsigned at = i;

    for (; at > 0 && compare_members(&members[at - 1], &member) > 0; at--)
      members[at] = members[at - 1];
    members[at] = member;
  }
}

static bool
settle_members(FidotoolJson *object)
{
  sort_members(object->members, object->count);
  for (unsigned i = 1; i < object->count; i++)
    if (compare_members(&object->members[i - 1], &object->members[i]) == 0)
      return false;
  return true;
}

static bool
read_member(Reader *reader, FidotoolJson *object)
{
  g_autofree char *name = NULL;
  FidotoolJson *value;

  skip_space(reader);
  name = read_name(reader);
  if (name == NULL)
    return false;
  skip_space(reader);
  if (take(reader, ':'))
    value = read_value(reader);
  else
    value = fail(reader, "a colon is missing");
  if (value == NULL)
    return false;
  fidotool_json_add_member(object, g_steal_pointer(&name), value);
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
    if (object->count == FIDOTOOL_JSON_WIDTH)
      return fail(reader, "too many members");
    if (!read_member(reader, object))
      return NULL;
    skip_space(reader);
    if (take(reader, '}'))
      break;
    if (!take(reader, ','))
      return fail(reader, "a comma is missing");
  }
  if (!settle_members(object))
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
      FidotoolJson *json = fidotool_json_new(words[i].type);

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

  skip_space(reader);
  if (reader->p == reader->end)
    return fail(reader, "the end comes too early");
  if (reader->depth == FIDOTOOL_JSON_DEPTH)
    return fail(reader, "nested too deep");
  reader->depth++;
  if (*reader->p == '"') {
    json = read_string(reader);
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

#define WORDS 4

/* Nearly all of it is ASCII. */
bool
fidotool_json_is_text(const char *text, size_t len)
{
  size_t i = 0;
  uint64_t words[WORDS];

  for (; len - i >= sizeof(words); i += sizeof(words)) {
    uint64_t odd = 0;

    memcpy(words, text + i, sizeof(words));
    for (size_t j = 0; j < WORDS; j++) /* a byte of 0 borrows its highest bit */
      odd |= words[j] | (words[j] - FIDOTOOL_JSON_EACH(1));
    if ((odd & FIDOTOOL_JSON_EACH(0x80)) != 0)
      break;
  }
  return g_utf8_validate_len(text + i, len - i, NULL);
}

FidotoolJson *
fidotool_json_parse(const char *text, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) json = NULL;
  g_autoptr(GError) own = NULL;
  Reader reader = {text, text, text + len, 0, &own};

  if (!fidotool_json_is_text(text, len)) {
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
