/* SPDX-License-Identifier: Apache-2.0 */
/* store-private.h - what the files of the store share. */
#pragma once

#include "recovery/store-head.h"
#include "recovery/store-sqlite.h"
#include "recovery/store.h"

/* The statements of the table. */
enum {
  RECOVERY_STORE_LOGS,
  RECOVERY_STORE_ADD_LOG,
  RECOVERY_STORE_APPEND,
  RECOVERY_STORE_SIZE,
  RECOVERY_STORE_STRAYS,
  RECOVERY_STORE_ENTRY,
  RECOVERY_STORE_ENTRIES,
  RECOVERY_STORE_FIND_UUID,
  RECOVERY_STORE_ADD_CHECKPOINT,
  RECOVERY_STORE_LAST_CHECKPOINT,
  RECOVERY_STORE_PUT_OBJECT,
  RECOVERY_STORE_OBJECT,
  RECOVERY_STORE_PUT_STATEMENT,
  RECOVERY_STORE_STATEMENT,
  RECOVERY_STORE_PUT_ASSERTION,
  RECOVERY_STORE_ASSERTION,
  RECOVERY_STORE_PUT_NONCE,
  RECOVERY_STORE_USE_NONCE,
  RECOVERY_STORE_NONCE,
  RECOVERY_STORE_DROP_NONCE,
  RECOVERY_STORE_DROP_STATEMENT,
  RECOVERY_STORE_UNUSED,
  RECOVERY_STORE_PUT_SUBJECT_KEY,
  RECOVERY_STORE_SUBJECT_KEY,
  RECOVERY_STORE_PUT_PII,
  RECOVERY_STORE_PII,
  RECOVERY_STORE_DROP_PII,
  RECOVERY_STORE_ALL_PII,
  RECOVERY_STORE_PUT_CASE,
  RECOVERY_STORE_PUT_KEY,
  RECOVERY_STORE_PUT_PERSON,
  RECOVERY_STORE_PUT_APPROVAL,
  RECOVERY_STORE_VOID_APPROVALS,
  RECOVERY_STORE_CLEAR_APPROVALS,
  RECOVERY_STORE_CLEAR_CASES,
  RECOVERY_STORE_CLEAR_KEYS,
  RECOVERY_STORE_CLEAR_PERSONS,
  RECOVERY_STORE_DUMP,
  RECOVERY_STORE_N_STATEMENTS,
};

extern const char *const recovery_store_sql[RECOVERY_STORE_N_STATEMENTS];

struct RecoveryStore {
  RecoveryStoreSqlite *db;
  RecoveryStoreHead *head;
};

/* Values to be bound. What they point to outlives the call. */
RecoveryStoreSqliteValue recovery_store_number(int64_t value);
RecoveryStoreSqliteValue recovery_store_text(const char *value);
RecoveryStoreSqliteValue recovery_store_blob(const void *data, size_t len);
RecoveryStoreSqliteValue recovery_store_bytes(GBytes *value);
#define RECOVERY_STORE_VALUES(...)                                             \
  (const RecoveryStoreSqliteValue[]){__VA_ARGS__},                             \
      G_N_ELEMENTS(((const RecoveryStoreSqliteValue[]){__VA_ARGS__}))

/* Sets error; false. */
bool recovery_store_damaged(GError **error, const char *what);
/* First row of a query: 1 where there is one (then done() is due), 0, -1. */
int recovery_store_find(RecoveryStore *store, size_t statement,
                        const RecoveryStoreSqliteValue *values, size_t count,
                        GError **error);
GBytes *recovery_store_read_bytes(RecoveryStore *store, size_t statement,
                                  int column);
/* A column of fixed length; the schema holds most of them to it, not all. */
bool recovery_store_read_fixed(RecoveryStore *store, size_t statement,
                               int column, uint8_t *ret, size_t len,
                               GError **error);
bool recovery_store_check_digest(GBytes *body, const uint8_t digest[32],
                                 const char *what, GError **error);
void recovery_store_digest(GBytes *body, uint8_t ret_digest[32]);
