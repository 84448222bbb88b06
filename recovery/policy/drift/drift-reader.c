/* SPDX-License-Identifier: Apache-2.0 */
/* drift-reader.c - members of a type that is known beforehand. */
#include "recovery/policy/drift/drift-reader.h"

#include <string.h>

#include "recovery/error.h"

void
recovery_drift_reader_enter(RecoveryDriftReader *reader, const char *rule)
{
  g_free(reader->rule);
  reader->rule = g_strdup(rule);
}

void
recovery_drift_reader_fail(RecoveryDriftReader *reader, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  if (reader->error != NULL)
    return;
  va_start(arguments, format);
  text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(&reader->error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "%s: %s%s%s%s", reader->file, reader->rule ? "\"" : "",
              reader->rule ? reader->rule : "", reader->rule ? "\": " : "",
              text);
}

/* A member, or NULL where it is missing, null, or has another type; what says
 * which was expected. */
static const FidotoolJson *
find_member(RecoveryDriftReader *reader, const FidotoolJson *parent,
            const char *name, FidotoolJsonType type, const char *what)
{
  const FidotoolJson *member = fidotool_json_get(parent, name);

  if (reader->error != NULL || member == NULL ||
      fidotool_json_type(member) == FIDOTOOL_JSON_NULL)
    return NULL;
  if (fidotool_json_type(member) == type)
    return member;
  recovery_drift_reader_fail(reader, "%s: %s was expected", name, what);
  return NULL;
}

const FidotoolJson *
recovery_drift_reader_object(RecoveryDriftReader *reader,
                             const FidotoolJson *parent, const char *name)
{
  return find_member(reader, parent, name, FIDOTOOL_JSON_OBJECT, "an object");
}

const FidotoolJson *
recovery_drift_reader_array(RecoveryDriftReader *reader,
                            const FidotoolJson *parent, const char *name)
{
  return find_member(reader, parent, name, FIDOTOOL_JSON_ARRAY, "a list");
}

const char *
recovery_drift_reader_text(RecoveryDriftReader *reader,
                           const FidotoolJson *parent, const char *name)
{
  return fidotool_json_text(
      find_member(reader, parent, name, FIDOTOOL_JSON_STRING, "a text"));
}

bool
recovery_drift_reader_truth(RecoveryDriftReader *reader,
                            const FidotoolJson *parent, const char *name,
                            bool fallback)
{
  return fidotool_json_bool(
      find_member(reader, parent, name, FIDOTOOL_JSON_BOOL, "true or false"),
      fallback);
}

int64_t
recovery_drift_reader_number(RecoveryDriftReader *reader,
                             const FidotoolJson *parent, const char *name,
                             int64_t fallback)
{
  int64_t value = fallback;

  (void)fidotool_json_int(/* untouched where there is none */
                          find_member(reader, parent, name, FIDOTOOL_JSON_INT,
                                      "a number"),
                          &value);
  return value;
}

int64_t
recovery_drift_reader_digits(RecoveryDriftReader *reader,
                             const FidotoolJson *parent, const char *name,
                             int64_t fallback)
{
  const char *text = recovery_drift_reader_text(reader, parent, name);
  guint64 value;

  if (text == NULL || *text == '\0')
    return fallback;
  if (g_ascii_string_to_unsigned(text, 10, 0, FIDOTOOL_JSON_INT_MAX, &value,
                                 NULL))
    return (int64_t)value;
  recovery_drift_reader_fail(reader, "%s: a number was expected", name);
  return fallback;
}

const FidotoolJson *
recovery_drift_reader_item(RecoveryDriftReader *reader,
                           const FidotoolJson *array, size_t i)
{
  const FidotoolJson *item = fidotool_json_at(array, i);

  if (reader->error != NULL)
    return NULL;
  if (fidotool_json_type(item) == FIDOTOOL_JSON_OBJECT)
    return item;
  recovery_drift_reader_fail(reader, "a list of objects was expected");
  return NULL;
}

const char *
recovery_drift_reader_word(RecoveryDriftReader *reader,
                           const FidotoolJson *array, size_t i)
{
  const char *word = fidotool_json_text(fidotool_json_at(array, i));

  if (reader->error == NULL && word == NULL)
    recovery_drift_reader_fail(reader, "a list of texts was expected");
  return reader->error == NULL ? word : NULL;
}

void
recovery_drift_reader_names(RecoveryDriftReader *reader,
                            const FidotoolJson *parent, const char *name,
                            GPtrArray *names)
{
  const FidotoolJson *list = recovery_drift_reader_array(reader, parent, name);

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *word = recovery_drift_reader_word(reader, list, i);

    if (word == NULL || !recovery_drift_table_add_name(reader->table, names,
                                                       word, &reader->error))
      return;
  }
}

bool
recovery_drift_reader_lists(RecoveryDriftReader *reader,
                            const FidotoolJson *parent, const char *name,
                            const char *word)
{
  const FidotoolJson *list = recovery_drift_reader_array(reader, parent, name);
  bool found = false;

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    found = g_strcmp0(recovery_drift_reader_word(reader, list, i), word) == 0 ||
            found;
  return found;
}

GHashTable *
recovery_drift_reader_aaguids(RecoveryDriftReader *reader,
                              const FidotoolJson *parent, const char *name)
{
  const FidotoolJson *list = recovery_drift_reader_array(reader, parent, name);
  GHashTable *set =
      list != NULL ? recovery_drift_table_add_set(reader->table, &reader->error)
                   : NULL;

  for (size_t i = 0; set != NULL && i < fidotool_json_size(list); i++)
    if (!recovery_drift_table_add_aaguid(
            reader->table, set, recovery_drift_reader_word(reader, list, i),
            reader->error == NULL ? &reader->error : NULL))
      return NULL;
  return set;
}
