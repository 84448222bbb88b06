/* SPDX-License-Identifier: Apache-2.0 */
/* drift-rows.h - exports and what each comes to at one cell, one a row. */
#pragma once

#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/drift/drift-read.h"

#define NONE                                                                   \
  {                                                                            \
    NULL                                                                       \
  }

static RecoveryDriftTable *
read_one(const char *system, const char *text, GError **error)
{
  const RecoveryDriftFile file = {"file", text, strlen(text)};
  const RecoveryDriftExport export = {.system = system,
                                      .name = "host",
                                      .exported_at = 1,
                                      .files = &file,
                                      .n_files = 1};

  return recovery_drift_read(&export, error);
}

/* "fido2 password | 3600": the ways in, and the age; "unknown" where there is
 * nothing to be told, "+ unknown" where there may be more. */
static char *
write_cell(const RecoveryDriftTable *table, const char *const *journeys,
           const char *const *people, const char *app)
{
  g_autoptr(RecoveryDriftCell) cell =
      recovery_drift_table_cell(table, journeys, people, app);
  GString *text = g_string_new(cell->known ? NULL : "unknown");

  for (guint i = 0; !cell->deny && i < cell->offers->len; i++)
    g_string_append_printf(
        text, "%s%s", i > 0 ? " " : "",
        ((const RecoveryDriftOffer *)cell->offers->pdata[i])->name);
  if (cell->deny)
    g_string_append(text, "denied");
  if (cell->known && cell->unknown->len > 0)
    g_string_append(text, " + unknown");
  if (cell->max_age_s >= 0)
    g_string_append_printf(text, " | %d", (int)cell->max_age_s);
  return g_string_free(text, FALSE);
}

typedef struct {
  const char *name, *system, *text;
  const char *journeys[2], *people[3];
  const char *app;
  const char *expected;
  guint unmapped;
} Row;

static void
check_rows(const Row *rows, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(RecoveryDriftTable) table =
        read_one(rows[i].system, rows[i].text, &error);
    g_autofree char *cell = NULL;

    if (table == NULL)
      fail_msg("%s: %s", rows[i].name, error->message);
    cell = write_cell(table, rows[i].journeys, rows[i].people, rows[i].app);
    if (strcmp(cell, rows[i].expected) != 0 ||
        table->unmapped->len != rows[i].unmapped)
      fail_msg("%s: \"%s\" and %u unmapped", rows[i].name, cell,
               table->unmapped->len);
  }
}

/* A text with the middle repeated. */
static char *
repeat(const char *head, const char *middle, size_t n, const char *tail)
{
  GString *text = g_string_new(head);

  for (size_t i = 0; i < n; i++)
    g_string_append(text, middle);
  return g_string_free(g_string_append(text, tail), FALSE);
}

static void
check_refused(const char *name, const char *system, char *text)
{
  g_autofree char *owned = text;
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryDriftTable) table = read_one(system, owned, &error);

  if (table != NULL)
    fail_msg("%s: was taken", name);
  assert_true(g_utf8_validate(error->message, -1, NULL));
  assert_int_equal(error->code, RECOVERY_ERROR_INVALID);
}
