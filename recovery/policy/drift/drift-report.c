/* SPDX-License-Identifier: Apache-2.0 */
/* drift-report.c - what was read and what was found, to be written out. */
#include "recovery/policy/drift/drift-report.h"

#include <string.h>

#include "recovery/format/csv.h"
#include "recovery/format/time.h"

/* In the place of a name: everybody and everything that no rule names. */
#define OTHERS "*"
/* The member for rules that are not understood, and their method in CSV. */
#define UNKNOWN "unknown"

static void
set_text(FidotoolJson *json, const char *name, const char *text)
{
  if (text != NULL)
    fidotool_json_set_text(json, name, text);
}

static void
set_date(FidotoolJson *json, int64_t at)
{
  g_autofree char *text = at > 0 ? recovery_time_write(at * 1000) : NULL;

  set_text(json, "exported_at", text);
}

static FidotoolJson *
list_texts(const GPtrArray *texts)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (guint i = 0; i < texts->len; i++)
    fidotool_json_append_text(list, texts->pdata[i]);
  return list;
}

/* ---- the table of one export ---- */

static void
set_fact(FidotoolJson *row, const char *name, RecoveryDriftFact fact)
{
  if (fact != RECOVERY_DRIFT_ANY)
    fidotool_json_set_bool(row, name, fact == RECOVERY_DRIFT_YES);
}

static int
compare_texts(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The models that are let in, or those that are not. */
static void
set_models(FidotoolJson *row, const char *name, const GPtrArray *sets,
           const RecoveryDriftOffer *offer, bool allowed)
{
  g_autoptr(GPtrArray) models = g_ptr_array_new();
  GHashTableIter iter;
  void *aaguid;

  if (sets->len == 0)
    return;
  for (guint i = 0; i < (allowed ? 1 : sets->len); i++) {
    g_hash_table_iter_init(&iter, sets->pdata[i]);
    while (g_hash_table_iter_next(&iter, &aaguid, NULL))
      if (!allowed || recovery_drift_table_offer_takes(offer, aaguid))
        g_ptr_array_add(models, aaguid);
  }
  g_ptr_array_sort(models, compare_texts);
  fidotool_json_set(row, name, list_texts(models));
}

static FidotoolJson *
write_offer(const RecoveryDriftOffer *offer)
{
  FidotoolJson *row = fidotool_json_new_object();

  fidotool_json_set_text(row, "way", offer->name);
  fidotool_json_set_text(row, "method", offer->method);
  set_fact(row, "uv", offer->uv);
  set_fact(row, "be", offer->be);
  set_fact(row, "attested", offer->attested);
  set_models(row, "aaguids", offer->allow, offer, true);
  set_models(row, "aaguids_not", offer->block, offer, false);
  return row;
}

static void
set_cell(FidotoolJson *row, const RecoveryDriftCell *cell)
{
  FidotoolJson *accept;

  if (cell->unknown->len > 0)
    fidotool_json_set(row, UNKNOWN, list_texts(cell->unknown));
  if (!cell->known)
    return;
  accept = fidotool_json_set(row, "accept", fidotool_json_new_array());
  for (guint i = 0; !cell->deny && i < cell->offers->len; i++)
    fidotool_json_append(accept, write_offer(cell->offers->pdata[i]));
  if (cell->max_age_s >= 0)
    fidotool_json_set_int(row, "max_age_s", cell->max_age_s);
  fidotool_json_set(row, "rules", list_texts(cell->rules));
}

/* A name, and what no rule names. */
static void
add_others(GPtrArray *names)
{
  g_ptr_array_add(names, (void *)OTHERS);
}

static void
add_row(const RecoveryDriftTable *table, const char *journey,
        const char *population, const char *app, FidotoolJson *rows)
{
  const char *const journeys[] = {journey, NULL};
  const char *const people[] = {
      strcmp(population, OTHERS) == 0 ? NULL : population, NULL};
  g_autoptr(RecoveryDriftCell) cell = recovery_drift_table_cell(
      table, strcmp(journey, OTHERS) == 0 ? journeys + 1 : journeys, people,
      strcmp(app, OTHERS) == 0 ? NULL : app);
  FidotoolJson *row;

  if (!cell->known && cell->unknown->len == 0)
    return;
  row = fidotool_json_append(rows, fidotool_json_new_object());
  fidotool_json_set_text(row, "journey",
                         strcmp(journey, OTHERS) == 0 ? "sign-in" : journey);
  fidotool_json_set_text(row, "population", population);
  fidotool_json_set_text(row, "app", app);
  set_cell(row, cell);
}

/* The ways back, one row for each that has one. */
static void
add_ways_back(const RecoveryDriftTable *table, FidotoolJson *rows)
{
  for (guint i = 0; i < table->ways_back->len; i++) {
    const RecoveryDriftRule *way = table->ways_back->pdata[i];
    const guint n = way->who.all ? 1 : way->who.names->len;

    for (guint k = 0; !way->deny && k < n; k++) {
      FidotoolJson *row =
          fidotool_json_append(rows, fidotool_json_new_object());
      FidotoolJson *accept;

      fidotool_json_set_text(row, "journey", "recovery");
      fidotool_json_set_text(row, "population",
                             way->who.all ? OTHERS : way->who.names->pdata[k]);
      fidotool_json_set_text(row, "app", OTHERS);
      accept = fidotool_json_set(row, "accept", fidotool_json_new_array());
      for (guint o = 0; o < way->accept->len; o++)
        fidotool_json_append(accept, write_offer(way->accept->pdata[o]));
      fidotool_json_append_text(
          fidotool_json_set(row, "rules", fidotool_json_new_array()),
          way->name);
    }
  }
}

/* Every cell that has a name of its own; true where some were left out. */
static bool
add_rows(const RecoveryDriftTable *table, FidotoolJson *rows)
{
  g_autoptr(GPtrArray) people = recovery_drift_table_people(table);
  g_autoptr(GPtrArray) apps = recovery_drift_table_apps(table);
  g_autoptr(GPtrArray) journeys = recovery_drift_table_journeys(table);
  size_t n = 0;

  add_others(people);
  add_others(apps);
  add_others(journeys);
  add_ways_back(table, rows);
  for (guint j = 0; j < journeys->len; j++)
    for (guint p = 0; p < people->len; p++)
      for (guint a = 0; a < apps->len; a++, n++) {
        if (n == RECOVERY_DRIFT_REPORT_ROWS)
          return true;
        add_row(table, journeys->pdata[j], people->pdata[p], apps->pdata[a],
                rows);
      }
  return false;
}

FidotoolJson *
recovery_drift_report_table(const RecoveryDriftTable *table)
{
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *unmapped;

  fidotool_json_set_text(json, "system", table->system);
  fidotool_json_set_text(json, "name", table->name);
  set_date(json, table->exported_at);
  fidotool_json_set_int(json, "rules", (int64_t)table->rules->len);
  fidotool_json_set_bool(
      json, "rows_cut",
      add_rows(table,
               fidotool_json_set(json, "rows", fidotool_json_new_array())));
  unmapped = fidotool_json_set(json, "unmapped", fidotool_json_new_array());
  for (guint i = 0; i < table->unmapped->len; i++) {
    const RecoveryDriftUnmapped *row = table->unmapped->pdata[i];
    FidotoolJson *object =
        fidotool_json_append(unmapped, fidotool_json_new_object());

    fidotool_json_set_text(object, "name", row->name);
    fidotool_json_set_text(object, "why", row->why);
  }
  fidotool_json_set(json, "notes", list_texts(table->notes));
  return json;
}

/* ---- CSV ---- */

static char *
join_json(const FidotoolJson *list, const char *between)
{
  GString *text = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(text, "%s%s", i > 0 ? between : "",
                           fidotool_json_text(fidotool_json_at(list, i)));
  return g_string_free(text, FALSE);
}

static const char *
write_truth(const FidotoolJson *offer, const char *name)
{
  if (fidotool_json_get(offer, name) == NULL)
    return "";
  return fidotool_json_get_bool(offer, name, false) ? "yes" : "no";
}

/* offer NULL: none; method then says what stands in its place. */
static void
add_offer_line(GString *out, const FidotoolJson *row, const FidotoolJson *offer,
               const char *method)
{
  g_autofree char *rules = join_json(
      fidotool_json_get(row, offer == NULL && strcmp(method, UNKNOWN) == 0
                                 ? UNKNOWN
                                 : "rules"),
      "; ");
  g_autofree char *aaguids =
      join_json(fidotool_json_get(offer, "aaguids"), " ");
  g_autofree char *age = NULL;

  if (fidotool_json_get(row, "max_age_s") != NULL)
    age = g_strdup_printf("%" G_GINT64_FORMAT,
                          fidotool_json_get_int(row, "max_age_s", 0));
  recovery_csv_add(out, rules, false);
  recovery_csv_add(out, fidotool_json_get_text(row, "journey"), false);
  recovery_csv_add(out, fidotool_json_get_text(row, "population"), false);
  recovery_csv_add(out, fidotool_json_get_text(row, "app"), false);
  recovery_csv_add(out, fidotool_json_get_text(offer, "way"), false);
  recovery_csv_add(
      out, offer != NULL ? fidotool_json_get_text(offer, "method") : method,
      false);
  recovery_csv_add(out, write_truth(offer, "uv"), false);
  recovery_csv_add(out, write_truth(offer, "be"), false);
  recovery_csv_add(out, write_truth(offer, "attested"), false);
  recovery_csv_add(out, aaguids, false);
  recovery_csv_add(out, age, true);
}

char *
recovery_drift_report_table_csv(const FidotoolJson *table)
{
  GString *out = g_string_new("rule,journey,population,app,way,method,uv,be,"
                              "attested,aaguids,max_age_s\r\n");
  const FidotoolJson *rows = fidotool_json_get(table, "rows");

  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const FidotoolJson *row = fidotool_json_at(rows, i);
    const FidotoolJson *accept = fidotool_json_get(row, "accept");

    for (size_t k = 0; k < fidotool_json_size(accept); k++)
      add_offer_line(out, row, fidotool_json_at(accept, k), NULL);
    if (fidotool_json_get(row, UNKNOWN) != NULL)
      add_offer_line(out, row, NULL, UNKNOWN);
    else if (fidotool_json_size(accept) == 0)
      add_offer_line(out, row, NULL, "none");
  }
  return g_string_free(out, FALSE);
}

char *
recovery_drift_report_csv(const RecoveryDriftDifferences *differences)
{
  GString *out = g_string_new(
      "difference,export,journey,population,app,name,detail,rules\r\n");

  for (guint i = 0; i < differences->items->len; i++) {
    const RecoveryDriftDifference *one = differences->items->pdata[i];

    recovery_csv_add(out, recovery_drift_compare_word(one->kind), false);
    recovery_csv_add(out, one->export, false);
    recovery_csv_add(out, one->journey, false);
    recovery_csv_add(out, one->population, false);
    recovery_csv_add(out, one->app, false);
    recovery_csv_add(out, one->name, false);
    recovery_csv_add(out, one->detail, false);
    recovery_csv_add(out, one->rules, true);
  }
  return g_string_free(out, FALSE);
}

/* ---- differences ---- */

static void
add_difference(FidotoolJson *list, const RecoveryDriftDifference *one)
{
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

  fidotool_json_set_text(row, "difference",
                         recovery_drift_compare_word(one->kind));
  set_text(row, "export", one->export);
  set_text(row, "journey", one->journey);
  set_text(row, "population", one->population);
  set_text(row, "app", one->app);
  set_text(row, "name", one->name);
  set_text(row, "detail", one->detail);
  set_text(row, "rules", one->rules);
}

static void
add_export(FidotoolJson *list, const RecoveryDriftTable *table)
{
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

  fidotool_json_set_text(row, "system", table->system);
  fidotool_json_set_text(row, "name", table->name);
  set_date(row, table->exported_at);
  fidotool_json_set_int(row, "rules", (int64_t)table->rules->len);
  fidotool_json_set(row, "notes", list_texts(table->notes));
}

FidotoolJson *
recovery_drift_report(const RecoveryDriftDifferences *differences,
                      const RecoveryDocument *policy, const GPtrArray *tables)
{
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *about =
      fidotool_json_set(json, "policy", fidotool_json_new_object());
  FidotoolJson *exports =
      fidotool_json_set(json, "exports", fidotool_json_new_array());
  FidotoolJson *counts =
      fidotool_json_set(json, "counts", fidotool_json_new_object());
  FidotoolJson *list =
      fidotool_json_set(json, "differences", fidotool_json_new_array());

  set_text(about, "id", policy->policy.id);
  fidotool_json_set_int(about, "version", policy->policy.version);
  for (guint i = 0; i < tables->len; i++)
    add_export(exports, tables->pdata[i]);
  for (size_t kind = 0; kind < RECOVERY_DRIFT_N_KINDS; kind++)
    fidotool_json_set_int(counts,
                          recovery_drift_compare_word((RecoveryDriftKind)kind),
                          (int64_t)differences->counts[kind]);
  fidotool_json_set_int(json, "cells", (int64_t)differences->cells);
  fidotool_json_set_bool(json, "drift", differences->items->len > 0);
  for (guint i = 0; i < differences->items->len; i++)
    add_difference(list, differences->items->pdata[i]);
  return json;
}
