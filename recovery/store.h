/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - where the record and what hangs on it is kept. The rows and their
 * SQL are in the files store-*.c; below them store-sqlite.c alone includes
 * sqlite3.h. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct RecoveryStore RecoveryStore;

/* One entry of the log as stored. */
typedef struct {
  int64_t seq;
  uint8_t uuid[16];
  GBytes *body;
  uint8_t leaf[32], root[32];
} RecoveryStoreEntry;
void recovery_store_entry_clear(RecoveryStoreEntry *entry);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecoveryStoreEntry, recovery_store_entry_clear)

/*
 * Opens or makes the store (0600; ":memory:" for tests). A newer schema, a
 * file of another application or one that fails its checks is left untouched.
 * errors  RECOVERY_ERROR_DAMAGED, RECOVERY_ERROR_RECORD
 */
RecoveryStore *recovery_store_open(const char *path, GError **error);
void recovery_store_free(RecoveryStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryStore, recovery_store_free)

/* One transaction at a time (BEGIN IMMEDIATE). After a failed commit the
 * outcome is unknown: reopen and look the uuid up. All writers below must
 * stand inside one. errors RECOVERY_ERROR_RECORD (also disk full) */
bool recovery_store_begin(RecoveryStore *store, GError **error);
bool recovery_store_commit(RecoveryStore *store, GError **error);
void recovery_store_rollback(RecoveryStore *store);

/* Moves what was written into the main file and empties the write-ahead log:
 * only then are erased rows gone from the disk. Outside a transaction. */
bool recovery_store_flush(RecoveryStore *store, GError **error);

/* The newest head that was acknowledged, kept in a file beside the store
 * ("PATH-head"): it shows when the store was put back to an earlier state.
 * Noting is quick and not synced, after each commit. ret_size -1: lost. */
bool recovery_store_note_head(RecoveryStore *store, int64_t size,
                              const uint8_t root[32]);
void recovery_store_noted_head(RecoveryStore *store, int64_t *ret_size,
                               uint8_t ret_root[32]);

/* The log (one so far). ret_origin is NULL in an empty store. */
bool recovery_store_log(RecoveryStore *store, char **ret_origin,
                        GError **error);
bool recovery_store_add_log(RecoveryStore *store, const char *origin,
                            int64_t opened_at, GError **error);

/* Entries. Reading one that is not there is an error, NOT_FOUND. */
bool recovery_store_append(RecoveryStore *store,
                           const RecoveryStoreEntry *entry, GError **error);
bool recovery_store_size(RecoveryStore *store, int64_t *ret_size,
                         GError **error);
bool recovery_store_entry(RecoveryStore *store, int64_t seq,
                          RecoveryStoreEntry *ret_entry, GError **error);
bool recovery_store_has_uuid(RecoveryStore *store, const uint8_t uuid[16],
                             bool *ret_found, GError **error);
/* Calls each with entries [from, to) in order; false from it ends the walk
 * with its error. */
typedef bool (*RecoveryStoreEach)(const RecoveryStoreEntry *entry, void *data,
                                  GError **error);
bool recovery_store_each(RecoveryStore *store, int64_t from, int64_t to,
                         RecoveryStoreEach each, void *data, GError **error);

/* Checkpoints (signed notes). Newest one: NULL note where there is none. */
bool recovery_store_add_checkpoint(RecoveryStore *store, int64_t size,
                                   const char *note, GError **error);
bool recovery_store_last_checkpoint(RecoveryStore *store, int64_t *ret_size,
                                    char **ret_note, GError **error);

/* Evidence by digest. Putting the same bytes twice is fine. Getting: NULL
 * bytes and no error where there is none; DAMAGED where they have changed.
 * kind: policy, base, roster, registration, assertion, getinfo, metadata,
 * import. */
bool recovery_store_put_object(RecoveryStore *store, const char *kind,
                               GBytes *body, uint8_t ret_digest[32],
                               GError **error);
bool recovery_store_object(RecoveryStore *store, const uint8_t digest[32],
                           GBytes **ret_body, char **ret_kind, GError **error);
bool recovery_store_put_statement(RecoveryStore *store, GBytes *body,
                                  uint8_t ret_digest[32], GError **error);
bool recovery_store_statement(RecoveryStore *store, const uint8_t digest[32],
                              GBytes **ret_body, GError **error);
/* sshsig: binary blob; cred: SHA-256 of the credential id, or of a machine's
 * public key; stmt: digest of the statement. */
bool recovery_store_put_assertion(RecoveryStore *store, const uint8_t stmt[32],
                                  const uint8_t cred[32], GBytes *sshsig,
                                  uint8_t ret_digest[32], GError **error);
bool recovery_store_assertion(RecoveryStore *store, const uint8_t digest[32],
                              GBytes **ret_sshsig, uint8_t ret_stmt[32],
                              uint8_t ret_cred[32], GError **error);

/* Nonces of statements handed out. use: REFUSED when it was used before,
 * NOT_FOUND when it was never handed out. prune: forgets unused ones (and
 * their statements) whose statement is no longer wanted. */
bool recovery_store_put_nonce(RecoveryStore *store, const uint8_t nonce[16],
                              const uint8_t stmt[32], GError **error);
bool recovery_store_use_nonce(RecoveryStore *store, const uint8_t nonce[16],
                              int64_t used_at, GError **error);
bool recovery_store_nonce(RecoveryStore *store, const uint8_t nonce[16],
                          uint8_t ret_stmt[32], bool *ret_used, bool *ret_found,
                          GError **error);
bool recovery_store_prune_nonce(RecoveryStore *store, const uint8_t nonce[16],
                                GError **error);
/* Calls each with every unused nonce and its statement. */
typedef void (*RecoveryStoreEachNonce)(const uint8_t nonce[16],
                                       const void *statement, size_t len,
                                       void *data);
bool recovery_store_each_unused(RecoveryStore *store,
                                RecoveryStoreEachNonce each, void *data,
                                GError **error);

/* Personal data, sealed by vault.c; the only rows that may be erased. */
bool recovery_store_put_subject_key(RecoveryStore *store,
                                    const uint8_t subject[16], GBytes *wrapped,
                                    GError **error);
bool recovery_store_subject_key(RecoveryStore *store, const uint8_t subject[16],
                                GBytes **ret_wrapped, GError **error);
bool recovery_store_put_pii(RecoveryStore *store, const uint8_t commitment[32],
                            const uint8_t subject[16], GBytes *sealed,
                            int64_t expires_at, GError **error);
bool recovery_store_pii(RecoveryStore *store, const uint8_t commitment[32],
                        uint8_t ret_subject[16], GBytes **ret_sealed,
                        GError **error);
bool recovery_store_drop_pii(RecoveryStore *store, const uint8_t commitment[32],
                             GError **error);
typedef bool (*RecoveryStoreEachPii)(const uint8_t commitment[32],
                                     const uint8_t subject[16], GBytes *sealed,
                                     void *data, GError **error);
bool recovery_store_each_pii(RecoveryStore *store, RecoveryStoreEachPii each,
                             void *data, GError **error);

/* Projections of the entries: lists for queries, rebuilt at will. Each put
 * replaces the row of its key. Digests are 32 bytes; NULL where absent. */
typedef struct {
  const char *case_id, *op, *tier, *state, *sub;
  int64_t opened_at, due_at; /* seconds UTC; due_at 0: none */
  int64_t last_seq;
} RecoveryStoreCase;
typedef struct {
  const uint8_t *cred;
  const char *sub, *state, *aaguid; /* sub, aaguid may be NULL */
  const uint8_t *registration;      /* may be NULL */
  int64_t since, last_seq;
} RecoveryStoreKey;
typedef struct {
  const char *person;
  const uint8_t *cred;
  GBytes *pubkey;
  const uint8_t *employee;  /* 32 bytes */
  const char *team, *roles; /* roles joined by ',' */
  int64_t valid_after, valid_before;
  const uint8_t *registration;
  int64_t last_seq;
} RecoveryStorePerson;
bool recovery_store_put_case(RecoveryStore *store, const RecoveryStoreCase *row,
                             GError **error);
bool recovery_store_put_key(RecoveryStore *store, const RecoveryStoreKey *row,
                            GError **error);
bool recovery_store_put_person(RecoveryStore *store,
                               const RecoveryStorePerson *row, GError **error);
bool recovery_store_put_approval(RecoveryStore *store, const char *case_id,
                                 const char *slot, const char *person,
                                 const uint8_t stmt[32], GError **error);
bool recovery_store_void_approvals(RecoveryStore *store, const char *case_id,
                                   int64_t voided_at, GError **error);
/* Empties the projections (case_list, key_list, person_list, approval). */
bool recovery_store_clear_projections(RecoveryStore *store, GError **error);
/* The projections as one text, sorted: equal texts, equal projections. */
char *recovery_store_dump_projections(RecoveryStore *store, GError **error);
