/* SPDX-License-Identifier: Apache-2.0 */
/* case.c - one case in memory. Decides nothing: that is rule.c. */
#include "recovery/case.h"

#include <string.h>

#include "fidotool/bytes.h"

static void
free_approval(void *data)
{
  RecoveryCaseApproval *approval = data;

  g_free(approval->slot);
  g_free(approval->person);
  g_free(approval->team);
  g_free(approval->machine);
  g_free(approval->contact);
  g_free(approval);
}

RecoveryCase *
recovery_case_new(const char *id)
{
  RecoveryCase *self = g_new0(RecoveryCase, 1);

  self->id = g_strdup(id);
  self->reported = g_ptr_array_new_with_free_func(g_free);
  self->pii = g_ptr_array_new_with_free_func(g_free);
  self->evidence = g_ptr_array_new_with_free_func(g_free);
  self->notes = g_array_new(false, false, sizeof(RecoveryCaseNote));
  self->staff = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->verifiers =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->made = g_ptr_array_new_with_free_func(g_free);
  self->approvals = g_ptr_array_new_with_free_func(free_approval);
  return self;
}

void
recovery_case_free(RecoveryCase *self)
{
  if (self == NULL)
    return;
  g_free(self->id);
  g_free(self->op);
  g_free(self->tier);
  g_free(self->sub);
  g_free(self->agent);
  g_free(self->reason);
  g_free(self->lost_at);
  g_free(self->branch);
  g_free(self->verifier);
  g_free(self->checker);
  g_strfreev(self->slots);
  g_ptr_array_unref(self->reported);
  g_ptr_array_unref(self->pii);
  g_ptr_array_unref(self->evidence);
  g_array_unref(self->notes);
  g_hash_table_unref(self->staff);
  g_hash_table_unref(self->verifiers);
  g_ptr_array_unref(self->made);
  g_ptr_array_unref(self->approvals);
  g_free(self);
}

bool
recovery_case_is_weaker(const RecoveryCase *self)
{
  for (unsigned i = 0; i < self->made->len; i++)
    if (((const RecoveryCaseMade *)g_ptr_array_index(self->made, i))->weaker)
      return true;
  return self->weaker;
}

void
recovery_case_thaw(RecoveryCase *self)
{
  memset(self->submit_stmt, 0, sizeof(self->submit_stmt));
  memset(self->digest, 0, sizeof(self->digest));
  g_clear_pointer(&self->slots, g_strfreev);
  g_ptr_array_set_size(self->made, 0);
  g_ptr_array_set_size(self->approvals, 0);
  self->first_approval_ms = 0;
}

const RecoveryCaseApproval *
recovery_case_approval(const RecoveryCase *self, const char *slot)
{
  for (unsigned i = 0; i < self->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(self->approvals, i);

    if (strcmp(approval->slot, slot) == 0)
      return approval;
  }
  return NULL;
}

bool
recovery_case_approved_by(const RecoveryCase *self, const char *person)
{
  for (unsigned i = 0; i < self->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(self->approvals, i);

    if (strcmp(approval->person, person) == 0)
      return true;
  }
  return false;
}

bool
recovery_case_is_full(const RecoveryCase *self)
{
  for (char **slot = self->slots; *slot != NULL; slot++)
    if (recovery_case_approval(self, *slot) == NULL)
      return false;
  return true;
}

bool
recovery_case_newkey(const RecoveryCase *self, uint8_t ret_newkey[32])
{
  const RecoveryCaseMade *first, *second;
  FidotoolPiece pieces[2];

  if (self->made->len == 0)
    return false;
  first = g_ptr_array_index(self->made, 0);
  if (self->made->len == 1) {
    memcpy(ret_newkey, first->cred, 32);
    return true;
  }
  second = g_ptr_array_index(self->made, 1);
  pieces[0] = (FidotoolPiece){first->cred, 32};
  pieces[1] = (FidotoolPiece){second->cred, 32};
  fidotool_bytes_sha256_of(pieces, 2, ret_newkey);
  return true;
}

bool
recovery_case_is_live(const RecoveryCase *self)
{
  return !recovery_state_is_final(self->state) &&
         self->state != RECOVERY_STATE_ISSUED;
}
