/* SPDX-License-Identifier: Apache-2.0 */
/* model-project.c - the model, as lists in the store. */
#include "recovery/model-private.h"

#include <string.h>

#include "fidotool/bytes.h"

static const char *
nonempty(const char *text)
{
  return text == NULL || *text == '\0' ? NULL : text;
}

static bool
project_case(RecoveryModel *model, const RecoveryCase *of, GError **error)
{
  RecoveryStoreCase row = {
      .case_id = of->id,
      .op = of->op,
      .tier = of->tier,
      .state = recovery_state_name(of->state),
      .sub = of->sub,
      .opened_at = of->opened_ms / 1000,
      .due_at =
          of->state == RECOVERY_STATE_WAITING ? of->not_before_ms / 1000 : 0,
      .last_seq = of->last_seq,
  };

  return recovery_store_put_case(model->store, &row, error);
}

static bool
project_keys(RecoveryModel *model, int64_t seq, GError **error)
{
  GHashTableIter iter;
  void *value;

  g_hash_table_iter_init(&iter, model->keys);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryModelKey *key = value;
    RecoveryStoreKey row = {
        .cred = key->cred,
        .sub = key->sub,
        .state = recovery_state_key_name(key->state),
        .aaguid = nonempty(key->aaguid),
        .registration = key->has_registration ? key->registration : NULL,
        .since = key->since_ms / 1000,
        .last_seq = key->last_seq,
    };

    if (key->last_seq == seq &&
        !recovery_store_put_key(model->store, &row, error))
      return false;
  }
  return true;
}

static bool
project_persons(RecoveryModel *model, int64_t seq, GError **error)
{
  for (unsigned i = 0; i < model->roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(model->roster->keys, i);
    g_autofree char *roles = g_strjoinv(",", key->roles);
    uint8_t employee[32];
    RecoveryStorePerson row = {
        .person = key->person,
        .cred = key->cred,
        .pubkey = key->key_bytes,
        .employee = employee,
        .team = key->team,
        .roles = roles,
        .valid_after = key->valid_after_ms / 1000,
        .valid_before = key->valid_before_ms / 1000,
        .registration = key->registration,
        .last_seq = seq,
    };

    if (!fidotool_bytes_unhex(key->employee, employee, 32) ||
        !recovery_store_put_person(model->store, &row, error))
      return false;
  }
  return true;
}

bool
recovery_model_project(RecoveryModel *model, const FidotoolJson *entry,
                       const char *act, GError **error)
{
  int64_t seq = fidotool_json_get_int(entry, "seq", 0);
  const RecoveryCase *of =
      recovery_model_case(model, fidotool_json_get_text(entry, "case"));

  if (of != NULL && !project_case(model, of, error))
    return false;
  if (strcmp(act, "station.init") == 0 || strcmp(act, "change.effect") == 0)
    return project_persons(model, seq, error);
  return project_keys(model, seq, error);
}
