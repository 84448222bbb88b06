/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - what is there to see, and what may happen next. Only the station's
 * status is for everybody. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/time.h"
#include "recovery/format/viewer.h"

static void
set_head(const RecoveryStation *station, FidotoolJson *answer)
{
  uint8_t root[32], genesis[32];

  recovery_record_root(station->record, root);
  fidotool_json_set_int(answer, "size", recovery_record_size(station->record));
  recovery_trial_set_hex(answer, "root", root, 32);
  if (recovery_record_genesis(station->record, genesis))
    recovery_trial_set_hex(answer, "genesis", genesis, 32);
}

static FidotoolJson *
query_status(RecoveryTrial *trial)
{
  const RecoveryStation *station = trial->station;
  const RecoveryModel *model = station->model;
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *roles =
      fidotool_json_set(answer, "roles", fidotool_json_new_array());

  fidotool_json_set_int(answer, "practice", station->config.practice);
  fidotool_json_set_int(answer, "initialised", model->roster != NULL);
  fidotool_json_set_int(answer, "started", model->started);
  set_head(station, answer);
  for (unsigned i = 0; i < trial->session->roles->len; i++) {
    const RecoveryTrialRole *role = g_ptr_array_index(trial->session->roles, i);
    FidotoolJson *row;

    if (role->until_ms <= trial->now.now_ms)
      continue;
    row = fidotool_json_append(roles, fidotool_json_new_object());
    fidotool_json_set_text(row, "person", role->person);
    fidotool_json_set_text(row, "role", role->role);
    recovery_trial_set_time(row, "until", role->until_ms);
  }
  if (model->roster == NULL)
    return answer;
  fidotool_json_set_text(answer, "station", model->station);
  fidotool_json_set_text(answer, "log", model->origin);
  fidotool_json_set_text(answer, "rp_id", model->rp_id);
  fidotool_json_set_text(answer, "origin", model->rp_origin);
  fidotool_json_set_text(answer, "policy_id",
                         recovery_policy_id(model->policy));
  fidotool_json_set_int(answer, "policy_version",
                        recovery_policy_version(model->policy));
  return answer;
}

static FidotoolJson *
case_row(const RecoveryCase *of)
{
  FidotoolJson *row = fidotool_json_new_object();

  fidotool_json_set_text(row, "case", of->id);
  fidotool_json_set_text(row, "op", of->op);
  fidotool_json_set_text(row, "tier", of->tier);
  fidotool_json_set_text(row, "state", recovery_state_name(of->state));
  fidotool_json_set_text(row, "sub", of->sub);
  recovery_trial_set_time(row, "opened", of->opened_ms);
  if (of->slots != NULL) {
    g_autofree char *code = recovery_viewer_short_code(of->digest);

    fidotool_json_set_text(row, "short_code", code);
  }
  return row;
}

static FidotoolJson *
query_cases(RecoveryTrial *trial)
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "cases", fidotool_json_new_array());

  for (unsigned i = 0; i < model->case_ids->len; i++)
    fidotool_json_append(list,
                         case_row(recovery_model_case(
                             model, g_ptr_array_index(model->case_ids, i))));
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

static FidotoolJson *
query_case(RecoveryTrial *trial)
{
  const RecoveryCase *of = trial->of;
  FidotoolJson *answer = case_row(of), *keys;

  fidotool_json_set_text(answer, "agent", of->agent);
  fidotool_json_set_text(answer, "reason", of->reason);
  if (of->lost_at != NULL)
    fidotool_json_set_text(answer, "lost_at", of->lost_at);
  if (of->branch != NULL) {
    fidotool_json_set_text(answer, "branch", of->branch);
    fidotool_json_set_int(answer, "ial", of->ial);
  }
  fidotool_json_set_int(answer, "evidence", of->evidence->len);
  fidotool_json_set_int(answer, "weaker", of->weaker);
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

static FidotoolJson *
query_persons(RecoveryTrial *trial)
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
    add_keys(trial, l->data, person);
    fidotool_json_append(list, person);
  }
  return answer;
}

static FidotoolJson *
query_roster(RecoveryTrial *trial)
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
    g_autoptr(GList) names = g_hash_table_get_keys(model->enrolled);

    names = g_list_sort(names, (GCompareFunc)strcmp);
    for (GList *l = names; l != NULL; l = l->next)
      fidotool_json_append_text(enrolled, l->data);
  }
  return answer;
}

/* Changes of roster and policy that wait for their time. */
static FidotoolJson *
query_changes(RecoveryTrial *trial)
{
  GPtrArray *changes = trial->station->model->changes;
  FidotoolJson *answer = fidotool_json_new_object();
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
  return answer;
}

/* A receipt: the last entry of the case is in the record, and this record is
 * the one the station signs now. */
static FidotoolJson *
query_proof(RecoveryTrial *trial, GError **error)
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
  set_head(station, answer);
  return answer;
}

/* Which acts are open to whom; for the others the rule that refuses. */

static bool
try_act(RecoveryTrial *trial, const RecoveryDeed *deed, const char *person,
        const char *slot, FidotoolJson *row, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) draft = fidotool_json_new_object();
  g_autoptr(RecoveryRefusal) refusal = NULL;
  RecoveryTrial one = {.station = trial->station,
                       .session = trial->session,
                       .now = trial->now,
                       .deed = deed,
                       .roster = trial->roster,
                       .request = request,
                       .draft = draft,
                       .actor = person,
                       .of = trial->of};

  fidotool_json_set_text(request, "act", deed->act);
  if (slot != NULL)
    fidotool_json_set_text(request, "slot", slot);
  /* What the person is still to say does not refuse them. */
  fidotool_json_set_text(request, "contact", "seen");
  fidotool_json_set_text(request, "reason", "lost");
  fidotool_json_set_text(request, "branch", "c");
  fidotool_json_set_int(request, "ial", 1);
  fidotool_json_set_text(request, "type", "passport");
  fidotool_json_set_text(request, "method", "visual");
  one.first = recovery_propose_first(&one);
  fidotool_json_set_text(row, "person", person);
  if (recovery_rule_check(&one, &refusal, error)) {
    fidotool_json_set_int(row, "open", 1);
    return true;
  }
  if (refusal == NULL)
    return false;
  /* A role that is not active yet is no hindrance, only the next step. */
  fidotool_json_set_int(row, "open",
                        strcmp(refusal->rule, "role-not-active") == 0);
  fidotool_json_set_text(row, "rule", refusal->rule);
  fidotool_json_set_text(row, "text", refusal->text);
  fidotool_json_set_text(row, "enough", refusal->enough);
  return true;
}

static bool
add_act(RecoveryTrial *trial, const RecoveryDeed *deed, const char *slot,
        FidotoolJson *list, GError **error)
{
  const RecoveryRoster *roster = trial->station->model->roster;
  FidotoolJson *act = fidotool_json_append(list, fidotool_json_new_object());
  FidotoolJson *persons;
  const char *last = "";

  fidotool_json_set_text(act, "act", deed->act);
  if (slot != NULL)
    fidotool_json_set_text(act, "slot", slot);
  persons = fidotool_json_set(act, "persons", fidotool_json_new_array());
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);

    if (strcmp(row->person, last) == 0)
      continue;
    last = row->person;
    if (!try_act(trial, deed, row->person, slot,
                 fidotool_json_append(persons, fidotool_json_new_object()),
                 error))
      return false;
  }
  return true;
}

static FidotoolJson *
query_acts(RecoveryTrial *trial, GError **error)
{
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "acts", fidotool_json_new_array());
  const RecoveryDeed *deed;

  for (size_t i = 0; (deed = recovery_deed_at(i)) != NULL; i++) {
    bool of_case = g_str_has_prefix(deed->act, "case.") &&
                   strcmp(deed->act, "case.open") != 0;
    char **slot = trial->of == NULL ? NULL : trial->of->slots;

    if (!of_case || trial->of == NULL)
      continue;
    if (strcmp(deed->act, "case.approve") != 0) {
      if (!add_act(trial, deed, NULL, list, error))
        return NULL;
      continue;
    }
    for (; slot != NULL && *slot != NULL; slot++)
      if (!add_act(trial, deed, *slot, list, error))
        return NULL;
  }
  fidotool_json_set_text(answer, "case", trial->of->id);
  fidotool_json_set_text(answer, "state",
                         recovery_state_name(trial->of->state));
  return g_steal_pointer(&answer);
}

static RecoveryRefusal *
refuse(const RecoveryTrial *trial, const char *what)
{
  static const char *const of_case[] = {"case", "acts", "proof"};

  if (trial->station->model->roster == NULL)
    return recovery_refusal_new("state", "This station was not initialised.",
                                "fidotool station init.");
  /* The directory is for those who open cases. */
  if (!recovery_trial_has_role(
          trial, strcmp(what, "persons") == 0 ? "case.start_proofing" : NULL))
    return recovery_refusal_new(
        "role-not-active",
        "Only the station's status is shown without an active role.",
        "Activate a role with your key first.");
  for (size_t i = 0; i < G_N_ELEMENTS(of_case); i++)
    if (strcmp(what, of_case[i]) == 0 && trial->of == NULL)
      return recovery_refusal_new("case-unknown", "There is no such case.",
                                  "fidotool case list shows them.");
  return NULL;
}

FidotoolJson *
recovery_query_run(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                   GError **error)
{
  const char *what = fidotool_json_get_text(trial->request, "what");

  if (what == NULL)
    what = "nothing";
  if (strcmp(what, "status") == 0)
    return query_status(trial);
  *ret_refusal = refuse(trial, what);
  if (*ret_refusal != NULL)
    return NULL;
  if (strcmp(what, "cases") == 0)
    return query_cases(trial);
  if (strcmp(what, "case") == 0)
    return query_case(trial);
  if (strcmp(what, "acts") == 0)
    return query_acts(trial, error);
  if (strcmp(what, "persons") == 0)
    return query_persons(trial);
  if (strcmp(what, "roster") == 0)
    return query_roster(trial);
  if (strcmp(what, "changes") == 0)
    return query_changes(trial);
  if (strcmp(what, "proof") == 0)
    return query_proof(trial, error);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "there is no query \"%s\"", what);
  return NULL;
}
