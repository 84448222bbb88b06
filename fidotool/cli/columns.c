/* SPDX-License-Identifier: Apache-2.0 */
/* columns.c - cells out of members, for people and for spreadsheets. */
#include "fidotool/cli/columns.h"

#include <stdio.h>

#include "fidotool/cli/cmd.h"
#include "recovery/format/csv.h"

/* clang-format off */
const FidotoolColumn fidotool_columns_exception[FIDOTOOL_COLUMNS_EXCEPTION] = {
  { "id", "id", NULL }, { "state", "state", NULL }, { "owner", "owner", NULL },
  { "reason", "reason", NULL }, { "compensating", "in its place", NULL },
  { "scope", "scope", fidotool_columns_scope }, { "waives", "waives", NULL },
  { "approved_by", "approved by", NULL }, { "from", "from", NULL },
  { "until", "until", NULL }, { "due", "next review", NULL },
  { "reviewed_by", "reviewed by", NULL }, { "uses", "uses", NULL },
  { "persons", "persons", NULL }, { "most_of_one", "most of one person", NULL },
  { "used", "last use", NULL },
  { "review_every_d", "days to a review", NULL },
  { "reviewed", "reviewed", NULL }, { "granted", "granted", NULL },
  { "lapses", "signature lapses", NULL }, { "ended", "ended", NULL },
  { "ended_by", "ended by", NULL }, { "object", "digest", NULL },
};
/* clang-format on */

static void
add_list(GString *out, const FidotoolJson *list, const char *between)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(out, "%s%s", i > 0 ? between : "",
                           fidotool_json_text(fidotool_json_at(list, i)));
}

char *
fidotool_columns_scope(const FidotoolJson *row)
{
  static const char *const names[] = {"journey", "population", "app",
                                      "transaction"};
  GString *out = g_string_new(NULL);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const FidotoolJson *list = fidotool_json_get(row, names[i]);

    if (list == NULL)
      continue;
    g_string_append_printf(out, "%s%s ", out->len > 0 ? "; " : "", names[i]);
    add_list(out, list, ", ");
  }
  return g_string_free(out->len > 0 ? out : g_string_append(out, "everywhere"),
                       false);
}

static char *
word_cell(const FidotoolJson *row, const FidotoolColumn *column)
{
  const FidotoolJson *value = fidotool_json_get(row, column->name);
  GString *out;
  int64_t number;

  if (column->word != NULL)
    return column->word(row);
  out = g_string_new(NULL);
  if (fidotool_json_int(value, &number))
    g_string_append_printf(out, "%" G_GINT64_FORMAT, number);
  else if (fidotool_json_type(value) == FIDOTOOL_JSON_ARRAY)
    add_list(out, value, " ");
  else if (fidotool_json_text(value) != NULL)
    g_string_append(out, fidotool_json_text(value));
  return g_string_free(out, false);
}

void
fidotool_columns_print(const FidotoolJson *row, const FidotoolColumn *columns,
                       size_t count)
{
  for (size_t i = 0; i < count; i++) {
    g_autofree char *cell = word_cell(row, &columns[i]);
    g_autofree char *line = fidotool_cmd_printable(cell);

    if (*line != '\0')
      printf("%s%-20s%s\n", i == 0 ? "" : "  ", columns[i].head, line);
  }
}

void
fidotool_columns_print_csv(const FidotoolJson *rows,
                           const FidotoolColumn *columns, size_t count)
{
  g_autoptr(GString) out = g_string_new(NULL);

  for (size_t j = 0; j < count; j++)
    recovery_csv_add(out, columns[j].head, j + 1 == count);
  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    for (size_t j = 0; j < count; j++) {
      g_autofree char *cell = word_cell(fidotool_json_at(rows, i), &columns[j]);

      recovery_csv_add(out, cell, j + 1 == count);
    }
  fputs(out->str, stdout);
}
