/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - the log: what is appended, and the whole of it checked again when
 * it is opened. */
#include "recovery/record.h"

#include <openssl/rand.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"
#include "recovery/format/time.h"

/* All that an append changes, so that it can be put back in one move. */
typedef struct {
  RecoveryTree tree;
  uint8_t root[32]; /* of the tree */
  int64_t last_ms;
  uint8_t genesis[32];
} Head;

struct RecoveryRecord {
  RecoveryStore *store;
  char *origin;
  Head head, before;    /* before: as of the begin */
  bool active, started; /* started: the log row is of this transaction */
};

/* ---- checking at the opening ---- */

static bool
set_damaged(GError **error, int64_t seq, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "the record is damaged at entry %" G_GINT64_FORMAT ": %s", seq,
              what);
  return false;
}

/* uuid text, 36 characters of lower case, and its 16 bytes. */
static char *
write_uuid(const uint8_t uuid[16])
{
  g_autofree char *hex = fidotool_bytes_hex(uuid, 16);

  return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
                         hex + 16, hex + 20);
}

static const char *
find_fault(const RecoveryRecord *record, const RecoveryStoreEntry *entry,
           const FidotoolJson *body, int64_t *ret_ms)
{
  g_autofree char *uuid = write_uuid(entry->uuid);

  if (fidotool_json_get_int(body, "seq", -1) != entry->seq)
    return "its body has another seq";
  if (g_strcmp0(fidotool_json_get_text(body, "log"), record->origin) != 0)
    return "its body has another log";
  if (g_strcmp0(fidotool_json_get_text(body, "id"), uuid) != 0)
    return "its body has another id";
  if (!recovery_time_read(fidotool_json_get_text(body, "t"), ret_ms))
    return "its body has no time";
  return NULL;
}

/* A RecoveryStoreEach: the next entry of the walk from 0. */
static bool
check_entry(const RecoveryStoreEntry *entry, void *data, GError **error)
{
  RecoveryRecord *record = data;
  Head *head = &record->head;
  int64_t seq = (int64_t)head->tree.size;
  size_t len;
  const void *body = g_bytes_get_data(entry->body, &len);
  g_autoptr(FidotoolJson) json = NULL;
  const char *fault;
  uint8_t hash[32];

  if (entry->seq != seq)
    return set_damaged(error, seq, "it is missing");
  recovery_tree_leaf(body, len, hash);
  if (memcmp(hash, entry->leaf, sizeof hash) != 0)
    return set_damaged(error, seq, "its body does not match its hash");
  recovery_tree_append(&head->tree, hash);
  recovery_tree_root(&head->tree, head->root);
  if (memcmp(head->root, entry->root, sizeof head->root) != 0)
    return set_damaged(error, seq, "its root does not match");
  json = recovery_jcs_read(body, len, RECOVERY_JCS_MAX, error);
  if (json == NULL) {
    g_clear_error(error);
    return set_damaged(error, seq, "its body is not canonical");
  }
  fault = find_fault(record, entry, json, &head->last_ms);
  if (fault != NULL)
    return set_damaged(error, seq, fault);
  if (seq == 0)
    fidotool_bytes_sha256(body, len, head->genesis);
  return true;
}

/* What was acknowledged and is gone: a WAL cut short or an older copy of the
 * file is a clean prefix to SQLite. */
static bool
check_noted_head(RecoveryRecord *record, GError **error)
{
  int64_t size = (int64_t)record->head.tree.size;
  int64_t noted;
  uint8_t noted_root[32], root[32];

  recovery_store_noted_head(record->store, &noted, noted_root);
  if (noted < 0 && size > 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "the file with the record's head is gone, so nothing shows "
                "that the record is whole");
    return false;
  }
  if (noted > size)
    return set_damaged(error, size,
                       "it was acknowledged and is missing (rolled back)");
  if (noted <= 0)
    return true;
  if (!recovery_record_root_at(record, noted, root, error))
    return false;
  return memcmp(root, noted_root, sizeof root) == 0 ||
         set_damaged(error, noted - 1,
                     "the record up to it is not the one acknowledged");
}

static bool
check_checkpoint(RecoveryRecord *record, const uint8_t *station_key,
                 GError **error)
{
  g_autofree char *note = NULL;
  int64_t size = 0;
  RecoveryCheckpoint checkpoint;
  uint8_t root[32];

  if (!recovery_store_last_checkpoint(record->store, &size, &note, error))
    return false;
  if (note == NULL)
    return true;
  if (station_key == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "the station's key is needed to check its checkpoint");
    return false;
  }
  if (!recovery_checkpoint_check(note, strlen(note), station_key, &checkpoint,
                                 error)) {
    g_clear_error(error);
    return set_damaged(error, size, "the checkpoint at it is not good");
  }
  if ((int64_t)checkpoint.size != size ||
      g_strcmp0(checkpoint.origin, record->origin) != 0)
    return set_damaged(error, size, "the checkpoint at it is another's");
  if (size > recovery_record_size(record))
    return set_damaged(error, recovery_record_size(record),
                       "it is missing, and a checkpoint covers it "
                       "(rolled back)");
  if (!recovery_record_root_at(record, size, root, error))
    return false;
  return memcmp(root, checkpoint.root, sizeof root) == 0 ||
         set_damaged(error, size - 1,
                     "the record up to it is not that of the checkpoint");
}

RecoveryRecord *
recovery_record_open(RecoveryStore *store, const uint8_t *station_key,
                     GError **error)
{
  g_autoptr(RecoveryRecord) record = g_new0(RecoveryRecord, 1);

  record->store = store;
  recovery_tree_root(&record->head.tree, record->head.root);
  if (!recovery_store_log(store, &record->origin, error) ||
      !recovery_store_each(store, 0, INT64_MAX, check_entry, record, error) ||
      !check_checkpoint(record, station_key, error) ||
      !check_noted_head(record, error))
    return NULL;
  if (record->origin != NULL && record->head.tree.size == 0) {
    set_damaged(error, 0, "it is missing");
    return NULL;
  }
  return g_steal_pointer(&record);
}

void
recovery_record_free(RecoveryRecord *record)
{
  if (record == NULL)
    return;
  recovery_record_rollback(record);
  g_free(record->origin);
  g_free(record);
}

/* ---- reading ---- */

const char *
recovery_record_origin(const RecoveryRecord *record)
{
  return record->origin;
}

int64_t
recovery_record_size(const RecoveryRecord *record)
{
  return (int64_t)record->head.tree.size;
}

void
recovery_record_root(const RecoveryRecord *record, uint8_t ret_root[32])
{
  memcpy(ret_root, record->head.root, 32);
}

bool
recovery_record_genesis(const RecoveryRecord *record, uint8_t ret_genesis[32])
{
  if (record->head.tree.size == 0)
    return false;
  memcpy(ret_genesis, record->head.genesis, 32);
  return true;
}

int64_t
recovery_record_last_ms(const RecoveryRecord *record)
{
  return record->head.last_ms;
}

bool
recovery_record_root_at(RecoveryRecord *record, int64_t size,
                        uint8_t ret_root[32], GError **error)
{
  g_auto(RecoveryStoreEntry) entry = {0};
  const RecoveryTree empty = {0};

  if (size < 0 || size > recovery_record_size(record)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "the record has no size %" G_GINT64_FORMAT, size);
    return false;
  }
  if (size == 0) {
    recovery_tree_root(&empty, ret_root);
    return true;
  }
  if (!recovery_store_entry(record->store, size - 1, &entry, error))
    return false;
  memcpy(ret_root, entry.root, 32);
  return true;
}

static bool
add_leaf(const RecoveryStoreEntry *entry, void *data, GError **error)
{
  GByteArray *leaves = data;

  (void)error;
  g_byte_array_append(leaves, entry->leaf, sizeof entry->leaf);
  return true;
}

GByteArray *
recovery_record_leaves(RecoveryRecord *record, int64_t size, GError **error)
{
  g_autoptr(GByteArray) leaves = g_byte_array_new();

  if (size < 0 || size > recovery_record_size(record)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "the record has no size %" G_GINT64_FORMAT, size);
    return NULL;
  }
  if (!recovery_store_each(record->store, 0, size, add_leaf, leaves, error))
    return NULL;
  return g_steal_pointer(&leaves);
}

/* ---- writing ---- */

bool
recovery_record_begin(RecoveryRecord *record, GError **error)
{
  if (!recovery_store_begin(record->store, error))
    return false;
  record->before = record->head;
  record->active = true;
  record->started = false;
  return true;
}

static void
restore_head(RecoveryRecord *record)
{
  record->head = record->before;
  if (record->started)
    g_clear_pointer(&record->origin, g_free);
  record->active = record->started = false;
}

void
recovery_record_rollback(RecoveryRecord *record)
{
  if (!record->active)
    return;
  recovery_store_rollback(record->store);
  restore_head(record);
}

bool
recovery_record_commit(RecoveryRecord *record, GError **error)
{
  g_assert(record->active);
  if (!recovery_store_commit(record->store, error)) {
    restore_head(record);
    return false;
  }
  record->active = record->started = false;
  /* Ignored: the entries are stored, and a head that stays behind shows a
   * rollback only to an earlier point. */
  (void)recovery_store_note_head(record->store, recovery_record_size(record),
                                 record->head.root);
  return true;
}

bool
recovery_record_start(RecoveryRecord *record, const char *origin,
                      const RecoveryMoment *moment, GError **error)
{
  g_assert(record->active);
  if (record->origin != NULL || record->head.tree.size != 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE,
                "the record has been started");
    return false;
  }
  if (!recovery_store_add_log(record->store, origin, moment->now_ms / 1000,
                              error))
    return false;
  record->origin = g_strdup(origin);
  record->started = true;
  return true;
}

/* A random (version 4) uuid. */
static bool
make_uuid(uint8_t ret_uuid[16], GError **error)
{
  if (RAND_bytes(ret_uuid, 16) != 1) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "no random numbers");
    return false;
  }
  ret_uuid[6] = (uint8_t)((ret_uuid[6] & 0x0f) | 0x40);
  ret_uuid[8] = (uint8_t)((ret_uuid[8] & 0x3f) | 0x80);
  return true;
}

static void
add_common_fields(const RecoveryRecord *record, FidotoolJson *fields,
                  const RecoveryMoment *moment, const uint8_t uuid[16],
                  const uint8_t policy[32], const char *build)
{
  g_autofree char *t = recovery_time_write(moment->now_ms);
  g_autofree char *id = write_uuid(uuid);
  g_autofree char *policy_hex = fidotool_bytes_hex(policy, 32);
  FidotoolJson *mono = fidotool_json_new_object();

  fidotool_json_set_text(mono, "boot", moment->boot);
  fidotool_json_set_int(mono, "ms", moment->mono_ms);
  fidotool_json_set_int(fields, "v", 1);
  fidotool_json_set_text(fields, "log", record->origin);
  fidotool_json_set_int(fields, "seq", recovery_record_size(record));
  fidotool_json_set_text(fields, "t", t);
  (void)fidotool_json_set(fields, "mono", mono); /* the tree owns it now */
  fidotool_json_set_text(fields, "id", id);
  fidotool_json_set_text(fields, "policy", policy_hex);
  fidotool_json_set_text(fields, "build", build);
}

static GBytes *
write_body(const FidotoolJson *fields, GError **error)
{
  g_autofree char *line = NULL;
  size_t len;

  if (!recovery_statement_check_entry(fields, error))
    return NULL;
  line = recovery_jcs_write(fields, &len, error);
  if (line == NULL)
    return NULL;
  if (len > RECOVERY_JCS_MAX) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "an entry of %zu bytes is too long", len);
    return NULL;
  }
  return g_bytes_new_take(g_steal_pointer(&line), len);
}

bool
recovery_record_append(RecoveryRecord *record, FidotoolJson *fields,
                       const RecoveryMoment *moment, const uint8_t policy[32],
                       const char *build, int64_t *ret_seq, GBytes **ret_body,
                       GError **error)
{
  g_auto(RecoveryStoreEntry) entry = {.seq = recovery_record_size(record)};
  RecoveryTree tree = record->head.tree;

  g_assert(record->active && record->origin != NULL);
  if (!make_uuid(entry.uuid, error))
    return false;
  add_common_fields(record, fields, moment, entry.uuid, policy, build);
  entry.body = write_body(fields, error);
  if (entry.body == NULL) {
    g_prefix_error(error, "entry %" G_GINT64_FORMAT " (%s): ", entry.seq,
                   fidotool_json_get_text(fields, "act"));
    return false;
  }
  recovery_tree_leaf(g_bytes_get_data(entry.body, NULL),
                     g_bytes_get_size(entry.body), entry.leaf);
  recovery_tree_append(&tree, entry.leaf);
  recovery_tree_root(&tree, entry.root);
  if (!recovery_store_append(record->store, &entry, error))
    return false;
  record->head.tree = tree;
  memcpy(record->head.root, entry.root, 32);
  record->head.last_ms = moment->now_ms;
  if (entry.seq == 0)
    fidotool_bytes_sha256(g_bytes_get_data(entry.body, NULL),
                          g_bytes_get_size(entry.body), record->head.genesis);
  if (ret_seq != NULL)
    *ret_seq = entry.seq;
  if (ret_body != NULL)
    *ret_body = g_bytes_ref(entry.body);
  return true;
}

char *
recovery_record_checkpoint(RecoveryRecord *record, EVP_PKEY *key,
                           GError **error)
{
  RecoveryCheckpoint checkpoint = {.size = record->head.tree.size};
  g_autofree char *note = NULL;

  g_assert(record->active);
  if (record->origin == NULL ||
      g_strlcpy(checkpoint.origin, record->origin, sizeof checkpoint.origin) >=
          sizeof checkpoint.origin) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE,
                "the record has no head to sign");
    return NULL;
  }
  recovery_record_root(record, checkpoint.root);
  note = recovery_checkpoint_make(&checkpoint, key, error);
  if (note == NULL || !recovery_store_add_checkpoint(
                          record->store, (int64_t)checkpoint.size, note, error))
    return NULL;
  return g_steal_pointer(&note);
}
