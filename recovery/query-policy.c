/* SPDX-License-Identifier: Apache-2.0 */
/* query-policy.c - the policy in force, as it was signed, and the register of
 * keys that it is about: for whoever prints it, looks it over, or compares it
 * with what another system has. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/query.h"

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
