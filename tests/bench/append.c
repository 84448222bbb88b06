/* SPDX-License-Identifier: Apache-2.0 */
/* append.c - durable appends to a record against the floor, raw one-row commits
 * of SQLite under the same settings; interleaved, medians, the ratio. Prints
 * and judges nothing: numbers of a shared machine are no test. */
#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recovery/record.h"

#define ROUNDS 201
#define APPENDS 25
/* The ratio that the project holds itself to. */
#define GOAL 0.85

static const RecoveryMoment moment = {
    .now_ms = 1795000000123,
    .mono_ms = 4711,
    .boot = "01234567-89ab-cdef-0123-456789abcdef",
};

static double
seconds_since(gint64 began)
{
  return (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC;
}

static int
compare(const void *a, const void *b)
{
  const double *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

static double
median(double *values)
{
  qsort(values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

/* ---- the floor: one table, one row a transaction ---- */

typedef struct {
  sqlite3 *db;
  sqlite3_stmt *insert;
} Raw;

static void
check_raw(int r, int expected, sqlite3 *db)
{
  if (r != expected)
    g_error("raw SQLite: %s", sqlite3_errmsg(db));
}

static void
open_raw(Raw *raw, const char *path)
{
  check_raw(sqlite3_open(path, &raw->db), SQLITE_OK, raw->db);
  check_raw(sqlite3_exec(raw->db,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                         "CREATE TABLE entry(seq INTEGER PRIMARY KEY,"
                         " body BLOB NOT NULL) STRICT",
                         NULL, NULL, NULL),
            SQLITE_OK, raw->db);
  check_raw(sqlite3_prepare_v2(raw->db, "INSERT INTO entry(body) VALUES (?1)",
                               -1, &raw->insert, NULL),
            SQLITE_OK, raw->db);
}

static double
run_raw(Raw *raw, const void *body, size_t len)
{
  gint64 began = g_get_monotonic_time();

  for (int i = 0; i < APPENDS; i++) {
    sqlite3_bind_blob64(raw->insert, 1, body, len, SQLITE_STATIC);
    check_raw(sqlite3_step(raw->insert), SQLITE_DONE, raw->db);
    check_raw(sqlite3_reset(raw->insert), SQLITE_OK, raw->db);
  }
  return APPENDS / seconds_since(began);
}

/* ---- the whole design ---- */

static FidotoolJson *
make_fields(void)
{
  FidotoolJson *fields = fidotool_json_new_object();
  g_autofree char *hash = g_strnfill(64, 'a');

  fidotool_json_set_text(fields, "act", "case.suspend_keys");
  fidotool_json_set_text(fields, "out", "ok");
  fidotool_json_set_text(fields, "case", "c-0123456789abcdef");
  fidotool_json_set_text(fields, "sub", "s-0123456789abcdef");
  fidotool_json_set_text(fields, "state", "open");
  fidotool_json_set_text(fields, "cred", hash);
  return fields;
}

static size_t
append(RecoveryRecord *record)
{
  const uint8_t policy[32] = {1};
  g_autofree char *zeros = g_strnfill(64, '0');
  g_autofree char *build = g_strconcat("0.1.0+", zeros, NULL);
  g_autoptr(FidotoolJson) fields = make_fields();
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) error = NULL;

  if (!recovery_record_begin(record, &error) ||
      (recovery_record_origin(record) == NULL &&
       !recovery_record_start(record, "example.org/keyturn/st-07/1", &moment,
                              &error)) ||
      !recovery_record_append(record, fields, &moment, policy, build, NULL,
                              &body, &error) ||
      !recovery_record_commit(record, &error))
    g_error("record: %s", error->message);
  return g_bytes_get_size(body);
}

static double
run_record(RecoveryRecord *record)
{
  gint64 began = g_get_monotonic_time();

  for (int i = 0; i < APPENDS; i++)
    append(record);
  return APPENDS / seconds_since(began);
}

static void
remove_folder(const char *folder)
{
  GDir *dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_remove(path);
  }
  g_dir_close(dir);
  g_rmdir(folder);
}

/* One argument: the folder to work in, on the disk that is to be measured. */
int
main(int argc, char **argv)
{
  g_autofree char *folder =
      g_strconcat(argc > 1 ? argv[1] : ".", "/keyturn-bench-XXXXXX", NULL);
  g_autofree char *raw_path = NULL, *record_path = NULL, *body = NULL;
  g_autoptr(RecoveryStore) store = NULL;
  g_autoptr(RecoveryRecord) record = NULL;
  double raw_rates[ROUNDS], rates[ROUNDS], ratios[ROUNDS];
  Raw raw;
  size_t len;

  if (g_mkdtemp(folder) == NULL)
    g_error("no folder %s", folder);
  raw_path = g_build_filename(folder, "raw.db", NULL);
  record_path = g_build_filename(folder, "record.db", NULL);
  open_raw(&raw, raw_path);
  store = recovery_store_open(record_path, NULL);
  record = store != NULL ? recovery_record_open(store, NULL, NULL) : NULL;
  if (record == NULL)
    g_error("no record");
  /* Both write rows of this size: the body, uuid, leaf and root. */
  len = append(record) + 16 + 32 + 32;
  body = g_strnfill(len, 'x');
  (void)run_raw(&raw, body, len); /* warm */
  (void)run_record(record);
  for (int i = 0; i < ROUNDS; i++) {
    raw_rates[i] = run_raw(&raw, body, len);
    rates[i] = run_record(record);
    ratios[i] = rates[i] / raw_rates[i];
  }
  printf("rows of %zu bytes, %d rounds of %d, medians\n"
         "raw SQLite, WAL, FULL, one row a commit: %7.0f /s\n"
         "record, whole design:                    %7.0f /s\n"
         "ratio: %.2f (goal %.2f)\n",
         len, ROUNDS, APPENDS, median(raw_rates), median(rates), median(ratios),
         GOAL);
  sqlite3_finalize(raw.insert);
  sqlite3_close(raw.db);
  g_clear_pointer(&record, recovery_record_free);
  g_clear_pointer(&store, recovery_store_free);
  remove_folder(folder);
  return 0;
}
