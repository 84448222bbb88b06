/* SPDX-License-Identifier: Apache-2.0 */
/* document-form.c - the forms of scalars: how each is read, and what is said
 * of one that has another. */
#include <string.h>

#include "recovery/format/time.h"
#include "recovery/policy/document-private.h"
#include "recovery/policy/nearest.h"

#define SCHEMA "keyturn-policy/1"
#define DAY_S 86400
#define HOUR_S 3600
#define MAX_HOURS 8760

typedef RecoveryDocumentReader Reader;
typedef RecoveryDocumentField Field;
typedef RecoveryDocumentScalar Scalar;

/* ---- texts ---- */

uint32_t
recovery_document_reader_symbol(Reader *reader,
                                const RecoveryDocumentScalar *scalar)
{
  uint32_t symbol = recovery_names_get(&reader->symbols, 0, scalar->text);
  const uint32_t never = 0;
  char *text;

  if (symbol != RECOVERY_NAMES_NONE)
    return symbol;
  text =
      recovery_document_arena_alloc(&reader->document->arena, scalar->len + 1);
  memcpy(text, scalar->text, scalar->len + 1);
  g_ptr_array_add(reader->texts, text);
  g_array_append_val(reader->stamps, never);
  symbol = reader->texts->len;
  *recovery_names_put(&reader->symbols, 0, text) = symbol;
  return symbol;
}

const char *
recovery_document_reader_text(Reader *reader,
                              const RecoveryDocumentScalar *scalar)
{
  uint32_t symbol = recovery_document_reader_symbol(reader, scalar);

  return g_ptr_array_index(reader->texts, symbol - 1);
}

/* ---- what a scalar is ---- */

static bool
is_null(const Scalar *scalar)
{
  return scalar->len == 0 ||
         (scalar->plain && (strcmp(scalar->text, "~") == 0 ||
                            g_ascii_strcasecmp(scalar->text, "null") == 0));
}

static bool
read_truth(const Scalar *scalar, int *ret_want)
{
  if (!scalar->plain)
    return false;
  if (strcmp(scalar->text, "true") == 0)
    *ret_want = RECOVERY_DOCUMENT_YES;
  else if (strcmp(scalar->text, "false") == 0)
    *ret_want = RECOVERY_DOCUMENT_NO;
  else
    return false;
  return true;
}

/* Decimal of up to 9 digits without leading zero. */
static bool
read_count(const char *text, size_t len, int64_t *ret_value)
{
  int64_t value = 0;

  if (len < 1 || len > 9 || (len > 1 && text[0] == '0'))
    return false;
  for (size_t i = 0; i < len; i++) {
    if (!g_ascii_isdigit(text[i]))
      return false;
    value = value * 10 + (text[i] - '0');
  }
  *ret_value = value;
  return true;
}

static bool
read_number(const Scalar *scalar, int64_t *ret_value)
{
  bool minus = scalar->text[0] == '-';

  if (!scalar->plain ||
      !read_count(scalar->text + minus, scalar->len - minus, ret_value) ||
      (minus && *ret_value == 0))
    return false;
  if (minus)
    *ret_value = -*ret_value;
  return true;
}

/* A plain scalar that YAML readers take for a number: it needs quotes to be a
 * text, or 5.10 would be 5.1 to some. */
static bool
is_like_a_number(const Scalar *scalar)
{
  char *end;

  if (!scalar->plain || !(g_ascii_isdigit(scalar->text[0]) ||
                          strchr("+-.", scalar->text[0]) != NULL))
    return false;
  (void)g_ascii_strtod(scalar->text, &end);
  return *end == '\0';
}

static bool
is_text(const Scalar *scalar)
{
  int want;

  return !is_null(scalar) && !read_truth(scalar, &want) &&
         !is_like_a_number(scalar);
}

static bool
is_id(const Scalar *scalar)
{
  if (scalar->len > 64 || !is_text(scalar) || !g_ascii_isalnum(scalar->text[0]))
    return false;
  for (size_t i = 1; i < scalar->len; i++) {
    char c = scalar->text[i];

    if (!g_ascii_isalnum(c) && c != '-' && c != '_' && c != '.')
      return false;
  }
  return true;
}

/* 8-4-4-4-12 lower-case hex digits. */
static bool
is_aaguid(const Scalar *scalar)
{
  if (scalar->len != 36)
    return false;
  for (int i = 0; i < 36; i++) {
    bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    char c = scalar->text[i];

    if (hyphen ? c != '-' : !g_ascii_isxdigit(c) || g_ascii_isupper(c))
      return false;
  }
  return true;
}

/* Numbers with dots between them: 5.7.0. */
static bool
is_firmware(const Scalar *scalar)
{
  const char *text = scalar->text;

  if (!is_text(scalar) || scalar->len > 64)
    return false;
  for (;;) {
    size_t len = strspn(text, "0123456789");
    int64_t value;

    if (!read_count(text, len, &value))
      return false;
    if (text[len] == '\0')
      return true;
    if (text[len] != '.')
      return false;
    text += len + 1;
  }
}

/* An id, a stroke, a version. */
static bool
is_base(const Scalar *scalar)
{
  const char *stroke = strchr(scalar->text, '/');
  char id[65];
  int64_t version;

  if (stroke == NULL || stroke - scalar->text > 64)
    return false;
  g_strlcpy(id, scalar->text, (gsize)(stroke - scalar->text) + 1);
  return is_id(&(Scalar){id, strlen(id), true, scalar->at}) &&
         read_count(stroke + 1, strlen(stroke + 1), &version) && version > 0;
}

/* A date, or a time in whole seconds. */
static bool
read_time(const Scalar *scalar, int64_t *ret_value)
{
  char full[32];
  int64_t ms;

  if (scalar->len == strlen("2026-11-01"))
    g_snprintf(full, sizeof(full), "%sT00:00:00.000Z", scalar->text);
  else if (scalar->len == strlen("2026-11-01T00:00:00Z") &&
           scalar->text[19] == 'Z')
    g_snprintf(full, sizeof(full), "%.19s.000Z", scalar->text);
  else
    return false;
  if (!recovery_time_read(full, &ms) || ms == 0)
    return false;
  *ret_value = ms / 1000;
  return true;
}

/* "2/30d", "10/24h": so many in a span. */
static bool
read_limit(const Scalar *scalar, RecoveryDocumentLimit *ret_limit)
{
  const char *stroke = strchr(scalar->text, '/');
  char unit = scalar->len > 0 ? scalar->text[scalar->len - 1] : '\0';
  int64_t count, span;
  size_t before;

  if (stroke == NULL || (unit != 'd' && unit != 'h'))
    return false;
  before = (size_t)(stroke - scalar->text);
  if (before + 2 > scalar->len || !read_count(scalar->text, before, &count) ||
      count < 1 || !read_count(stroke + 1, scalar->len - before - 2, &span) ||
      span < 1 || span > MAX_HOURS)
    return false;
  *ret_limit =
      (RecoveryDocumentLimit){count, span * (unit == 'd' ? DAY_S : HOUR_S)};
  return true;
}

static bool
read_good(Reader *reader, const Scalar *scalar, RecoveryDocumentGood *ret_good)
{
  RecoveryDocumentGood good = {RECOVERY_DOCUMENT_GOOD_TEXT, 0, NULL, INT64_MIN,
                               INT64_MAX};
  int want;

  if (read_truth(scalar, &want)) {
    good.kind = RECOVERY_DOCUMENT_GOOD_TRUTH;
    good.number = want == RECOVERY_DOCUMENT_YES;
  } else if (read_number(scalar, &good.number)) {
    good.kind = RECOVERY_DOCUMENT_GOOD_NUMBER;
  } else if (is_text(scalar)) {
    good.text = recovery_document_reader_text(reader, scalar);
  } else {
    return false;
  }
  *ret_good = good;
  return true;
}

/* The place of a word in the words of its field; -1: none. */
static int
find_word(const Field *field, const Scalar *scalar)
{
  for (int i = 0; is_text(scalar) && field->words[i] != NULL; i++)
    if (strcmp(field->words[i], scalar->text) == 0)
      return i;
  return -1;
}

/* ---- what is said ---- */

static const char *
list_words(const Field *field, char *buffer, size_t size)
{
  g_strlcpy(buffer, field->words[1] != NULL ? "one of " : "", size);
  for (size_t i = 0; field->words[i] != NULL; i++) {
    g_strlcat(buffer, i > 0 ? ", " : "", size);
    g_strlcat(buffer, field->words[i], size);
  }
  return buffer;
}

/* What a number counts, by the end of its field's name. */
static const char *
unit_of(const Field *field)
{
  static const struct {
    const char *end, *unit;
  } units[] = {{"_s", " of seconds"},
               {"_h", " of hours"},
               {"_d", " of days"},
               {"_min", " of minutes"}};

  for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
    if (g_str_has_suffix(field->name, units[i].end))
      return units[i].unit;
  return "";
}

char *
recovery_document_form_hint(const RecoveryDocumentMapping *mapping,
                            const char *name)
{
  RecoveryNearest nearest = recovery_nearest_begin(name);
  GString *text = g_string_new(NULL);

  for (size_t i = 0; i < mapping->count; i++)
    recovery_nearest_try(&nearest, mapping->fields[i].name);
  if (nearest.nearest != NULL)
    g_string_printf(text, "; did you mean \"%s\"?", nearest.nearest);
  for (size_t i = 0; nearest.nearest == NULL && i < mapping->count; i++)
    g_string_append_printf(text, "%s%s", i == 0 ? "; there are " : ", ",
                           mapping->fields[i].name);
  return g_string_free(text, FALSE);
}

const char *
recovery_document_form_words(const Field *field, char *buffer, size_t size)
{
  switch (field->form) {
  case RECOVERY_DOCUMENT_FORM_TEXT:
    return "a text (in quotes where it is a number, true or false)";
  case RECOVERY_DOCUMENT_FORM_ID:
    return "an id: letters, digits, '.', '_', '-', at most 64";
  case RECOVERY_DOCUMENT_FORM_REF:
    if (field->section == RECOVERY_DOCUMENT_SLOTS)
      return "a role of approvers, like team-lead";
    g_snprintf(buffer, size, "the id of one of %s",
               recovery_document_name(field->section));
    return buffer;
  case RECOVERY_DOCUMENT_FORM_INT:
    g_snprintf(buffer, size,
               "a number%s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
               unit_of(field), field->min, field->max);
    return buffer;
  case RECOVERY_DOCUMENT_FORM_TRUTH:
    return "true or false";
  case RECOVERY_DOCUMENT_FORM_TIME:
    return "a date like 2026-11-01, or a time like 2026-11-01T12:00:00Z";
  case RECOVERY_DOCUMENT_FORM_WORD:
    return list_words(field, buffer, size);
  case RECOVERY_DOCUMENT_FORM_AAGUID:
    return "an AAGUID: 8-4-4-4-12 lower-case hex digits";
  case RECOVERY_DOCUMENT_FORM_FIRMWARE:
    return "a version in quotes, like \"5.7.0\"";
  case RECOVERY_DOCUMENT_FORM_BASE:
    return "an id and a version, like acme-base/3";
  case RECOVERY_DOCUMENT_FORM_SCHEMA:
    return SCHEMA;
  case RECOVERY_DOCUMENT_FORM_LIMIT:
    return "a limit like 2/30d or 5/24h";
  case RECOVERY_DOCUMENT_FORM_GOOD:
    return "true, false, a number, a text, {min: n} or {max: n}";
  case RECOVERY_DOCUMENT_FORM_MAP:
  case RECOVERY_DOCUMENT_FORM_NAMES:
    return "a mapping";
  case RECOVERY_DOCUMENT_FORM_ITEMS:
    return "a list of mappings";
  }
  return "";
}

/* The names that a mapping must have, or else those that it may have. */
static void
add_names(GString *text, const RecoveryDocumentMapping *mapping, bool must)
{
  const char *between = must ? " with " : " with some of ";
  size_t before = text->len;

  for (size_t i = 0; i < mapping->count; i++) {
    if (mapping->fields[i].must != must)
      continue;
    g_string_append_printf(text, "%s%s", between, mapping->fields[i].name);
    between = ", ";
  }
  if (must && text->len == before)
    add_names(text, mapping, false);
}

char *
recovery_document_form_expected(const Field *field)
{
  char buffer[512];
  GString *text = g_string_new(NULL);

  if (field->number == RECOVERY_DOCUMENT_LIST)
    g_string_append(text, "a list, each ");
  g_string_append(text,
                  recovery_document_form_words(field, buffer, sizeof(buffer)));
  if (field->mapping != NULL)
    add_names(text, field->mapping, true);
  return g_string_free(text, FALSE);
}

static void
complain(Reader *reader, const Field *field, const Scalar *scalar)
{
  RecoveryNearest nearest = recovery_nearest_begin(scalar->text);
  char buffer[512];

  if (field->form == RECOVERY_DOCUMENT_FORM_WORD)
    for (size_t i = 0; field->words[i] != NULL; i++)
      recovery_nearest_try(&nearest, field->words[i]);
  recovery_problem_error(
      reader->problems, "L01", scalar->at,
      "%s: expected %s, not \"%.64s\"%s%s%s", field->name,
      recovery_document_form_words(field, buffer, sizeof(buffer)), scalar->text,
      nearest.nearest != NULL ? "; did you mean \"" : "",
      nearest.nearest != NULL ? nearest.nearest : "",
      nearest.nearest != NULL ? "\"?" : "");
}

/* ---- reading ---- */

static bool
read_text_of(Reader *reader, const Field *field, const Scalar *scalar,
             void *into)
{
  const char *text;
  bool ok = field->form == RECOVERY_DOCUMENT_FORM_ID       ? is_id(scalar)
            : field->form == RECOVERY_DOCUMENT_FORM_AAGUID ? is_aaguid(scalar)
            : field->form == RECOVERY_DOCUMENT_FORM_FIRMWARE
                ? is_firmware(scalar)
            : field->form == RECOVERY_DOCUMENT_FORM_BASE ? is_base(scalar)
                                                         : is_text(scalar);

  if (!ok)
    return false;
  text = recovery_document_reader_text(reader, scalar);
  memcpy(into, &text, sizeof(text));
  return true;
}

static bool
read_int_of(const Field *field, const Scalar *scalar, void *into)
{
  int64_t value;
  bool ok = field->form == RECOVERY_DOCUMENT_FORM_TIME
                ? read_time(scalar, &value)
                : read_number(scalar, &value) && value >= field->min &&
                      value <= field->max;

  if (ok)
    memcpy(into, &value, sizeof(value));
  return ok;
}

static bool
read_enum_of(const Field *field, const Scalar *scalar, void *into)
{
  int value;

  if (field->form == RECOVERY_DOCUMENT_FORM_TRUTH) {
    if (!read_truth(scalar, &value))
      return false;
  } else {
    value = find_word(field, scalar);
    if (value < 0)
      return false;
    value += (int)field->min;
  }
  memcpy(into, &value, sizeof(value));
  return true;
}

/* The number of the text for now; resolving makes it an index. */
static bool
read_ref(Reader *reader, const Scalar *scalar, RecoveryDocumentRef *ret_ref)
{
  if (!is_id(scalar))
    return false;
  *ret_ref = (RecoveryDocumentRef){
      recovery_document_reader_symbol(reader, scalar), scalar->at};
  return true;
}

static bool
read_one(Reader *reader, const Field *field, const Scalar *scalar, void *into)
{
  switch (field->form) {
  case RECOVERY_DOCUMENT_FORM_TEXT:
  case RECOVERY_DOCUMENT_FORM_ID:
  case RECOVERY_DOCUMENT_FORM_AAGUID:
  case RECOVERY_DOCUMENT_FORM_FIRMWARE:
  case RECOVERY_DOCUMENT_FORM_BASE:
    return read_text_of(reader, field, scalar, into);
  case RECOVERY_DOCUMENT_FORM_REF:
    return read_ref(reader, scalar, into);
  case RECOVERY_DOCUMENT_FORM_INT:
  case RECOVERY_DOCUMENT_FORM_TIME:
    return read_int_of(field, scalar, into);
  case RECOVERY_DOCUMENT_FORM_TRUTH:
  case RECOVERY_DOCUMENT_FORM_WORD:
    return read_enum_of(field, scalar, into);
  case RECOVERY_DOCUMENT_FORM_SCHEMA:
    return strcmp(scalar->text, SCHEMA) == 0;
  case RECOVERY_DOCUMENT_FORM_LIMIT:
    return read_limit(scalar, into);
  case RECOVERY_DOCUMENT_FORM_GOOD:
    return read_good(reader, scalar, into);
  case RECOVERY_DOCUMENT_FORM_MAP:
  case RECOVERY_DOCUMENT_FORM_ITEMS:
  case RECOVERY_DOCUMENT_FORM_NAMES:
    return false;
  }
  return false;
}

void
recovery_document_form_read(Reader *reader, const Field *field,
                            const Scalar *scalar, void *into)
{
  if (!read_one(reader, field, scalar, into))
    complain(reader, field, scalar);
}

void
recovery_document_form_add(Reader *reader, const Field *field,
                           const Scalar *scalar)
{
  bool ref = field->form == RECOVERY_DOCUMENT_FORM_REF;
  RecoveryDocumentRef into;
  const char *text;
  uint32_t symbol, *stamp;

  if (field->form == RECOVERY_DOCUMENT_FORM_WORD
          ? find_word(field, scalar) < 0
          : !read_one(reader, field, scalar, ref ? (void *)&into : &text)) {
    complain(reader, field, scalar);
    return;
  }
  symbol = recovery_document_reader_symbol(reader, scalar);
  stamp = &g_array_index(reader->stamps, uint32_t, symbol);
  if (*stamp == reader->stamp) {
    recovery_problem_error(reader->problems, "L01", scalar->at,
                           "%s: \"%s\" is there twice", field->name,
                           scalar->text);
    return;
  }
  *stamp = reader->stamp;
  if (ref)
    g_array_append_val(reader->refs, into);
  else
    g_ptr_array_add(reader->items,
                    g_ptr_array_index(reader->texts, symbol - 1));
}

/* ---- the same forms, of requests ---- */

static Scalar
scalar_of(const char *text)
{
  return (Scalar){text, strlen(text), false, {0, 0}};
}

bool
recovery_document_is_id(const char *text)
{
  Scalar scalar = scalar_of(text);

  return is_id(&scalar);
}

bool
recovery_document_read_time(const char *text, int64_t *ret_s)
{
  Scalar scalar = scalar_of(text);

  return read_time(&scalar, ret_s);
}

bool
recovery_document_is_firmware(const char *text)
{
  Scalar scalar = scalar_of(text);

  return is_firmware(&scalar);
}

bool
recovery_document_is_aaguid(const char *text)
{
  Scalar scalar = scalar_of(text);

  return is_aaguid(&scalar);
}
