/* SPDX-License-Identifier: Apache-2.0 */
/* query-people.c - persons of the directory, the roster, its changes. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/statement.h"
#include "recovery/query.h"
#include "recovery/staff-key.h"

static void
add_keys(RecoveryTrial *trial, const char *sub, FidotoolJson *person)
{
  FidotoolJson *list =
      fidotool_json_set(person, "keys", fidotool_json_new_array());
  g_autoptr(GList) names = g_hash_table_get_keys(trial->station->model->keys);

  names = g_list_sort(names, (GCompareFunc)strcmp);
  for (GList *l = names; l != NULL; l = l->next) {
    const RecoveryModelKey *key =
        recovery_model_key(trial->station->model, l->data);
    FidotoolJson *row;

    if (strcmp(key->sub, sub) != 0)
      continue;
    row = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(row, "cred", l->data);
    fidotool_json_set_text(row, "state", recovery_state_key_name(key->state));
    if (key->aaguid != NULL)
      fidotool_json_set_text(row, "aaguid", key->aaguid);
  }
}

FidotoolJson *
recovery_query_people_find(RecoveryTrial *trial,
                           G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                           G_GNUC_UNUSED GError **error)
{
  const char *text = fidotool_json_get_text(trial->request, "text");
  g_autofree char *wanted = g_utf8_casefold(text == NULL ? "" : text, -1);
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "persons", fidotool_json_new_array());
  g_autoptr(GList) subs = g_hash_table_get_keys(trial->station->model->subs);

  subs = g_list_sort(subs, (GCompareFunc)strcmp);
  for (GList *l = subs; l != NULL; l = l->next) {
    FidotoolJson *person = recovery_directory_find(trial->station, l->data);
    const char *name = fidotool_json_get_text(person, "name");
    const char *employee = fidotool_json_get_text(person, "employee");
    g_autofree char *folded = g_utf8_casefold(name == NULL ? "" : name, -1);

    /* Words of the name, or the whole employee number: no long lists. */
    if (person == NULL || *wanted == '\0' ||
        (strstr(folded, wanted) == NULL && g_strcmp0(employee, text) != 0 &&
         strcmp(l->data, text) != 0)) {
      fidotool_json_free(person);
      continue;
    }
    /* For decisions alone. */
    fidotool_json_remove(person, "groups");
    fidotool_json_remove(person, "attributes");
    add_keys(trial, l->data, person);
    fidotool_json_append(list, person);
  }
  return answer;
}

FidotoolJson *
recovery_query_people_columns(RecoveryTrial *trial,
                              G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                              G_GNUC_UNUSED GError **error)
{
  g_autoptr(RecoveryColumns) columns =
      recovery_directory_columns(trial->station);

  return recovery_columns_write(columns);
}

FidotoolJson *
recovery_query_people_roster(RecoveryTrial *trial,
                             G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                             G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *answer = fidotool_json_new_object();
  g_autofree char *line = NULL, *signers = NULL;
  RecoveryRoster *roster = model->roster;

  line = recovery_roster_write(model->roster, NULL, NULL);
  signers = recovery_roster_allowed_signers(&roster, 1);
  fidotool_json_set_text(answer, "roster", line);
  fidotool_json_set_text(answer, "allowed_signers", signers);
  {
    FidotoolJson *enrolled =
        fidotool_json_set(answer, "enrolled", fidotool_json_new_array());

    for (unsigned i = 0; i < roster->keys->len; i++) {
      const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);
      g_autofree char *hex = fidotool_bytes_hex(row->registration, 32);
      g_autofree char *cred = fidotool_bytes_hex(row->cred, 32);

      if (g_hash_table_contains(model->enrolled, hex))
        fidotool_json_append_text(enrolled, cred);
    }
  }
  fidotool_json_set(answer, "newcomers", recovery_staff_key_newcomers(model));
  return answer;
}

/* Another signed after this one. */
static bool
is_followed(const GPtrArray *proposed, const RecoveryModelProposed *one)
{
  for (unsigned i = 0; i < proposed->len; i++)
    if (((const RecoveryModelProposed *)proposed->pdata[i])->earlier == one)
      return true;
  return false;
}

/* Changes that lack a signature, and what was signed. */
static bool
add_proposed(RecoveryTrial *trial, FidotoolJson *answer, GError **error)
{
  GPtrArray *proposed = trial->station->model->proposed;
  FidotoolJson *list =
      fidotool_json_set(answer, "proposed", fidotool_json_new_array());

  for (unsigned i = 0; i < proposed->len; i++) {
    const RecoveryModelProposed *one = g_ptr_array_index(proposed, i);
    g_autoptr(GBytes) body = NULL;
    g_autofree char *text = NULL;
    FidotoolJson *row;
    uint8_t object[32];

    /* A contest is about a case; an exception has a list of its own. */
    if (strcmp(one->act, "exception.grant") == 0 ||
        is_followed(proposed, one) ||
        !fidotool_bytes_unhex(one->about, object, 32) ||
        trial->now.now_ms - one->at_ms > RECOVERY_STATEMENT_PROPOSED_MS)
      continue;
    if (!recovery_store_object(trial->station->store, object, &body, NULL,
                               error))
      return false;
    text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
    row = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(row, "act", one->act);
    fidotool_json_set_text(row, "actor", one->actor);
    fidotool_json_set_int(row, "signatures", one->n);
    fidotool_json_set_text(row, "object", one->about);
    fidotool_json_set_text(row, "text", text);
  }
  return true;
}

/* Changes of roster and policy: those that lack a signature, and those that
 * wait for their time. */
FidotoolJson *
recovery_query_people_changes(RecoveryTrial *trial,
                              G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                              GError **error)
{
  GPtrArray *changes = trial->station->model->changes;
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "changes", fidotool_json_new_array());

  for (unsigned i = 0; i < changes->len; i++) {
    const RecoveryModelChange *change = g_ptr_array_index(changes, i);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    fidotool_json_set_text(row, "act", change->act);
    recovery_trial_set_hex(row, "statement", change->stmt, 32);
    recovery_trial_set_hex(row, "object", change->object, 32);
    recovery_trial_set_time(row, "effect", change->due_ms);
  }
  return add_proposed(trial, answer, error) ? g_steal_pointer(&answer) : NULL;
}

static bool
may_sign(const RecoveryTrial *trial, const RecoveryRosterKey *row)
{
  g_autofree char *hex = fidotool_bytes_hex(row->registration, 32);

  return g_hash_table_contains(trial->station->model->enrolled, hex) &&
         recovery_roster_valid_at(row->valid_after_ms, row->valid_before_ms,
                                  trial->now.now_ms);
}

/* Roles of theirs that are activated with a reason. */
static void
add_reasons(const RecoveryTrial *trial, const RecoveryRosterKey *row,
            FidotoolJson *signer)
{
  FidotoolJson *list =
      fidotool_json_set(signer, "reasons", fidotool_json_new_array());

  for (char **role = row->roles; *role != NULL; role++)
    if (recovery_policy_role_takes_reason(trial->station->model->policy, *role))
      fidotool_json_append_text(list, *role);
}

FidotoolJson *
recovery_query_people_signers(RecoveryTrial *trial,
                              G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                              GError **error)
{
  const RecoveryRoster *roster = trial->station->model->roster;
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "signers", fidotool_json_new_array());

  fidotool_json_set_text(answer, "rp_id", recovery_trial_approval_rp_id(trial));
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);
    FidotoolJson *signer, *roles;

    if (!may_sign(trial, row))
      continue;
    signer = recovery_opening_signer(trial, row, error);
    if (signer == NULL)
      return NULL;
    fidotool_json_append(list, signer);
    roles = fidotool_json_set(signer, "roles", fidotool_json_new_array());
    for (char **role = row->roles; *role != NULL; role++)
      fidotool_json_append_text(roles, *role);
    add_reasons(trial, row, signer);
  }
  return g_steal_pointer(&answer);
}
