/* SPDX-License-Identifier: Apache-2.0 */
/* document-write.c - a document as JSON, by the table that it was read by: what
 * can be read can be written. */
#include <string.h>

#include "recovery/format/time.h"
#include "recovery/policy/document-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentField Field;
typedef RecoveryDocumentMapping Mapping;

#define DAY_S 86400
#define HOUR_S 3600

static FidotoolJson *write_mapping(const Document *document,
                                   const Mapping *mapping, const void *from,
                                   FidotoolJson *json);

/* ---- values ---- */

/* NULL: 0 and the end of all time stand for nothing. */
static FidotoolJson *
write_time(int64_t seconds)
{
  const size_t whole = strlen("2026-11-01T00:00:00");
  g_autofree char *text = NULL;

  if (seconds == 0 || seconds == INT64_MAX)
    return NULL;
  text = recovery_time_write(seconds * 1000);
  if (seconds % DAY_S == 0)
    text[strlen("2026-11-01")] = '\0';
  else
    memmove(text + whole, "Z", sizeof("Z"));
  return fidotool_json_new_text(text);
}

static FidotoolJson *
write_limit(const RecoveryDocumentLimit *limit)
{
  bool days = limit->span_s % DAY_S == 0;
  g_autofree char *text = NULL;

  if (limit->count == 0)
    return NULL;
  text = g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "%s",
                         limit->count, limit->span_s / (days ? DAY_S : HOUR_S),
                         days ? "d" : "h");
  return fidotool_json_new_text(text);
}

static FidotoolJson *
write_good(const RecoveryDocumentGood *good)
{
  FidotoolJson *range;

  switch (good->kind) {
  case RECOVERY_DOCUMENT_GOOD_TRUTH:
    return fidotool_json_new_bool(good->number != 0);
  case RECOVERY_DOCUMENT_GOOD_NUMBER:
    return fidotool_json_new_int(good->number);
  case RECOVERY_DOCUMENT_GOOD_TEXT:
    return fidotool_json_new_text(good->text);
  case RECOVERY_DOCUMENT_GOOD_RANGE:
    break;
  }
  range = fidotool_json_new_object();
  if (good->min != INT64_MIN)
    fidotool_json_set_int(range, "min", good->min);
  if (good->max != INT64_MAX)
    fidotool_json_set_int(range, "max", good->max);
  return range;
}

static FidotoolJson *
write_word(const Field *field, int value)
{
  return value < field->min
             ? NULL
             : fidotool_json_new_text(field->words[value - field->min]);
}

static FidotoolJson *
write_text(const char *text)
{
  return text == NULL ? NULL : fidotool_json_new_text(text);
}

/* ---- lists ---- */

static FidotoolJson *
write_refs(const Document *document, const Field *field,
           const RecoveryDocumentRefs *refs)
{
  FidotoolJson *list;

  if (refs->count == 0)
    return refs->star ? fidotool_json_new_text("*") : NULL;
  list = fidotool_json_new_array();
  for (uint32_t i = 0; i < refs->count; i++)
    fidotool_json_append_text(
        list,
        recovery_document_id(document, field->section, refs->items[i].index));
  return list;
}

static FidotoolJson *
write_texts(const RecoveryDocumentTexts *texts)
{
  FidotoolJson *list;

  if (texts->count == 0)
    return NULL;
  list = fidotool_json_new_array();
  for (uint32_t i = 0; i < texts->count; i++)
    fidotool_json_append_text(list, texts->items[i]);
  return list;
}

static FidotoolJson *
write_items(const Document *document, const Field *field, const GArray *items)
{
  FidotoolJson *list;
  size_t size;

  if (items == NULL || items->len == 0)
    return NULL;
  list = fidotool_json_new_array();
  size = g_array_get_element_size((GArray *)items);
  for (guint i = 0; i < items->len; i++)
    fidotool_json_append(list, write_mapping(document, field->mapping,
                                             items->data + i * size,
                                             fidotool_json_new_object()));
  return list;
}

static FidotoolJson *
write_names(const GArray *attributes)
{
  FidotoolJson *names;

  if (attributes == NULL || attributes->len == 0)
    return NULL;
  names = fidotool_json_new_object();
  for (guint i = 0; i < attributes->len; i++) {
    const RecoveryDocumentAttribute *one =
        &g_array_index(attributes, RecoveryDocumentAttribute, i);

    fidotool_json_set(names, one->name, write_texts(&one->values));
  }
  return names;
}

/* ---- fields ---- */

static FidotoolJson *
write_ref(const Document *document, const Field *field,
          const RecoveryDocumentRef *ref)
{
  return ref->index == RECOVERY_DOCUMENT_NONE
             ? NULL
             : fidotool_json_new_text(
                   recovery_document_id(document, field->section, ref->index));
}

/* It is there where it has a line, or all that it must have. */
static FidotoolJson *
write_map(const Document *document, const Field *field, const void *from)
{
  const Mapping *mapping = field->mapping;
  const RecoveryProblemPlace *at = from;
  FidotoolJson *json;
  bool there;

  if (mapping->placed && at->line == 0)
    return NULL;
  json = write_mapping(document, mapping, from, fidotool_json_new_object());
  there = fidotool_json_size(json) > 0;
  for (size_t i = 0; i < mapping->count; i++)
    there = there && (!mapping->fields[i].must ||
                      fidotool_json_get(json, mapping->fields[i].name) != NULL);
  if (!there)
    g_clear_pointer(&json, fidotool_json_free);
  return json;
}

/* Below the least that may be written is what stands for nothing. */
static FidotoolJson *
write_int(const Field *field, int64_t value)
{
  return value < field->min ? NULL : fidotool_json_new_int(value);
}

/* NULL: it was left out. */
static FidotoolJson *
write_field(const Document *document, const Field *field, const void *from)
{
  const bool list = field->number != RECOVERY_DOCUMENT_ONE;

  switch (field->form) {
  case RECOVERY_DOCUMENT_FORM_TEXT:
  case RECOVERY_DOCUMENT_FORM_ID:
  case RECOVERY_DOCUMENT_FORM_AAGUID:
  case RECOVERY_DOCUMENT_FORM_FIRMWARE:
  case RECOVERY_DOCUMENT_FORM_BASE:
    return list ? write_texts(from) : write_text(*(const char *const *)from);
  case RECOVERY_DOCUMENT_FORM_REF:
    return list ? write_refs(document, field, from)
                : write_ref(document, field, from);
  case RECOVERY_DOCUMENT_FORM_INT:
    return write_int(field, *(const int64_t *)from);
  case RECOVERY_DOCUMENT_FORM_TIME:
    return write_time(*(const int64_t *)from);
  case RECOVERY_DOCUMENT_FORM_TRUTH:
    return *(const RecoveryDocumentWant *)from == RECOVERY_DOCUMENT_ANY
               ? NULL
               : fidotool_json_new_bool(*(const RecoveryDocumentWant *)from ==
                                        RECOVERY_DOCUMENT_YES);
  case RECOVERY_DOCUMENT_FORM_WORD:
    return list ? write_texts(from) : write_word(field, *(const int *)from);
  case RECOVERY_DOCUMENT_FORM_SCHEMA:
    return fidotool_json_new_text("keyturn-policy/1");
  case RECOVERY_DOCUMENT_FORM_LIMIT:
    return write_limit(from);
  case RECOVERY_DOCUMENT_FORM_GOOD:
    return write_good(from);
  case RECOVERY_DOCUMENT_FORM_MAP:
    return write_map(document, field, from);
  case RECOVERY_DOCUMENT_FORM_ITEMS:
    return write_items(document, field, *(GArray *const *)from);
  case RECOVERY_DOCUMENT_FORM_NAMES:
    return write_names(*(GArray *const *)from);
  }
  return NULL;
}

static FidotoolJson *
write_mapping(const Document *document, const Mapping *mapping,
              const void *from, FidotoolJson *json)
{
  for (size_t i = 0; i < mapping->count; i++) {
    const Field *field = &mapping->fields[i];
    FidotoolJson *value =
        write_field(document, field, (const char *)from + field->offset);

    if (value != NULL)
      fidotool_json_set(json, field->name, value);
  }
  return json;
}

FidotoolJson *
recovery_document_write(const Document *document)
{
  return write_mapping(document, &recovery_document_table, document,
                       fidotool_json_new_object());
}
