/* SPDX-License-Identifier: Apache-2.0 */
/* drift-csv.c - a table that somebody wrote by hand of a system that has no
 * export of its own. One line of names of columns, then one line for each way
 * in; several lines for one place are alternatives. RFC 4180. */
#include <string.h>

#include "recovery/policy/drift/drift-adapter.h"
#include "recovery/policy/drift/drift-cells.h"

typedef RecoveryDriftCells Csv;

typedef enum {
  RULE,
  JOURNEY,
  POPULATION,
  APP,
  WAY,
  METHOD,
  UV,
  BE,
  ATTESTED,
  AAGUIDS,
  MAX_AGE,
  N_COLUMNS,
} Column;

static const char *const columns[N_COLUMNS] = {
    [RULE] = "rule",
    [JOURNEY] = "journey",
    [POPULATION] = "population",
    [APP] = "app",
    [WAY] = "way",
    [METHOD] = "method",
    [UV] = "uv",
    [BE] = "be",
    [ATTESTED] = "attested",
    [AAGUIDS] = "aaguids",
    [MAX_AGE] = "max_age_s",
};

/* ---- columns ---- */

/* Which cell of a line each column is; -1: none. */
static void
read_header(Csv *csv, const GPtrArray *row, int places[N_COLUMNS])
{
  recovery_drift_cells_header(csv, row, columns, N_COLUMNS, places);
  if (places[POPULATION] < 0 || places[APP] < 0 || places[METHOD] < 0)
    recovery_drift_reader_fail(
        csv->reader, "columns population, app and method have to be there");
}

static const char *
cell_of(const GPtrArray *row, const int places[N_COLUMNS], Column column)
{
  return recovery_drift_cells_at(row, places[column]);
}

static RecoveryDriftFact
read_fact(Csv *csv, const char *text)
{
  if (strcmp(text, "yes") == 0)
    return RECOVERY_DRIFT_YES;
  if (strcmp(text, "no") == 0)
    return RECOVERY_DRIFT_NO;
  if (*text != '\0')
    recovery_drift_reader_fail(csv->reader,
                               "line %u: yes, no or nothing was "
                               "expected",
                               csv->line);
  return RECOVERY_DRIFT_ANY;
}

static void
read_selector(Csv *csv, const char *text, RecoveryDriftSelector *selector)
{
  if (*text == '\0' || strcmp(text, "*") == 0)
    selector->all = true;
  else
    (void)recovery_drift_table_add_name(csv->reader->table, selector->names,
                                        text, &csv->reader->error);
}

static void
read_aaguids(Csv *csv, const char *text, RecoveryDriftOffer *offer)
{
  RecoveryDriftReader *reader = csv->reader;
  g_auto(GStrv) words = g_strsplit_set(text, " ;", -1);
  GHashTable *set;

  if (*text == '\0' || reader->error != NULL)
    return;
  set = recovery_drift_table_add_set(reader->table, &reader->error);
  for (size_t i = 0; set != NULL && words[i] != NULL; i++)
    if (*words[i] && !recovery_drift_table_add_aaguid(reader->table, set,
                                                      words[i], &reader->error))
      return;
  if (set != NULL)
    g_ptr_array_add(offer->allow, set);
}

static int64_t
read_age(Csv *csv, const char *text)
{
  guint64 age = 0;

  if (*text == '\0')
    return RECOVERY_DRIFT_NO_AGE;
  if (!g_ascii_string_to_unsigned(text, 10, 0, FIDOTOOL_JSON_INT_MAX, &age,
                                  NULL))
    recovery_drift_reader_fail(csv->reader,
                               "line %u: max_age_s: a number was "
                               "expected",
                               csv->line);
  return (int64_t)age;
}

static void
fill_offer(Csv *csv, const GPtrArray *row, const int places[N_COLUMNS],
           RecoveryDriftRule *rule)
{
  const char *method = cell_of(row, places, METHOD);
  const char *way = cell_of(row, places, WAY);
  RecoveryDriftOffer *offer;

  if (strcmp(method, "none") == 0) { /* nobody gets in this way */
    rule->deny = true;
    return;
  }
  if (strcmp(method, "unknown") == 0) { /* nobody knows who does */
    rule->unknown = true;
    return;
  }
  offer = recovery_drift_table_offer_new(*way ? way : method, method);
  g_ptr_array_add(rule->accept, offer);
  offer->uv = read_fact(csv, cell_of(row, places, UV));
  offer->be = read_fact(csv, cell_of(row, places, BE));
  offer->attested = read_fact(csv, cell_of(row, places, ATTESTED));
  read_aaguids(csv, cell_of(row, places, AAGUIDS), offer);
}

static void
read_rule(Csv *csv, const GPtrArray *row, const int places[N_COLUMNS])
{
  RecoveryDriftReader *reader = csv->reader;
  const char *name = cell_of(row, places, RULE);
  const char *journey = cell_of(row, places, JOURNEY);
  g_autofree char *line = g_strdup_printf("line %u", csv->line);
  RecoveryDriftRule *rule;

  if (row->len == 1 && *(const char *)row->pdata[0] == '\0')
    return; /* an empty line */
  if (*cell_of(row, places, METHOD) == '\0') {
    recovery_drift_reader_fail(reader, "line %u: method is empty", csv->line);
    return;
  }
  /* A recovery of that system's own is a way back in, beside the station's. */
  rule = recovery_drift_table_add_rule(strcmp(journey, "recovery") == 0
                                           ? reader->table->ways_back
                                           : reader->table->rules,
                                       *name ? name : line, &reader->error);
  if (rule == NULL)
    return;
  if (*journey && strcmp(journey, "*") != 0)
    rule->journey = g_strdup(journey);
  read_selector(csv, cell_of(row, places, POPULATION), &rule->who);
  read_selector(csv, cell_of(row, places, APP), &rule->where);
  rule->max_age_s = read_age(csv, cell_of(row, places, MAX_AGE));
  fill_offer(csv, row, places, rule);
}

void
recovery_drift_csv_read(RecoveryDriftReader *reader,
                        const RecoveryDriftExport *export)
{
  const RecoveryDriftFile *file = &export->files[0];
  Csv csv = {reader, file->text, file->text + file->len, N_COLUMNS, 0};
  int places[N_COLUMNS];
  GPtrArray *row;

  reader->table->combine = RECOVERY_DRIFT_UNION;
  reader->table->otherwise = RECOVERY_DRIFT_SILENT;
  if (export->n_files != 1) {
    recovery_drift_reader_fail(reader, "one file was expected");
    return;
  }
  for (int n = 0; (row = recovery_drift_cells_row(&csv)) != NULL; n++) {
    if (n == 0)
      read_header(&csv, row, places);
    else if (reader->error == NULL)
      read_rule(&csv, row, places);
    g_ptr_array_unref(row);
  }
  if (csv.line == 0)
    recovery_drift_reader_fail(reader, "the file is empty");
}
