/* SPDX-License-Identifier: Apache-2.0 */
/* What was acknowledged is there, whole and unchanged, or the record says
 * which entry is not. */
#include "tests/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/record.h"

#define ORIGIN "example.org/keyturn/st-07/1"
#define BUILD                                                                  \
  "0.1.0+"                                                                     \
  "0000000000000000000000000000000000000000000000000000000000000000"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

typedef struct {
  char *folder, *path;
  EVP_PKEY *key;
  uint8_t public_key[32];
} Fixture;

static const RecoveryMoment moment = {
    .now_ms = 1795000000123,
    .mono_ms = 4711,
    .boot = "01234567-89ab-cdef-0123-456789abcdef",
};
static const uint8_t policy[32] = {0xab};

static int
set_up(void **state)
{
  const uint8_t seed[32] = {42};
  Fixture *fixture = g_new0(Fixture, 1);
  size_t len = 32;

  fixture->folder = g_dir_make_tmp("keyturn-XXXXXX", NULL);
  fixture->path = g_build_filename(fixture->folder, "record.db", NULL);
  fixture->key =
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
  EVP_PKEY_get_raw_public_key(fixture->key, fixture->public_key, &len);
  *state = fixture;
  return 0;
}

static int
tear_down(void **state)
{
  Fixture *fixture = *state;
  GDir *dir = g_dir_open(fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    g_remove(path);
  }
  g_dir_close(dir);
  g_rmdir(fixture->folder);
  EVP_PKEY_free(fixture->key);
  g_free(fixture->folder);
  g_free(fixture->path);
  g_free(fixture);
  return 0;
}

static bool
append(RecoveryRecord *record, int64_t *ret_seq, GError **error)
{
  g_autoptr(FidotoolJson) fields = fidotool_json_new_object();

  fidotool_json_set_text(fields, "act", "heartbeat");
  fidotool_json_set_text(fields, "out", "ok");
  return recovery_record_append(record, fields, &moment, policy, BUILD, ret_seq,
                                NULL, error);
}

/* Appends count entries, each for itself; the first starts the record. */
static void
append_each(RecoveryRecord *record, int count)
{
  for (int i = 0; i < count; i++) {
    g_autoptr(GError) error = NULL;

    assert_true(recovery_record_begin(record, NULL));
    if (recovery_record_origin(record) == NULL)
      assert_true(recovery_record_start(record, ORIGIN, &moment, NULL));
    if (!append(record, NULL, &error))
      fail_msg("%s", error->message);
    assert_true(recovery_record_commit(record, NULL));
  }
}

static void
make_checkpoint(RecoveryRecord *record, EVP_PKEY *key)
{
  g_autofree char *note = NULL;

  assert_true(recovery_record_begin(record, NULL));
  note = recovery_record_checkpoint(record, key, NULL);
  assert_non_null(note);
  assert_true(recovery_record_commit(record, NULL));
}

/* A record with count entries, and a checkpoint at the half. */
static void
make_record(Fixture *fixture, int count)
{
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = NULL;

  assert_non_null(store);
  record = recovery_record_open(store, NULL, NULL);
  assert_non_null(record);
  append_each(record, count / 2);
  make_checkpoint(record, fixture->key);
  append_each(record, count - count / 2);
}

/* Opens, and returns the size, or -1 and the error. */
static int64_t
reopen(Fixture *fixture, GError **error)
{
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, error);
  g_autoptr(RecoveryRecord) record = NULL;

  if (store == NULL)
    return -1;
  record = recovery_record_open(store, fixture->public_key, error);
  return record != NULL ? recovery_record_size(record) : -1;
}

static void
check_damaged(Fixture *fixture, const char *message)
{
  g_autoptr(GError) error = NULL;
  int64_t size = reopen(fixture, &error);

  if (size >= 0)
    fail_msg("opened with %d entries, not: %s", (int)size, message);
  if (strstr(error->message, message) == NULL)
    fail_msg("not \"%s\" but \"%s\"", message, error->message);
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED));
}

/* As somebody with the file and no scruples: triggers are dropped and put
 * back, so that the schema looks as ever. */
static void
attack(Fixture *fixture, const char *sql)
{
  static const char put_back[] =
      "CREATE TRIGGER entry_insert BEFORE INSERT ON entry\n"
      "  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM entry "
      "WHERE log_id = NEW.log_id)\n"
      "    OR EXISTS (SELECT 1 FROM entry WHERE uuid = NEW.uuid)\n"
      "  BEGIN SELECT RAISE(ABORT, 'entry: gap, replace or duplicate'); END;\n"
      "CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT "
      "RAISE(ABORT, 'entry: append-only'); END;\n"
      "CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT "
      "RAISE(ABORT, 'entry: append-only'); END;\n";
  g_autofree char *all = g_strdup_printf(
      "PRAGMA foreign_keys = OFF; DROP TRIGGER entry_insert;"
      "DROP TRIGGER entry_update; DROP TRIGGER entry_delete; %s; %s",
      sql, put_back);
  sqlite3 *db;
  char *message = NULL;

  assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
  if (sqlite3_exec(db, all, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s", message);
  sqlite3_close(db);
}

static GBytes *
read_file(const char *path)
{
  char *data;
  size_t len;

  assert_true(g_file_get_contents(path, &data, &len, NULL));
  return g_bytes_new_take(data, len);
}

static void
write_file(const char *path, GBytes *bytes, size_t len)
{
  g_autoptr(GError) error = NULL;

  g_remove(path); /* it is written in place and not cut */
  if (!g_file_set_contents_full(path, g_bytes_get_data(bytes, NULL),
                                (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600,
                                &error))
    fail_msg("%s", error->message);
}

/* ---- what an entry is ---- */

static void
test_an_entry_says_who_when_and_where(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);
  g_auto(RecoveryStoreEntry) entry = {0};
  g_autoptr(FidotoolJson) body = NULL;
  uint8_t genesis[32], digest[32];
  size_t len;
  const char *line;

  assert_false(recovery_record_genesis(record, genesis));
  append_each(record, 1);
  assert_true(recovery_store_entry(store, 0, &entry, NULL));
  line = g_bytes_get_data(entry.body, &len);
  body = recovery_jcs_read(line, len, RECOVERY_JCS_MAX, NULL);
  assert_non_null(body);
  assert_int_equal(fidotool_json_size(body), 10);
  assert_string_equal(fidotool_json_get_text(body, "act"), "heartbeat");
  assert_string_equal(fidotool_json_get_text(body, "build"), BUILD);
  assert_string_equal(fidotool_json_get_text(body, "log"), ORIGIN);
  assert_int_equal(fidotool_json_get_int(body, "seq", -1), 0);
  assert_int_equal(fidotool_json_get_int(body, "v", -1), 1);
  assert_string_equal(fidotool_json_get_text(body, "t"),
                      "2026-11-18T11:06:40.123Z");
  assert_true(recovery_record_genesis(record, genesis));
  fidotool_bytes_sha256(line, len, digest);
  assert_memory_equal(genesis, digest, 32);
  assert_int_equal(recovery_record_last_ms(record), moment.now_ms);
}

static void
test_a_wrong_entry_is_not_stored(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);
  g_autoptr(FidotoolJson) fields = fidotool_json_new_object();
  g_autoptr(GError) error = NULL;

  append_each(record, 1);
  fidotool_json_set_text(fields, "act", "heartbeat");
  fidotool_json_set_text(fields, "out", "ok");
  fidotool_json_set_text(fields, "remark", "free text");
  assert_true(recovery_record_begin(record, NULL));
  assert_false(recovery_record_append(record, fields, &moment, policy, BUILD,
                                      NULL, NULL, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  recovery_record_rollback(record);
  append_each(record, 1);
  assert_int_equal(recovery_record_size(record), 2);
}

static void
test_roots_are_those_of_the_tree(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);
  g_autoptr(GByteArray) leaves = NULL, proof = NULL;
  uint8_t root[32], old_root[32];

  append_each(record, 13);
  recovery_record_root(record, root);
  assert_true(recovery_record_root_at(record, 6, old_root, NULL));
  leaves = recovery_record_leaves(record, 13, NULL);
  assert_int_equal(leaves->len, 13 * 32);
  proof = recovery_tree_inclusion(leaves->data, 13, 5);
  assert_true(recovery_tree_check_inclusion(leaves->data + 5 * 32, 5, 13,
                                            proof->data, proof->len, root));
  g_clear_pointer(&proof, g_byte_array_unref);
  proof = recovery_tree_consistency(leaves->data, 13, 6);
  assert_true(recovery_tree_check_consistency(6, old_root, 13, root,
                                              proof->data, proof->len));
  assert_false(recovery_record_root_at(record, 14, root, NULL));
  assert_null(recovery_record_leaves(record, 14, NULL));
}

/* ---- groups ---- */

static void
test_a_group_stands_or_falls_together(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);
  uint8_t before[32], after[32];
  int64_t seq = -1, size;

  append_each(record, 3);
  recovery_record_root(record, before);
  assert_true(recovery_record_begin(record, NULL));
  assert_true(append(record, &seq, NULL));
  assert_int_equal(seq, 3);
  assert_true(append(record, &seq, NULL));
  assert_int_equal(recovery_record_size(record), 5);
  recovery_record_rollback(record);
  assert_int_equal(recovery_record_size(record), 3);
  recovery_record_root(record, after);
  assert_memory_equal(before, after, 32);
  assert_true(recovery_store_size(store, &size, NULL));
  assert_int_equal(size, 3);
  append_each(record, 1);
  assert_int_equal(recovery_record_size(record), 4);
}

static void
test_a_start_that_is_rolled_back_leaves_nothing(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);

  assert_true(recovery_record_begin(record, NULL));
  assert_true(recovery_record_start(record, ORIGIN, &moment, NULL));
  recovery_record_rollback(record);
  assert_null(recovery_record_origin(record));
  append_each(record, 1);
  assert_string_equal(recovery_record_origin(record), ORIGIN);
}

static void
test_a_record_starts_once(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);
  g_autoptr(GError) error = NULL;

  append_each(record, 1);
  assert_true(recovery_record_begin(record, NULL));
  assert_false(recovery_record_start(record, ORIGIN, &moment, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE));
}

/* ---- opening again ---- */

static void
test_a_whole_record_opens_again(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(RecoveryStore) store = NULL;
  g_autoptr(RecoveryRecord) record = NULL;
  g_autoptr(GError) error = NULL;

  make_record(fixture, 9);
  store = recovery_store_open(fixture->path, &error);
  record = recovery_record_open(store, fixture->public_key, &error);
  assert_non_null(record);
  assert_int_equal(recovery_record_size(record), 9);
  assert_string_equal(recovery_record_origin(record), ORIGIN);
  assert_int_equal(recovery_record_last_ms(record), moment.now_ms);
  append_each(record, 2);
  assert_int_equal(recovery_record_size(record), 11);
}

/* What was changed, and the entry that is named. Bodies are exchanged among
 * themselves, so that only hashes can tell. */
static const struct {
  const char *sql, *message;
} changes[] = {
    {"UPDATE entry SET body = CAST(replace(body, '4711', '4712') AS BLOB)"
     " WHERE seq = 0",
     "at entry 0: its body does not match"},
    {"UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 2)"
     " WHERE seq = 3",
     "at entry 3: its body does not match"},
    {"UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE seq = 2)"
     " WHERE seq = 3",
     "at entry 3: its body does not match"},
    {"UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 2),"
     " leaf = (SELECT leaf FROM entry WHERE seq = 2) WHERE seq = 3",
     "at entry 3: its root does not match"},
    {"UPDATE entry SET root = (SELECT root FROM entry WHERE seq = 7)"
     " WHERE seq = 8",
     "at entry 8: its root does not match"},
    {"UPDATE entry SET uuid = x'00000000000040008000000000000000'"
     " WHERE seq = 4",
     "at entry 4: its body has another id"},
    {"DELETE FROM entry WHERE seq = 0", "at entry 0: it is missing"},
    {"DELETE FROM entry WHERE seq = 4", "at entry 4: it is missing"},
    {"DELETE FROM entry WHERE seq = 8", "at entry 8: it was acknowledged"},
    {"DELETE FROM entry WHERE seq >= 2", "at entry 2: it is missing, and a "
                                         "checkpoint covers it"},
    {"DELETE FROM entry", "at entry 0: it is missing"},
    {"DELETE FROM entry; DELETE FROM checkpoint; DELETE FROM log",
     "at entry 0: it was acknowledged"},
    {"INSERT INTO entry SELECT log_id, 9, randomblob(16), body, leaf, root"
     " FROM entry WHERE seq = 8",
     "at entry 9: its root does not match"},
    {"INSERT INTO log VALUES (2, 'other/1', NULL, NULL, NULL, 0)",
     "more than one log"},
    {"UPDATE log SET origin = 'example.org/keyturn/st-08/1'",
     "at entry 0: its body has another log"},
    {"INSERT INTO log VALUES (2, 'other/1', NULL, NULL, NULL, 0);"
     "INSERT INTO entry SELECT 2, seq, randomblob(16), body, leaf, root"
     " FROM entry WHERE seq = 0",
     "entries of another log"},
    {"INSERT INTO entry SELECT 2, seq, randomblob(16), body, leaf, root"
     " FROM entry WHERE seq = 0",
     "a row of entry refers to nothing"},
    {"UPDATE checkpoint SET note = CAST(replace(note, '4', '5') AS BLOB)",
     "the checkpoint at it is not good"},
    {"UPDATE checkpoint SET size = 3", "the checkpoint at it is another's"},
    {"UPDATE checkpoint SET note = x'00'", "a checkpoint is not text"},
};

static void
test_each_change_is_found_and_named(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *head_path = g_strconcat(fixture->path, "-head", NULL);
  g_autoptr(GBytes) good = NULL, head = NULL;

  make_record(fixture, 9);
  good = read_file(fixture->path);
  head = read_file(head_path);
  for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
    attack(fixture, changes[i].sql);
    check_damaged(fixture, changes[i].message);
    write_file(fixture->path, good, g_bytes_get_size(good));
    assert_int_equal(reopen(fixture, NULL), 9);
    write_file(head_path, head, g_bytes_get_size(head));
  }
}

/* Hashes all agree, but the body is that of another place. */
static void
test_a_body_of_another_place_is_found(void **state)
{
  Fixture *fixture = *state;
  g_auto(RecoveryStoreEntry) first = {0}, second = {0};
  g_autoptr(RecoveryStore) store = NULL;
  RecoveryTree tree = {0};

  make_record(fixture, 2);
  store = recovery_store_open(fixture->path, NULL);
  assert_true(recovery_store_entry(store, 0, &first, NULL));
  assert_true(recovery_store_entry(store, 1, &second, NULL));
  recovery_tree_append(&tree, first.leaf);
  recovery_tree_append(&tree, second.leaf);
  recovery_tree_append(&tree, first.leaf);
  recovery_tree_root(&tree, first.root);
  first.seq = 2;
  first.uuid[0] ^= 1;
  assert_true(recovery_store_begin(store, NULL));
  assert_true(recovery_store_append(store, &first, NULL));
  assert_true(recovery_store_commit(store, NULL));
  g_clear_pointer(&store, recovery_store_free);
  check_damaged(fixture, "at entry 2: its body has another seq");
}

/* A record that is whole in itself, in the place of this one: what was signed
 * and what was acknowledged each give it away. */
static void
test_another_record_in_its_place_is_found(void **state)
{
  static const char swap[] =
      "ATTACH '%s' AS other; DELETE FROM entry;%s"
      "INSERT INTO entry SELECT * FROM other.entry; DETACH other";
  Fixture *fixture = *state;
  g_autofree char *path = fixture->path;
  g_autofree char *other = g_strconcat(path, "-other", NULL);
  g_autofree char *signed_swap = g_strdup_printf(swap, other, "");
  g_autofree char *bare_swap =
      g_strdup_printf(swap, other, "DELETE FROM checkpoint;");

  fixture->path = other;
  make_record(fixture, 8);
  fixture->path = g_steal_pointer(&path);
  make_record(fixture, 8);
  attack(fixture, signed_swap);
  check_damaged(fixture, "at entry 3: the record up to it is not that of the "
                         "checkpoint");
  attack(fixture, bare_swap);
  check_damaged(fixture, "at entry 7: the record up to it is not the one "
                         "acknowledged");
}

static void
test_a_checkpoint_of_another_key_is_found(void **state)
{
  Fixture *fixture = *state;
  const uint8_t seed[32] = {43};
  g_autoptr(EVP_PKEY) other =
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);
  g_autoptr(GError) error = NULL;

  append_each(record, 4);
  make_checkpoint(record, other);
  g_clear_pointer(&record, recovery_record_free);
  g_clear_pointer(&store, recovery_store_free);
  check_damaged(fixture, "the checkpoint at it is not good");
  store = recovery_store_open(fixture->path, NULL);
  assert_null(recovery_record_open(store, NULL, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE));
}

/* SQLite calls each of these "ok": a clean prefix. */
static void
test_a_file_put_back_is_found(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(GBytes) early = NULL;

  make_record(fixture, 4);
  early = read_file(fixture->path);
  {
    g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
    g_autoptr(RecoveryRecord) record =
        recovery_record_open(store, fixture->public_key, NULL);

    append_each(record, 3);
  }
  write_file(fixture->path, early, g_bytes_get_size(early));
  check_damaged(fixture, "at entry 4: it was acknowledged and is missing");
}

/* The store and its log as a kill would leave them: copied while open. */
static void
test_a_log_cut_anywhere_is_found(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *wal_path = g_strconcat(fixture->path, "-wal", NULL);
  g_autofree char *shm_path = g_strconcat(fixture->path, "-shm", NULL);
  g_autoptr(GBytes) file = NULL, wal = NULL;
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
  int lost = 0;

  {
    g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
    g_autoptr(RecoveryRecord) record = recovery_record_open(store, NULL, NULL);

    append_each(record, 20);
    file = read_file(fixture->path);
    wal = read_file(wal_path);
  }
  for (int i = 0; i < 60; i++) {
    size_t cut =
        (size_t)g_rand_int_range(rand, 0, (gint32)g_bytes_get_size(wal));
    g_autoptr(GError) error = NULL;

    g_remove(shm_path);
    write_file(fixture->path, file, g_bytes_get_size(file));
    write_file(wal_path, wal, cut);
    if (reopen(fixture, &error) == 20)
      continue; /* only the padding of the last commit was cut */
    lost++;
    assert_non_null(error);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED));
  }
  assert_true(lost > 50);
  /* Whole, it opens. */
  g_remove(shm_path);
  write_file(fixture->path, file, g_bytes_get_size(file));
  write_file(wal_path, wal, g_bytes_get_size(wal));
  assert_int_equal(reopen(fixture, NULL), 20);
}

static void
test_a_lost_or_spoilt_head_file_is_found(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *head_path = g_strconcat(fixture->path, "-head", NULL);
  g_autoptr(GBytes) head = NULL;

  make_record(fixture, 4);
  head = read_file(head_path);
  write_file(head_path, head, g_bytes_get_size(head) - 1);
  check_damaged(fixture, "file with the record's head is gone");
  g_remove(head_path);
  check_damaged(fixture, "file with the record's head is gone");
  write_file(head_path, head, g_bytes_get_size(head));
  assert_int_equal(reopen(fixture, NULL), 4);
}

/* A kill between commit and the note: the head is behind, which is fine. */
static void
test_a_head_that_is_behind_is_fine(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *head_path = g_strconcat(fixture->path, "-head", NULL);
  g_autoptr(GBytes) early = NULL;

  make_record(fixture, 4);
  early = read_file(head_path);
  {
    g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
    g_autoptr(RecoveryRecord) record =
        recovery_record_open(store, fixture->public_key, NULL);

    append_each(record, 1);
  }
  write_file(head_path, early, g_bytes_get_size(early));
  assert_int_equal(reopen(fixture, NULL), 5);
}

/* ---- kill and full disk ---- */

/* Appends for ever, telling each acknowledged size through the pipe. */
static void
append_until_killed(const Fixture *fixture, int fd)
{
  g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
  RecoveryRecord *record =
      recovery_record_open(store, fixture->public_key, NULL);

  if (record == NULL)
    _exit(1);
  for (;;) {
    int64_t size;

    append_each(record, 1);
    size = recovery_record_size(record);
    if (write(fd, &size, sizeof size) != sizeof size)
      _exit(1);
  }
}

static void
test_a_kill_loses_nothing_acknowledged(void **state)
{
  Fixture *fixture = *state;
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
  int64_t before = 2;

  make_record(fixture, 2);
  for (int i = 0; i < 25; i++) {
    int64_t acknowledged = 0, stored;
    g_autoptr(GError) error = NULL;
    int fds[2];
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
      close(fds[0]);
      append_until_killed(fixture, fds[1]);
    }
    close(fds[1]);
    assert_int_equal(read(fds[0], &acknowledged, sizeof acknowledged),
                     sizeof acknowledged); /* it has begun */
    g_usleep((gulong)g_rand_int_range(rand, 0, 20000));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    while (read(fds[0], &stored, sizeof stored) == sizeof stored)
      acknowledged = stored;
    close(fds[0]);
    stored = reopen(fixture, &error);
    if (error != NULL)
      fail_msg("%s", error->message);
    assert_true(stored == acknowledged || stored == acknowledged + 1);
    assert_true(stored > before);
    before = stored;
  }
}

static void
test_a_full_disk_loses_nothing_acknowledged(void **state)
{
  Fixture *fixture = *state;
  struct rlimit before, small;
  g_autoptr(GError) error = NULL;
  int64_t acknowledged;

  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  make_record(fixture, 4);
  {
    g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
    g_autoptr(RecoveryRecord) record =
        recovery_record_open(store, fixture->public_key, NULL);

    small = before;
    small.rlim_cur = 128 * 1024;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (acknowledged = 4;; acknowledged++) {
      assert_true(acknowledged < 1000);
      if (!recovery_record_begin(record, &error) ||
          !append(record, NULL, &error) ||
          !recovery_record_commit(record, &error))
        break;
    }
    recovery_record_rollback(record);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD));
    assert_int_equal(recovery_record_size(record), acknowledged);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    /* The outcome is unknown: this handle begins nothing more. */
    g_clear_error(&error);
    assert_false(recovery_record_begin(record, &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD));
  }
  {
    g_autoptr(RecoveryStore) store = recovery_store_open(fixture->path, NULL);
    g_autoptr(RecoveryRecord) record =
        recovery_record_open(store, fixture->public_key, NULL);
    int64_t size;

    assert_non_null(record);
    size = recovery_record_size(record);
    assert_true(size == acknowledged || size == acknowledged + 1);
    append_each(record, 5);
    assert_int_equal(recovery_record_size(record), size + 5);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(test_an_entry_says_who_when_and_where),
      TEST(test_a_wrong_entry_is_not_stored),
      TEST(test_roots_are_those_of_the_tree),
      TEST(test_a_group_stands_or_falls_together),
      TEST(test_a_start_that_is_rolled_back_leaves_nothing),
      TEST(test_a_record_starts_once),
      TEST(test_a_whole_record_opens_again),
      TEST(test_each_change_is_found_and_named),
      TEST(test_a_body_of_another_place_is_found),
      TEST(test_another_record_in_its_place_is_found),
      TEST(test_a_checkpoint_of_another_key_is_found),
      TEST(test_a_file_put_back_is_found),
      TEST(test_a_log_cut_anywhere_is_found),
      TEST(test_a_lost_or_spoilt_head_file_is_found),
      TEST(test_a_head_that_is_behind_is_fine),
      TEST(test_a_kill_loses_nothing_acknowledged),
      TEST(test_a_full_disk_loses_nothing_acknowledged),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
