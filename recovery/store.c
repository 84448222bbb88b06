/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - the rows of the store and their SQL, in one table. */
#include "recovery/store.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/store-head.h"
#include "recovery/store-sqlite.h"

/* There is one log so far; the next epoch will be a row more. */
#define LOG "1"

enum {
  LOGS,
  ADD_LOG,
  APPEND,
  SIZE,
  STRAYS,
  ENTRY,
  ENTRIES,
  FIND_UUID,
  ADD_CHECKPOINT,
  LAST_CHECKPOINT,
  PUT_OBJECT,
  OBJECT,
  PUT_STATEMENT,
  STATEMENT,
  PUT_ASSERTION,
  ASSERTION,
  PUT_NONCE,
  USE_NONCE,
  NONCE,
  DROP_NONCE,
  DROP_STATEMENT,
  UNUSED,
  PUT_SUBJECT_KEY,
  SUBJECT_KEY,
  PUT_PII,
  PII,
  DROP_PII,
  ALL_PII,
  PUT_CASE,
  PUT_KEY,
  PUT_PERSON,
  PUT_APPROVAL,
  VOID_APPROVALS,
  CLEAR_APPROVALS,
  CLEAR_CASES,
  CLEAR_KEYS,
  CLEAR_PERSONS,
  DUMP,
  N_STATEMENTS,
};

static const char *const sql[N_STATEMENTS] = {
    [LOGS] = "SELECT log_id, origin FROM log ORDER BY log_id",
    [ADD_LOG] = "INSERT INTO log (log_id, origin, opened_at)"
                " VALUES (" LOG ", ?1, ?2)",
    [APPEND] = "INSERT INTO entry (log_id, seq, uuid, body, leaf, root)"
               " VALUES (" LOG ", ?1, ?2, ?3, ?4, ?5)",
    [SIZE] = "SELECT coalesce(max(seq), -1) + 1 FROM entry WHERE log_id = " LOG,
    [STRAYS] = "SELECT count(*) FROM entry WHERE log_id <> " LOG,
    [ENTRY] = "SELECT seq, uuid, body, leaf, root FROM entry"
              " WHERE log_id = " LOG " AND seq = ?1",
    [ENTRIES] =
        "SELECT seq, uuid, body, leaf, root FROM entry"
        " WHERE log_id = " LOG " AND seq >= ?1 AND seq < ?2 ORDER BY seq",
    [FIND_UUID] = "SELECT 1 FROM entry WHERE uuid = ?1",
    [ADD_CHECKPOINT] = "INSERT INTO checkpoint (log_id, size, note)"
                       " VALUES (" LOG ", ?1, ?2) ON CONFLICT DO NOTHING",
    [LAST_CHECKPOINT] = "SELECT size, note FROM checkpoint WHERE log_id = " LOG
                        " ORDER BY size DESC LIMIT 1",
    [PUT_OBJECT] = "INSERT INTO object (digest, kind, body) VALUES (?1, ?2, ?3)"
                   " ON CONFLICT DO NOTHING",
    [OBJECT] = "SELECT body, kind FROM object WHERE digest = ?1",
    [PUT_STATEMENT] = "INSERT INTO statement (digest, body) VALUES (?1, ?2)"
                      " ON CONFLICT DO NOTHING",
    [STATEMENT] = "SELECT body FROM statement WHERE digest = ?1",
    [PUT_ASSERTION] = "INSERT INTO assertion (digest, stmt, cred, sshsig)"
                      " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    [ASSERTION] = "SELECT sshsig, stmt, cred FROM assertion WHERE digest = ?1",
    [PUT_NONCE] = "INSERT INTO nonce (nonce, stmt) VALUES (?1, ?2)",
    [USE_NONCE] = "UPDATE nonce SET used_at = ?2"
                  " WHERE nonce = ?1 AND used_at IS NULL",
    [NONCE] = "SELECT stmt, used_at FROM nonce WHERE nonce = ?1",
    [DROP_NONCE] = "DELETE FROM nonce WHERE nonce = ?1 AND used_at IS NULL",
    [DROP_STATEMENT] =
        "DELETE FROM statement WHERE digest = ?1"
        " AND NOT EXISTS (SELECT 1 FROM nonce WHERE stmt = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM assertion WHERE stmt = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM approval WHERE stmt = ?1)",
    [UNUSED] = "SELECT nonce, body FROM nonce JOIN statement ON digest = stmt"
               " WHERE used_at IS NULL ORDER BY nonce",
    [PUT_SUBJECT_KEY] = "INSERT INTO subject_key (subject, wrapped)"
                        " VALUES (?1, ?2)",
    [SUBJECT_KEY] = "SELECT wrapped FROM subject_key WHERE subject = ?1",
    [PUT_PII] = "INSERT INTO pii (commitment, subject, sealed, expires_at)"
                " VALUES (?1, ?2, ?3, ?4)",
    [PII] = "SELECT subject, sealed FROM pii WHERE commitment = ?1",
    [DROP_PII] = "DELETE FROM pii WHERE commitment = ?1",
    [ALL_PII] =
        "SELECT commitment, subject, sealed FROM pii ORDER BY commitment",
    [PUT_CASE] =
        "INSERT INTO case_list (case_id, op, tier, state, sub, opened_at, "
        "due_at,"
        " last_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8)"
        " ON CONFLICT (case_id) DO UPDATE SET op = excluded.op,"
        " tier = excluded.tier, state = excluded.state, sub = excluded.sub,"
        " opened_at = excluded.opened_at, due_at = excluded.due_at,"
        " last_seq = excluded.last_seq",
    [PUT_KEY] =
        "INSERT INTO key_list (cred, sub, state, aaguid, registration, since,"
        " last_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (cred) DO UPDATE SET sub = excluded.sub,"
        " state = excluded.state, aaguid = excluded.aaguid,"
        " registration = excluded.registration, since = excluded.since,"
        " last_seq = excluded.last_seq",
    [PUT_PERSON] =
        "INSERT INTO person_list (person, cred, pubkey, employee, team, roles,"
        " valid_after, valid_before, registration, last_seq)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        " ON CONFLICT (person, cred) DO UPDATE SET pubkey = excluded.pubkey,"
        " employee = excluded.employee, team = excluded.team,"
        " roles = excluded.roles, valid_after = excluded.valid_after,"
        " valid_before = excluded.valid_before,"
        " registration = excluded.registration, last_seq = excluded.last_seq",
    [PUT_APPROVAL] = "INSERT INTO approval (case_id, slot, person, stmt)"
                     " VALUES (?1, ?2, ?3, ?4)",
    [VOID_APPROVALS] = "UPDATE approval SET voided_at = ?2"
                       " WHERE case_id = ?1 AND voided_at IS NULL",
    [CLEAR_APPROVALS] = "DELETE FROM approval",
    [CLEAR_CASES] = "DELETE FROM case_list",
    [CLEAR_KEYS] = "DELETE FROM key_list",
    [CLEAR_PERSONS] = "DELETE FROM person_list",
    [DUMP] =
        "SELECT 'approval ' || quote(case_id) || ' ' || quote(slot) || ' ' ||"
        "  quote(person) || ' ' || quote(stmt) || ' ' || quote(voided_at) AS "
        "line"
        "  FROM approval "
        "UNION ALL SELECT 'case ' || quote(case_id) || ' ' || quote(op) || ' ' "
        "||"
        "  quote(tier) || ' ' || quote(state) || ' ' || quote(sub) || ' ' ||"
        "  opened_at || ' ' || quote(due_at) || ' ' || last_seq FROM case_list "
        "UNION ALL SELECT 'key ' || quote(cred) || ' ' || quote(sub) || ' ' ||"
        "  quote(state) || ' ' || quote(aaguid) || ' ' || quote(registration) "
        "||"
        "  ' ' || since || ' ' || last_seq FROM key_list "
        "UNION ALL SELECT 'person ' || quote(person) || ' ' || quote(cred) ||"
        "  ' ' || quote(pubkey) || ' ' || quote(employee) || ' ' ||"
        "  quote(team) || ' ' || quote(roles) || ' ' || valid_after || ' ' ||"
        "  valid_before || ' ' || quote(registration) || ' ' || last_seq"
        "  FROM person_list ORDER BY line",
};

struct RecoveryStore {
  RecoveryStoreSqlite *db;
  RecoveryStoreHead *head;
};

typedef RecoveryStoreSqliteValue Value;

static Value
number(int64_t value)
{
  return (Value){.type = RECOVERY_STORE_SQLITE_INT, .number = value};
}

static Value
text(const char *value)
{
  return (Value){.type = RECOVERY_STORE_SQLITE_TEXT,
                 .data = value,
                 .len = value != NULL ? strlen(value) : 0};
}

static Value
blob(const void *data, size_t len)
{
  return (Value){.type = RECOVERY_STORE_SQLITE_BLOB,
                 .data = data,
                 .len = data != NULL ? len : 0};
}

static Value
bytes(GBytes *value)
{
  size_t len;
  const void *data = g_bytes_get_data(value, &len);

  return blob(data, len);
}

#define VALUES(...)                                                            \
  (const Value[]){__VA_ARGS__}, G_N_ELEMENTS(((const Value[]){__VA_ARGS__}))

static bool
set_damaged(GError **error, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "the store is damaged: %s", what);
  return false;
}

/* First row of a query: 1 where there is one (then done() is due), 0, -1. */
static int
find(RecoveryStore *store, size_t statement, const Value *values, size_t count,
     GError **error)
{
  if (!recovery_store_sqlite_select(store->db, statement, values, count, error))
    return -1;
  return recovery_store_sqlite_next(store->db, statement, error);
}

static GBytes *
read_bytes(RecoveryStore *store, size_t statement, int column)
{
  size_t len;
  const void *data =
      recovery_store_sqlite_blob(store->db, statement, column, &len);

  return g_bytes_new(data, len);
}

/* A column of fixed length; the schema holds most of them to it, not all. */
static bool
read_fixed(RecoveryStore *store, size_t statement, int column, uint8_t *ret,
           size_t len, GError **error)
{
  size_t is;
  const void *data =
      recovery_store_sqlite_blob(store->db, statement, column, &is);

  if (is != len)
    return set_damaged(error, "a digest has the wrong length");
  memcpy(ret, data, len);
  return true;
}

static bool
check_digest(GBytes *body, const uint8_t digest[32], const char *what,
             GError **error)
{
  uint8_t is[32];

  fidotool_bytes_sha256(g_bytes_get_data(body, NULL), g_bytes_get_size(body),
                        is);
  return memcmp(is, digest, sizeof is) == 0 || set_damaged(error, what);
}

static void
digest_bytes(GBytes *body, uint8_t ret_digest[32])
{
  fidotool_bytes_sha256(g_bytes_get_data(body, NULL), g_bytes_get_size(body),
                        ret_digest);
}

/* ---- opening ---- */

void
recovery_store_entry_clear(RecoveryStoreEntry *entry)
{
  g_clear_pointer(&entry->body, g_bytes_unref);
}

RecoveryStore *
recovery_store_open(const char *path, GError **error)
{
  g_autoptr(RecoveryStore) store = g_new0(RecoveryStore, 1);
  int64_t size = 0;

  store->db = recovery_store_sqlite_open(path, sql, N_STATEMENTS, error);
  if (store->db == NULL || !recovery_store_size(store, &size, error))
    return NULL;
  /* With entries the head file is there; it is not made up afterwards. */
  store->head = recovery_store_head_open(path, size == 0, error);
  return store->head != NULL ? g_steal_pointer(&store) : NULL;
}

void
recovery_store_free(RecoveryStore *store)
{
  if (store == NULL)
    return;
  recovery_store_sqlite_free(store->db);
  recovery_store_head_free(store->head);
  g_free(store);
}

bool
recovery_store_begin(RecoveryStore *store, GError **error)
{
  return recovery_store_sqlite_begin(store->db, error);
}

bool
recovery_store_commit(RecoveryStore *store, GError **error)
{
  return recovery_store_sqlite_commit(store->db, error);
}

void
recovery_store_rollback(RecoveryStore *store)
{
  recovery_store_sqlite_rollback(store->db);
}

bool
recovery_store_flush(RecoveryStore *store, GError **error)
{
  return recovery_store_sqlite_flush(store->db, error);
}

bool
recovery_store_note_head(RecoveryStore *store, int64_t size,
                         const uint8_t root[32])
{
  return recovery_store_head_write(store->head, size, root);
}

void
recovery_store_noted_head(RecoveryStore *store, int64_t *ret_size,
                          uint8_t ret_root[32])
{
  recovery_store_head_read(store->head, ret_size, ret_root);
}

/* ---- the log ---- */

static bool
check_no_strays(RecoveryStore *store, GError **error)
{
  int64_t count;

  if (find(store, STRAYS, NULL, 0, error) != 1)
    return false;
  count = recovery_store_sqlite_number(store->db, STRAYS, 0);
  recovery_store_sqlite_done(store->db, STRAYS);
  return count == 0 || set_damaged(error, "entries of another log");
}

bool
recovery_store_log(RecoveryStore *store, char **ret_origin, GError **error)
{
  g_autofree char *origin = NULL;
  int r;

  if (!check_no_strays(store, error) ||
      !recovery_store_sqlite_select(store->db, LOGS, NULL, 0, error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, LOGS, error)) == 1) {
    if (origin != NULL ||
        recovery_store_sqlite_number(store->db, LOGS, 0) != 1) {
      recovery_store_sqlite_done(store->db, LOGS);
      return set_damaged(error, "more than one log");
    }
    origin = g_strdup(recovery_store_sqlite_text(store->db, LOGS, 1));
  }
  if (r < 0)
    return false;
  *ret_origin = g_steal_pointer(&origin);
  return true;
}

bool
recovery_store_add_log(RecoveryStore *store, const char *origin,
                       int64_t opened_at, GError **error)
{
  return recovery_store_sqlite_run(
      store->db, ADD_LOG, VALUES(text(origin), number(opened_at)), NULL, error);
}

bool
recovery_store_append(RecoveryStore *store, const RecoveryStoreEntry *entry,
                      GError **error)
{
  return recovery_store_sqlite_run(
      store->db, APPEND,
      VALUES(number(entry->seq), blob(entry->uuid, sizeof entry->uuid),
             bytes(entry->body), blob(entry->leaf, sizeof entry->leaf),
             blob(entry->root, sizeof entry->root)),
      NULL, error);
}

bool
recovery_store_size(RecoveryStore *store, int64_t *ret_size, GError **error)
{
  if (find(store, SIZE, NULL, 0, error) != 1)
    return false;
  *ret_size = recovery_store_sqlite_number(store->db, SIZE, 0);
  recovery_store_sqlite_done(store->db, SIZE);
  return true;
}

static bool
read_entry(RecoveryStore *store, size_t statement, RecoveryStoreEntry *entry,
           GError **error)
{
  entry->seq = recovery_store_sqlite_number(store->db, statement, 0);
  entry->body = read_bytes(store, statement, 2);
  return read_fixed(store, statement, 1, entry->uuid, 16, error) &&
         read_fixed(store, statement, 3, entry->leaf, 32, error) &&
         read_fixed(store, statement, 4, entry->root, 32, error);
}

bool
recovery_store_entry(RecoveryStore *store, int64_t seq,
                     RecoveryStoreEntry *ret_entry, GError **error)
{
  g_auto(RecoveryStoreEntry) entry = {0};
  int r = find(store, ENTRY, VALUES(number(seq)), error);
  bool ok;

  if (r == 0)
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "there is no entry %" G_GINT64_FORMAT, seq);
  if (r != 1)
    return false;
  ok = read_entry(store, ENTRY, &entry, error);
  recovery_store_sqlite_done(store->db, ENTRY);
  if (!ok)
    return false;
  *ret_entry = entry;
  entry.body = NULL;
  return true;
}

bool
recovery_store_has_uuid(RecoveryStore *store, const uint8_t uuid[16],
                        bool *ret_found, GError **error)
{
  int r = find(store, FIND_UUID, VALUES(blob(uuid, 16)), error);

  if (r < 0)
    return false;
  recovery_store_sqlite_done(store->db, FIND_UUID);
  *ret_found = r == 1;
  return true;
}

bool
recovery_store_each(RecoveryStore *store, int64_t from, int64_t to,
                    RecoveryStoreEach each, void *data, GError **error)
{
  const Value values[] = {number(from), number(to)};
  int r;

  if (!recovery_store_sqlite_select(store->db, ENTRIES, values, 2, error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, ENTRIES, error)) == 1) {
    g_auto(RecoveryStoreEntry) entry = {0};

    if (!read_entry(store, ENTRIES, &entry, error) ||
        !each(&entry, data, error)) {
      recovery_store_sqlite_done(store->db, ENTRIES);
      return false;
    }
  }
  return r == 0;
}

bool
recovery_store_add_checkpoint(RecoveryStore *store, int64_t size,
                              const char *note, GError **error)
{
  return recovery_store_sqlite_run(
      store->db, ADD_CHECKPOINT, VALUES(number(size), blob(note, strlen(note))),
      NULL, error);
}

bool
recovery_store_last_checkpoint(RecoveryStore *store, int64_t *ret_size,
                               char **ret_note, GError **error)
{
  const char *note;
  size_t len;
  int r = find(store, LAST_CHECKPOINT, NULL, 0, error);

  if (r < 0)
    return false;
  *ret_note = NULL;
  if (r == 0)
    return true;
  *ret_size = recovery_store_sqlite_number(store->db, LAST_CHECKPOINT, 0);
  note = recovery_store_sqlite_blob(store->db, LAST_CHECKPOINT, 1, &len);
  if (len > 0 && memchr(note, '\0', len) == NULL)
    *ret_note = g_strndup(note, len);
  recovery_store_sqlite_done(store->db, LAST_CHECKPOINT);
  return *ret_note != NULL || set_damaged(error, "a checkpoint is not text");
}

/* ---- evidence ---- */

bool
recovery_store_put_object(RecoveryStore *store, const char *kind, GBytes *body,
                          uint8_t ret_digest[32], GError **error)
{
  uint8_t digest[32];

  digest_bytes(body, digest);
  if (!recovery_store_sqlite_run(
          store->db, PUT_OBJECT,
          VALUES(blob(digest, 32), text(kind), bytes(body)), NULL, error))
    return false;
  memcpy(ret_digest, digest, 32);
  return true;
}

bool
recovery_store_object(RecoveryStore *store, const uint8_t digest[32],
                      GBytes **ret_body, char **ret_kind, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  g_autofree char *kind = NULL;
  int r = find(store, OBJECT, VALUES(blob(digest, 32)), error);

  if (r < 0)
    return false;
  if (r == 1) {
    body = read_bytes(store, OBJECT, 0);
    kind = g_strdup(recovery_store_sqlite_text(store->db, OBJECT, 1));
    recovery_store_sqlite_done(store->db, OBJECT);
    if (!check_digest(body, digest, "an object has changed", error))
      return false;
  }
  *ret_body = g_steal_pointer(&body);
  if (ret_kind != NULL)
    *ret_kind = g_steal_pointer(&kind);
  return true;
}

bool
recovery_store_put_statement(RecoveryStore *store, GBytes *body,
                             uint8_t ret_digest[32], GError **error)
{
  uint8_t digest[32];

  digest_bytes(body, digest);
  if (!recovery_store_sqlite_run(store->db, PUT_STATEMENT,
                                 VALUES(blob(digest, 32), bytes(body)), NULL,
                                 error))
    return false;
  memcpy(ret_digest, digest, 32);
  return true;
}

bool
recovery_store_statement(RecoveryStore *store, const uint8_t digest[32],
                         GBytes **ret_body, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  int r = find(store, STATEMENT, VALUES(blob(digest, 32)), error);

  if (r < 0)
    return false;
  if (r == 1) {
    body = read_bytes(store, STATEMENT, 0);
    recovery_store_sqlite_done(store->db, STATEMENT);
    if (!check_digest(body, digest, "a statement has changed", error))
      return false;
  }
  *ret_body = g_steal_pointer(&body);
  return true;
}

bool
recovery_store_put_assertion(RecoveryStore *store, const uint8_t stmt[32],
                             const uint8_t cred[32], GBytes *sshsig,
                             uint8_t ret_digest[32], GError **error)
{
  uint8_t digest[32];

  digest_bytes(sshsig, digest);
  if (!recovery_store_sqlite_run(store->db, PUT_ASSERTION,
                                 VALUES(blob(digest, 32), blob(stmt, 32),
                                        blob(cred, 32), bytes(sshsig)),
                                 NULL, error))
    return false;
  memcpy(ret_digest, digest, 32);
  return true;
}

bool
recovery_store_assertion(RecoveryStore *store, const uint8_t digest[32],
                         GBytes **ret_sshsig, uint8_t ret_stmt[32],
                         uint8_t ret_cred[32], GError **error)
{
  g_autoptr(GBytes) sshsig = NULL;
  uint8_t stmt[32], cred[32];
  int r = find(store, ASSERTION, VALUES(blob(digest, 32)), error);
  bool ok;

  if (r < 0)
    return false;
  if (r == 1) {
    sshsig = read_bytes(store, ASSERTION, 0);
    ok = read_fixed(store, ASSERTION, 1, stmt, 32, error) &&
         read_fixed(store, ASSERTION, 2, cred, 32, error);
    recovery_store_sqlite_done(store->db, ASSERTION);
    if (!ok || !check_digest(sshsig, digest, "a signature has changed", error))
      return false;
    memcpy(ret_stmt, stmt, 32);
    memcpy(ret_cred, cred, 32);
  }
  *ret_sshsig = g_steal_pointer(&sshsig);
  return true;
}

/* ---- nonces ---- */

bool
recovery_store_put_nonce(RecoveryStore *store, const uint8_t nonce[16],
                         const uint8_t stmt[32], GError **error)
{
  return recovery_store_sqlite_run(store->db, PUT_NONCE,
                                   VALUES(blob(nonce, 16), blob(stmt, 32)),
                                   NULL, error);
}

bool
recovery_store_nonce(RecoveryStore *store, const uint8_t nonce[16],
                     uint8_t ret_stmt[32], bool *ret_used, bool *ret_found,
                     GError **error)
{
  int r = find(store, NONCE, VALUES(blob(nonce, 16)), error);
  bool ok = true, used = false;

  if (r < 0)
    return false;
  if (r == 1) {
    ok = read_fixed(store, NONCE, 0, ret_stmt, 32, error);
    used = !recovery_store_sqlite_is_null(store->db, NONCE, 1);
    recovery_store_sqlite_done(store->db, NONCE);
  }
  if (!ok)
    return false;
  *ret_used = used;
  *ret_found = r == 1;
  return true;
}

bool
recovery_store_use_nonce(RecoveryStore *store, const uint8_t nonce[16],
                         int64_t used_at, GError **error)
{
  uint8_t stmt[32];
  bool used, found;
  int changed = 0;

  if (!recovery_store_sqlite_run(store->db, USE_NONCE,
                                 VALUES(blob(nonce, 16), number(used_at)),
                                 &changed, error))
    return false;
  if (changed == 1)
    return true;
  if (!recovery_store_nonce(store, nonce, stmt, &used, &found, error))
    return false;
  if (found)
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_REFUSED,
                "this statement was handed in before");
  else
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "this statement was not handed out here, or has expired");
  return false;
}

bool
recovery_store_prune_nonce(RecoveryStore *store, const uint8_t nonce[16],
                           GError **error)
{
  uint8_t stmt[32];
  bool used, found;

  if (!recovery_store_nonce(store, nonce, stmt, &used, &found, error))
    return false;
  if (!found || used)
    return true;
  return recovery_store_sqlite_run(store->db, DROP_NONCE,
                                   VALUES(blob(nonce, 16)), NULL, error) &&
         recovery_store_sqlite_run(store->db, DROP_STATEMENT,
                                   VALUES(blob(stmt, 32)), NULL, error);
}

bool
recovery_store_each_unused(RecoveryStore *store, RecoveryStoreEachNonce each,
                           void *data, GError **error)
{
  int r;

  if (!recovery_store_sqlite_select(store->db, UNUSED, NULL, 0, error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, UNUSED, error)) == 1) {
    const void *body;
    uint8_t nonce[16];
    size_t len;

    if (!read_fixed(store, UNUSED, 0, nonce, 16, error)) {
      recovery_store_sqlite_done(store->db, UNUSED);
      return false;
    }
    body = recovery_store_sqlite_blob(store->db, UNUSED, 1, &len);
    each(nonce, body, len, data);
  }
  return r == 0;
}

/* ---- personal data ---- */

bool
recovery_store_put_subject_key(RecoveryStore *store, const uint8_t subject[16],
                               GBytes *wrapped, GError **error)
{
  return recovery_store_sqlite_run(store->db, PUT_SUBJECT_KEY,
                                   VALUES(blob(subject, 16), bytes(wrapped)),
                                   NULL, error);
}

bool
recovery_store_subject_key(RecoveryStore *store, const uint8_t subject[16],
                           GBytes **ret_wrapped, GError **error)
{
  int r = find(store, SUBJECT_KEY, VALUES(blob(subject, 16)), error);

  if (r < 0)
    return false;
  *ret_wrapped = r == 1 ? read_bytes(store, SUBJECT_KEY, 0) : NULL;
  recovery_store_sqlite_done(store->db, SUBJECT_KEY);
  return true;
}

bool
recovery_store_put_pii(RecoveryStore *store, const uint8_t commitment[32],
                       const uint8_t subject[16], GBytes *sealed,
                       int64_t expires_at, GError **error)
{
  return recovery_store_sqlite_run(store->db, PUT_PII,
                                   VALUES(blob(commitment, 32),
                                          blob(subject, 16), bytes(sealed),
                                          number(expires_at)),
                                   NULL, error);
}

bool
recovery_store_pii(RecoveryStore *store, const uint8_t commitment[32],
                   uint8_t ret_subject[16], GBytes **ret_sealed, GError **error)
{
  int r = find(store, PII, VALUES(blob(commitment, 32)), error);
  bool ok = true;

  if (r < 0)
    return false;
  *ret_sealed = NULL;
  if (r == 1) {
    ok = read_fixed(store, PII, 0, ret_subject, 16, error);
    if (ok)
      *ret_sealed = read_bytes(store, PII, 1);
    recovery_store_sqlite_done(store->db, PII);
  }
  return ok;
}

bool
recovery_store_drop_pii(RecoveryStore *store, const uint8_t commitment[32],
                        GError **error)
{
  return recovery_store_sqlite_run(store->db, DROP_PII,
                                   VALUES(blob(commitment, 32)), NULL, error);
}

bool
recovery_store_each_pii(RecoveryStore *store, RecoveryStoreEachPii each,
                        void *data, GError **error)
{
  int r;

  if (!recovery_store_sqlite_select(store->db, ALL_PII, NULL, 0, error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, ALL_PII, error)) == 1) {
    uint8_t commitment[32], subject[16];
    g_autoptr(GBytes) sealed = read_bytes(store, ALL_PII, 2);

    if (!read_fixed(store, ALL_PII, 0, commitment, 32, error) ||
        !read_fixed(store, ALL_PII, 1, subject, 16, error) ||
        !each(commitment, subject, sealed, data, error)) {
      recovery_store_sqlite_done(store->db, ALL_PII);
      return false;
    }
  }
  return r == 0;
}

/* ---- projections ---- */

bool
recovery_store_put_case(RecoveryStore *store, const RecoveryStoreCase *row,
                        GError **error)
{
  return recovery_store_sqlite_run(
      store->db, PUT_CASE,
      VALUES(text(row->case_id), text(row->op), text(row->tier),
             text(row->state), text(row->sub), number(row->opened_at),
             number(row->due_at), number(row->last_seq)),
      NULL, error);
}

bool
recovery_store_put_key(RecoveryStore *store, const RecoveryStoreKey *row,
                       GError **error)
{
  return recovery_store_sqlite_run(
      store->db, PUT_KEY,
      VALUES(blob(row->cred, 32), text(row->sub), text(row->state),
             text(row->aaguid), blob(row->registration, 32), number(row->since),
             number(row->last_seq)),
      NULL, error);
}

bool
recovery_store_put_person(RecoveryStore *store, const RecoveryStorePerson *row,
                          GError **error)
{
  return recovery_store_sqlite_run(
      store->db, PUT_PERSON,
      VALUES(text(row->person), blob(row->cred, 32), bytes(row->pubkey),
             blob(row->employee, 32), text(row->team), text(row->roles),
             number(row->valid_after), number(row->valid_before),
             blob(row->registration, 32), number(row->last_seq)),
      NULL, error);
}

bool
recovery_store_put_approval(RecoveryStore *store, const char *case_id,
                            const char *slot, const char *person,
                            const uint8_t stmt[32], GError **error)
{
  return recovery_store_sqlite_run(
      store->db, PUT_APPROVAL,
      VALUES(text(case_id), text(slot), text(person), blob(stmt, 32)), NULL,
      error);
}

bool
recovery_store_void_approvals(RecoveryStore *store, const char *case_id,
                              int64_t voided_at, GError **error)
{
  return recovery_store_sqlite_run(store->db, VOID_APPROVALS,
                                   VALUES(text(case_id), number(voided_at)),
                                   NULL, error);
}

bool
recovery_store_clear_projections(RecoveryStore *store, GError **error)
{
  for (size_t i = CLEAR_APPROVALS; i <= CLEAR_PERSONS; i++)
    if (!recovery_store_sqlite_run(store->db, i, NULL, 0, NULL, error))
      return false;
  return true;
}

char *
recovery_store_dump_projections(RecoveryStore *store, GError **error)
{
  g_autoptr(GString) dump = g_string_new(NULL);
  int r;

  if (!recovery_store_sqlite_select(store->db, DUMP, NULL, 0, error))
    return NULL;
  while ((r = recovery_store_sqlite_next(store->db, DUMP, error)) == 1)
    g_string_append_printf(dump, "%s\n",
                           recovery_store_sqlite_text(store->db, DUMP, 0));
  return r == 0 ? g_string_free(g_steal_pointer(&dump), FALSE) : NULL;
}
