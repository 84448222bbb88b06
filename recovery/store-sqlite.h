/* SPDX-License-Identifier: Apache-2.0 */
/* store-sqlite.h - one SQLite file, opened with the settings of the record: a
 * table of prepared statements, values in, rows out. Only store.c uses it; it
 * knows no table by name but for the authorizer's list. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct RecoveryStoreSqlite RecoveryStoreSqlite;

/* A value bound to ?1, ?2, ... Bytes and text must live until the next call.
 * data NULL is NULL. */
typedef struct {
  enum {
    RECOVERY_STORE_SQLITE_INT,
    RECOVERY_STORE_SQLITE_TEXT,
    RECOVERY_STORE_SQLITE_BLOB,
  } type;
  int64_t number;
  const void *data;
  size_t len;
} RecoveryStoreSqliteValue;

/*
 * Opens the file at path or makes it (0600, newest schema). sql: the
 * statements, named below by their index; they live as long as the store.
 * A file that is not ours, is newer, or fails SQLite's own checks, is left as
 * it was.
 * errors  RECOVERY_ERROR_DAMAGED, RECOVERY_ERROR_RECORD
 */
RecoveryStoreSqlite *recovery_store_sqlite_open(const char *path,
                                                const char *const *sql,
                                                size_t count, GError **error);
void recovery_store_sqlite_free(RecoveryStoreSqlite *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryStoreSqlite, recovery_store_sqlite_free)

/*
 * One transaction at a time. A write that fails spoils the transaction: what
 * follows, commit too, is refused until the rollback. A commit that fails
 * leaves the outcome unknown: no further transaction is begun on this handle.
 */
bool recovery_store_sqlite_begin(RecoveryStoreSqlite *db, GError **error);
bool recovery_store_sqlite_commit(RecoveryStoreSqlite *db, GError **error);
void recovery_store_sqlite_rollback(RecoveryStoreSqlite *db);
/* Moves the write-ahead log into the file and empties it. */
bool recovery_store_sqlite_flush(RecoveryStoreSqlite *db, GError **error);

/* Runs a writing statement inside a transaction; ret_changed (may be NULL):
 * rows it changed. */
bool recovery_store_sqlite_run(RecoveryStoreSqlite *db, size_t statement,
                               const RecoveryStoreSqliteValue *values,
                               size_t count, int *ret_changed, GError **error);

/* Reading: select, then next until it gives 0 (end) or -1 (error); done may
 * come earlier. One walk of a statement at a time. */
bool recovery_store_sqlite_select(RecoveryStoreSqlite *db, size_t statement,
                                  const RecoveryStoreSqliteValue *values,
                                  size_t count, GError **error);
int recovery_store_sqlite_next(RecoveryStoreSqlite *db, size_t statement,
                               GError **error);
void recovery_store_sqlite_done(RecoveryStoreSqlite *db, size_t statement);

/* Columns of the row at hand. text and blob live until the next step. */
bool recovery_store_sqlite_is_null(RecoveryStoreSqlite *db, size_t statement,
                                   int column);
int64_t recovery_store_sqlite_number(RecoveryStoreSqlite *db, size_t statement,
                                     int column);
const char *recovery_store_sqlite_text(RecoveryStoreSqlite *db,
                                       size_t statement, int column);
const void *recovery_store_sqlite_blob(RecoveryStoreSqlite *db,
                                       size_t statement, int column,
                                       size_t *ret_len);
