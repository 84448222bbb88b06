/* SPDX-License-Identifier: Apache-2.0 */
/* store-projection.c - what is true now, for whoever lists it. */
#include "recovery/store-private.h"

bool
recovery_store_put_case(RecoveryStore *store, const RecoveryStoreCase *row,
                        GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_PUT_CASE,
      RECOVERY_STORE_VALUES(
          recovery_store_text(row->case_id), recovery_store_text(row->op),
          recovery_store_text(row->tier), recovery_store_text(row->state),
          recovery_store_text(row->sub), recovery_store_number(row->opened_at),
          recovery_store_number(row->due_at),
          recovery_store_number(row->last_seq)),
      NULL, error);
}

bool
recovery_store_put_key(RecoveryStore *store, const RecoveryStoreKey *row,
                       GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_PUT_KEY,
      RECOVERY_STORE_VALUES(
          recovery_store_blob(row->cred, 32), recovery_store_text(row->sub),
          recovery_store_text(row->state), recovery_store_text(row->aaguid),
          recovery_store_blob(row->registration, 32),
          recovery_store_number(row->since),
          recovery_store_number(row->last_seq)),
      NULL, error);
}

bool
recovery_store_put_person(RecoveryStore *store, const RecoveryStorePerson *row,
                          GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_PUT_PERSON,
      RECOVERY_STORE_VALUES(
          recovery_store_text(row->person), recovery_store_blob(row->cred, 32),
          recovery_store_bytes(row->pubkey),
          recovery_store_blob(row->employee, 32),
          recovery_store_text(row->team), recovery_store_text(row->roles),
          recovery_store_number(row->valid_after),
          recovery_store_number(row->valid_before),
          recovery_store_blob(row->registration, 32),
          recovery_store_number(row->last_seq)),
      NULL, error);
}

bool
recovery_store_put_approval(RecoveryStore *store, const char *case_id,
                            const char *slot, const char *person,
                            const uint8_t stmt[32], GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_PUT_APPROVAL,
      RECOVERY_STORE_VALUES(
          recovery_store_text(case_id), recovery_store_text(slot),
          recovery_store_text(person), recovery_store_blob(stmt, 32)),
      NULL, error);
}

bool
recovery_store_void_approvals(RecoveryStore *store, const char *case_id,
                              int64_t voided_at, GError **error)
{
  return recovery_store_sqlite_run(
      store->db, RECOVERY_STORE_VOID_APPROVALS,
      RECOVERY_STORE_VALUES(recovery_store_text(case_id),
                            recovery_store_number(voided_at)),
      NULL, error);
}

bool
recovery_store_clear_projections(RecoveryStore *store, GError **error)
{
  for (size_t i = RECOVERY_STORE_CLEAR_APPROVALS;
       i <= RECOVERY_STORE_CLEAR_PERSONS; i++)
    if (!recovery_store_sqlite_run(store->db, i, NULL, 0, NULL, error))
      return false;
  return true;
}

char *
recovery_store_dump_projections(RecoveryStore *store, GError **error)
{
  g_autoptr(GString) dump = g_string_new(NULL);
  int r;

  if (!recovery_store_sqlite_select(store->db, RECOVERY_STORE_DUMP, NULL, 0,
                                    error))
    return NULL;
  while ((r = recovery_store_sqlite_next(store->db, RECOVERY_STORE_DUMP,
                                         error)) == 1)
    g_string_append_printf(
        dump, "%s\n",
        recovery_store_sqlite_text(store->db, RECOVERY_STORE_DUMP, 0));
  return r == 0 ? g_string_free(g_steal_pointer(&dump), FALSE) : NULL;
}
