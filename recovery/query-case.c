/* SPDX-License-Identifier: Apache-2.0 */
/* query-case.c - the cases, one case, and the proof of its last entry. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/checkpoint.h"
#include "recovery/flag.h"
#include "recovery/format/viewer.h"
#include "recovery/query.h"

static FidotoolJson *
case_row(const RecoveryTrial *trial, const RecoveryCase *of, bool notes)
{
  FidotoolJson *row = fidotool_json_new_object();

  fidotool_json_set_text(row, "case", of->id);
  fidotool_json_set_text(row, "op", of->op);
  fidotool_json_set_text(row, "tier", of->tier);
  fidotool_json_set_text(row, "state", recovery_state_name(of->state));
  fidotool_json_set_text(row, "sub", of->sub);
  recovery_trial_set_time(row, "opened", of->opened_ms);
  if (recovery_query_overdue_due(of, trial->now.now_ms) > 0)
    fidotool_json_set_int(row, "overdue", 1);
  recovery_flag_show(trial, of, notes, row);
  if (of->slots != NULL) {
    g_autofree char *code = recovery_viewer_short_code(of->digest);

    fidotool_json_set_text(row, "short_code", code);
  }
  return row;
}

FidotoolJson *
recovery_query_case_list(RecoveryTrial *trial,
                         G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                         G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "cases", fidotool_json_new_array());

  for (unsigned i = 0; i < model->case_ids->len; i++)
    fidotool_json_append(
        list, case_row(trial,
                       recovery_model_case(
                           model, g_ptr_array_index(model->case_ids, i)),
                       false));
  return answer;
}

static void
add_made(const RecoveryCase *of, FidotoolJson *answer)
{
  FidotoolJson *list =
      fidotool_json_set(answer, "made", fidotool_json_new_array());

  for (unsigned i = 0; i < of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(of->made, i);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    recovery_trial_set_hex(row, "cred", made->cred, 32);
    fidotool_json_set_text(row, "aaguid", made->aaguid);
  }
}

static void
add_slots(const RecoveryCase *of, FidotoolJson *answer)
{
  FidotoolJson *list =
      fidotool_json_set(answer, "slots", fidotool_json_new_array());

  for (char **slot = of->slots; slot != NULL && *slot != NULL; slot++) {
    const RecoveryCaseApproval *approval = recovery_case_approval(of, *slot);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    fidotool_json_set_text(row, "slot", *slot);
    if (approval == NULL)
      continue;
    fidotool_json_set_text(row, "person", approval->person);
    fidotool_json_set_text(row, "machine", approval->machine);
    fidotool_json_set_text(row, "contact", approval->contact);
  }
}

FidotoolJson *
recovery_query_case(RecoveryTrial *trial,
                    G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                    G_GNUC_UNUSED GError **error)
{
  const RecoveryCase *of = trial->of;
  FidotoolJson *answer = case_row(trial, of, true), *keys;

  fidotool_json_set_text(answer, "agent", of->agent);
  fidotool_json_set_text(answer, "reason", of->reason);
  if (of->lost_at != NULL)
    fidotool_json_set_text(answer, "lost_at", of->lost_at);
  if (of->branch != NULL) {
    fidotool_json_set_text(answer, "branch", of->branch);
    fidotool_json_set_int(answer, "ial", of->ial);
  }
  fidotool_json_set_int(answer, "evidence", of->evidence->len);
  fidotool_json_set_int(answer, "weaker", recovery_case_is_weaker(of));
  if (of->not_before_ms > 0)
    recovery_trial_set_time(answer, "not_before", of->not_before_ms);
  {
    FidotoolJson *person = recovery_directory_find(trial->station, of->sub);

    if (person != NULL)
      fidotool_json_set(answer, "person", person);
  }
  keys = fidotool_json_set(answer, "reported", fidotool_json_new_array());
  for (unsigned i = 0; i < of->reported->len; i++) {
    g_autofree char *hex =
        fidotool_bytes_hex(g_ptr_array_index(of->reported, i), 32);
    const RecoveryModelKey *key =
        recovery_model_key(trial->station->model, hex);
    FidotoolJson *row = fidotool_json_append(keys, fidotool_json_new_object());

    fidotool_json_set_text(row, "cred", hex);
    fidotool_json_set_text(row, "state", recovery_state_key_name(key->state));
  }
  add_slots(of, answer);
  add_made(of, answer);
  return answer;
}

/* A receipt: the last entry of the case is in the record, and this record is
 * the one the station signs now. */
FidotoolJson *
recovery_query_case_proof(RecoveryTrial *trial,
                          G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                          GError **error)
{
  RecoveryStation *station = trial->station;
  RecoveryCheckpoint head = {0};
  g_autoptr(GByteArray) leaves = NULL, proof = NULL;
  g_autofree char *note = NULL, *text = NULL;
  g_auto(RecoveryStoreEntry) entry = {0};
  FidotoolJson *answer;

  if (!recovery_store_entry(station->store, trial->of->last_seq, &entry, error))
    return NULL;
  g_strlcpy(head.origin, station->model->origin, sizeof(head.origin));
  head.size = (uint64_t)recovery_record_size(station->record);
  recovery_record_root(station->record, head.root);
  leaves = recovery_record_leaves(station->record, (int64_t)head.size, error);
  note =
      leaves == NULL
          ? NULL
          : recovery_checkpoint_make(&head, station->config.station_key, error);
  if (note == NULL)
    return NULL;
  proof = recovery_tree_inclusion(leaves->data, head.size,
                                  (uint64_t)trial->of->last_seq);
  text = recovery_checkpoint_proof((uint64_t)trial->of->last_seq, proof->data,
                                   proof->len, note);
  answer = fidotool_json_new_object();
  fidotool_json_set_text(answer, "case", trial->of->id);
  fidotool_json_set_text(answer, "state",
                         recovery_state_name(trial->of->state));
  fidotool_json_set_int(answer, "seq", trial->of->last_seq);
  fidotool_json_set_text(answer, "proof", text);
  recovery_trial_set_hex(answer, "leaf", entry.leaf, 32);
  {
    g_autofree char *body = g_strndup(g_bytes_get_data(entry.body, NULL),
                                      g_bytes_get_size(entry.body));

    fidotool_json_set_text(answer, "entry", body);
  }
  recovery_query_head(station, answer);
  return answer;
}
