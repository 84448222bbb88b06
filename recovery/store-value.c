/* SPDX-License-Identifier: Apache-2.0 */
/* store-value.c - values into the rows of the store, and out of them. */
#include "recovery/store-private.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"

RecoveryStoreSqliteValue
recovery_store_number(int64_t value)
{
  return (RecoveryStoreSqliteValue){.type = RECOVERY_STORE_SQLITE_INT,
                                    .number = value};
}

RecoveryStoreSqliteValue
recovery_store_text(const char *value)
{
  return (RecoveryStoreSqliteValue){.type = RECOVERY_STORE_SQLITE_TEXT,
                                    .data = value,
                                    .len = value != NULL ? strlen(value) : 0};
}

RecoveryStoreSqliteValue
recovery_store_blob(const void *data, size_t len)
{
  return (RecoveryStoreSqliteValue){.type = RECOVERY_STORE_SQLITE_BLOB,
                                    .data = data,
                                    .len = data != NULL ? len : 0};
}

RecoveryStoreSqliteValue
recovery_store_bytes(GBytes *value)
{
  size_t len;
  const void *data = g_bytes_get_data(value, &len);

  return recovery_store_blob(data, len);
}

bool
recovery_store_damaged(GError **error, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "the store is damaged: %s", what);
  return false;
}

/* First row of a query: 1 where there is one (then done() is due), 0, -1. */
int
recovery_store_find(RecoveryStore *store, size_t statement,
                    const RecoveryStoreSqliteValue *values, size_t count,
                    GError **error)
{
  if (!recovery_store_sqlite_select(store->db, statement, values, count, error))
    return -1;
  return recovery_store_sqlite_next(store->db, statement, error);
}

GBytes *
recovery_store_read_bytes(RecoveryStore *store, size_t statement, int column)
{
  size_t len;
  const void *data =
      recovery_store_sqlite_blob(store->db, statement, column, &len);

  return g_bytes_new(data, len);
}

/* A column of fixed length; the schema holds most of them to it, not all. */
bool
recovery_store_read_fixed(RecoveryStore *store, size_t statement, int column,
                          uint8_t *ret, size_t len, GError **error)
{
  size_t is;
  const void *data =
      recovery_store_sqlite_blob(store->db, statement, column, &is);

  if (is != len)
    return recovery_store_damaged(error, "a digest has the wrong length");
  memcpy(ret, data, len);
  return true;
}

bool
recovery_store_check_digest(GBytes *body, const uint8_t digest[32],
                            const char *what, GError **error)
{
  uint8_t is[32];

  fidotool_bytes_sha256(g_bytes_get_data(body, NULL), g_bytes_get_size(body),
                        is);
  return memcmp(is, digest, sizeof is) == 0 ||
         recovery_store_damaged(error, what);
}

void
recovery_store_digest(GBytes *body, uint8_t ret_digest[32])
{
  fidotool_bytes_sha256(g_bytes_get_data(body, NULL), g_bytes_get_size(body),
                        ret_digest);
}
