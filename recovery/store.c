/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - the store is opened, and the log in it. The other rows are in files
 * of their own. */
#include "recovery/store-private.h"

#include <string.h>

#include "recovery/error.h"

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

  store->db = recovery_store_sqlite_open(path, recovery_store_sql,
                                         RECOVERY_STORE_N_STATEMENTS, error);
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

  if (recovery_store_find(store, RECOVERY_STORE_STRAYS, NULL, 0, error) != 1)
    return false;
  count = recovery_store_sqlite_number(store->db, RECOVERY_STORE_STRAYS, 0);
  recovery_store_sqlite_done(store->db, RECOVERY_STORE_STRAYS);
  return count == 0 || recovery_store_damaged(error, "entries of another log");
}

bool
recovery_store_log(RecoveryStore *store, char **ret_origin, GError **error)
{
  g_autofree char *origin = NULL;
  int r;

  if (!check_no_strays(store, error) ||
      !recovery_store_sqlite_select(store->db, RECOVERY_STORE_LOGS, NULL, 0,
                                    error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, RECOVERY_STORE_LOGS,
                                         error)) == 1) {
    if (origin != NULL ||
        recovery_store_sqlite_number(store->db, RECOVERY_STORE_LOGS, 0) != 1) {
      recovery_store_sqlite_done(store->db, RECOVERY_STORE_LOGS);
      return recovery_store_damaged(error, "more than one log");
    }
    origin =
        g_strdup(recovery_store_sqlite_text(store->db, RECOVERY_STORE_LOGS, 1));
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
      store->db, RECOVERY_STORE_ADD_LOG,
      RECOVERY_STORE_VALUES(recovery_store_text(origin),
                            recovery_store_number(opened_at)),
      NULL, error);
}

bool
recovery_store_append(RecoveryStore *store, const RecoveryStoreEntry *entry,
                      GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_APPEND,
      RECOVERY_STORE_VALUES(
          recovery_store_number(entry->seq),
          recovery_store_blob(entry->uuid, sizeof entry->uuid),
          recovery_store_bytes(entry->body),
          recovery_store_blob(entry->leaf, sizeof entry->leaf),
          recovery_store_blob(entry->root, sizeof entry->root)),
      NULL, error);
}

bool
recovery_store_size(RecoveryStore *store, int64_t *ret_size, GError **error)
{
  if (recovery_store_find(store, RECOVERY_STORE_SIZE, NULL, 0, error) != 1)
    return false;
  *ret_size = recovery_store_sqlite_number(store->db, RECOVERY_STORE_SIZE, 0);
  recovery_store_sqlite_done(store->db, RECOVERY_STORE_SIZE);
  return true;
}

static bool
read_entry(RecoveryStore *store, size_t statement, RecoveryStoreEntry *entry,
           GError **error)
{
  entry->seq = recovery_store_sqlite_number(store->db, statement, 0);
  entry->body = recovery_store_read_bytes(store, statement, 2);
  return recovery_store_read_fixed(store, statement, 1, entry->uuid, 16,
                                   error) &&
         recovery_store_read_fixed(store, statement, 3, entry->leaf, 32,
                                   error) &&
         recovery_store_read_fixed(store, statement, 4, entry->root, 32, error);
}

bool
recovery_store_entry(RecoveryStore *store, int64_t seq,
                     RecoveryStoreEntry *ret_entry, GError **error)
{
  g_auto(RecoveryStoreEntry) entry = {0};
  int r = recovery_store_find(store, RECOVERY_STORE_ENTRY,
                              RECOVERY_STORE_VALUES(recovery_store_number(seq)),
                              error);
  bool ok;

  if (r == 0)
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "there is no entry %" G_GINT64_FORMAT, seq);
  if (r != 1)
    return false;
  ok = read_entry(store, RECOVERY_STORE_ENTRY, &entry, error);
  recovery_store_sqlite_done(store->db, RECOVERY_STORE_ENTRY);
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
  int r = recovery_store_find(
      store, RECOVERY_STORE_FIND_UUID,
      RECOVERY_STORE_VALUES(recovery_store_blob(uuid, 16)), error);

  if (r < 0)
    return false;
  recovery_store_sqlite_done(store->db, RECOVERY_STORE_FIND_UUID);
  *ret_found = r == 1;
  return true;
}

bool
recovery_store_each(RecoveryStore *store, int64_t from, int64_t to,
                    RecoveryStoreEach each, void *data, GError **error)
{
  const RecoveryStoreSqliteValue values[] = {recovery_store_number(from),
                                             recovery_store_number(to)};
  int r;

  if (!recovery_store_sqlite_select(store->db, RECOVERY_STORE_ENTRIES, values,
                                    2, error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, RECOVERY_STORE_ENTRIES,
                                         error)) == 1) {
    g_auto(RecoveryStoreEntry) entry = {0};

    if (!read_entry(store, RECOVERY_STORE_ENTRIES, &entry, error) ||
        !each(&entry, data, error)) {
      recovery_store_sqlite_done(store->db, RECOVERY_STORE_ENTRIES);
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
      store->db, RECOVERY_STORE_ADD_CHECKPOINT,
      RECOVERY_STORE_VALUES(recovery_store_number(size),
                            recovery_store_blob(note, strlen(note))),
      NULL, error);
}

bool
recovery_store_last_checkpoint(RecoveryStore *store, int64_t *ret_size,
                               char **ret_note, GError **error)
{
  const char *note;
  size_t len;
  int r = recovery_store_find(store, RECOVERY_STORE_LAST_CHECKPOINT, NULL, 0,
                              error);

  if (r < 0)
    return false;
  *ret_note = NULL;
  if (r == 0)
    return true;
  *ret_size = recovery_store_sqlite_number(store->db,
                                           RECOVERY_STORE_LAST_CHECKPOINT, 0);
  note = recovery_store_sqlite_blob(store->db, RECOVERY_STORE_LAST_CHECKPOINT,
                                    1, &len);
  if (len > 0 && memchr(note, '\0', len) == NULL)
    *ret_note = g_strndup(note, len);
  recovery_store_sqlite_done(store->db, RECOVERY_STORE_LAST_CHECKPOINT);
  return *ret_note != NULL ||
         recovery_store_damaged(error, "a checkpoint is not text");
}
