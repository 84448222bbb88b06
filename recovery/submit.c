/* SPDX-License-Identifier: Apache-2.0 */
/* submit.c - step three: checked again, recorded, then done. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/statement.h"
#include "recovery/known.h"
#include "recovery/routine-check.h"
#include "recovery/staff-key.h"

#define HOUR_MS INT64_C(3600000)
/* Heartbeat and checkpoint at least this often (ledger, 6). */
#define HEARTBEAT_MS (15 * 60 * INT64_C(1000))

bool
recovery_submit_group(RecoveryTrial *trial,
                      bool (*work)(RecoveryTrial *trial, void *data,
                                   GError **error),
                      void *data, GError **error)
{
  RecoveryStation *station = trial->station;
  g_autofree char *case_id = trial->of == NULL ? NULL : g_strdup(trial->of->id);
  GError *trouble = NULL;

  if (recovery_record_begin(station->record, &trouble)) {
    if (work(trial, data, &trouble) &&
        recovery_record_commit(station->record, &trouble))
      return true;
    recovery_record_rollback(station->record);
  }
  /* The model ran ahead of the record, and after a failed commit nobody knows
   * what is on disk: read it again. */
  g_propagate_prefixed_error(error, trouble,
                             "the record could not be written: ");
  station->broken = !recovery_station_reload(station, NULL);
  trial->of =
      station->broken ? NULL : recovery_model_case(station->model, case_id);
  return false;
}

/* Signed acts */

static void
set_digest(FidotoolJson *array, const uint8_t digest[32])
{
  g_autofree char *hex = fidotool_bytes_hex(digest, 32);

  fidotool_json_append_text(array, hex);
}

static bool
store_signatures(RecoveryTrial *trial, GError **error)
{
  RecoveryStore *store = trial->station->store;
  GBytes *machine_key = trial->machine->key_bytes;
  uint8_t nonce[16], machine[32];

  fidotool_bytes_sha256(g_bytes_get_data(machine_key, NULL),
                        g_bytes_get_size(machine_key), machine);
  (void)fidotool_bytes_unhex(fidotool_json_get_text(trial->statement, "nonce"),
                             nonce, 16); /* its form was read */
  return recovery_store_put_assertion(store, trial->stmt, trial->key->cred,
                                      trial->sig, trial->asrt[0], error) &&
         recovery_store_put_assertion(store, trial->stmt, machine,
                                      trial->machine_sig, trial->asrt[1],
                                      error) &&
         recovery_store_use_nonce(store, nonce, trial->now.now_ms / 1000,
                                  error);
}

static bool
record_signed(RecoveryTrial *trial, G_GNUC_UNUSED void *data, GError **error)
{
  FidotoolJson *entry, *asrt;

  if (!store_signatures(trial, error))
    return false;
  entry = recovery_trial_entry(trial->deed->act, NULL, RECOVERY_STATE_NONE);
  fidotool_json_set_text(entry, "actor", trial->actor);
  recovery_trial_set_hex(entry, "stmt", trial->stmt, 32);
  asrt = fidotool_json_set(entry, "asrt", fidotool_json_new_array());
  set_digest(asrt, trial->asrt[0]);
  set_digest(asrt, trial->asrt[1]);
  return trial->deed->carry_out(trial, entry, error);
}

/* A submission without a machine's signature was made here: the station signs
 * as the machine it is. */
static bool
sign_as_station(RecoveryTrial *trial, GError **error)
{
  g_autofree char *name_space =
      recovery_act_namespace("machine", trial->station->config.practice);
  uint8_t message[64];

  recovery_sshsig_machine_message(trial->line, trial->line_len,
                                  g_bytes_get_data(trial->sig, NULL),
                                  g_bytes_get_size(trial->sig), message);
  trial->machine_sig =
      recovery_sshsig_sign(trial->station->config.machine_key, name_space,
                           message, sizeof(message), error);
  return trial->machine_sig != NULL;
}

bool
recovery_submit_read(RecoveryTrial *trial, const FidotoolJson *request,
                     GError **error)
{
  const char *machine = fidotool_json_get_text(request, "machine_sig");
  const char *info = fidotool_json_get_text(request, "info");

  trial->line = fidotool_json_get_text(request, "statement");
  trial->line_len = strlen(trial->line);
  trial->statement =
      recovery_statement_read(trial->line, trial->line_len, error);
  if (trial->statement == NULL)
    return false;
  trial->submitting = true;
  trial->actor = fidotool_json_get_text(trial->statement, "actor");
  fidotool_bytes_sha256(trial->line, trial->line_len, trial->stmt);
  trial->sig = fidotool_bytes_unbase64(fidotool_json_get_text(request, "sig"));
  trial->info = info == NULL ? NULL : fidotool_bytes_unbase64(info);
  if (trial->sig == NULL ||
      (machine != NULL &&
       (trial->machine_sig = fidotool_bytes_unbase64(machine)) == NULL)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "the signature is missing, or no base64");
    return false;
  }
  return machine != NULL || sign_as_station(trial, error);
}

/* What was asked for is remembered with the nonce; where it was forgotten (a
 * restart), most statements say it all themselves. */
static RecoveryRefusal *
find_request(RecoveryTrial *trial)
{
  static const char *const whole[] = {
      "role.activate", "roster.enrol", "case.approve",     "case.refuse",
      "case.activate", "case.reject",  "case.withdraw",    "case.uphold",
      "case.check",    "change.veto",  "exception.review", "exception.end"};
  const RecoveryPending *pending =
      g_hash_table_lookup(trial->station->pending,
                          fidotool_json_get_text(trial->statement, "nonce"));

  if (pending != NULL) {
    trial->request = pending->request;
    fidotool_json_free(trial->draft);
    trial->draft = fidotool_json_copy(pending->draft);
    return NULL;
  }
  trial->request = trial->statement;
  for (size_t i = 0; i < G_N_ELEMENTS(whole); i++)
    if (strcmp(whole[i], trial->deed->act) == 0)
      return NULL;
  return recovery_refusal_new(
      "statement-unknown",
      "This station does not remember handing out this statement.",
      "Ask for a new statement and sign that.");
}

/* An export is remembered, or it was refused (find_request). */
static void
keep_bundle(RecoveryTrial *trial)
{
  const char *nonce = fidotool_json_get_text(trial->statement, "nonce");
  RecoveryPending *pending =
      g_hash_table_lookup(trial->station->pending, nonce);
  static const struct {
    const char *name, *path;
  } signatures[] = {{"sig", "export.json.sig"},
                    {"machine_sig", "export.json.machine.sig"}};
  g_autofree char *hex = fidotool_bytes_hex(trial->stmt, 32);
  GBytes *blobs[] = {trial->sig, trial->machine_sig};
  g_autoptr(GBytes) statement = g_bytes_new(trial->line, trial->line_len);

  recovery_tar_add(pending->files, "export.json", g_steal_pointer(&statement));
  for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
    char *armour = recovery_sshsig_armour(g_bytes_get_data(blobs[i], NULL),
                                          g_bytes_get_size(blobs[i]));

    recovery_tar_add(pending->files, signatures[i].path,
                     g_bytes_new_take(armour, strlen(armour)));
  }
  g_hash_table_replace(trial->station->bundles, g_steal_pointer(&hex),
                       g_steal_pointer(&pending->files));
}

static bool
submit_signed(RecoveryTrial *trial, const FidotoolJson *request,
              RecoveryRefusal **ret_refusal, GError **error)
{
  const char *nonce;

  if (!recovery_submit_read(trial, request, error))
    return false;
  trial->deed =
      recovery_deed_find(fidotool_json_get_text(trial->statement, "act"));
  if (trial->deed == NULL) {
    *ret_refusal = recovery_refusal_new(
        "not-yet", "This version does not carry out this act.",
        "A later version.");
    return false;
  }
  *ret_refusal = find_request(trial);
  if (*ret_refusal != NULL)
    return false;
  trial->of = recovery_model_case(
      trial->station->model, fidotool_json_get_text(trial->statement, "case"));
  trial->first = recovery_propose_first(trial);
  if (!recovery_propose_ready(trial, ret_refusal, error) ||
      !recovery_rule_check(trial, ret_refusal, error) ||
      !recovery_staff_key_judge_enrol(trial, ret_refusal, error) ||
      !recovery_submit_group(trial, record_signed, NULL, error))
    return false;
  nonce = fidotool_json_get_text(trial->statement, "nonce");
  if (strcmp(trial->deed->act, "role.activate") == 0)
    recovery_deed_staff_activated(trial);
  if (strcmp(trial->deed->act, "export.made") == 0)
    keep_bundle(trial);
  g_hash_table_remove(trial->station->pending, nonce);
  return true;
}

/* Acts in session */

static bool
record_session(RecoveryTrial *trial, G_GNUC_UNUSED void *data, GError **error)
{
  FidotoolJson *entry =
      recovery_trial_entry(trial->deed->act, NULL, RECOVERY_STATE_NONE);

  fidotool_json_set_text(entry, "actor", trial->actor);
  return trial->deed->carry_out(trial, entry, error);
}

static bool
submit_in_session(RecoveryTrial *trial, const FidotoolJson *request,
                  RecoveryRefusal **ret_refusal, GError **error)
{
  trial->deed = recovery_deed_find(fidotool_json_get_text(request, "act"));
  if (trial->deed == NULL || trial->deed->fill != NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "this act needs a signed statement, or does not exist");
    return false;
  }
  trial->submitting = true;
  return recovery_rule_check(trial, ret_refusal, error) &&
         recovery_submit_group(trial, record_session, NULL, error);
}

FidotoolJson *
recovery_submit_run(RecoveryTrial *trial, const FidotoolJson *request,
                    RecoveryRefusal **ret_refusal, GError **error)
{
  const char *act = fidotool_json_get_text(request, "act");
  g_autoptr(FidotoolJson) done = fidotool_json_new_object();
  bool ok;

  trial->request = request;
  trial->note = fidotool_json_get_text(request, "note");
  trial->done = done;
  trial->of = recovery_model_case(trial->station->model,
                                  fidotool_json_get_text(request, "case"));
  if (fidotool_json_get_text(request, "statement") != NULL)
    ok = submit_signed(trial, request, ret_refusal, error);
  else if (g_strcmp0(act, "case.made") == 0)
    ok = recovery_deed_made_submit(trial, request, ret_refusal, error);
  else if (g_strcmp0(act, "roster.key") == 0)
    ok = recovery_staff_key_submit(trial, request, ret_refusal, error);
  else if (g_strcmp0(act, "trust.part") == 0)
    ok = recovery_known_part(trial, request, ret_refusal, error);
  else if (g_strcmp0(act, "case.contest") == 0 ||
           g_strcmp0(act, "case.withdraw") == 0)
    ok = recovery_deed_code_submit(trial, request, ret_refusal, error);
  else
    ok = submit_in_session(trial, request, ret_refusal, error);
  trial->done = NULL;
  if (ok && trial->of != NULL)
    fidotool_json_set_text(done, "case", trial->of->id);
  return ok ? g_steal_pointer(&done) : NULL;
}

/* What follows by itself */

static bool
record_step(RecoveryTrial *trial, void *data, GError **error)
{
  const char *act = data;
  FidotoolJson *entry = recovery_trial_entry(act, NULL, RECOVERY_STATE_NONE);
  g_autoptr(FidotoolJson) taken = entry;

  return recovery_trial_in_case(trial, entry, RECOVERY_STATE_NONE, error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error) &&
         (strcmp(act, "case.expire") != 0 ||
          recovery_effect_notice(trial, trial->of, "expired", error));
}

static bool
record_effect(RecoveryTrial *trial, void *data, GError **error)
{
  return recovery_deed_change_effect(trial, data, error);
}

/* How long a state may last, in hours; 0: as long as it takes (or, of the
 * routine check, as routine-check.h says). */
static int64_t
life_h(RecoveryState state)
{
  switch (state) {
  case RECOVERY_STATE_OPEN:
    return 8;
  case RECOVERY_STATE_PROOFING:
  case RECOVERY_STATE_AWAITING_APPROVAL:
  case RECOVERY_STATE_READY:
    return 24;
  case RECOVERY_STATE_NONE:
  case RECOVERY_STATE_ROUTINE_CHECK:
  case RECOVERY_STATE_WAITING:
  case RECOVERY_STATE_BINDING:
  case RECOVERY_STATE_ISSUED:
  case RECOVERY_STATE_COMPLETED:
  case RECOVERY_STATE_CONTESTED:
  case RECOVERY_STATE_UNDONE:
  case RECOVERY_STATE_REFUSED:
  case RECOVERY_STATE_EXPIRED:
  case RECOVERY_STATE_WITHDRAWN:
    break;
  }
  return 0;
}

/* Keys that were reported are gone from our register. */
static bool
all_revoked(const RecoveryModel *model, const RecoveryCase *of)
{
  for (unsigned i = 0; i < of->reported->len; i++) {
    g_autofree char *hex =
        fidotool_bytes_hex(g_ptr_array_index(of->reported, i), 32);

    if (recovery_model_key(model, hex)->state != RECOVERY_KEY_REVOKED)
      return false;
  }
  return true;
}

/* The next step of a case that time alone brings, or NULL. Every notice has
 * its outcome by now. */
static const char *
due_step(const RecoveryTrial *trial, const RecoveryCase *of)
{
  const RecoveryModel *model = trial->station->model;
  const RecoveryPolicyTier *tier = recovery_policy_standard(model->policy);
  int64_t counted = recovery_model_counted(model, &trial->now);
  int64_t wait_h = MAX(of->wait_h, tier->wait_h);
  int64_t window_h = MAX(of->window_h, MAX(tier->restrict_h, tier->contest_h));
  int64_t hours = life_h(of->state);

  if (of->state == RECOVERY_STATE_WAITING &&
      counted - of->quorum_counted_ms >= wait_h * HOUR_MS &&
      trial->now.now_ms >= of->not_before_ms)
    return "case.elapsed";
  if (of->state == RECOVERY_STATE_ISSUED &&
      counted - of->issued_counted_ms >= window_h * HOUR_MS &&
      all_revoked(model, of))
    return "case.close";
  if ((hours > 0 && trial->now.now_ms - of->since_ms > hours * HOUR_MS) ||
      recovery_routine_check_is_over(of, trial->now.now_ms))
    return "case.expire";
  return NULL;
}

static bool
settle_cases(RecoveryTrial *trial, bool *ret_more, GError **error)
{
  const RecoveryModel *model = trial->station->model;

  for (unsigned i = 0; i < model->case_ids->len; i++) {
    RecoveryCase *of =
        recovery_model_case(model, g_ptr_array_index(model->case_ids, i));
    const char *step = due_step(trial, of);

    if (step == NULL)
      continue;
    trial->of = of;
    *ret_more = true;
    return recovery_submit_group(trial, record_step, (void *)step, error);
  }
  return true;
}

static bool
settle_changes(RecoveryTrial *trial, bool *ret_more, GError **error)
{
  GPtrArray *changes = trial->station->model->changes;

  for (unsigned i = 0; i < changes->len; i++) {
    RecoveryModelChange change =
        *(RecoveryModelChange *)g_ptr_array_index(changes, i);

    if (change.due_ms > trial->now.now_ms)
      continue;
    *ret_more = true;
    return recovery_submit_group(trial, record_effect, &change, error);
  }
  return true;
}

bool
recovery_submit_settle(RecoveryTrial *trial, bool *ret_more, GError **error)
{
  *ret_more = false;
  /* On doubt about the clock waits are not over and nothing expires. */
  if (!trial->station->model->started ||
      trial->now.now_ms < trial->station->model->last_ms - 120000)
    return true;
  if (!recovery_effect_run(trial, error) ||
      !settle_changes(trial, ret_more, error))
    return false;
  if (!*ret_more && !settle_cases(trial, ret_more, error))
    return false;
  if (!*ret_more && !recovery_routine_check_settle(trial, ret_more, error))
    return false;
  return *ret_more || !trial->station->model->checkpoint_due ||
         recovery_submit_checkpoint(trial, NULL, error);
}

static bool
record_checkpoint(RecoveryTrial *trial, void *data, GError **error)
{
  RecoveryStation *station = trial->station;
  int64_t size;
  uint8_t root[32];
  FidotoolJson *entry;
  g_autofree char *note = NULL;

  if (data != NULL &&
      !recovery_trial_append(
          trial, recovery_trial_entry(data, NULL, RECOVERY_STATE_NONE), error))
    return false;
  size = recovery_record_size(station->record);
  recovery_record_root(station->record, root);
  note = recovery_record_checkpoint(station->record,
                                    station->config.station_key, error);
  if (note == NULL)
    return false;
  entry = recovery_trial_entry("checkpoint.made", NULL, RECOVERY_STATE_NONE);
  fidotool_json_set_int(entry, "size", size);
  recovery_trial_set_hex(entry, "root", root, 32);
  return recovery_trial_append(trial, entry, error);
}

bool
recovery_submit_checkpoint(RecoveryTrial *trial, const char *act,
                           GError **error)
{
  return recovery_submit_group(trial, record_checkpoint, (void *)act, error);
}

bool
recovery_submit_heartbeat(RecoveryTrial *trial, GError **error)
{
  const RecoveryModel *model = trial->station->model;

  if (!model->started ||
      trial->now.now_ms - model->last_heartbeat_ms < HEARTBEAT_MS)
    return true;
  return recovery_submit_checkpoint(trial, "heartbeat", error);
}
