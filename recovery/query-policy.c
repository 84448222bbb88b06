/* SPDX-License-Identifier: Apache-2.0 */
/* query-policy.c - the policies that are and were in force, as they were
 * signed, and the register of keys that they are about. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/policy/document.h"
#include "recovery/query.h"

static void
add_base(const RecoveryModel *model, FidotoolJson *base)
{
  g_autofree char *text = g_strndup(g_bytes_get_data(model->base_bytes, NULL),
                                    g_bytes_get_size(model->base_bytes));

  fidotool_json_set_text(base, "id", model->base->policy.id);
  fidotool_json_set_int(base, "version", model->base->policy.version);
  recovery_trial_set_hex(base, "digest", model->base_digest, 32);
  fidotool_json_set_text(base, "text", text);
}

FidotoolJson *
recovery_query_policy(RecoveryTrial *trial,
                      G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                      G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *answer = fidotool_json_new_object();
  g_autofree char *text = g_strndup(g_bytes_get_data(model->policy_bytes, NULL),
                                    g_bytes_get_size(model->policy_bytes));

  fidotool_json_set_text(answer, "policy_id",
                         recovery_policy_id(model->policy));
  fidotool_json_set_int(answer, "policy_version",
                        recovery_policy_version(model->policy));
  recovery_trial_set_hex(answer, "digest", model->policy_digest, 32);
  fidotool_json_set_int(answer, "practice", model->practice);
  fidotool_json_set_text(answer, "policy", text);
  if (model->base != NULL)
    add_base(model,
             fidotool_json_set(answer, "base", fidotool_json_new_object()));
  return answer;
}

static void
add_key(FidotoolJson *list, const RecoveryModelKey *key)
{
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

  recovery_trial_set_hex(row, "cred", key->cred, 32);
  fidotool_json_set_text(row, "sub", key->sub);
  fidotool_json_set_text(row, "state", recovery_state_key_name(key->state));
  if (key->aaguid != NULL)
    fidotool_json_set_text(row, "aaguid", key->aaguid);
  recovery_trial_set_time(row, "since", key->since_ms);
}

FidotoolJson *
recovery_query_policy_register(RecoveryTrial *trial,
                               G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                               G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "keys", fidotool_json_new_array());
  g_autoptr(GList) creds = g_hash_table_get_keys(model->keys);

  fidotool_json_set_text(answer, "rp_id", model->rp_id);
  creds = g_list_sort(creds, (GCompareFunc)strcmp);
  for (GList *l = creds; l != NULL; l = l->next)
    add_key(list, recovery_model_key(model, l->data));
  return answer;
}
static FidotoolJson *
find_statement(const char *digest, void *data)
{
  const RecoveryModel *model = data;
  uint8_t hash[32];

  return fidotool_bytes_unhex(digest, hash, 32)
             ? recovery_model_statement(model, hash, NULL)
             : NULL;
}

static GBytes *
find_policy(const char *digest, void *data)
{
  const RecoveryModel *model = data;
  GBytes *body = NULL;
  uint8_t hash[32];

  if (fidotool_bytes_unhex(digest, hash, 32))
    (void)recovery_store_object(model->store, hash, &body, NULL, NULL);
  return body;
}

FidotoolJson *
recovery_query_policy_list(RecoveryTrial *trial,
                           G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                           G_GNUC_UNUSED GError **error)
{
  RecoveryModel *model = trial->station->model;
  const RecoveryHistorySource source = {find_statement, find_policy, model};
  FidotoolJson *answer = fidotool_json_new_object();

  fidotool_json_set(answer, "policies",
                    recovery_history_write(model->history, &source));
  return answer;
}

FidotoolJson *
recovery_query_policy_version(RecoveryTrial *trial,
                              RecoveryRefusal **ret_refusal, GError **error)
{
  g_autoptr(FidotoolJson) all =
      recovery_query_policy_list(trial, ret_refusal, error);
  const FidotoolJson *list = fidotool_json_get(all, "policies");
  int64_t version = fidotool_json_get_int(trial->request, "version", 0);

  for (size_t i = fidotool_json_size(list); i > 0; i--) {
    const FidotoolJson *row = fidotool_json_at(list, i - 1);
    const char *object = fidotool_json_get_text(row, "object");
    g_autoptr(GBytes) yaml = NULL;
    g_autofree char *text = NULL;
    FidotoolJson *answer;

    if (version > 0 && fidotool_json_get_int(row, "version", 0) != version)
      continue;
    yaml = find_policy(object, trial->station->model);
    if (yaml == NULL)
      break;
    text = g_strndup(g_bytes_get_data(yaml, NULL), g_bytes_get_size(yaml));
    answer = fidotool_json_copy(row);
    fidotool_json_set_text(answer, "text", text);
    return answer;
  }
  *ret_refusal = recovery_refusal_new(
      "policy-unknown", "No policy of this version was in force here.",
      "fidotool policy history shows them.");
  return NULL;
}
