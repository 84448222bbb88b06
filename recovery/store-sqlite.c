/* SPDX-License-Identifier: Apache-2.0 */
/* store-sqlite.c - the only file that includes sqlite3.h. */
#include "recovery/store-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/schema.h"

/* Largest text or blob: a roster has 4 MiB, an import may have more. */
#define MAX_LENGTH (64 * 1024 * 1024)
#define BUSY_MS 5000
/* Pages in the log before it is moved over: four times SQLite's own number, as
 * an append touches more pages than a plain row does. */
#define LOG_PAGES 4000

enum { BEGIN, COMMIT, ROLLBACK, N_OWN };

static const char *const own_sql[N_OWN] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
};

struct RecoveryStoreSqlite {
  sqlite3 *db;
  sqlite3_stmt **statements; /* count of the caller's, then ours */
  size_t count;
  bool active;  /* between begin and commit or rollback */
  bool spoiled; /* a write in it has failed */
  bool unknown; /* a commit has failed */
};

/* Tables whose rows may be changed, or taken away. "" is any column. What is
 * not a row here is only added to. Rows of statement go only while no
 * assertion names them: the foreign keys see to that. */
static const struct {
  int action;
  const char *table, *column;
} allowed[] = {
    {SQLITE_UPDATE, "nonce", "used_at"},
    {SQLITE_UPDATE, "approval", "voided_at"},
    {SQLITE_UPDATE, "case_list", ""},
    {SQLITE_UPDATE, "key_list", ""},
    {SQLITE_UPDATE, "person_list", ""},
    {SQLITE_DELETE, "nonce", ""},
    {SQLITE_DELETE, "statement", ""},
    {SQLITE_DELETE, "approval", ""},
    {SQLITE_DELETE, "case_list", ""},
    {SQLITE_DELETE, "key_list", ""},
    {SQLITE_DELETE, "person_list", ""},
    {SQLITE_DELETE, "pii", ""},
    {SQLITE_DELETE, "subject_key", ""},
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, sqlite3_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

/* Called while a statement is prepared, by us or again by SQLite. */
static int
authorize(void *data, int action, const char *first, const char *second,
          const char *database, const char *trigger)
{
  (void)data, (void)database, (void)trigger;
  if (action == SQLITE_SELECT || action == SQLITE_READ ||
      action == SQLITE_INSERT || action == SQLITE_FUNCTION ||
      action == SQLITE_TRANSACTION)
    return SQLITE_OK;
  for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++)
    if (action == allowed[i].action &&
        g_strcmp0(first, allowed[i].table) == 0 &&
        (*allowed[i].column == '\0' ||
         g_strcmp0(second, allowed[i].column) == 0))
      return SQLITE_OK;
  return SQLITE_DENY;
}

static bool
set_failed(GError **error, sqlite3 *db, int r, const char *what)
{
  int code = (r & 0xff) == SQLITE_CORRUPT || (r & 0xff) == SQLITE_NOTADB
                 ? RECOVERY_ERROR_DAMAGED
                 : RECOVERY_ERROR_RECORD;

  g_set_error(error, RECOVERY_ERROR, code, "%s: %s", what,
              db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(r));
  return false;
}

static bool
exec(sqlite3 *db, const char *sql, const char *what, GError **error)
{
  int r = sqlite3_exec(db, sql, NULL, NULL, NULL);

  return r == SQLITE_OK || set_failed(error, db, r, what);
}

static bool
read_pragma(sqlite3 *db, const char *sql, int64_t *ret_value, GError **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  int r = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

  if (r == SQLITE_OK)
    r = sqlite3_step(statement);
  if (r != SQLITE_ROW)
    return set_failed(error, db, r, sql);
  *ret_value = sqlite3_column_int64(statement, 0);
  return true;
}

/* All rows of a query, one line each. */
static char *
read_lines(sqlite3 *db, const char *sql, GError **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  g_autoptr(GString) lines = g_string_new(NULL);
  int r = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

  if (r == SQLITE_OK)
    while ((r = sqlite3_step(statement)) == SQLITE_ROW) {
      const char *text = (const char *)sqlite3_column_text(statement, 0);

      g_string_append_printf(lines, "%s\n", text != NULL ? text : "");
    }
  if (r != SQLITE_DONE) {
    set_failed(error, db, r, "check the store");
    return NULL;
  }
  return g_string_free(g_steal_pointer(&lines), FALSE);
}

static uint32_t
read_u32(const uint8_t *p)
{
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
         p[3];
}

static bool
check_ours(int64_t application, int64_t version, const char *path,
           GError **error)
{
  if (application != RECOVERY_SCHEMA_APPLICATION) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "%s is a file of another application; it is left as it is",
                path);
    return false;
  }
  if (version > (int64_t)recovery_schema_version()) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "%s has schema %" G_GINT64_FORMAT
                ", newer than this program (%zu); it is left as it is",
                path, version, recovery_schema_version());
    return false;
  }
  return true;
}

static bool
check_file(int fd, const char *path, GError **error)
{
  uint8_t header[100];
  struct stat st;

  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
      (st.st_mode & 077) != 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD,
                "%s must be a file of this user that nobody else may read "
                "(mode 0600)",
                path);
    return false;
  }
  if (st.st_size == 0)
    return true;
  if (pread(fd, header, sizeof header, 0) != sizeof header ||
      memcmp(header, "SQLite format 3", 16) != 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "%s is not a record; it is left as it is", path);
    return false;
  }
  /* Offsets 60 and 68 of the file format: user_version, application_id. */
  return check_ours(read_u32(header + 68), read_u32(header + 60), path, error);
}

/* Looks at the file without SQLite, which would write to it; makes it where it
 * is not there, so that its mode is ours. A journal means that the making was
 * cut short: then SQLite puts the file back first. */
static bool
prepare_file(const char *path, GError **error)
{
  g_autofree char *journal = g_strconcat(path, "-journal", NULL);
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  bool ok;

  if (fd < 0 && errno == ENOENT)
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD, "open %s: %s",
                path, g_strerror(errno));
    return false;
  }
  ok = access(journal, F_OK) == 0 || check_file(fd, path, error);
  close(fd);
  return ok;
}

static bool
apply_settings(sqlite3 *db, GError **error)
{
  (void)sqlite3_extended_result_codes(db, 1);
  (void)sqlite3_busy_timeout(db, BUSY_MS);
  (void)sqlite3_wal_autocheckpoint(db, LOG_PAGES);
  (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MAX_LENGTH);
  (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
      sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) !=
          SQLITE_OK ||
      /* until the file is accepted: closing must not write to it */
      sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) !=
          SQLITE_OK)
    return set_failed(error, db, SQLITE_ERROR, "configure the store");
  return exec(db,
              "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
              "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
              "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
              "PRAGMA synchronous = FULL",
              "configure the store", error);
}

static bool
migrate(sqlite3 *db, size_t from, size_t to, GError **error)
{
  for (size_t version = from + 1; version <= to; version++) {
    g_autofree char *sql =
        g_strdup_printf("BEGIN IMMEDIATE; %s PRAGMA user_version = %zu; COMMIT",
                        recovery_schema_migration(version), version);

    if (!exec(db, sql, "migrate the store", error)) {
      g_prefix_error(error, "schema %zu: ", version);
      return false;
    }
  }
  return true;
}

static char *
read_schema(sqlite3 *db, GError **error)
{
  return read_lines(db,
                    "SELECT type || ' ' || name || ' ' || tbl_name || ' ' ||"
                    " coalesce(sql, '') FROM sqlite_schema ORDER BY 1",
                    error);
}

/* A trigger that was dropped or added is damage too. */
static bool
check_schema(sqlite3 *db, size_t version, GError **error)
{
  g_autoptr(sqlite3) fresh = NULL;
  g_autofree char *is = NULL, *should_be = NULL;
  int r = sqlite3_open(":memory:", &fresh);

  if (r != SQLITE_OK)
    return set_failed(error, fresh, r, "check the schema");
  if (!migrate(fresh, 0, version, error))
    return false;
  is = read_schema(db, error);
  should_be = is != NULL ? read_schema(fresh, error) : NULL;
  if (should_be == NULL)
    return false;
  if (strcmp(is, should_be) == 0)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "the store's schema is not that of version %zu", version);
  return false;
}

static bool
check_content(sqlite3 *db, GError **error)
{
  g_autofree char *pages = read_lines(db, "PRAGMA quick_check(1)", error);
  g_autofree char *orphans = NULL;

  if (pages == NULL)
    return false;
  if (strcmp(pages, "ok\n") != 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "the store is damaged: %s", g_strchomp(pages));
    return false;
  }
  orphans = read_lines(db, "PRAGMA foreign_key_check", error);
  if (orphans == NULL)
    return false;
  if (*orphans == '\0')
    return true;
  *strchr(orphans, '\n') = '\0';
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "the store is damaged: a row of %s refers to nothing", orphans);
  return false;
}

static bool
check_and_migrate(sqlite3 *db, const char *path, GError **error)
{
  int64_t pages = 0, application = 0, version = 0;
  size_t newest = recovery_schema_version();
  g_autofree char *mark = g_strdup_printf("PRAGMA application_id = %d",
                                          RECOVERY_SCHEMA_APPLICATION);

  if (!read_pragma(db, "PRAGMA page_count", &pages, error))
    return false;
  /* In an empty file nothing can be someone else's. */
  if (pages == 0 && !exec(db, mark, "make the store", error))
    return false;
  if (!read_pragma(db, "PRAGMA application_id", &application, error) ||
      !read_pragma(db, "PRAGMA user_version", &version, error) ||
      !check_ours(application, version, path, error) ||
      !check_schema(db, (size_t)version, error) || !check_content(db, error))
    return false;
  /* Accepted. Only now is anything written to a file that was there. */
  if (sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL) !=
      SQLITE_OK)
    return set_failed(error, db, SQLITE_ERROR, "configure the store");
  return exec(db, "PRAGMA journal_mode = WAL", "configure the store", error) &&
         migrate(db, (size_t)version, newest, error);
}

static bool
prepare_statements(RecoveryStoreSqlite *db, const char *const *sql,
                   GError **error)
{
  for (size_t i = 0; i < db->count + N_OWN; i++) {
    const char *text = i < db->count ? sql[i] : own_sql[i - db->count];
    int r = sqlite3_prepare_v3(db->db, text, -1, SQLITE_PREPARE_PERSISTENT,
                               &db->statements[i], NULL);

    if (r != SQLITE_OK)
      return set_failed(error, db->db, r, text);
  }
  return true;
}

RecoveryStoreSqlite *
recovery_store_sqlite_open(const char *path, const char *const *sql,
                           size_t count, GError **error)
{
  g_autoptr(RecoveryStoreSqlite) db = g_new0(RecoveryStoreSqlite, 1);
  bool in_memory = strcmp(path, ":memory:") == 0;
  int r;

  db->count = count;
  db->statements = g_new0(sqlite3_stmt *, count + N_OWN);
  if (!in_memory && !prepare_file(path, error))
    return NULL;
  r = sqlite3_open_v2(path, &db->db, SQLITE_OPEN_READWRITE, NULL);
  if (r != SQLITE_OK) {
    set_failed(error, db->db, r, "open the store");
    return NULL;
  }
  if (!apply_settings(db->db, error) || !check_and_migrate(db->db, path, error))
    return NULL;
  (void)sqlite3_set_authorizer(db->db, authorize, NULL);
  if (!prepare_statements(db, sql, error))
    return NULL;
  return g_steal_pointer(&db);
}

void
recovery_store_sqlite_free(RecoveryStoreSqlite *db)
{
  if (db == NULL)
    return;
  for (size_t i = 0; i < db->count + N_OWN; i++)
    sqlite3_finalize(db->statements[i]);
  g_free(db->statements);
  sqlite3_close(db->db);
  g_free(db);
}

static int
run_own(RecoveryStoreSqlite *db, size_t which)
{
  sqlite3_stmt *statement = db->statements[db->count + which];
  int r = sqlite3_step(statement);

  (void)sqlite3_reset(statement); /* repeats the step's answer */
  return r == SQLITE_DONE ? SQLITE_OK : r;
}

bool
recovery_store_sqlite_begin(RecoveryStoreSqlite *db, GError **error)
{
  int r;

  if (db->unknown) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD,
                "the last write may or may not be stored; open the record "
                "again");
    return false;
  }
  g_assert(!db->active);
  r = run_own(db, BEGIN);
  if (r != SQLITE_OK)
    return set_failed(error, db->db, r, "begin");
  db->active = true;
  db->spoiled = false;
  return true;
}

/* SQLite itself rolls back at some errors (disk full, I/O): what came after
 * would then be stored alone, so it is not even tried. */
static bool
check_writable(RecoveryStoreSqlite *db, GError **error)
{
  g_assert(db->active);
  if (!db->spoiled && sqlite3_get_autocommit(db->db) == 0)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD,
              "an earlier write of this transaction has failed");
  return false;
}

bool
recovery_store_sqlite_commit(RecoveryStoreSqlite *db, GError **error)
{
  int r;

  if (!check_writable(db, error)) {
    recovery_store_sqlite_rollback(db);
    return false;
  }
  r = run_own(db, COMMIT);
  db->active = false;
  if (r == SQLITE_OK)
    return true;
  db->unknown = true;
  set_failed(error, db->db, r, "commit");
  if (sqlite3_get_autocommit(db->db) == 0)
    (void)run_own(db, ROLLBACK); /* the handle is given up either way */
  return false;
}

void
recovery_store_sqlite_rollback(RecoveryStoreSqlite *db)
{
  if (!db->active)
    return;
  db->active = false;
  if (sqlite3_get_autocommit(db->db) == 0 && run_own(db, ROLLBACK) != SQLITE_OK)
    db->unknown = true;
}

bool
recovery_store_sqlite_flush(RecoveryStoreSqlite *db, GError **error)
{
  int r = sqlite3_wal_checkpoint_v2(db->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                                    NULL, NULL);

  return r == SQLITE_OK || set_failed(error, db->db, r, "empty the log");
}

static int
bind(sqlite3_stmt *statement, int i, const RecoveryStoreSqliteValue *value)
{
  switch (value->type) {
  case RECOVERY_STORE_SQLITE_INT:
    return sqlite3_bind_int64(statement, i, value->number);
  case RECOVERY_STORE_SQLITE_TEXT:
    return sqlite3_bind_text64(statement, i, value->data, value->len,
                               SQLITE_STATIC, SQLITE_UTF8);
  case RECOVERY_STORE_SQLITE_BLOB:
    return sqlite3_bind_blob64(statement, i, value->data, value->len,
                               SQLITE_STATIC);
  }
  return SQLITE_MISUSE;
}

static int
bind_all(sqlite3_stmt *statement, const RecoveryStoreSqliteValue *values,
         size_t count)
{
  g_assert(!sqlite3_stmt_busy(statement));
  g_assert((size_t)sqlite3_bind_parameter_count(statement) == count);
  for (size_t i = 0; i < count; i++) {
    int r = bind(statement, (int)i + 1, &values[i]);

    if (r != SQLITE_OK)
      return r;
  }
  return SQLITE_OK;
}

bool
recovery_store_sqlite_run(RecoveryStoreSqlite *db, size_t statement,
                          const RecoveryStoreSqliteValue *values, size_t count,
                          int *ret_changed, GError **error)
{
  sqlite3_stmt *stmt = db->statements[statement];
  int r;

  if (!check_writable(db, error))
    return false;
  r = bind_all(stmt, values, count);
  if (r == SQLITE_OK)
    r = sqlite3_step(stmt);
  if (r != SQLITE_DONE) {
    db->spoiled = true;
    set_failed(error, db->db, r, "write");
  } else if (ret_changed != NULL) {
    *ret_changed = sqlite3_changes(db->db);
  }
  recovery_store_sqlite_done(db, statement);
  return r == SQLITE_DONE;
}

bool
recovery_store_sqlite_select(RecoveryStoreSqlite *db, size_t statement,
                             const RecoveryStoreSqliteValue *values,
                             size_t count, GError **error)
{
  int r = bind_all(db->statements[statement], values, count);

  return r == SQLITE_OK || set_failed(error, db->db, r, "read");
}

int
recovery_store_sqlite_next(RecoveryStoreSqlite *db, size_t statement,
                           GError **error)
{
  int r = sqlite3_step(db->statements[statement]);

  if (r == SQLITE_ROW)
    return 1;
  if (r != SQLITE_DONE)
    set_failed(error, db->db, r, "read");
  recovery_store_sqlite_done(db, statement);
  return r == SQLITE_DONE ? 0 : -1;
}

/* What was bound is forgotten too: it does not live longer than the call. */
void
recovery_store_sqlite_done(RecoveryStoreSqlite *db, size_t statement)
{
  (void)sqlite3_reset(db->statements[statement]); /* repeats the error */
  (void)sqlite3_clear_bindings(db->statements[statement]);
}

bool
recovery_store_sqlite_is_null(RecoveryStoreSqlite *db, size_t statement,
                              int column)
{
  return sqlite3_column_type(db->statements[statement], column) == SQLITE_NULL;
}

int64_t
recovery_store_sqlite_number(RecoveryStoreSqlite *db, size_t statement,
                             int column)
{
  return sqlite3_column_int64(db->statements[statement], column);
}

const char *
recovery_store_sqlite_text(RecoveryStoreSqlite *db, size_t statement,
                           int column)
{
  return (const char *)sqlite3_column_text(db->statements[statement], column);
}

const void *
recovery_store_sqlite_blob(RecoveryStoreSqlite *db, size_t statement,
                           int column, size_t *ret_len)
{
  const void *data = sqlite3_column_blob(db->statements[statement], column);

  *ret_len = (size_t)sqlite3_column_bytes(db->statements[statement], column);
  return data;
}
