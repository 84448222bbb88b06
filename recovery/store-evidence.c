/* SPDX-License-Identifier: Apache-2.0 */
/* store-evidence.c - files, statements and signatures under their digests, and
 * the nonces of statements. */
#include "recovery/store-private.h"

#include <string.h>

#include "recovery/error.h"

bool
recovery_store_put_object(RecoveryStore *store, const char *kind, GBytes *body,
                          uint8_t ret_digest[32], GError **error)
{
  uint8_t digest[32];

  recovery_store_digest(body, digest);
  if (!recovery_store_sqlite_run(
          store->db, RECOVERY_STORE_PUT_OBJECT,
          RECOVERY_STORE_VALUES(recovery_store_blob(digest, 32),
                                recovery_store_text(kind),
                                recovery_store_bytes(body)),
          NULL, error))
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
  int r = recovery_store_find(
      store, RECOVERY_STORE_OBJECT,
      RECOVERY_STORE_VALUES(recovery_store_blob(digest, 32)), error);

  if (r < 0)
    return false;
  if (r == 1) {
    body = recovery_store_read_bytes(store, RECOVERY_STORE_OBJECT, 0);
    kind = g_strdup(
        recovery_store_sqlite_text(store->db, RECOVERY_STORE_OBJECT, 1));
    recovery_store_sqlite_done(store->db, RECOVERY_STORE_OBJECT);
    if (!recovery_store_check_digest(body, digest, "an object has changed",
                                     error))
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

  recovery_store_digest(body, digest);
  if (!recovery_store_sqlite_run(
          store->db, RECOVERY_STORE_PUT_STATEMENT,
          RECOVERY_STORE_VALUES(recovery_store_blob(digest, 32),
                                recovery_store_bytes(body)),
          NULL, error))
    return false;
  memcpy(ret_digest, digest, 32);
  return true;
}

bool
recovery_store_statement(RecoveryStore *store, const uint8_t digest[32],
                         GBytes **ret_body, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  int r = recovery_store_find(
      store, RECOVERY_STORE_STATEMENT,
      RECOVERY_STORE_VALUES(recovery_store_blob(digest, 32)), error);

  if (r < 0)
    return false;
  if (r == 1) {
    body = recovery_store_read_bytes(store, RECOVERY_STORE_STATEMENT, 0);
    recovery_store_sqlite_done(store->db, RECOVERY_STORE_STATEMENT);
    if (!recovery_store_check_digest(body, digest, "a statement has changed",
                                     error))
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

  recovery_store_digest(sshsig, digest);
  if (!recovery_store_sqlite_run(
          store->db, RECOVERY_STORE_PUT_ASSERTION,
          RECOVERY_STORE_VALUES(
              recovery_store_blob(digest, 32), recovery_store_blob(stmt, 32),
              recovery_store_blob(cred, 32), recovery_store_bytes(sshsig)),
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
  int r = recovery_store_find(
      store, RECOVERY_STORE_ASSERTION,
      RECOVERY_STORE_VALUES(recovery_store_blob(digest, 32)), error);
  bool ok;

  if (r < 0)
    return false;
  if (r == 1) {
    sshsig = recovery_store_read_bytes(store, RECOVERY_STORE_ASSERTION, 0);
    ok = recovery_store_read_fixed(store, RECOVERY_STORE_ASSERTION, 1, stmt, 32,
                                   error) &&
         recovery_store_read_fixed(store, RECOVERY_STORE_ASSERTION, 2, cred, 32,
                                   error);
    recovery_store_sqlite_done(store->db, RECOVERY_STORE_ASSERTION);
    if (!ok || !recovery_store_check_digest(sshsig, digest,
                                            "a signature has changed", error))
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
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_PUT_NONCE,
      RECOVERY_STORE_VALUES(recovery_store_blob(nonce, 16),
                            recovery_store_blob(stmt, 32)),
      NULL, error);
}

bool
recovery_store_nonce(RecoveryStore *store, const uint8_t nonce[16],
                     uint8_t ret_stmt[32], bool *ret_used, bool *ret_found,
                     GError **error)
{
  int r = recovery_store_find(
      store, RECOVERY_STORE_NONCE,
      RECOVERY_STORE_VALUES(recovery_store_blob(nonce, 16)), error);
  bool ok = true, used = false;

  if (r < 0)
    return false;
  if (r == 1) {
    ok = recovery_store_read_fixed(store, RECOVERY_STORE_NONCE, 0, ret_stmt, 32,
                                   error);
    used = !recovery_store_sqlite_is_null(store->db, RECOVERY_STORE_NONCE, 1);
    recovery_store_sqlite_done(store->db, RECOVERY_STORE_NONCE);
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

  if (!recovery_store_sqlite_run(
          store->db, RECOVERY_STORE_USE_NONCE,
          RECOVERY_STORE_VALUES(recovery_store_blob(nonce, 16),
                                recovery_store_number(used_at)),
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
  return recovery_store_sqlite_run(
             store->db, RECOVERY_STORE_DROP_NONCE,
             RECOVERY_STORE_VALUES(recovery_store_blob(nonce, 16)), NULL,
             error) &&
         recovery_store_sqlite_run(
             store->db, RECOVERY_STORE_DROP_STATEMENT,
             RECOVERY_STORE_VALUES(recovery_store_blob(stmt, 32)), NULL, error);
}

bool
recovery_store_each_unused(RecoveryStore *store, RecoveryStoreEachNonce each,
                           void *data, GError **error)
{
  int r;

  if (!recovery_store_sqlite_select(store->db, RECOVERY_STORE_UNUSED, NULL, 0,
                                    error))
    return false;
  while ((r = recovery_store_sqlite_next(store->db, RECOVERY_STORE_UNUSED,
                                         error)) == 1) {
    const void *body;
    uint8_t nonce[16];
    size_t len;

    if (!recovery_store_read_fixed(store, RECOVERY_STORE_UNUSED, 0, nonce, 16,
                                   error)) {
      recovery_store_sqlite_done(store->db, RECOVERY_STORE_UNUSED);
      return false;
    }
    body =
        recovery_store_sqlite_blob(store->db, RECOVERY_STORE_UNUSED, 1, &len);
    each(nonce, body, len, data);
  }
  return r == 0;
}
