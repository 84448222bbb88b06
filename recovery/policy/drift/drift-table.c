/* SPDX-License-Identifier: Apache-2.0 */
/* drift-table.c - the table of one export: its rows, made and freed. */
#include "recovery/policy/drift/drift-table.h"

#include <string.h>

#include "recovery/error.h"

/* Hexadecimal digits of an AAGUID. */
#define AAGUID_DIGITS 32

/* Longest name of a rule, and of anything else, in bytes. */
#define SHOWN_MAX 200
#define NAME_MAX_BYTES 1024
/* Rows that are listed as unmapped; the last says that there are more. */
#define UNMAPPED_MAX 1000

/* The beginning of a text, whole characters. */
static char *
cut_text(const char *text)
{
  const char *end = text;

  while (*end && g_utf8_next_char(end) - text <= SHOWN_MAX)
    end = g_utf8_next_char(end);
  return g_strndup(text, (gsize)(end - text));
}

const char *
recovery_drift_table_short(const char *text)
{
  return text != NULL && strlen(text) <= SHOWN_MAX ? text : "...";
}

static void
free_unmapped(void *data)
{
  RecoveryDriftUnmapped *row = data;

  g_free(row->name);
  g_free(row->why);
  g_free(row);
}

static void
init_selector(RecoveryDriftSelector *selector)
{
  selector->names = g_ptr_array_new_with_free_func(g_free);
  selector->except = g_ptr_array_new_with_free_func(g_free);
}

static void
clear_selector(RecoveryDriftSelector *selector)
{
  g_ptr_array_unref(selector->names);
  g_ptr_array_unref(selector->except);
}

RecoveryDriftTable *
recovery_drift_table_new(const char *system, const char *name)
{
  RecoveryDriftTable *table = g_new0(RecoveryDriftTable, 1);

  table->system = system;
  table->name = g_strdup(name);
  table->rules = recovery_drift_table_rules_new();
  table->ways_back = recovery_drift_table_rules_new();
  table->unmapped = g_ptr_array_new_with_free_func(free_unmapped);
  table->notes = g_ptr_array_new_with_free_func(g_free);
  table->sets =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
  table->apps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  table->labels =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return table;
}

void
recovery_drift_table_free(RecoveryDriftTable *table)
{
  if (table == NULL)
    return;
  g_clear_pointer(&table->grants, g_ptr_array_unref);
  g_ptr_array_unref(table->rules);
  g_ptr_array_unref(table->ways_back);
  g_ptr_array_unref(table->unmapped);
  g_ptr_array_unref(table->notes);
  g_ptr_array_unref(table->sets);
  g_hash_table_unref(table->apps);
  g_hash_table_unref(table->labels);
  g_free(table->name);
  g_free(table);
}

static void
free_rule(void *data)
{
  recovery_drift_table_rule_free(data);
}

GPtrArray *
recovery_drift_table_rules_new(void)
{
  return g_ptr_array_new_with_free_func(free_rule);
}

RecoveryDriftRule *
recovery_drift_table_rule_new(const char *name)
{
  RecoveryDriftRule *rule = g_new0(RecoveryDriftRule, 1);

  rule->name = cut_text(name != NULL ? name : "?");
  init_selector(&rule->who);
  init_selector(&rule->where);
  rule->accept = recovery_drift_table_offers_new();
  rule->max_age_s = RECOVERY_DRIFT_NO_AGE;
  return rule;
}

void
recovery_drift_table_rule_free(RecoveryDriftRule *rule)
{
  if (rule == NULL)
    return;
  g_free(rule->name);
  g_free(rule->journey);
  g_free(rule->note);
  clear_selector(&rule->who);
  clear_selector(&rule->where);
  g_ptr_array_unref(rule->accept);
  g_free(rule);
}

static bool
refuse_many(const char *what, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "too many %s in one export", what);
  return false;
}

RecoveryDriftRule *
recovery_drift_table_add_rule(GPtrArray *rules, const char *name,
                              GError **error)
{
  RecoveryDriftRule *rule;

  if (rules->len >= RECOVERY_DRIFT_TABLE_RULES) {
    refuse_many("rules", error);
    return NULL;
  }
  rule = recovery_drift_table_rule_new(name);
  g_ptr_array_add(rules, rule);
  return rule;
}

RecoveryDriftRule *
recovery_drift_table_add_unknown(RecoveryDriftTable *table, const char *name,
                                 GError **error, const char *format, ...)
{
  RecoveryDriftRule *rule =
      recovery_drift_table_add_rule(table->rules, name, error);
  g_autofree char *why = NULL;
  va_list arguments;

  if (rule == NULL)
    return NULL;
  va_start(arguments, format);
  why = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  recovery_drift_table_unmapped(table, rule->name, "%s", why);
  rule->unknown = rule->who.all = rule->where.all = true;
  return rule;
}

/* ---- offers ---- */

static void
free_offer(void *data)
{
  recovery_drift_table_offer_free(data);
}

GPtrArray *
recovery_drift_table_offers_new(void)
{
  return g_ptr_array_new_with_free_func(free_offer);
}

RecoveryDriftOffer *
recovery_drift_table_offer_new(const char *name, const char *method)
{
  RecoveryDriftOffer *offer = g_new0(RecoveryDriftOffer, 1);

  offer->name = g_strdup(name);
  offer->method = g_strdup(method);
  offer->allow = g_ptr_array_new();
  offer->block = g_ptr_array_new();
  return offer;
}

void
recovery_drift_table_offer_free(RecoveryDriftOffer *offer)
{
  if (offer == NULL)
    return;
  g_free(offer->name);
  g_free(offer->method);
  g_ptr_array_unref(offer->allow);
  g_ptr_array_unref(offer->block);
  g_free(offer);
}

static void
join_sets(GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    if (!g_ptr_array_find(to, from->pdata[i], NULL))
      g_ptr_array_add(to, from->pdata[i]);
}

RecoveryDriftOffer *
recovery_drift_table_offer_copy(const RecoveryDriftOffer *offer)
{
  RecoveryDriftOffer *copy =
      recovery_drift_table_offer_new(offer->name, offer->method);

  copy->uv = offer->uv;
  copy->be = offer->be;
  copy->attested = offer->attested;
  join_sets(copy->allow, offer->allow);
  join_sets(copy->block, offer->block);
  return copy;
}

/* False where one says yes and the other no. */
static bool
meet_fact(RecoveryDriftFact a, RecoveryDriftFact b, RecoveryDriftFact *ret)
{
  if (a != RECOVERY_DRIFT_ANY && b != RECOVERY_DRIFT_ANY && a != b)
    return false;
  *ret = a != RECOVERY_DRIFT_ANY ? a : b;
  return true;
}

RecoveryDriftOffer *
recovery_drift_table_offer_meet(const RecoveryDriftOffer *a,
                                const RecoveryDriftOffer *b)
{
  RecoveryDriftFact uv, be, attested;
  RecoveryDriftOffer *both;

  if (strcmp(a->name, b->name) != 0 || !meet_fact(a->uv, b->uv, &uv) ||
      !meet_fact(a->be, b->be, &be) ||
      !meet_fact(a->attested, b->attested, &attested))
    return NULL;
  both = recovery_drift_table_offer_copy(a);
  both->uv = uv;
  both->be = be;
  both->attested = attested;
  join_sets(both->allow, b->allow);
  join_sets(both->block, b->block);
  return both;
}

bool
recovery_drift_table_offer_takes(const RecoveryDriftOffer *offer,
                                 const char *aaguid)
{
  for (guint i = 0; i < offer->allow->len; i++)
    if (aaguid == NULL ||
        !g_hash_table_contains(offer->allow->pdata[i], aaguid))
      return false;
  for (guint i = 0; i < offer->block->len; i++)
    if (aaguid != NULL && g_hash_table_contains(offer->block->pdata[i], aaguid))
      return false;
  return true;
}

/* ---- names ---- */

GHashTable *
recovery_drift_table_add_set(RecoveryDriftTable *table, GError **error)
{
  GHashTable *set;

  if (table->sets->len >= RECOVERY_DRIFT_TABLE_LISTS) {
    refuse_many("lists of AAGUIDs", error);
    return NULL;
  }
  set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_add(table->sets, set);
  return set;
}

/* Lower case, with hyphens; NULL where it is no AAGUID. */
static char *
spell_aaguid(const char *text)
{
  char digits[AAGUID_DIGITS + 1] = "";
  size_t n = 0;

  for (; *text; text++) {
    if (*text == '-')
      continue;
    if (!g_ascii_isxdigit(*text) || n == AAGUID_DIGITS)
      return NULL;
    digits[n++] = g_ascii_tolower(*text);
  }
  if (n != AAGUID_DIGITS)
    return NULL;
  return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", digits, digits + 8,
                         digits + 12, digits + 16, digits + 20);
}

bool
recovery_drift_table_add_aaguid(RecoveryDriftTable *table, GHashTable *set,
                                const char *aaguid, GError **error)
{
  char *spelled = aaguid != NULL ? spell_aaguid(aaguid) : NULL;

  if (spelled == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "\"%s\" is no AAGUID", recovery_drift_table_short(aaguid));
    return false;
  }
  if (++table->aaguids > RECOVERY_DRIFT_TABLE_AAGUIDS) {
    g_free(spelled);
    return refuse_many("AAGUIDs", error);
  }
  g_hash_table_add(set, spelled);
  return true;
}

bool
recovery_drift_table_add_name(RecoveryDriftTable *table, GPtrArray *names,
                              const char *name, GError **error)
{
  if (++table->names > RECOVERY_DRIFT_TABLE_NAMES)
    return refuse_many("names", error);
  if (strlen(name) > NAME_MAX_BYTES) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "a name is longer than %d bytes", NAME_MAX_BYTES);
    return false;
  }
  g_ptr_array_add(names, g_strdup(name));
  return true;
}

void
recovery_drift_table_unmapped(RecoveryDriftTable *table, const char *name,
                              const char *format, ...)
{
  const bool last = table->unmapped->len == UNMAPPED_MAX;
  RecoveryDriftUnmapped *row;
  va_list arguments;

  if (table->unmapped->len > UNMAPPED_MAX)
    return;
  row = g_new0(RecoveryDriftUnmapped, 1);
  va_start(arguments, format);
  row->name = cut_text(last || name == NULL ? "(more)" : name);
  row->why = last ? g_strdup("there are more than are listed here")
                  : g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_ptr_array_add(table->unmapped, row);
}

void
recovery_drift_table_note(RecoveryDriftTable *table, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  g_ptr_array_add(table->notes, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

static int
compare_texts(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_all(GHashTable *to, const GPtrArray *names)
{
  for (guint i = 0; i < names->len; i++)
    g_hash_table_add(to, names->pdata[i]);
}

/* The keys of a set, sorted; the texts stay whose they are. */
static GPtrArray *
sort_names(GHashTable *set)
{
  GPtrArray *sorted = g_ptr_array_new();
  GHashTableIter iter;
  void *name;

  g_hash_table_iter_init(&iter, set);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    g_ptr_array_add(sorted, name);
  g_ptr_array_sort(sorted, compare_texts);
  return sorted;
}

GPtrArray *
recovery_drift_table_people(const RecoveryDriftTable *table)
{
  g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
  const GPtrArray *lists[] = {table->rules, table->grants, table->ways_back};

  for (size_t k = 0; k < G_N_ELEMENTS(lists); k++)
    for (guint i = 0; lists[k] != NULL && i < lists[k]->len; i++) {
      const RecoveryDriftRule *rule = lists[k]->pdata[i];

      add_all(set, rule->who.names);
      add_all(set, rule->who.except);
    }
  return sort_names(set);
}

GPtrArray *
recovery_drift_table_apps(const RecoveryDriftTable *table)
{
  g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
  GHashTableIter iter;
  void *name;

  for (guint i = 0; i < table->rules->len; i++) {
    const RecoveryDriftRule *rule = table->rules->pdata[i];

    add_all(set, rule->where.names);
    add_all(set, rule->where.except);
  }
  g_hash_table_iter_init(&iter, table->apps);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    g_hash_table_add(set, name);
  return sort_names(set);
}

GPtrArray *
recovery_drift_table_journeys(const RecoveryDriftTable *table)
{
  g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; i < table->rules->len; i++) {
    const RecoveryDriftRule *rule = table->rules->pdata[i];

    if (rule->journey != NULL)
      g_hash_table_add(set, rule->journey);
  }
  return sort_names(set);
}
