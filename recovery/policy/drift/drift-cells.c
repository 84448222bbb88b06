/* SPDX-License-Identifier: Apache-2.0 */
/* drift-cells.c - RFC 4180, and nothing that a spreadsheet adds to it. */
#include "recovery/policy/drift/drift-cells.h"

#include <string.h>

typedef RecoveryDriftCells Csv;

#define CELL_MAX 65536

/* One cell; ret_last where the line ends after it. */
static char *
read_cell(Csv *csv, bool *ret_last)
{
  GString *cell = g_string_new(NULL);
  const bool quoted = csv->at < csv->end && *csv->at == '"';

  csv->at += quoted;
  while (csv->at < csv->end) {
    const char c = *csv->at;

    if (quoted && c == '"') {
      if (csv->at + 1 >= csv->end || csv->at[1] != '"')
        break;
      csv->at++;
    } else if (!quoted && (c == ',' || c == '\n' || c == '\r')) {
      break;
    }
    csv->at++;
    g_string_append_c(cell, c);
    if (cell->len > CELL_MAX || c == '\0') {
      recovery_drift_reader_fail(csv->reader,
                                 "line %u: a cell is too long, or "
                                 "has a zero byte",
                                 csv->line);
      break;
    }
  }
  if (quoted && csv->reader->error == NULL) {
    if (csv->at >= csv->end)
      recovery_drift_reader_fail(csv->reader, "line %u: a quote is not closed",
                                 csv->line);
    else
      csv->at++;
  }
  if (csv->at < csv->end && *csv->at == '\r')
    csv->at++;
  *ret_last = csv->at >= csv->end || *csv->at != ',';
  if (*ret_last && csv->at < csv->end && *csv->at != '\n')
    recovery_drift_reader_fail(csv->reader, "line %u: a comma was expected",
                               csv->line);
  if (csv->at < csv->end)
    csv->at++;
  return g_string_free(cell, FALSE);
}

GPtrArray *
recovery_drift_cells_row(Csv *csv)
{
  GPtrArray *row;
  bool last = false;

  if (csv->at >= csv->end || csv->reader->error != NULL)
    return NULL;
  csv->line++;
  row = g_ptr_array_new_with_free_func(g_free);
  while (!last && csv->reader->error == NULL) {
    g_ptr_array_add(row, read_cell(csv, &last));
    if (row->len > csv->columns)
      recovery_drift_reader_fail(csv->reader, "line %u: more than %zu columns",
                                 csv->line, csv->columns);
  }
  return row;
}

/* ---- columns ---- */

/* "rule, journey and app" */
static char *
list_names(const char *const *names, size_t count)
{
  GString *text = g_string_new(NULL);

  for (size_t i = 0; i < count; i++)
    g_string_append_printf(text, "%s%s",
                           i == 0           ? ""
                           : i + 1 == count ? " and "
                                            : ", ",
                           names[i]);
  return g_string_free(text, FALSE);
}

void
recovery_drift_cells_header(Csv *csv, const GPtrArray *row,
                            const char *const *names, size_t count,
                            int *ret_places)
{
  csv->columns = row->len; /* no line has more than its names */
  for (size_t i = 0; i < count; i++)
    ret_places[i] = -1;
  for (guint k = 0; k < row->len; k++) {
    size_t i = 0;

    while (i < count && strcmp(names[i], row->pdata[k]) != 0)
      i++;
    if (i == count || ret_places[i] >= 0) {
      g_autofree char *all = list_names(names, count);

      recovery_drift_reader_fail(
          csv->reader, "column \"%s\": not known, or there twice; there are %s",
          recovery_drift_table_short(row->pdata[k]), all);
      return;
    }
    ret_places[i] = (int)k;
  }
}

const char *
recovery_drift_cells_at(const GPtrArray *row, int place)
{
  return place < 0 || (guint)place >= row->len ? "" : row->pdata[place];
}
