/* SPDX-License-Identifier: Apache-2.0 */
/* store-pii.c - personal data, sealed, which alone can be erased. */
#include "recovery/store-private.h"

bool
recovery_store_put_subject_key(RecoveryStore *store, const uint8_t subject[16],
                               GBytes *wrapped, GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_PUT_SUBJECT_KEY,
      RECOVERY_STORE_VALUES(recovery_store_blob(subject, 16),
                            recovery_store_bytes(wrapped)),
      NULL, error);
}

bool
recovery_store_subject_key(RecoveryStore *store, const uint8_t subject[16],
                           GBytes **ret_wrapped, GError **error)
{
  int r = recovery_store_find(
      store, RECOVERY_STORE_SUBJECT_KEY,
      RECOVERY_STORE_VALUES(recovery_store_blob(subject, 16)), error);

  if (r < 0)
    return false;
  *ret_wrapped =
      r == 1 ? recovery_store_read_bytes(store, RECOVERY_STORE_SUBJECT_KEY, 0)
             : NULL;
  recovery_store_sqlite_done(store->db, RECOVERY_STORE_SUBJECT_KEY);
  return true;
}

bool
recovery_store_put_pii(RecoveryStore *store, const uint8_t commitment[32],
                       const uint8_t subject[16], GBytes *sealed,
                       int64_t expires_at, GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_PUT_PII,
      RECOVERY_STORE_VALUES(
          recovery_store_blob(commitment, 32), recovery_store_blob(subject, 16),
          recovery_store_bytes(sealed), recovery_store_number(expires_at)),
      NULL, error);
}

bool
recovery_store_pii(RecoveryStore *store, const uint8_t commitment[32],
                   uint8_t ret_subject[16], GBytes **ret_sealed, GError **error)
{
  int r = recovery_store_find(
      store, RECOVERY_STORE_PII,
      RECOVERY_STORE_VALUES(recovery_store_blob(commitment, 32)), error);
  bool ok = true;

  if (r < 0)
    return false;
  *ret_sealed = NULL;
  if (r == 1) {
    ok = recovery_store_read_fixed(store, RECOVERY_STORE_PII, 0, ret_subject,
                                   16, error);
    if (ok)
      *ret_sealed = recovery_store_read_bytes(store, RECOVERY_STORE_PII, 1);
    recovery_store_sqlite_done(store->db, RECOVERY_STORE_PII);
  }
  return ok;
}

bool
recovery_store_drop_pii(RecoveryStore *store, const uint8_t commitment[32],
                        GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_DROP_PII,
      RECOVERY_STORE_VALUES(recovery_store_blob(commitment, 32)), NULL, error);
}

bool
recovery_store_each_pii(RecoveryStore *store, RecoveryStoreEachPii each,
                        void *data, GError **error)
{
  int r;

  if (!recovery_store_sqlite_select(store->db, RECOVERY_STORE_ALL_PII, NULL, 0,
                                    error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, RECOVERY_STORE_ALL_PII,
                                         error)) == 1) {
    uint8_t commitment[32], subject[16];
    g_autoptr(GBytes) sealed =
        recovery_store_read_bytes(store, RECOVERY_STORE_ALL_PII, 2);

    if (!recovery_store_read_fixed(store, RECOVERY_STORE_ALL_PII, 0, commitment,
                                   32, error) ||
        !recovery_store_read_fixed(store, RECOVERY_STORE_ALL_PII, 1, subject,
                                   16, error) ||
        !each(commitment, subject, sealed, data, error)) {
      recovery_store_sqlite_done(store->db, RECOVERY_STORE_ALL_PII);
      return false;
    }
  }
  return r == 0;
}
