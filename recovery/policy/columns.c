/* SPDX-License-Identifier: Apache-2.0 */
/* columns.c - counts the columns of a directory, and holds a policy's
 * populations against them. */
#include "recovery/policy/columns.h"

#include "recovery/policy/nearest.h"

/* So many values of a column are told. Values of an attribute that has more
 * may be persons' own; groups are not. */
#define VALUES_TOLD 64
#define GROUPS_TOLD 4096

typedef RecoveryDocumentPopulation Population;
typedef RecoveryDocumentAttribute Attribute;
typedef RecoveryColumnsFinding Finding;

/* ---- counting ---- */

static GHashTable *
new_values(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static RecoveryColumn *
new_column(void)
{
  RecoveryColumn *column = g_new0(RecoveryColumn, 1);

  column->values = new_values();
  return column;
}

static void
free_column(void *data)
{
  RecoveryColumn *column = data;

  g_clear_pointer(&column->values, g_hash_table_unref);
  g_free(column);
}

RecoveryColumns *
recovery_columns_new(void)
{
  RecoveryColumns *columns = g_new0(RecoveryColumns, 1);

  columns->groups.values = new_values();
  columns->attributes =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_column);
  return columns;
}

void
recovery_columns_free(RecoveryColumns *columns)
{
  if (columns == NULL)
    return;
  g_clear_pointer(&columns->groups.values, g_hash_table_unref);
  g_hash_table_unref(columns->attributes);
  g_free(columns);
}

static void
add_values(RecoveryColumn *column, const FidotoolJson *list)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *value = fidotool_json_text(fidotool_json_at(list, i));

    if (value != NULL)
      g_hash_table_add(column->values, g_strdup(value));
  }
}

static RecoveryColumn *
need_attribute(RecoveryColumns *columns, const char *name)
{
  RecoveryColumn *column = g_hash_table_lookup(columns->attributes, name);

  if (column == NULL) {
    column = new_column();
    g_hash_table_insert(columns->attributes, g_strdup(name), column);
  }
  return column;
}

void
recovery_columns_add(RecoveryColumns *columns, const FidotoolJson *person)
{
  const FidotoolJson *groups = fidotool_json_get(person, "groups");
  const FidotoolJson *attributes = fidotool_json_get(person, "attributes");

  columns->persons++;
  if (groups != NULL) {
    columns->groups.known++;
    add_values(&columns->groups, groups);
  }
  for (size_t i = 0; i < fidotool_json_size(attributes); i++) {
    RecoveryColumn *column =
        need_attribute(columns, fidotool_json_name(attributes, i));

    column->known++;
    add_values(column, fidotool_json_member(attributes, i));
  }
}

/* ---- as JSON ---- */

static void
write_column(FidotoolJson *json, const RecoveryColumn *column, guint most)
{
  FidotoolJson *list;
  g_autoptr(GList) values = NULL;

  fidotool_json_set_int(json, "known", column->known);
  if (column->values == NULL || g_hash_table_size(column->values) > most)
    return;
  list = fidotool_json_set(json, "values", fidotool_json_new_array());
  values = g_list_sort(g_hash_table_get_keys(column->values),
                       (GCompareFunc)g_strcmp0);
  for (GList *l = values; l != NULL; l = l->next)
    fidotool_json_append_text(list, l->data);
}

FidotoolJson *
recovery_columns_write(const RecoveryColumns *columns)
{
  FidotoolJson *json = fidotool_json_new_object(), *attributes;
  g_autoptr(GList) names = g_list_sort(
      g_hash_table_get_keys(columns->attributes), (GCompareFunc)g_strcmp0);

  fidotool_json_set_int(json, "persons", columns->persons);
  write_column(fidotool_json_set(json, "groups", fidotool_json_new_object()),
               &columns->groups, GROUPS_TOLD);
  attributes =
      fidotool_json_set(json, "attributes", fidotool_json_new_object());
  for (GList *l = names; l != NULL; l = l->next)
    write_column(
        fidotool_json_set(attributes, l->data, fidotool_json_new_object()),
        g_hash_table_lookup(columns->attributes, l->data), VALUES_TOLD);
  return json;
}

static bool
read_column(const FidotoolJson *json, guint persons, RecoveryColumn *column)
{
  const int64_t known = fidotool_json_get_int(json, "known", -1);
  const FidotoolJson *values = fidotool_json_get(json, "values");

  if (known < 0 || known > persons)
    return false;
  column->known = (guint)known;
  if (values == NULL)
    g_clear_pointer(&column->values, g_hash_table_unref);
  else
    add_values(column, values);
  return true;
}

RecoveryColumns *
recovery_columns_read(const FidotoolJson *json)
{
  g_autoptr(RecoveryColumns) columns = recovery_columns_new();
  const FidotoolJson *attributes = fidotool_json_get(json, "attributes");
  const int64_t persons = fidotool_json_get_int(json, "persons", -1);

  if (persons < 0 || persons > G_MAXUINT32)
    return NULL;
  columns->persons = (guint)persons;
  if (!read_column(fidotool_json_get(json, "groups"), columns->persons,
                   &columns->groups))
    return NULL;
  for (size_t i = 0; i < fidotool_json_size(attributes); i++)
    if (!read_column(
            fidotool_json_member(attributes, i), columns->persons,
            need_attribute(columns, fidotool_json_name(attributes, i))))
      return NULL;
  return g_steal_pointer(&columns);
}

/* ---- what a policy asks for ---- */

typedef struct {
  const RecoveryColumns *columns;
  GArray *findings;
} Search;

static const char *
find_nearest(GHashTable *words, const char *word)
{
  RecoveryNearest nearest = recovery_nearest_begin(word);
  /* In one order, so that of two that are as near it is always the same. */
  g_autoptr(GList) all =
      g_list_sort(g_hash_table_get_keys(words), (GCompareFunc)g_strcmp0);

  for (GList *l = all; l != NULL; l = l->next)
    recovery_nearest_try(&nearest, l->data);
  return nearest.nearest;
}

/* finding: with population, attribute and place. */
static void
compare_values(const Search *search, Finding finding,
               const RecoveryColumn *column,
               const RecoveryDocumentTexts *values)
{
  if (column->values == NULL) {
    finding.fault = RECOVERY_COLUMNS_NOT_TOLD;
    g_array_append_val(search->findings, finding);
    return;
  }
  for (uint32_t i = 0; i < values->count; i++) {
    if (g_hash_table_contains(column->values, values->items[i]))
      continue;
    finding.fault = RECOVERY_COLUMNS_NOBODY;
    finding.value = values->items[i];
    finding.nearest = find_nearest(column->values, values->items[i]);
    g_array_append_val(search->findings, finding);
  }
}

/* column NULL: nobody has it. */
static void
compare_column(const Search *search, Finding finding,
               const RecoveryColumn *column,
               const RecoveryDocumentTexts *values)
{
  finding.known = column == NULL ? 0 : column->known;
  if (finding.known == 0) {
    finding.fault = RECOVERY_COLUMNS_NONE;
    if (finding.attribute != NULL)
      finding.nearest =
          find_nearest(search->columns->attributes, finding.attribute);
    g_array_append_val(search->findings, finding);
    return;
  }
  if (finding.known < search->columns->persons) {
    finding.fault = RECOVERY_COLUMNS_SOME;
    g_array_append_val(search->findings, finding);
  }
  compare_values(search, finding, column, values);
}

static void
compare_population(const Search *search, const Population *population)
{
  const GArray *attributes = population->attributes;
  Finding finding = {.at = population->at, .population = population->id};

  if (population->groups.count > 0)
    compare_column(search, finding, &search->columns->groups,
                   &population->groups);
  for (guint i = 0; attributes != NULL && i < attributes->len; i++) {
    const Attribute *attribute = &g_array_index(attributes, Attribute, i);

    finding.at = attribute->at;
    finding.attribute = attribute->name;
    compare_column(
        search, finding,
        g_hash_table_lookup(search->columns->attributes, attribute->name),
        &attribute->values);
  }
}

GArray *
recovery_columns_compare(const RecoveryColumns *columns,
                         const RecoveryDocument *document)
{
  Search search = {columns, g_array_new(FALSE, FALSE, sizeof(Finding))};
  const uint32_t count =
      recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS);

  for (uint32_t i = 0; columns->persons > 0 && i < count; i++)
    compare_population(
        &search, RECOVERY_DOCUMENT_AT(document, POPULATIONS, Population, i));
  return search.findings;
}
