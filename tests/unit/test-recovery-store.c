/* SPDX-License-Identifier: Apache-2.0 */
/* The store keeps what it was given, gives nothing away for good, and touches
 * no file that is not its own. */
#include "tests/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/schema.h"
#include "recovery/store.h"

typedef struct {
  char *folder, *path;
  RecoveryStore *store;
} Fixture;

static int
set_up(void **state)
{
  Fixture *fixture = g_new0(Fixture, 1);

  fixture->folder = g_dir_make_tmp("keyturn-XXXXXX", NULL);
  fixture->path = g_build_filename(fixture->folder, "record.db", NULL);
  *state = fixture;
  return 0;
}

static int
set_up_open(void **state)
{
  Fixture *fixture;

  set_up(state);
  fixture = *state;
  fixture->store = recovery_store_open(fixture->path, NULL);
  return fixture->store != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
  Fixture *fixture = *state;
  GDir *dir = g_dir_open(fixture->folder, 0, NULL);
  const char *name;

  recovery_store_free(fixture->store);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    g_remove(path);
  }
  g_dir_close(dir);
  g_rmdir(fixture->folder);
  g_free(fixture->folder);
  g_free(fixture->path);
  g_free(fixture);
  return 0;
}

static void
check_code(GError *error, int code)
{
  if (!g_error_matches(error, RECOVERY_ERROR, code))
    fail_msg("not %d but: %s", code, error != NULL ? error->message : "none");
  g_error_free(error);
}

/* Runs SQL as another program would; the message, or NULL where it went. */
static char *
run_raw(const char *path, const char *sql)
{
  sqlite3 *db;
  char *message = NULL, *copy;

  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  sqlite3_busy_timeout(db, 1000);
  sqlite3_exec(db, sql, NULL, NULL, &message);
  copy = g_strdup(message);
  sqlite3_free(message);
  sqlite3_close(db);
  return copy;
}

static char *
read_text(const char *path, const char *sql)
{
  sqlite3 *db;
  sqlite3_stmt *statement;
  GString *text = g_string_new(NULL);

  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                   SQLITE_OK);
  while (sqlite3_step(statement) == SQLITE_ROW)
    g_string_append_printf(text, "%s\n", sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return g_string_free(text, FALSE);
}

static RecoveryStoreEntry
make_entry(int64_t seq)
{
  RecoveryStoreEntry entry = {.seq = seq, .body = g_bytes_new("{}", 2)};

  entry.uuid[0] = (uint8_t)seq;
  entry.uuid[1] = 0xee;
  entry.leaf[0] = (uint8_t)seq;
  entry.root[31] = (uint8_t)seq;
  return entry;
}

static void
add_entries(RecoveryStore *store, int count)
{
  assert_true(recovery_store_begin(store, NULL));
  assert_true(recovery_store_add_log(store, "example.org/st/1", 1, NULL));
  for (int i = 0; i < count; i++) {
    g_auto(RecoveryStoreEntry) entry = make_entry(i);

    assert_true(recovery_store_append(store, &entry, NULL));
  }
  assert_true(recovery_store_commit(store, NULL));
}

/* ---- the file ---- */

static void
test_a_new_store_is_set_up_as_written(void **state)
{
  static const struct {
    const char *sql, *value;
  } rows[] = {
      {"PRAGMA application_id", "1178883148\n"}, /* 0x4644544C */
      {"PRAGMA user_version", "1\n"},
      {"PRAGMA journal_mode", "wal\n"},
      {"PRAGMA integrity_check", "ok\n"},
  };
  Fixture *fixture = *state;
  g_autofree char *wal = g_strconcat(fixture->path, "-wal", NULL);
  g_autofree char *head = g_strconcat(fixture->path, "-head", NULL);
  struct stat st;

  add_entries(fixture->store, 1);
  assert_int_equal(stat(fixture->path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(stat(wal, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(stat(head, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *value = read_text(fixture->path, rows[i].sql);

    assert_string_equal(value, rows[i].value);
  }
}

/* The dump of each released version stays what it was. */
static void
test_the_schema_is_the_released_one(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *dump_path = g_build_filename(
      g_getenv("KEYTURN_SOURCE"), "tests", "data", "schema-1.sql", NULL);
  g_autofree char *other = g_build_filename(fixture->folder, "dump.db", NULL);
  g_autofree char *dump = NULL, *message = NULL, *is = NULL, *was = NULL;
  static const char all[] = "SELECT sql FROM sqlite_schema ORDER BY name";

  assert_int_equal(recovery_schema_version(), 1);
  assert_true(g_file_get_contents(dump_path, &dump, NULL, NULL));
  message = run_raw(other, dump);
  assert_null(message);
  is = read_text(fixture->path, all);
  was = read_text(other, all);
  assert_string_equal(is, was);
}

static void
test_a_store_of_each_released_schema_opens(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *dump_path = g_build_filename(
      g_getenv("KEYTURN_SOURCE"), "tests", "data", "schema-1.sql", NULL);
  g_autofree char *dump = NULL, *message = NULL, *origin = NULL;
  g_autoptr(GError) error = NULL;

  assert_true(g_file_get_contents(dump_path, &dump, NULL, NULL));
  message = run_raw(fixture->path, dump);
  assert_null(message);
  message = run_raw(fixture->path, "PRAGMA journal_mode = WAL;"
                                   "INSERT INTO log VALUES (1, 'example.org/"
                                   "st/1', NULL, NULL, NULL, 1)");
  assert_null(message);
  assert_int_equal(g_chmod(fixture->path, 0600), 0);
  fixture->store = recovery_store_open(fixture->path, &error);
  assert_null(error);
  assert_true(recovery_store_log(fixture->store, &origin, NULL));
  assert_string_equal(origin, "example.org/st/1");
}

/* Each is refused, and not one byte of the file is changed. */
static const struct {
  const char *sql, *message;
} foreign[] = {
    {"PRAGMA user_version = 2", "schema 2, newer than this program"},
    {"PRAGMA user_version = 2000000000", "newer than this program"},
    {"PRAGMA application_id = 1234", "another application"},
    {"PRAGMA application_id = 0", "another application"},
    {"DROP TRIGGER entry_delete", "schema is not that of version 1"},
    {"CREATE TRIGGER more AFTER INSERT ON entry BEGIN DELETE FROM nonce; END",
     "schema is not that of version 1"},
    {"CREATE TABLE more(x)", "schema is not that of version 1"},
    {"DROP TABLE nonce", "schema is not that of version 1"},
    {"PRAGMA user_version = 0", "schema is not that of version 0"},
    {"PRAGMA user_version = -1", "schema"},
};

static void
test_a_file_that_is_not_ours_is_left_as_it_is(void **state)
{
  Fixture *fixture = *state;

  g_clear_pointer(&fixture->store, recovery_store_free);
  for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++) {
    g_autofree char *path =
        g_strdup_printf("%s/foreign-%zu.db", fixture->folder, i);
    g_autofree char *message = NULL, *before = NULL, *after = NULL;
    size_t before_len, after_len;
    GError *error = NULL;
    RecoveryStore *store = recovery_store_open(path, NULL);

    assert_non_null(store);
    recovery_store_free(store);
    message = run_raw(path, foreign[i].sql);
    assert_null(message);
    assert_true(g_file_get_contents(path, &before, &before_len, NULL));
    store = recovery_store_open(path, &error);
    if (store != NULL)
      fail_msg("row %zu was opened", i);
    if (strstr(error->message, foreign[i].message) == NULL)
      fail_msg("row %zu: %s", i, error->message);
    check_code(error, RECOVERY_ERROR_DAMAGED);
    assert_true(g_file_get_contents(path, &after, &after_len, NULL));
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, before_len);
  }
}

static char *
copy_file(const char *from, const char *to, size_t *ret_len)
{
  char *data;

  assert_true(g_file_get_contents(from, &data, ret_len, NULL));
  assert_true(g_file_set_contents_full(to, data, (gssize)*ret_len,
                                       G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  return data;
}

/* The version stands in the log alone: looking must not move it over. */
static void
test_a_newer_log_is_left_as_it_is(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *wal = g_strconcat(fixture->path, "-wal", NULL);
  g_autofree char *copy = g_strconcat(fixture->path, "-copy", NULL);
  g_autofree char *copy_wal = g_strconcat(copy, "-wal", NULL);
  g_autofree char *file = NULL, *log = NULL, *is = NULL, *is_log = NULL;
  size_t file_len, log_len, len;
  GError *error = NULL;
  char *message;

  add_entries(fixture->store, 3);
  message = run_raw(fixture->path, "PRAGMA user_version = 2");
  assert_null(message);
  file = copy_file(fixture->path, copy, &file_len);
  log = copy_file(wal, copy_wal, &log_len);
  assert_null(recovery_store_open(copy, &error));
  assert_non_null(strstr(error->message, "newer"));
  check_code(error, RECOVERY_ERROR_DAMAGED);
  assert_true(g_file_get_contents(copy, &is, &len, NULL));
  assert_int_equal(len, file_len);
  assert_memory_equal(is, file, len);
  assert_true(g_file_get_contents(copy_wal, &is_log, &len, NULL));
  assert_int_equal(len, log_len);
  assert_memory_equal(is_log, log, len);
}

static void
test_what_is_no_database_is_left_as_it_is(void **state)
{
  static const char text[] = "Dear diary, today I am not a database. I am but "
                             "a letter, long enough to fill the header that "
                             "would be here.";
  Fixture *fixture = *state;
  g_autofree char *after = NULL;
  GError *error = NULL;

  assert_true(g_file_set_contents_full(fixture->path, text, -1,
                                       G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_null(recovery_store_open(fixture->path, &error));
  check_code(error, RECOVERY_ERROR_DAMAGED);
  assert_true(g_file_get_contents(fixture->path, &after, NULL, NULL));
  assert_string_equal(after, text);
}

static void
test_a_damaged_page_is_found(void **state)
{
  Fixture *fixture = *state;
  const char garbage[64] = "garbage";
  GError *error = NULL;
  int fd;

  add_entries(fixture->store, 5);
  g_clear_pointer(&fixture->store, recovery_store_free);
  fd = open(fixture->path, O_RDWR);
  assert_int_equal(pwrite(fd, garbage, sizeof garbage, 4096 + 8), 64);
  close(fd);
  assert_null(recovery_store_open(fixture->path, &error));
  check_code(error, RECOVERY_ERROR_DAMAGED);
}

static void
test_a_file_others_may_read_is_refused(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *link = g_build_filename(fixture->folder, "link.db", NULL);
  GError *error = NULL;

  g_clear_pointer(&fixture->store, recovery_store_free);
  assert_int_equal(symlink(fixture->path, link), 0);
  assert_null(recovery_store_open(link, &error));
  check_code(g_steal_pointer(&error), RECOVERY_ERROR_RECORD);
  assert_int_equal(g_chmod(fixture->path, 0640), 0);
  assert_null(recovery_store_open(fixture->path, &error));
  check_code(error, RECOVERY_ERROR_RECORD);
}

static void
test_a_second_program_stays_out(void **state)
{
  Fixture *fixture = *state;
  GError *error = NULL;

  assert_null(recovery_store_open(fixture->path, &error));
  assert_non_null(strstr(error->message, "another program"));
  check_code(error, RECOVERY_ERROR_RECORD);
  g_clear_pointer(&fixture->store, recovery_store_free);
  fixture->store = recovery_store_open(fixture->path, NULL);
  assert_non_null(fixture->store);
}

/* ---- append-only ---- */

/* Through a connection of its own, with SQLite's default settings. */
static const char *const attacks[] = {
    "INSERT INTO entry VALUES (1, 7, randomblob(16), '{}', x'00', x'00')",
    "INSERT INTO entry SELECT 1, 7, randomblob(16), body, leaf, root FROM entry"
    " WHERE seq = 0",
    "INSERT INTO entry SELECT 1, -1, randomblob(16), body, leaf, root FROM "
    "entry"
    " WHERE seq = 0",
    "INSERT OR REPLACE INTO entry SELECT 1, 1, randomblob(16), body, leaf, root"
    " FROM entry WHERE seq = 0",
    "REPLACE INTO entry SELECT 1, 3, uuid, body, leaf, root FROM entry"
    " WHERE seq = 0",
    "INSERT INTO entry SELECT 1, 1, randomblob(16), body, leaf, root FROM entry"
    " WHERE seq = 0 ON CONFLICT DO UPDATE SET body = '{ }'",
    "INSERT OR IGNORE INTO entry SELECT 1, 1, randomblob(16), body, leaf, root"
    " FROM entry WHERE seq = 0",
    "INSERT INTO entry SELECT 1, 3, uuid, body, leaf, root FROM entry"
    " WHERE seq = 0",
    "UPDATE entry SET body = x'7b207d' WHERE seq = 1",
    "UPDATE OR REPLACE entry SET seq = 0 WHERE seq = 1",
    "DELETE FROM entry WHERE seq = 2",
    "DELETE FROM entry",
};

static void
test_attacks_on_the_entries_are_refused(void **state)
{
  static const char all[] =
      "SELECT seq || hex(uuid) || hex(body) || hex(leaf) || hex(root)"
      " FROM entry ORDER BY seq";
  Fixture *fixture = *state;
  g_autofree char *before = NULL;

  add_entries(fixture->store, 3);
  before = read_text(fixture->path, all);
  for (size_t i = 0; i < G_N_ELEMENTS(attacks); i++) {
    g_autofree char *message = run_raw(fixture->path, attacks[i]);
    g_autofree char *after = read_text(fixture->path, all);

    if (message == NULL)
      fail_msg("row %zu went through: %s", i, attacks[i]);
    assert_string_equal(before, after);
  }
}

static void
test_a_gap_and_a_double_are_refused(void **state)
{
  Fixture *fixture = *state;
  g_auto(RecoveryStoreEntry) gap = make_entry(5);
  g_auto(RecoveryStoreEntry) twice = make_entry(1);
  GError *error = NULL;
  int64_t size;

  add_entries(fixture->store, 3);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_false(recovery_store_append(fixture->store, &gap, &error));
  check_code(g_steal_pointer(&error), RECOVERY_ERROR_RECORD);
  recovery_store_rollback(fixture->store);
  twice.seq = 3; /* with the uuid of 1 */
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_false(recovery_store_append(fixture->store, &twice, &error));
  check_code(error, RECOVERY_ERROR_RECORD);
  recovery_store_rollback(fixture->store);
  assert_true(recovery_store_size(fixture->store, &size, NULL));
  assert_int_equal(size, 3);
}

/* ---- transactions ---- */

static void
test_a_failed_write_spoils_its_transaction(void **state)
{
  Fixture *fixture = *state;
  g_auto(RecoveryStoreEntry) good = make_entry(3);
  g_auto(RecoveryStoreEntry) gap = make_entry(9);
  GError *error = NULL;
  int64_t size;

  add_entries(fixture->store, 3);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_append(fixture->store, &good, NULL));
  assert_false(recovery_store_append(fixture->store, &gap, NULL));
  assert_false(recovery_store_add_checkpoint(fixture->store, 4, "x", &error));
  check_code(g_steal_pointer(&error), RECOVERY_ERROR_RECORD);
  assert_false(recovery_store_commit(fixture->store, &error));
  check_code(error, RECOVERY_ERROR_RECORD);
  assert_true(recovery_store_size(fixture->store, &size, NULL));
  assert_int_equal(size, 3);
  /* That outcome is known: the handle goes on. */
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_append(fixture->store, &good, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
}

static void
test_another_writer_is_waited_for_and_told(void **state)
{
  Fixture *fixture = *state;
  sqlite3 *db;
  GError *error = NULL;
  gint64 began = g_get_monotonic_time();

  assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                   SQLITE_OK);
  assert_false(recovery_store_begin(fixture->store, &error));
  check_code(error, RECOVERY_ERROR_RECORD);
  assert_true(g_get_monotonic_time() - began > 4 * G_USEC_PER_SEC);
  sqlite3_close(db);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
}

/* ---- rows ---- */

static bool
count_entry(const RecoveryStoreEntry *entry, void *data, GError **error)
{
  int64_t *next = data;

  (void)error;
  assert_int_equal(entry->seq, *next);
  assert_int_equal(entry->uuid[0], *next);
  assert_int_equal(entry->root[31], *next);
  (*next)++;
  return true;
}

static bool
stop_at_two(const RecoveryStoreEntry *entry, void *data, GError **error)
{
  (void)data;
  if (entry->seq < 2)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE, "enough");
  return false;
}

static void
test_entries_come_back_in_order(void **state)
{
  Fixture *fixture = *state;
  g_auto(RecoveryStoreEntry) entry = {0};
  GError *error = NULL;
  uint8_t uuid[16] = {2, 0xee};
  int64_t next = 1;
  bool found;

  add_entries(fixture->store, 5);
  assert_true(
      recovery_store_each(fixture->store, 1, 4, count_entry, &next, NULL));
  assert_int_equal(next, 4);
  assert_false(
      recovery_store_each(fixture->store, 0, 5, stop_at_two, NULL, &error));
  check_code(g_steal_pointer(&error), RECOVERY_ERROR_USAGE);
  next = 0; /* the walk that was left can be walked again */
  assert_true(recovery_store_each(fixture->store, 0, INT64_MAX, count_entry,
                                  &next, NULL));
  assert_int_equal(next, 5);
  assert_true(recovery_store_entry(fixture->store, 4, &entry, NULL));
  assert_int_equal(entry.leaf[0], 4);
  assert_false(recovery_store_entry(fixture->store, 5, &entry, &error));
  check_code(error, RECOVERY_ERROR_NOT_FOUND);
  assert_true(recovery_store_has_uuid(fixture->store, uuid, &found, NULL));
  assert_true(found);
  uuid[5] = 1;
  assert_true(recovery_store_has_uuid(fixture->store, uuid, &found, NULL));
  assert_false(found);
}

static void
test_the_last_checkpoint_comes_back(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *note = g_strdup("untouched");
  int64_t size = -5;

  add_entries(fixture->store, 5);
  g_clear_pointer(&note, g_free);
  assert_true(
      recovery_store_last_checkpoint(fixture->store, &size, &note, NULL));
  assert_null(note);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_add_checkpoint(fixture->store, 5, "five", NULL));
  assert_true(recovery_store_add_checkpoint(fixture->store, 3, "three", NULL));
  assert_true(recovery_store_add_checkpoint(fixture->store, 5, "again", NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(
      recovery_store_last_checkpoint(fixture->store, &size, &note, NULL));
  assert_int_equal(size, 5);
  assert_string_equal(note, "five");
}

static void
test_evidence_is_found_by_its_digest_and_checked(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(GBytes) policy = g_bytes_new("policy", 6);
  g_autoptr(GBytes) line = g_bytes_new("statement", 9);
  g_autoptr(GBytes) blob = g_bytes_new("sshsig", 6);
  g_autoptr(GBytes) body = NULL, stmt_body = NULL, sshsig = NULL;
  g_autofree char *kind = NULL, *hex = NULL, *message = NULL;
  const uint8_t cred[32] = {3}, nobody[32] = {4};
  uint8_t object[32], stmt[32], asrt[32], is_stmt[32], is_cred[32];
  GError *error = NULL;

  assert_true(recovery_store_begin(fixture->store, NULL));
  for (int i = 0; i < 2; i++) { /* twice is fine */
    assert_true(recovery_store_put_object(fixture->store, "policy", policy,
                                          object, NULL));
    assert_true(recovery_store_put_statement(fixture->store, line, stmt, NULL));
    assert_true(recovery_store_put_assertion(fixture->store, stmt, cred, blob,
                                             asrt, NULL));
  }
  assert_true(recovery_store_commit(fixture->store, NULL));
  hex = fidotool_bytes_hex(object, 32); /* printf policy | sha256sum */
  assert_string_equal(hex, "823412d1eacb67956220e532959f0104603057c88704863ca3"
                           "8e7cd188fda812");
  assert_true(
      recovery_store_object(fixture->store, object, &body, &kind, NULL));
  assert_true(g_bytes_equal(body, policy));
  assert_string_equal(kind, "policy");
  assert_true(recovery_store_statement(fixture->store, stmt, &stmt_body, NULL));
  assert_true(g_bytes_equal(stmt_body, line));
  assert_true(recovery_store_assertion(fixture->store, asrt, &sshsig, is_stmt,
                                       is_cred, NULL));
  assert_true(g_bytes_equal(sshsig, blob));
  assert_memory_equal(is_stmt, stmt, 32);
  assert_memory_equal(is_cred, cred, 32);
  g_clear_pointer(&body, g_bytes_unref);
  assert_true(recovery_store_object(fixture->store, nobody, &body, NULL, NULL));
  assert_null(body);
  message = run_raw(fixture->path, "UPDATE object SET body = x'00';"
                                   "UPDATE statement SET body = x'00';"
                                   "UPDATE assertion SET sshsig = x'00'");
  assert_null(message);
  assert_false(
      recovery_store_object(fixture->store, object, &body, NULL, &error));
  check_code(g_steal_pointer(&error), RECOVERY_ERROR_DAMAGED);
  assert_false(recovery_store_statement(fixture->store, stmt, &body, &error));
  check_code(g_steal_pointer(&error), RECOVERY_ERROR_DAMAGED);
  assert_false(recovery_store_assertion(fixture->store, asrt, &body, is_stmt,
                                        is_cred, &error));
  check_code(error, RECOVERY_ERROR_DAMAGED);
}

static void
test_an_unknown_kind_of_object_is_refused(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(GBytes) body = g_bytes_new("x", 1);
  uint8_t digest[32];

  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(
      recovery_store_put_object(fixture->store, "import", body, digest, NULL));
  recovery_store_rollback(fixture->store);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_false(
      recovery_store_put_object(fixture->store, "photo", body, digest, NULL));
}

/* ---- nonces ---- */

static void
put_nonce(RecoveryStore *store, const uint8_t nonce[16], const char *line,
          uint8_t ret_stmt[32])
{
  g_autoptr(GBytes) body = g_bytes_new(line, strlen(line));

  assert_true(recovery_store_begin(store, NULL));
  assert_true(recovery_store_put_statement(store, body, ret_stmt, NULL));
  assert_true(recovery_store_put_nonce(store, nonce, ret_stmt, NULL));
  assert_true(recovery_store_commit(store, NULL));
}

static void
test_a_nonce_is_used_once(void **state)
{
  Fixture *fixture = *state;
  const uint8_t nonce[16] = {1}, unknown[16] = {2};
  uint8_t stmt[32], is[32];
  bool used, found;
  GError *error = NULL;

  put_nonce(fixture->store, nonce, "one", stmt);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_use_nonce(fixture->store, nonce, 5, NULL));
  assert_false(recovery_store_use_nonce(fixture->store, nonce, 6, &error));
  check_code(g_steal_pointer(&error), RECOVERY_ERROR_REFUSED);
  assert_false(recovery_store_use_nonce(fixture->store, unknown, 6, &error));
  check_code(error, RECOVERY_ERROR_NOT_FOUND);
  /* A refusal is an answer: the transaction goes on. */
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(
      recovery_store_nonce(fixture->store, nonce, is, &used, &found, NULL));
  assert_true(found && used);
  assert_memory_equal(is, stmt, 32);
  assert_true(
      recovery_store_nonce(fixture->store, unknown, is, &used, &found, NULL));
  assert_false(found);
}

static void
count_nonce(const uint8_t nonce[16], const void *statement, size_t len,
            void *data)
{
  int *count = data;

  (void)nonce;
  assert_memory_equal(statement, "two", len);
  (*count)++;
}

static void
test_only_unused_nonces_are_forgotten(void **state)
{
  Fixture *fixture = *state;
  const uint8_t one[16] = {1}, two[16] = {2};
  uint8_t stmt_one[32], stmt_two[32], is[32];
  g_autoptr(GBytes) body = NULL;
  bool used, found;
  int count = 0;

  put_nonce(fixture->store, one, "one", stmt_one);
  put_nonce(fixture->store, two, "two", stmt_two);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_use_nonce(fixture->store, one, 5, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(
      recovery_store_each_unused(fixture->store, count_nonce, &count, NULL));
  assert_int_equal(count, 1);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_prune_nonce(fixture->store, one, NULL));
  assert_true(recovery_store_prune_nonce(fixture->store, two, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(
      recovery_store_nonce(fixture->store, one, is, &used, &found, NULL));
  assert_true(found && used);
  assert_true(
      recovery_store_nonce(fixture->store, two, is, &used, &found, NULL));
  assert_false(found);
  assert_true(recovery_store_statement(fixture->store, stmt_one, &body, NULL));
  assert_non_null(body);
  g_clear_pointer(&body, g_bytes_unref);
  assert_true(recovery_store_statement(fixture->store, stmt_two, &body, NULL));
  assert_null(body);
}

static void
test_a_signed_statement_is_kept(void **state)
{
  Fixture *fixture = *state;
  const uint8_t nonce[16] = {1}, cred[32] = {2};
  g_autoptr(GBytes) blob = g_bytes_new("sig", 3), body = NULL;
  uint8_t stmt[32], digest[32];

  put_nonce(fixture->store, nonce, "one", stmt);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_put_assertion(fixture->store, stmt, cred, blob,
                                           digest, NULL));
  assert_true(recovery_store_prune_nonce(fixture->store, nonce, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(recovery_store_statement(fixture->store, stmt, &body, NULL));
  assert_non_null(body);
}

/* ---- personal data and projections ---- */

static bool
find_marker(const char *path, const char *marker)
{
  g_autofree char *data = NULL;
  size_t len;

  return g_file_get_contents(path, &data, &len, NULL) &&
         memmem(data, len, marker, strlen(marker)) != NULL;
}

static void
test_erased_rows_are_gone_from_the_disk(void **state)
{
  static const char marker[] = "SEALED-MARKER-0123456789";
  Fixture *fixture = *state;
  g_autofree char *wal = g_strconcat(fixture->path, "-wal", NULL);
  g_autoptr(GBytes) sealed = g_bytes_new(marker, strlen(marker));
  const uint8_t commitment[32] = {1}, subject[16] = {2};

  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_put_pii(fixture->store, commitment, subject,
                                     sealed, 9, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(recovery_store_flush(fixture->store, NULL));
  assert_true(find_marker(fixture->path, marker));
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_drop_pii(fixture->store, commitment, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(recovery_store_flush(fixture->store, NULL));
  assert_false(find_marker(fixture->path, marker));
  assert_false(find_marker(wal, marker));
}

static void
put_projections(RecoveryStore *store, const char *state_word)
{
  g_autoptr(GBytes) registration = g_bytes_new("registration", 12);
  g_autoptr(GBytes) pubkey = g_bytes_new("pubkey", 6);
  g_autoptr(GBytes) line = g_bytes_new("approval", 8);
  const uint8_t cred[32] = {1}, employee[32] = {2};
  uint8_t digest[32], stmt[32];
  const RecoveryStoreCase row = {"c-1", "recover", "standard", state_word,
                                 "s-1", 10,        0,          4};

  assert_true(recovery_store_begin(store, NULL));
  assert_true(recovery_store_put_object(store, "registration", registration,
                                        digest, NULL));
  assert_true(recovery_store_put_statement(store, line, stmt, NULL));
  assert_true(recovery_store_put_case(store, &row, NULL));
  assert_true(recovery_store_put_key(
      store, &(RecoveryStoreKey){cred, "s-1", state_word, NULL, NULL, 10, 4},
      NULL));
  assert_true(recovery_store_put_person(
      store,
      &(RecoveryStorePerson){"p-ada", cred, pubkey, employee, "desk",
                             state_word, 1, 2, digest, 4},
      NULL));
  assert_true(
      recovery_store_put_approval(store, "c-1", "lead", "p-ada", stmt, NULL));
  assert_true(recovery_store_commit(store, NULL));
}

static void
test_projections_are_replaced_and_rebuilt(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *first = NULL, *second = NULL, *empty = NULL;

  put_projections(fixture->store, "open");
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_void_approvals(fixture->store, "c-1", 77, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  put_projections(fixture->store, "proofing");
  first = recovery_store_dump_projections(fixture->store, NULL);
  assert_non_null(strstr(first, "case 'c-1' 'recover' 'standard' 'proofing'"
                                " 's-1' 10 NULL 4\n"));
  assert_non_null(strstr(first, "'proofing' NULL NULL 10 4\n"));
  assert_non_null(strstr(first, " 77\n"));
  assert_null(strstr(first, "'open'"));
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_clear_projections(fixture->store, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  empty = recovery_store_dump_projections(fixture->store, NULL);
  assert_string_equal(empty, "");
  put_projections(fixture->store, "proofing");
  second = recovery_store_dump_projections(fixture->store, NULL);
  assert_null(strstr(second, " 77\n"));
}

/* One slot and one person a case, while they are not voided. */
static void
test_one_approval_a_slot_and_a_person(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(GBytes) line = g_bytes_new("approval", 8);
  uint8_t stmt[32];

  put_projections(fixture->store, "open");
  for (int i = 0; i < 2; i++) {
    assert_true(recovery_store_begin(fixture->store, NULL));
    assert_true(recovery_store_put_statement(fixture->store, line, stmt, NULL));
    assert_false(recovery_store_put_approval(
        fixture->store, "c-1", i == 0 ? "lead" : "other",
        i == 0 ? "p-bob" : "p-ada", stmt, NULL));
    recovery_store_rollback(fixture->store);
  }
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_put_approval(fixture->store, "c-1", "other",
                                          "p-bob", stmt, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
}

static void
test_the_head_is_kept_beside_the_store(void **state)
{
  Fixture *fixture = *state;
  const uint8_t root[32] = {0x12, 0xfe};
  uint8_t is[32];
  int64_t size;

  recovery_store_noted_head(fixture->store, &size, is);
  assert_int_equal(size, 0);
  assert_true(recovery_store_note_head(fixture->store, 1234567, root));
  g_clear_pointer(&fixture->store, recovery_store_free);
  fixture->store = recovery_store_open(fixture->path, NULL);
  recovery_store_noted_head(fixture->store, &size, is);
  assert_int_equal(size, 1234567);
  assert_memory_equal(is, root, 32);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_open, tear_down)
#define TEST_CLOSED(name)                                                      \
  cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(test_a_new_store_is_set_up_as_written),
      TEST(test_the_schema_is_the_released_one),
      TEST_CLOSED(test_a_store_of_each_released_schema_opens),
      TEST(test_a_file_that_is_not_ours_is_left_as_it_is),
      TEST(test_a_newer_log_is_left_as_it_is),
      TEST_CLOSED(test_what_is_no_database_is_left_as_it_is),
      TEST(test_a_damaged_page_is_found),
      TEST(test_a_file_others_may_read_is_refused),
      TEST(test_a_second_program_stays_out),
      TEST(test_attacks_on_the_entries_are_refused),
      TEST(test_a_gap_and_a_double_are_refused),
      TEST(test_a_failed_write_spoils_its_transaction),
      TEST(test_another_writer_is_waited_for_and_told),
      TEST(test_entries_come_back_in_order),
      TEST(test_the_last_checkpoint_comes_back),
      TEST(test_evidence_is_found_by_its_digest_and_checked),
      TEST(test_an_unknown_kind_of_object_is_refused),
      TEST(test_a_nonce_is_used_once),
      TEST(test_only_unused_nonces_are_forgotten),
      TEST(test_a_signed_statement_is_kept),
      TEST(test_erased_rows_are_gone_from_the_disk),
      TEST(test_projections_are_replaced_and_rebuilt),
      TEST(test_one_approval_a_slot_and_a_person),
      TEST(test_the_head_is_kept_beside_the_store),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
