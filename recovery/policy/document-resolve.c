/* SPDX-License-Identifier: Apache-2.0 */
/* document-resolve.c - from names to indexes, by the same table, and what must
 * hold for any document to mean something. */
#include <string.h>

#include "recovery/format/act.h"
#include "recovery/policy/document-private.h"
#include "recovery/policy/nearest.h"

typedef RecoveryDocumentReader Reader;
typedef RecoveryDocumentField Field;
typedef RecoveryDocumentMapping Mapping;
typedef RecoveryDocumentRef Ref;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryProblemPlace Place;

/* By the number of a text: the index of what has it as its id, plus one. */
typedef struct {
  uint32_t *by_symbol[RECOVERY_DOCUMENT_N_SECTIONS];
} Index;

static uint32_t
symbol_of(const Reader *reader, const char *text)
{
  return recovery_names_get(&reader->symbols, 0, text);
}

static Place
place_in(const RecoveryDocument *document, RecoveryDocumentSection section,
         uint32_t index)
{
  const GArray *array = document->sections[section];
  Place at;

  memcpy(&at, array->data + index * g_array_get_element_size((GArray *)array),
         sizeof(at));
  return at;
}

/* ---- what is there without being written ---- */

/* clang-format off */
static const struct {
  const char *id;
  RecoveryDocumentKind kind;
  RecoveryDocumentRisk risk;
} built_in[] = {
  { "sign-in",  RECOVERY_DOCUMENT_KIND_SIGN_IN,  RECOVERY_DOCUMENT_RISK_LOW },
  { "admin",    RECOVERY_DOCUMENT_KIND_ADMIN,    RECOVERY_DOCUMENT_RISK_PRIVILEGED },
  { "step-up",  RECOVERY_DOCUMENT_KIND_STEP_UP,  RECOVERY_DOCUMENT_RISK_HIGH },
  { "recovery", RECOVERY_DOCUMENT_KIND_RECOVERY, RECOVERY_DOCUMENT_RISK_PRIVILEGED },
};
/* clang-format on */

/* A file may repeat a built-in journey or raise its risk, never lower it. */
static void
add_journeys(Reader *reader)
{
  GArray *journeys = reader->document->sections[RECOVERY_DOCUMENT_JOURNEYS];

  for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++) {
    uint32_t index = recovery_document_find(
        reader->document, RECOVERY_DOCUMENT_JOURNEYS, built_in[i].id);
    RecoveryDocumentJourney journey = {
        {0, 0}, built_in[i].id, built_in[i].kind, built_in[i].risk};

    if (index == RECOVERY_DOCUMENT_NONE) {
      RecoveryDocumentScalar id = {
          built_in[i].id, strlen(built_in[i].id), true, {0, 0}};

      (void)recovery_document_reader_symbol(reader, &id);
      g_array_append_val(journeys, journey);
      continue;
    }
    journey = *RECOVERY_DOCUMENT_AT(reader->document, JOURNEYS, Journey, index);
    if (journey.kind != built_in[i].kind)
      recovery_problem_error(reader->problems, "L01", journey.at,
                             "journey %s is built in and of another kind",
                             journey.id);
    if (journey.risk < built_in[i].risk)
      recovery_problem_error(reader->problems, "L01", journey.at,
                             "journey %s is built in, and its risk may be "
                             "raised, never lowered",
                             journey.id);
  }
}

/* A role that is no officer's or agent's is a slot. */
static void
add_slots(Reader *reader)
{
  RecoveryDocument *document = reader->document;
  const GArray *roles = document->sections[RECOVERY_DOCUMENT_ROLES];

  for (guint i = 0; i < roles->len; i++) {
    const RecoveryDocumentRole *role =
        RECOVERY_DOCUMENT_AT(document, ROLES, Role, i);
    RecoveryDocumentSlot slot = {role->at, role->id};

    if (recovery_act_role_is_slot(role->id))
      g_array_append_val(document->sections[RECOVERY_DOCUMENT_SLOTS], slot);
  }
}

/* ---- ids ---- */

static bool
is_rule(RecoveryDocumentSection section)
{
  return section >= RECOVERY_DOCUMENT_PERMITS &&
         section <= RECOVERY_DOCUMENT_EXCEPTIONS;
}

static void
complain_twice(Reader *reader, Place at, const char *id, Place first)
{
  recovery_problem_error(reader->problems, "L01", at,
                         "the id \"%s\" is there twice, first in line %u", id,
                         first.line);
}

static void
index_section(Reader *reader, Index *index, RecoveryDocumentSection section)
{
  const RecoveryDocument *document = reader->document;
  uint32_t *by_symbol = index->by_symbol[section];

  for (uint32_t i = 0; i < recovery_document_count(document, section); i++) {
    const char *id = recovery_document_id(document, section, i);
    uint32_t symbol = symbol_of(reader, id);
    Place at = place_in(document, section, i);

    /* A role that is there twice would be a slot that is there twice. */
    if (by_symbol[symbol] != 0 && section != RECOVERY_DOCUMENT_SLOTS)
      complain_twice(reader, at, id,
                     place_in(document, section, by_symbol[symbol] - 1));
    for (int other = RECOVERY_DOCUMENT_PERMITS;
         is_rule(section) && other < (int)section; other++) {
      uint32_t found = index->by_symbol[other][symbol];

      if (found != 0)
        complain_twice(
            reader, at, id,
            place_in(document, (RecoveryDocumentSection)other, found - 1));
    }
    by_symbol[symbol] = i + 1;
  }
}

/* ---- references ---- */

static const char *
find_nearest(const Reader *reader, RecoveryDocumentSection section,
             const char *id)
{
  RecoveryNearest nearest = recovery_nearest_begin(id);

  if (reader->problems->errors >= RECOVERY_PROBLEM_MAX)
    return NULL; /* nobody will read it */
  for (uint32_t i = 0; i < recovery_document_count(reader->document, section);
       i++)
    recovery_nearest_try(&nearest,
                         recovery_document_id(reader->document, section, i));
  return nearest.nearest;
}

/* "; did you mean "x"?", or all there are where they are few. */
static char *
suggest(const Reader *reader, RecoveryDocumentSection section, const char *id)
{
  const char *near = find_nearest(reader, section, id);
  uint32_t count = recovery_document_count(reader->document, section);
  GString *text = g_string_new(NULL);

  if (near != NULL)
    g_string_printf(text, "; did you mean \"%s\"?", near);
  else if (count == 0)
    g_string_assign(text, ": there are none");
  for (uint32_t i = 0; near == NULL && count <= 8 && i < count; i++)
    g_string_append_printf(text, "%s%s", i == 0 ? ": " : ", ",
                           recovery_document_id(reader->document, section, i));
  return g_string_free(text, FALSE);
}

/* The kind of rule an id belongs to; NULL: none. */
static const char *
find_kind(const Index *index, uint32_t symbol)
{
  for (int i = RECOVERY_DOCUMENT_PERMITS; i <= RECOVERY_DOCUMENT_EXCEPTIONS;
       i++)
    if (index->by_symbol[i][symbol] != 0)
      return recovery_document_name((RecoveryDocumentSection)i);
  return NULL;
}

static void
complain_unknown(Reader *reader, const Index *index, const Field *field,
                 uint32_t symbol, Place at)
{
  const char *id = g_ptr_array_index(reader->texts, symbol - 1);
  bool waiver = field->section == RECOVERY_DOCUMENT_REQUIRES;
  const char *kind = waiver ? find_kind(index, symbol) : NULL;
  g_autofree char *near = suggest(reader, field->section, id);
  const bool all = field->number == RECOVERY_DOCUMENT_SELECTOR &&
                   (strcmp(id, "all") == 0 || strcmp(id, "any") == 0);

  if (kind != NULL)
    recovery_problem_error(reader->problems, "L29", at,
                           "%s: \"%s\" is one of the %s, and only requirements "
                           "can be waived",
                           field->name, id, kind);
  else
    recovery_problem_error(reader->problems, waiver ? "L29" : "L01", at,
                           "%s: \"%s\" is none of the %s%s%s", field->name, id,
                           recovery_document_name(field->section), near,
                           all ? ". All of them are \"*\"" : "");
}

/* A slot comes to be by being named. */
static void
make_slot(Reader *reader, Index *index, const Field *field, uint32_t symbol,
          Place at)
{
  GArray *slots = reader->document->sections[RECOVERY_DOCUMENT_SLOTS];
  const char *id = g_ptr_array_index(reader->texts, symbol - 1);
  RecoveryDocumentSlot slot = {{0, 0}, id};

  if (!recovery_act_role_is_slot(id)) {
    recovery_problem_error(reader->problems, "L01", at,
                           "%s: \"%s\" is not a slot", field->name, id);
    return;
  }
  g_array_append_val(slots, slot);
  index->by_symbol[RECOVERY_DOCUMENT_SLOTS][symbol] = slots->len;
}

static void
resolve_ref(Reader *reader, Index *index, const Field *field, Ref *ref)
{
  uint32_t *found;

  if (ref->index == RECOVERY_DOCUMENT_NONE)
    return;
  found = &index->by_symbol[field->section][ref->index];
  if (*found == 0 && field->section == RECOVERY_DOCUMENT_SLOTS)
    make_slot(reader, index, field, ref->index, ref->at);
  if (*found == 0 && field->section != RECOVERY_DOCUMENT_SLOTS)
    complain_unknown(reader, index, field, ref->index, ref->at);
  ref->index = *found - 1;
}

static void
resolve_field(Reader *reader, Index *index, const Field *field, void *at)
{
  Refs refs;

  if (field->number == RECOVERY_DOCUMENT_ONE) {
    resolve_ref(reader, index, field, at);
    return;
  }
  memcpy(&refs, at, sizeof(refs));
  for (uint32_t i = 0; i < refs.count; i++)
    resolve_ref(reader, index, field, (Ref *)&refs.items[i]);
}

static void resolve_mapping(Reader *reader, Index *index,
                            const Mapping *mapping, void *into);

static void
resolve_items(Reader *reader, Index *index, const Field *field, void *at)
{
  GArray *array;

  memcpy(&array, at, sizeof(array));
  for (guint i = 0; array != NULL && i < array->len; i++)
    resolve_mapping(reader, index, field->mapping,
                    array->data + i * field->mapping->size);
}

static void
resolve_mapping(Reader *reader, Index *index, const Mapping *mapping,
                void *into)
{
  for (size_t i = 0; i < mapping->count; i++) {
    const Field *field = &mapping->fields[i];
    void *at = (char *)into + field->offset;

    if (field->form == RECOVERY_DOCUMENT_FORM_REF)
      resolve_field(reader, index, field, at);
    else if (field->form == RECOVERY_DOCUMENT_FORM_MAP)
      resolve_mapping(reader, index, field->mapping, at);
    else if (field->form == RECOVERY_DOCUMENT_FORM_ITEMS)
      resolve_items(reader, index, field, at);
  }
}

/* ---- objects ---- */

static void
check_lists(Reader *reader)
{
  const RecoveryDocument *document = reader->document;

  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_LISTS); i++) {
    const RecoveryDocumentList *list =
        RECOVERY_DOCUMENT_AT(document, LISTS, List, i);

    if (list->entries == NULL || list->entries->len == 0)
      recovery_problem_error(reader->problems, "L01", list->at,
                             "entries: an empty list is refused");
  }
}

static void
check_classes(Reader *reader)
{
  const RecoveryDocument *document = reader->document;

  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES); i++) {
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    if ((class_of->rank != 0) == (class_of->use != RECOVERY_DOCUMENT_FOR_ALL))
      recovery_problem_error(reader->problems, "L01", class_of->at,
                             "a class has either rank or use: roster");
  }
}

static void
check_signals(Reader *reader)
{
  const RecoveryDocument *document = reader->document;

  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_SIGNALS); i++) {
    const RecoveryDocumentSignal *signal =
        RECOVERY_DOCUMENT_AT(document, SIGNALS, Signal, i);

    if (signal->good.min > signal->good.max)
      recovery_problem_error(reader->problems, "L01", signal->at,
                             "good: min is more than max");
    if (strcmp(signal->source, "record") == 0 &&
        strcmp(signal->id, "key_active") != 0 &&
        strcmp(signal->id, "recovery_settled") != 0)
      recovery_problem_error(reader->problems, "L01", signal->at,
                             "the record knows only key_active and "
                             "recovery_settled, not %s",
                             signal->id);
  }
}

static void
check_requires(Reader *reader)
{
  const RecoveryDocument *document = reader->document;

  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_REQUIRES); i++) {
    const RecoveryDocumentRequire *require =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);

    if (require->min_class.index == RECOVERY_DOCUMENT_NONE &&
        require->aaguid_list.index == RECOVERY_DOCUMENT_NONE &&
        require->max_age_s < 0 && require->approvals == 0 &&
        require->slots.count == 0)
      recovery_problem_error(reader->problems, "L01", require->at,
                             "%s requires nothing: min_class, max_age_s, "
                             "approvals, slots or aaguid_list is needed",
                             require->id);
  }
}

void
recovery_document_resolve_all(Reader *reader)
{
  Index index;
  size_t room;

  /* References are only looked at where each field is right by itself. */
  if (reader->problems->errors > 0)
    return;
  add_journeys(reader);
  add_slots(reader);
  room = reader->texts->len + 1;
  for (int i = 0; i < RECOVERY_DOCUMENT_N_SECTIONS; i++)
    index.by_symbol[i] = g_new0(uint32_t, room);
  for (int i = 0; i < RECOVERY_DOCUMENT_N_SECTIONS; i++)
    index_section(reader, &index, (RecoveryDocumentSection)i);
  resolve_mapping(reader, &index, &recovery_document_table, reader->document);
  for (int i = 0; i < RECOVERY_DOCUMENT_N_SECTIONS; i++)
    g_free(index.by_symbol[i]);
  check_lists(reader);
  check_classes(reader);
  check_signals(reader);
  check_requires(reader);
}
