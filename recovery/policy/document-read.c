/* SPDX-License-Identifier: Apache-2.0 */
/* document-read.c - libyaml's events, by the table of fields, refusing whatever
 * could be read in two ways: no tree stands between the two. */
#include <string.h>
#include <yaml.h>

#include "recovery/policy/document-private.h"

typedef RecoveryDocumentReader Reader;
typedef RecoveryDocumentField Field;
typedef RecoveryDocumentFrame Frame;
typedef RecoveryDocumentMapping Mapping;
typedef RecoveryProblemPlace Place;

G_STATIC_ASSERT(sizeof(RecoveryDocumentWant) == sizeof(int));

/* What ends the reading. */
static bool
stop(Reader *reader, Place at, const char *what)
{
  recovery_problem_error(reader->problems, "L01", at, "%s", what);
  return false;
}

static Place
place_of(const yaml_mark_t *mark)
{
  return (Place){(uint32_t)mark->line + 1, (uint32_t)mark->column + 1};
}

/* ---- frames ---- */

static Frame *
top(Reader *reader)
{
  return reader->depth > 0 ? &reader->frames[reader->depth - 1] : NULL;
}

static const char *
path_of(const Mapping *mapping)
{
  return *mapping->path != '\0' ? mapping->path : "the document";
}

static void
push(Reader *reader, const Mapping *mapping, const Field *field, void *into,
     Place at)
{
  reader->frames[reader->depth++] = (Frame){mapping, field, into, 0, at, false};
  if (mapping != NULL && mapping->placed)
    memcpy(into, &at, sizeof(at));
}

/* Another element at the end of an array. */
static void *
append(GArray *array, const Mapping *mapping)
{
  g_array_set_size(array, array->len + 1);
  if (mapping->defaults != NULL)
    memcpy(array->data + (array->len - 1) * mapping->size, mapping->defaults,
           mapping->size);
  return array->data + (array->len - 1) * mapping->size;
}

static GArray *
array_in(void *into, const Mapping *mapping)
{
  GArray *array;

  memcpy(&array, into, sizeof(array));
  if (array == NULL) {
    array = g_array_new(FALSE, TRUE, (guint)mapping->size);
    memcpy(into, &array, sizeof(array));
  }
  return array;
}

static void
expect(Reader *reader, const Field *field, Place at, const char *found)
{
  char buffer[512];
  bool many = field->number == RECOVERY_DOCUMENT_LIST;

  recovery_problem_error(
      reader->problems, "L01", at, "%s: expected %s%s, not %s", field->name,
      many ? "a list, each " : "",
      recovery_document_form_words(field, buffer, sizeof(buffer)), found);
}

/* ---- names ---- */

static void
complain_unknown(Reader *reader, const Mapping *mapping, const char *name,
                 Place at)
{
  g_autofree char *hint = recovery_document_form_hint(mapping, name);

  recovery_problem_error(reader->problems, "L01", at,
                         "unknown field in %s: \"%.64s\"%s", path_of(mapping),
                         name, hint);
}

/* Stands for the value of a field that is not read. */
static const Field skipped = {.name = "", .form = RECOVERY_DOCUMENT_FORM_MAP};

static void
take_name(Reader *reader, Frame *frame, const RecoveryDocumentScalar *scalar)
{
  const Mapping *mapping = frame->mapping;

  frame->field = &skipped;
  for (size_t i = 0; i < mapping->count; i++) {
    const Field *field = &mapping->fields[i];

    if (strcmp(field->name, scalar->text) != 0)
      continue;
    if ((frame->seen & UINT64_C(1) << i) != 0) {
      recovery_problem_error(reader->problems, "L01", scalar->at,
                             "%s is there twice in %s", field->name,
                             path_of(mapping));
      return;
    }
    frame->seen |= UINT64_C(1) << i;
    frame->field = field;
    return;
  }
  frame->strange = true;
  complain_unknown(reader, mapping, scalar->text, scalar->at);
}

/* A name of its own: the attribute begins, its value is awaited. */
static bool
take_own_name(Reader *reader, Frame *frame,
              const RecoveryDocumentScalar *scalar)
{
  GArray *array = array_in(frame->into, frame->field->mapping);
  RecoveryDocumentAttribute *attribute;

  if (array->len >= RECOVERY_DOCUMENT_WIDTH)
    return stop(reader, scalar->at, "too many names");
  for (guint i = 0; i < array->len; i++)
    if (strcmp(g_array_index(array, RecoveryDocumentAttribute, i).name,
               scalar->text) == 0)
      recovery_problem_error(reader->problems, "L01", scalar->at,
                             "%s is there twice in attributes", scalar->text);
  attribute = append(array, frame->field->mapping);
  attribute->at = scalar->at;
  attribute->name = recovery_document_reader_text(reader, scalar);
  frame->seen = 1; /* its value is awaited */
  return true;
}

/* ---- values ---- */

/* The field whose value comes next, where it goes; NULL: a name comes. */
static const Field *
take_awaited(Frame *frame, void **ret_into)
{
  const Field *field = frame->field;

  if (frame->mapping == NULL && field->form == RECOVERY_DOCUMENT_FORM_NAMES) {
    GArray *array = array_in(frame->into, field->mapping);
    const Field *value = &field->mapping->fields[0];

    if (frame->seen == 0)
      return NULL;
    frame->seen = 0;
    *ret_into =
        array->data + (array->len - 1) * field->mapping->size + value->offset;
    return value;
  }
  if (field == NULL)
    return NULL;
  *ret_into = frame->into;
  if (frame->mapping != NULL) {
    *ret_into = (char *)frame->into + field->offset;
    frame->field = NULL;
  }
  return field;
}

/* A list is open, and this is one of its elements. */
static bool
is_element(const Frame *frame)
{
  return frame->mapping == NULL &&
         frame->field->form != RECOVERY_DOCUMENT_FORM_NAMES;
}

static void
begin_list(Reader *reader)
{
  reader->stamp++;
  reader->list_errors = reader->problems->errors;
  g_array_set_size(reader->refs, 0);
  g_ptr_array_set_size(reader->items, 0);
}

/* What was collected, into the Refs or Texts of the field. */
static void
end_list(Reader *reader, const Field *field, void *into, Place at)
{
  RecoveryDocumentArena **arena = &reader->document->arena;

  if (field->form == RECOVERY_DOCUMENT_FORM_REF) {
    size_t size = reader->refs->len * sizeof(RecoveryDocumentRef);
    RecoveryDocumentRef *items = recovery_document_arena_alloc(arena, size);
    RecoveryDocumentRefs refs = {items, reader->refs->len, false};

    if (size > 0)
      memcpy(items, reader->refs->data, size);
    memcpy(into, &refs, sizeof(refs));
  } else {
    size_t size = reader->items->len * sizeof(char *);
    const char **items = recovery_document_arena_alloc(arena, size);
    RecoveryDocumentTexts texts = {items, reader->items->len};

    if (size > 0)
      memcpy(items, reader->items->pdata, size);
    memcpy(into, &texts, sizeof(texts));
  }
  if (reader->refs->len == 0 && reader->items->len == 0 &&
      reader->problems->errors == reader->list_errors)
    recovery_problem_error(reader->problems, "L01", at,
                           "%s: an empty list is refused; leave the field out, "
                           "or name something",
                           field->name);
}

static void
take_value(Reader *reader, const Field *field,
           const RecoveryDocumentScalar *scalar, void *into)
{
  if (field == &skipped)
    return;
  if (field->number == RECOVERY_DOCUMENT_ONE) {
    if (field->form == RECOVERY_DOCUMENT_FORM_ITEMS)
      expect(reader, field, scalar->at, "a word");
    else
      recovery_document_form_read(reader, field, scalar, into);
  } else if (field->number == RECOVERY_DOCUMENT_LIST) {
    expect(reader, field, scalar->at, "a single word");
  } else if (field->number == RECOVERY_DOCUMENT_SELECTOR &&
             strcmp(scalar->text, "*") == 0) {
    RecoveryDocumentRefs all = {NULL, 0, true};

    memcpy(into, &all, sizeof(all));
  } else {
    begin_list(reader);
    recovery_document_form_add(reader, field, scalar);
    end_list(reader, field, into, scalar->at);
  }
}

/* ---- events ---- */

static bool
check_bare(Reader *reader, const yaml_char_t *anchor, const yaml_char_t *tag,
           Place at)
{
  if (anchor != NULL)
    return stop(reader, at, "anchors are not allowed");
  return tag == NULL || stop(reader, at, "tags are not allowed");
}

static bool
check_count(Reader *reader, Place at)
{
  return ++reader->values <= RECOVERY_DOCUMENT_VALUES ||
         stop(reader, at, "too many values");
}

/* The file is UTF-8, and so is what libyaml makes of escapes in it. */
static bool
has_control(const char *text, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
      return true;
  return false;
}

static bool
take_scalar(Reader *reader, const yaml_event_t *event, Place at)
{
  const RecoveryDocumentScalar scalar = {
      (const char *)event->data.scalar.value, event->data.scalar.length,
      event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE, at};
  Frame *frame = top(reader);
  const Field *field;
  void *into = NULL;

  if (!check_bare(reader, event->data.scalar.anchor, event->data.scalar.tag,
                  at) ||
      !check_count(reader, at))
    return false;
  if (scalar.len > RECOVERY_DOCUMENT_TEXT ||
      scalar.len != strlen(scalar.text) || has_control(scalar.text, scalar.len))
    return stop(reader, at, "a text is one line of at most 1024 bytes");
  if (reader->skip > 0)
    return true;
  if (frame == NULL)
    return stop(
        reader, at,
        "a policy is a mapping; it begins with schema: keyturn-policy/1");
  if (is_element(frame)) {
    if (frame->field->form == RECOVERY_DOCUMENT_FORM_ITEMS)
      expect(reader, frame->field, at, "a word");
    else
      recovery_document_form_add(reader, frame->field, &scalar);
    return true;
  }
  field = take_awaited(frame, &into);
  if (field != NULL)
    take_value(reader, field, &scalar, into);
  else if (frame->mapping == NULL)
    return take_own_name(reader, frame, &scalar);
  else
    take_name(reader, frame, &scalar);
  return true;
}

/* A mapping or a list whose value is not read: because it is unknown, or has
 * another form. */
static bool
skip_value(Reader *reader)
{
  reader->skip++;
  return true;
}

static bool
open_list(Reader *reader, Place at)
{
  Frame *frame = top(reader);
  const Field *field;
  void *into = NULL;

  if (frame == NULL)
    return stop(
        reader, at,
        "a policy is a mapping; it begins with schema: keyturn-policy/1");
  field = is_element(frame) ? NULL : take_awaited(frame, &into);
  if (field == NULL && !is_element(frame))
    return stop(reader, at, "a name is a plain word");
  if (field == NULL || (field->number == RECOVERY_DOCUMENT_ONE &&
                        field->form != RECOVERY_DOCUMENT_FORM_ITEMS)) {
    if (field != &skipped)
      expect(reader, field != NULL ? field : frame->field, at, "a list");
    return skip_value(reader);
  }
  if (field->form != RECOVERY_DOCUMENT_FORM_ITEMS)
    begin_list(reader);
  push(reader, NULL, field, into, at);
  return true;
}

static bool
open_mapping(Reader *reader, Place at)
{
  Frame *frame = top(reader);
  const Field *field;
  void *into = NULL;

  if (frame == NULL) {
    push(reader, &recovery_document_table, NULL, reader->document, at);
    return true;
  }
  if (is_element(frame) && frame->field->form == RECOVERY_DOCUMENT_FORM_ITEMS) {
    const Mapping *mapping = frame->field->mapping;

    push(reader, mapping, NULL, append(array_in(frame->into, mapping), mapping),
         at);
    return true;
  }
  field = is_element(frame) ? frame->field : take_awaited(frame, &into);
  if (field == NULL)
    return stop(reader, at, "a name is a plain word");
  if (into != NULL && field->form == RECOVERY_DOCUMENT_FORM_NAMES) {
    (void)array_in(into, field->mapping);
    push(reader, NULL, field, into, at);
    return true;
  }
  if (into == NULL || field->mapping == NULL ||
      field->form == RECOVERY_DOCUMENT_FORM_ITEMS) {
    if (field != &skipped)
      expect(reader, field, at, "a mapping");
    return skip_value(reader);
  }
  if (field->mapping->defaults != NULL)
    memcpy(into, field->mapping->defaults, field->mapping->size);
  push(reader, field->mapping, NULL, into, at);
  return true;
}

static void
check_missing(Reader *reader, const Frame *frame)
{
  const Mapping *mapping = frame->mapping;

  for (size_t i = 0; i < mapping->count; i++) {
    const Field *field = &mapping->fields[i];

    if (field->must && (frame->seen & UINT64_C(1) << i) == 0) {
      g_autofree char *expected = recovery_document_form_expected(field);

      recovery_problem_error(reader->problems,
                             field->rule != NULL ? field->rule : "L01",
                             frame->at, "%s: %s is missing; expected %s",
                             path_of(mapping), field->name, expected);
    }
  }
  if (mapping->full && frame->seen == 0 && !frame->strange)
    recovery_problem_error(reader->problems, "L01", frame->at,
                           "%s: an empty mapping is refused", path_of(mapping));
}

static void
close_value(Reader *reader)
{
  const Frame *frame = top(reader);

  if (reader->skip > 0) {
    reader->skip--;
    return;
  }
  reader->depth--;
  if (frame->mapping != NULL)
    check_missing(reader, frame);
  else if (frame->field->form == RECOVERY_DOCUMENT_FORM_NAMES) {
    if (array_in(frame->into, frame->field->mapping)->len == 0)
      recovery_problem_error(reader->problems, "L01", frame->at,
                             "%s: an empty mapping is refused",
                             frame->field->name);
  } else if (frame->field->form != RECOVERY_DOCUMENT_FORM_ITEMS)
    end_list(reader, frame->field, frame->into, frame->at);
}

static bool
open_value(Reader *reader, bool mapping, const yaml_char_t *anchor,
           const yaml_char_t *tag, Place at)
{
  if (!check_bare(reader, anchor, tag, at) || !check_count(reader, at))
    return false;
  if (reader->depth + reader->skip >= RECOVERY_DOCUMENT_DEPTH)
    return stop(reader, at, "nested too deeply");
  if (reader->skip > 0)
    return skip_value(reader);
  return mapping ? open_mapping(reader, at) : open_list(reader, at);
}

static bool
start_document(Reader *reader, const yaml_event_t *event, Place at)
{
  if (reader->ended)
    return stop(reader, at, "a second document");
  if (event->data.document_start.version_directive != NULL ||
      event->data.document_start.tag_directives.start !=
          event->data.document_start.tag_directives.end)
    return stop(reader, at, "directives are not allowed");
  return true;
}

static bool
take_event(Reader *reader, const yaml_event_t *event)
{
  Place at = place_of(&event->start_mark);

  switch (event->type) {
  case YAML_NO_EVENT:
  case YAML_STREAM_START_EVENT:
  case YAML_STREAM_END_EVENT:
    return true;
  case YAML_DOCUMENT_START_EVENT:
    return start_document(reader, event, at);
  case YAML_DOCUMENT_END_EVENT:
    reader->ended = true;
    return true;
  case YAML_ALIAS_EVENT:
    return stop(reader, at, "aliases are not allowed");
  case YAML_SCALAR_EVENT:
    return take_scalar(reader, event, at);
  case YAML_SEQUENCE_START_EVENT:
    return open_value(reader, false, event->data.sequence_start.anchor,
                      event->data.sequence_start.tag, at);
  case YAML_MAPPING_START_EVENT:
    return open_value(reader, true, event->data.mapping_start.anchor,
                      event->data.mapping_start.tag, at);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    close_value(reader);
    return true;
  }
  return stop(reader, at, "not understood");
}

/* The place of a byte. */
static Place
find_place(const char *text, const char *end)
{
  Place at = {1, 1};

  for (; text < end; text = g_utf8_next_char(text)) {
    at.column++;
    if (*text == '\n')
      at = (Place){at.line + 1, 1};
  }
  return at;
}

/* Characters that may not stand anywhere are found before there is a mark. */
static Place
place_of_problem(const yaml_parser_t *yaml, const char *text, size_t len)
{
  if (yaml->error == YAML_READER_ERROR)
    return find_place(text, text + MIN(yaml->problem_offset, len));
  return place_of(&yaml->problem_mark);
}

static bool
read_events(Reader *reader, yaml_parser_t *yaml, const char *text, size_t len)
{
  bool ok = true, end = false;

  while (ok && !end) {
    yaml_event_t event;

    if (yaml_parser_parse(yaml, &event) != 1)
      return stop(reader, place_of_problem(yaml, text, len),
                  yaml->problem != NULL ? yaml->problem : "not YAML");
    end = event.type == YAML_STREAM_END_EVENT;
    ok = take_event(reader, &event);
    yaml_event_delete(&event);
  }
  if (ok && !reader->ended)
    return stop(
        reader, (Place){1, 1},
        "a policy is a mapping; it begins with schema: keyturn-policy/1");
  return ok;
}

static bool
read_yaml(Reader *reader, const char *yaml, size_t len)
{
  yaml_parser_t parser;
  const char *end;
  bool ok;

  if (len > RECOVERY_DOCUMENT_MAX)
    return stop(reader, (Place){1, 1}, "a policy has at most 32 MiB");
  if (!g_utf8_validate_len(yaml, len, &end))
    return stop(reader, find_place(yaml, end),
                *end == '\0' ? "a NUL byte, and no text has one" : "not UTF-8");
  if (yaml_parser_initialize(&parser) != 1)
    return stop(reader, (Place){1, 1}, "no memory");
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, len);
  ok = read_events(reader, &parser, yaml, len);
  yaml_parser_delete(&parser);
  return ok;
}

/* A section that is not in the file is an empty one. */
static void
fill_sections(RecoveryDocument *document)
{
  const Mapping *table = &recovery_document_table;

  for (size_t i = 0; i < table->count; i++)
    if (table->fields[i].form == RECOVERY_DOCUMENT_FORM_ITEMS)
      (void)array_in((char *)document + table->fields[i].offset,
                     table->fields[i].mapping);
  document->sections[RECOVERY_DOCUMENT_SLOTS] =
      g_array_new(FALSE, TRUE, sizeof(RecoveryDocumentSlot));
}

RecoveryDocument *
recovery_document_read(const char *yaml, size_t len, RecoveryProblems *problems)
{
  g_autoptr(RecoveryDocument) document = g_new0(RecoveryDocument, 1);
  g_autoptr(GPtrArray) texts = g_ptr_array_new();
  g_autoptr(GPtrArray) items = g_ptr_array_new();
  g_autoptr(GArray) stamps = g_array_new(FALSE, TRUE, sizeof(uint32_t));
  g_autoptr(GArray) refs =
      g_array_new(FALSE, FALSE, sizeof(RecoveryDocumentRef));
  g_autofree Reader *reader = g_new0(Reader, 1);
  uint64_t before = problems->errors;

  g_array_set_size(stamps, 1); /* no text has the number 0 */
  *reader = (Reader){.document = document,
                     .problems = problems,
                     .texts = texts,
                     .items = items,
                     .stamps = stamps,
                     .refs = refs};
  recovery_names_init(&reader->symbols);
  fill_sections(document);
  if (read_yaml(reader, yaml, len))
    recovery_document_resolve_all(reader);
  recovery_names_clear(&reader->symbols);
  recovery_problem_sort(problems);
  return problems->errors == before ? g_steal_pointer(&document) : NULL;
}
