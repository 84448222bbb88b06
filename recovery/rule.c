/* SPDX-License-Identifier: Apache-2.0 */
/* rule.c - every check between a request and the record, one row each. A row
 * that is taken out is a rule that no longer holds: tests/attack shows that a
 * test falls for each. Nothing is decided anywhere else. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"
#include "recovery/format/time.h"
#include "recovery/deed.h"
#include "recovery/rule-import.h"

/* The wall clock may go back this far before it is doubted (governance 6.4). */
#define CLOCK_SLACK_MS (120 * INT64_C(1000))

typedef RecoveryRefusal *(*Check)(RecoveryTrial *trial, GError **error);

/* A refusal; the row adds its id. */
static RecoveryRefusal *
no(const char *text, const char *enough)
{
  return recovery_refusal_new("", text, enough);
}

static const char *
act_of(const RecoveryTrial *trial)
{
  return trial->deed->act;
}

/* The signatures */

static RecoveryRefusal *
check_signature(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  g_autofree char *name_space =
      recovery_act_namespace(act_of(trial), trial->station->config.practice);

  for (unsigned i = 0; i < trial->roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(trial->roster->keys, i);

    if (strcmp(row->person, trial->actor) == 0 &&
        recovery_sshsig_check(g_bytes_get_data(trial->sig, NULL),
                              g_bytes_get_size(trial->sig), &row->key,
                              name_space, trial->line, trial->line_len,
                              &trial->seen, NULL)) {
      trial->key = row;
      return NULL;
    }
  }
  return no("The signature over this statement was not made by a key of the "
            "person it names.",
            "Sign the statement again with the right key.");
}

static RecoveryRefusal *
check_flags(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (recovery_sshsig_flags_ok(trial->seen.flags))
    return NULL;
  return no("The key signed without touch and PIN or fingerprint, or it is a "
            "key that can be copied.",
            "Sign again with touch and PIN, on a device-bound key.");
}

static RecoveryRefusal *
check_key_window(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (recovery_roster_valid_at(trial->key->valid_after_ms,
                               trial->key->valid_before_ms, trial->now.now_ms))
    return NULL;
  return no("The key is outside the time the roster gives it.",
            "Another key of this person, or a change of the roster.");
}

static RecoveryRefusal *
check_counter(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  g_autofree char *hex = fidotool_bytes_hex(trial->key->cred, 32);
  void *last;

  if (!g_hash_table_lookup_extended(trial->station->model->counters, hex, NULL,
                                    &last))
    return NULL;
  if (trial->seen.counter == 0 && GPOINTER_TO_UINT(last) == 0)
    return NULL; /* this key has no counter */
  if (trial->seen.counter > GPOINTER_TO_UINT(last))
    return NULL;
  return no("The key's signature counter went back: it may have been copied.",
            "Stop, keep the key, and tell a security officer.");
}

static RecoveryRefusal *
check_machine(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  g_autofree char *name_space =
      recovery_act_namespace("machine", trial->station->config.practice);
  uint8_t message[64];

  recovery_sshsig_machine_message(trial->line, trial->line_len,
                                  g_bytes_get_data(trial->sig, NULL),
                                  g_bytes_get_size(trial->sig), message);
  for (unsigned i = 0; i < trial->roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(trial->roster->machines, i);
    RecoverySshsigSeen seen;

    if (recovery_sshsig_check(g_bytes_get_data(trial->machine_sig, NULL),
                              g_bytes_get_size(trial->machine_sig),
                              &machine->key, name_space, message,
                              sizeof(message), &seen, NULL)) {
      trial->machine = machine;
      return NULL;
    }
  }
  return no("No machine of the roster signed beside the person.",
            "Sign at this station, or on a machine that is enrolled.");
}

static RecoveryRefusal *
check_machine_window(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (recovery_roster_valid_at(trial->machine->valid_after_ms,
                               trial->machine->valid_before_ms,
                               trial->now.now_ms))
    return NULL;
  return no("The machine is outside the time the roster gives it.",
            "Another enrolled machine, or a change of the roster.");
}

/* The statement */

static RecoveryRefusal *
check_nonce_known(RecoveryTrial *trial, GError **error)
{
  uint8_t nonce[16], stmt[32];
  bool used, found = false;

  if (fidotool_bytes_unhex(fidotool_json_get_text(trial->statement, "nonce"),
                           nonce, 16) &&
      !recovery_store_nonce(trial->station->store, nonce, stmt, &used, &found,
                            error))
    return NULL;
  if (found && memcmp(stmt, trial->stmt, 32) == 0)
    return NULL;
  return no("This station did not hand out this statement, or it was changed.",
            "Ask for a new statement and sign that.");
}

static RecoveryRefusal *
check_nonce_fresh(RecoveryTrial *trial, GError **error)
{
  uint8_t nonce[16], stmt[32];
  bool used = true, found;

  if (fidotool_bytes_unhex(fidotool_json_get_text(trial->statement, "nonce"),
                           nonce, 16) &&
      !recovery_store_nonce(trial->station->store, nonce, stmt, &used, &found,
                            error))
    return NULL;
  if (!used)
    return NULL;
  return no("This statement was handed in before.",
            "Ask for a new statement and sign that.");
}

static RecoveryRefusal *
check_not_expired(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  int64_t exp_ms = 0;

  (void)recovery_time_read(fidotool_json_get_text(trial->statement, "exp"),
                           &exp_ms);
  if (trial->now.now_ms <= exp_ms)
    return NULL;
  return no("The statement is older than 15 minutes.",
            "Ask for a new statement and sign that.");
}

/* A statement says what would happen; is it still so? */
static RecoveryRefusal *
check_unchanged(RecoveryTrial *trial, GError **error)
{
  static const char *const moving[] = {"head_root", "head_size", "iat", "exp",
                                       "nonce"};
  g_autoptr(FidotoolJson) then = fidotool_json_copy(trial->statement);
  g_autoptr(FidotoolJson) now = recovery_propose_statement(trial, error);
  g_autofree char *then_text = NULL, *now_text = NULL;

  if (now == NULL)
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(moving); i++) {
    fidotool_json_remove(then, moving[i]);
    fidotool_json_remove(now, moving[i]);
  }
  then_text = fidotool_json_write(then, NULL);
  now_text = fidotool_json_write(now, NULL);
  if (strcmp(then_text, now_text) == 0)
    return NULL;
  return no("Something changed since this statement was made (the case, "
            "another approval, the policy).",
            "Read the case again, ask for a new statement and sign that.");
}

/* Who and when */

static RecoveryRefusal *
check_clock(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->now.now_ms >= trial->station->model->last_ms - CLOCK_SLACK_MS)
    return NULL;
  return no("The station's clock stands before the last event of its record.",
            "Two officers accept the clock, once it is right.");
}

static RecoveryRefusal *
check_actor(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->actor != NULL &&
      recovery_roster_find_person(trial->station->model->roster,
                                  trial->actor) != NULL)
    return NULL;
  return no("This person is not in the roster.",
            "Somebody who is, or a change of the roster.");
}

static RecoveryRefusal *
check_enrolled(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  for (unsigned i = 0; i < trial->station->model->roster->keys->len; i++) {
    const RecoveryRosterKey *row =
        g_ptr_array_index(trial->station->model->roster->keys, i);
    g_autofree char *hex = fidotool_bytes_hex(row->cred, 32);

    if (strcmp(row->person, trial->actor) != 0 ||
        !g_hash_table_contains(trial->station->model->enrolled, hex))
      continue;
    if (trial->key == NULL || trial->key == row)
      return NULL;
  }
  return no("This key has not proved itself yet.",
            "First run fidotool roster enrol with it.");
}

/* A roster whose keys have not all proved themselves does nothing else. */
static RecoveryRefusal *
check_enrolled_first(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;

  if (model->started)
    return NULL;
  return no("The keys of the first roster have not all been enrolled.",
            "Every person runs fidotool roster enrol with their key.");
}

static bool
role_may(const RecoveryTrial *trial, const char *role)
{
  const char *slot = recovery_trial_text(trial, "slot");

  bool refuse = strcmp(act_of(trial), "case.refuse") == 0;

  if (strcmp(act_of(trial), "case.approve") == 0 || (refuse && slot != NULL))
    return slot != NULL && strcmp(role, slot) == 0 &&
           recovery_act_role_is_slot(role) &&
           recovery_act_role_may(role, act_of(trial));
  /* Who refuses does so for a slot of the case, named or not. */
  if (refuse && trial->of != NULL && trial->of->slots != NULL)
    return g_strv_contains((const char *const *)trial->of->slots, role) &&
           recovery_act_role_may(role, act_of(trial));
  return recovery_act_role_may(role, act_of(trial)) ||
         recovery_act_role_may_in_session(role, act_of(trial));
}

static RecoveryRefusal *
check_role(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);

  for (char **role = row->roles; *role != NULL; role++)
    if (role_may(trial, *role))
      return NULL;
  return no("No role of this person allows this.",
            "Somebody whose role does; fidotool roster show lists them.");
}

static RecoveryRefusal *
check_session(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!trial->deed->in_role)
    return NULL;
  for (unsigned i = 0; i < trial->session->roles->len; i++) {
    const RecoveryTrialRole *role = g_ptr_array_index(trial->session->roles, i);

    if (strcmp(role->person, trial->actor) == 0 &&
        role->until_ms > trial->now.now_ms && role_may(trial, role->role))
      return NULL;
  }
  return no("The role is not active on this connection.",
            "Activate the role with the key first (60 minutes at most).");
}

static RecoveryRefusal *
check_role_held(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);
  const char *role = recovery_trial_text(trial, "role");

  if (role != NULL && recovery_roster_key_has_role(row, role))
    return NULL;
  return no("This person does not hold that role.",
            "A role that the roster gives them.");
}

static RecoveryRefusal *
check_own_registration(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *object = fidotool_json_get_text(trial->statement, "object");
  uint8_t digest[32];

  if (trial->key == NULL ||
      (object != NULL && fidotool_bytes_unhex(object, digest, 32) &&
       memcmp(digest, trial->key->registration, 32) == 0))
    return NULL;
  return no("The key that signed is not the one being enrolled.",
            "Sign with the new key itself.");
}

/* The case */

static RecoveryRefusal *
check_case(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->of != NULL)
    return NULL;
  return no("There is no such case.", "fidotool case list shows them.");
}

static RecoveryRefusal *
check_state(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  RecoveryState from =
      trial->of == NULL ? RECOVERY_STATE_NONE : trial->of->state;
  RecoveryState wanted =
      trial->of == NULL ? RECOVERY_STATE_OPEN : trial->of->before_contest;
  RecoveryState to;
  g_autofree char *text = NULL;

  if (recovery_state_next(from, act_of(trial), wanted, &to))
    return NULL;
  text = g_strdup_printf("A case that is %s has no such step.",
                         recovery_state_name(from));
  return no(text, "fidotool case acts shows what is open now.");
}

static RecoveryRefusal *
check_op(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *op = recovery_trial_text(trial, "op");

  if (op != NULL && strcmp(op, "recover") == 0)
    return NULL;
  return no("Not yet: only op recover is carried out so far.",
            "--op recover, for a key that was lost.");
}

static RecoveryRefusal *
check_subject(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *sub = recovery_trial_text(trial, "sub");

  if (sub != NULL && g_hash_table_contains(trial->station->model->subs, sub))
    return NULL;
  return no("This person is not in the directory of the station.",
            "Find them with fidotool case find; import the directory.");
}

static RecoveryRefusal *
check_one_live_case(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *sub = recovery_trial_text(trial, "sub");

  for (unsigned i = 0; i < trial->station->model->case_ids->len; i++) {
    const RecoveryCase *of = recovery_model_case(
        trial->station->model,
        g_ptr_array_index(trial->station->model->case_ids, i));

    if (strcmp(of->sub, sub) == 0 && recovery_case_is_live(of))
      return no("This person has an open case already.",
                "Go on with that one, or withdraw it.");
  }
  return NULL;
}

/* Reported keys are the subject's, and at least one: otherwise nothing was
 * lost and this is no recovery. */
static RecoveryRefusal *
check_reported(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const FidotoolJson *creds = recovery_deed_case_creds(trial);
  const char *sub = recovery_trial_text(trial, "sub");

  for (size_t i = 0; i < fidotool_json_size(creds); i++) {
    const RecoveryModelKey *key = recovery_model_key(
        trial->station->model, fidotool_json_text(fidotool_json_at(creds, i)));

    if (key == NULL || strcmp(key->sub, sub) != 0 ||
        (key->state != RECOVERY_KEY_ACTIVE &&
         key->state != RECOVERY_KEY_SUSPENDED))
      return no("A reported key is not an active key of this person.",
                "The keys that fidotool case find shows.");
  }
  if (fidotool_json_size(creds) > 0)
    return NULL;
  return no("No key of this person is registered: nothing can be lost.",
            "A first key is an enrolment (not yet).");
}

static RecoveryRefusal *
check_tier(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *sub = recovery_trial_text(trial, "sub");

  if (recovery_roster_find_sub(trial->station->model->roster, sub) != NULL)
    return no("Staff of the roster are privileged, and that tier is not yet "
              "carried out.",
              "A change of the roster gives staff another key.");
  if (fidotool_json_get_int(trial->request, "on_site", 1) != 1)
    return no("The remote tier is not yet carried out.",
              "The person comes to the station.");
  return NULL;
}

static RecoveryRefusal *
check_limit_subject(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  const char *sub = recovery_trial_text(trial, "sub");
  int64_t since = trial->now.now_ms - tier->subject_span_s * 1000, n = 0;

  for (unsigned i = 0; i < trial->station->model->case_ids->len; i++) {
    const RecoveryCase *of = recovery_model_case(
        trial->station->model,
        g_ptr_array_index(trial->station->model->case_ids, i));

    if (strcmp(of->sub, sub) == 0 && of->opened_ms > since)
      n++;
  }
  if (tier->subject_count == 0 || n < tier->subject_count)
    return NULL;
  return no("This person had as many cases as the policy allows.",
            "Wait, or ask a security officer to change the policy.");
}

static RecoveryRefusal *
check_limit_agent(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  int64_t since = trial->now.now_ms - tier->agent_span_s * 1000, n = 0;

  for (unsigned i = 0; i < trial->station->model->case_ids->len; i++) {
    const RecoveryCase *of = recovery_model_case(
        trial->station->model,
        g_ptr_array_index(trial->station->model->case_ids, i));

    if (strcmp(of->agent, trial->actor) == 0 && of->opened_ms > since)
      n++;
  }
  if (tier->agent_count == 0 || n < tier->agent_count)
    return NULL;
  return no("This agent opened as many cases as the policy allows.",
            "Another agent, or wait.");
}

static RecoveryRefusal *
check_limit_approver(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryPolicyTier *tier =
      recovery_policy_standard(trial->station->model->policy);
  int64_t since = trial->now.now_ms - tier->approver_span_s * 1000, n = 0;
  GArray *given = trial->station->model->approvals;

  for (unsigned i = 0; i < given->len; i++) {
    const RecoveryModelApproval *approval =
        &g_array_index(given, RecoveryModelApproval, i);

    if (strcmp(approval->person, trial->actor) == 0 && approval->at_ms > since)
      n++;
  }
  if (tier->approver_count == 0 || n < tier->approver_count)
    return NULL;
  return no("This approver gave as many approvals as the policy allows.",
            "Another approver, or wait.");
}

static RecoveryRefusal *
check_not_subject(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);
  const char *sub =
      trial->of == NULL ? recovery_trial_text(trial, "sub") : trial->of->sub;

  if (sub == NULL || strcmp(row->sub, sub) != 0)
    return NULL;
  return no("Nobody acts as staff in their own case.", "Somebody else.");
}

/* Evidence: N21, N26, N27 of the governance rules. */

typedef enum { CODE, BOUND, FAIR, STRONG, SUPERIOR } Strength;

static bool
strength_of(const char *type, const char *method, Strength *ret_strength)
{
  bool chip = g_strcmp0(method, "chip") == 0;

  if (g_strcmp0(type, "saved-code") == 0 || g_strcmp0(type, "issued-code") == 0)
    *ret_strength = CODE;
  else if (g_strcmp0(type, "bound-authenticator") == 0)
    *ret_strength = BOUND;
  else if (g_strcmp0(type, "driving-licence") == 0)
    *ret_strength = FAIR;
  else if (g_strcmp0(type, "passport") == 0 || g_strcmp0(type, "id-card") == 0)
    *ret_strength = chip ? SUPERIOR : STRONG;
  else
    return false;
  return true;
}

static RecoveryRefusal *
check_evidence_type(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  static const char *const methods[] = {"visual", "chip", "code", "callback"};
  const char *method = recovery_trial_text(trial, "method");
  Strength strength;

  if (strength_of(recovery_trial_text(trial, "type"), method, &strength))
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
      if (g_strcmp0(method, methods[i]) == 0)
        return NULL;
  return no("This is no type of evidence (personal facts and voices are "
            "none), or no method.",
            "passport, id-card, driving-licence, saved-code, issued-code or "
            "bound-authenticator; by visual, chip, code or callback.");
}

/* Strengths of the evidence that was recorded with result ok, counted. */
static bool
count_evidence(RecoveryTrial *trial, int counts[SUPERIOR + 1], bool kinds[2],
               GError **error)
{
  for (unsigned i = 0; i < trial->of->evidence->len; i++) {
    g_autofree char *text = NULL;
    g_autoptr(FidotoolJson) value = NULL;
    const FidotoolJson *piece;
    uint8_t commitment[32], salt[32];
    Strength strength;
    const char *type;

    if (!fidotool_bytes_unhex(g_ptr_array_index(trial->of->evidence, i),
                              commitment, 32))
      continue;
    if (!recovery_vault_open(trial->station->vault, commitment, salt, &text,
                             error))
      return false;
    value = fidotool_json_parse(text, strlen(text), error);
    if (value == NULL)
      return false;
    piece = fidotool_json_get(value, "evidence");
    type = fidotool_json_get_text(piece, "type");
    if (g_strcmp0(fidotool_json_get_text(piece, "result"), "ok") != 0 ||
        !strength_of(type, fidotool_json_get_text(piece, "method"), &strength))
      continue;
    counts[strength]++;
    if (strength == CODE)
      kinds[strcmp(type, "saved-code") == 0] = true;
  }
  return true;
}

static RecoveryRefusal *
check_evidence(RecoveryTrial *trial, GError **error)
{
  int n[SUPERIOR + 1] = {0};
  bool kinds[2] = {false, false}, enough = false;
  const char *branch = trial->of->branch;

  if (!count_evidence(trial, n, kinds, error))
    return NULL;
  if (g_strcmp0(branch, "a") == 0)
    enough = kinds[0] && kinds[1];
  else if (g_strcmp0(branch, "b") == 0)
    enough = n[CODE] >= 1 && n[BOUND] >= 1;
  else if (trial->of->ial <= 1)
    enough = n[FAIR] + n[STRONG] + n[SUPERIOR] >= 1;
  else
    enough =
        n[SUPERIOR] >= 1 || n[STRONG] >= 2 || (n[STRONG] >= 1 && n[FAIR] >= 1);
  if (enough)
    return NULL;
  return no("The evidence does not meet the plan of this case yet.",
            "Branch a: two codes by different methods; b: a code and a bound "
            "authenticator; c: an identity document (at IAL 2: two, or one "
            "read by its chip).");
}

static RecoveryRefusal *
check_plan(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *branch = recovery_trial_text(trial, "branch");
  int64_t ial = fidotool_json_get_int(trial->request, "ial", 0);

  if (branch != NULL && strlen(branch) == 1 && strchr("abc", *branch) != NULL &&
      (ial == 1 || ial == 2))
    return NULL;
  return no("A plan is one of the branches a, b, c at IAL 1 or 2.",
            "--branch c --ial 2 for an identity document.");
}

/* Approvals */

static RecoveryRefusal *
check_slot(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *slot = recovery_trial_text(trial, "slot");

  if (slot == NULL && strcmp(act_of(trial), "case.refuse") == 0)
    return NULL; /* the first that the person fills */
  if (slot != NULL && trial->of->slots != NULL &&
      g_strv_contains((const char *const *)trial->of->slots, slot))
    return NULL;
  return no("This case has no such slot.", "A slot the case names.");
}

static RecoveryRefusal *
check_slot_free(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (recovery_case_approval(trial->of, recovery_trial_text(trial, "slot")) ==
      NULL)
    return NULL;
  return no("This slot is filled already.", "The slot that is still free.");
}

static RecoveryRefusal *
check_made(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->of->made->len > 0)
    return NULL;
  return no("The new key has not made its credential yet.",
            "First fidotool case make, with the person present.");
}

static RecoveryRefusal *
check_not_staff_of_case(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!g_hash_table_contains(trial->of->staff, trial->actor) &&
      strcmp(trial->of->agent, trial->actor) != 0)
    return NULL;
  return no("Who opened, proved or submitted a case does not decide it.",
            "Somebody who had no hand in this case.");
}

static RecoveryRefusal *
check_person_once(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return no("This person approved this case already; two keys are not two "
            "people.",
            "Another person.");
}

static RecoveryRefusal *
check_team(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);

  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);

    if (strcmp(approval->team, row->team) == 0)
      return no("Somebody of the same team approved this case already.",
                "An approver of another team.");
  }
  return NULL;
}

static RecoveryRefusal *
check_contact_word(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  static const char *const words[] = {"seen", "called_back", "none"};
  const char *contact = recovery_trial_text(trial, "contact");

  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_strcmp0(contact, words[i]) == 0)
      return NULL;
  return no("An approver states their own contact with the person.",
            "--contact seen, called_back or none.");
}

/* This approval fills the last slot. */
static bool
is_last(const RecoveryTrial *trial)
{
  return trial->of->approvals->len + 1 >= g_strv_length(trial->of->slots);
}

static RecoveryRefusal *
check_contact(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *contact = recovery_trial_text(trial, "contact");
  bool met = g_strcmp0(contact, "none") != 0;

  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);

    met = met || strcmp(approval->contact, "none") != 0;
  }
  if (met || !is_last(trial))
    return NULL;
  return no("No approver has had contact with the person.",
            "One approver sees them, or calls them back.");
}

static RecoveryRefusal *
check_off_kiosk(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryModel *model = trial->station->model;
  int away = strcmp(trial->machine->id, model->station) != 0;

  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);

    away += strcmp(approval->machine, model->station) != 0;
  }
  if (!is_last(trial) ||
      away >= recovery_policy_standard(model->policy)->off_kiosk)
    return NULL;
  return no("Every approval was signed on this station, whose screen could "
            "have lied.",
            "This approval signed on another enrolled machine, with fidotool "
            "sign.");
}

static RecoveryRefusal *
check_read_time(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  int64_t iat_ms = 0;
  int64_t read_s =
      recovery_policy_standard(trial->station->model->policy)->read_s;

  (void)recovery_time_read(fidotool_json_get_text(trial->statement, "iat"),
                           &iat_ms);
  if (trial->now.now_ms - iat_ms >= read_s * 1000)
    return NULL;
  return no("The case was shown too short a time to be read.",
            "Read it, then sign.");
}

static RecoveryRefusal *
check_reason(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *reason = recovery_trial_text(trial, "reason");

  if (reason != NULL && recovery_jcs_is_id(reason))
    return NULL;
  return no("A reason is missing, or is no reason code.",
            "--reason with a word such as lost, or not-the-person.");
}

/* Release */

static RecoveryRefusal *
check_releaser(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return no("An approver of the case does not release it.", "Somebody else.");
}

static RecoveryRefusal *
check_releaser_verifier(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (!g_hash_table_contains(trial->of->verifiers, trial->actor))
    return NULL;
  return no("Who verified the person does not release the key.",
            "Another releaser.");
}

/* The policy at the freeze: a case is judged by the stricter of the two. */
static RecoveryPolicy *
policy_at_freeze(RecoveryTrial *trial, GError **error)
{
  g_autoptr(GBytes) body = NULL;

  if (!recovery_store_object(trial->station->store, trial->of->freeze_policy,
                             &body, NULL, error))
    return NULL;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "the policy of the freeze is missing");
    return NULL;
  }
  return recovery_policy_read(g_bytes_get_data(body, NULL),
                              g_bytes_get_size(body),
                              trial->station->config.practice, error);
}

static RecoveryRefusal *
check_judged_again(RecoveryTrial *trial, GError **error)
{
  g_autoptr(RecoveryPolicy) then = policy_at_freeze(trial, error);
  const RecoveryPolicy *now = trial->station->model->policy;
  int64_t at_s = trial->now.now_ms / 1000;

  if (then == NULL)
    return NULL;
  for (unsigned i = 0; i < trial->of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(trial->of->made, i);
    g_autoptr(RecoveryJudging) judging = NULL;
    RecoveryRefusal *refusal = NULL;

    judging = recovery_judging_again(trial->station, made->registration, at_s,
                                     &refusal, error);
    if (judging == NULL)
      return refusal;
    refusal = recovery_policy_issue(now, recovery_policy_standard(now),
                                    &judging->facts, at_s);
    if (refusal == NULL)
      refusal = recovery_policy_issue(then, recovery_policy_standard(then),
                                      &judging->facts, at_s);
    if (refusal != NULL)
      return refusal;
  }
  return NULL;
}

/* Every approval carries the head of the record as it was: still so? */
static RecoveryRefusal *
check_anchors(RecoveryTrial *trial, GError **error)
{
  for (unsigned i = 0; i < trial->of->approvals->len; i++) {
    const RecoveryCaseApproval *approval =
        g_ptr_array_index(trial->of->approvals, i);
    g_autoptr(FidotoolJson) statement =
        recovery_model_statement(trial->station->model, approval->stmt, error);
    uint8_t then[32], now[32];

    if (statement == NULL ||
        !recovery_record_root_at(
            trial->station->record,
            fidotool_json_get_int(statement, "head_size", -1), now, error))
      return NULL;
    if (!fidotool_bytes_unhex(fidotool_json_get_text(statement, "head_root"),
                              then, 32) ||
        memcmp(then, now, 32) != 0)
      return no("The record is not the one that was approved.",
                "Stop, and tell a security officer and the auditor.");
  }
  return NULL;
}

/* Two signatures */

static RecoveryRefusal *
check_two_people(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->first == NULL || strcmp(trial->first->actor, trial->actor) != 0)
    return NULL;
  return no("The same person signed first; two keys are not two people.",
            "Another person signs second.");
}

/* A contest is decided by a security officer and an approver. */
static RecoveryRefusal *
check_pair(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const RecoveryRosterKey *one, *two;
  bool officer;

  if (trial->first == NULL)
    return NULL;
  one = recovery_roster_find_person(trial->station->model->roster,
                                    trial->first->actor);
  two =
      recovery_roster_find_person(trial->station->model->roster, trial->actor);
  officer = (one != NULL && recovery_roster_key_has_role(one, "security")) ||
            recovery_roster_key_has_role(two, "security");
  if (officer)
    return NULL;
  return no("A contest is decided by a security officer and an approver.",
            "A security officer signs too.");
}

static RecoveryRefusal *
check_not_on_case(RecoveryTrial *trial, GError **error)
{
  RecoveryRefusal *refusal = check_not_staff_of_case(trial, error);

  if (refusal != NULL)
    return refusal;
  if (!recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return no("Who approved a case does not decide the contest of it.",
            "Somebody who had no hand in this case.");
}

/* A change of roster or policy: one of its two signatures is made elsewhere. */
static RecoveryRefusal *
check_change_off_kiosk(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  const char *station = trial->station->model->station;

  if (trial->first == NULL || strcmp(trial->machine->id, station) != 0)
    return NULL;
  if (strcmp(trial->first->machine, station) != 0)
    return NULL;
  return no("Both signatures of this change were made on this station.",
            "One of the two signed on another enrolled machine.");
}

/* Nobody signs a change that adds, re-keys or promotes themselves. */
static RecoveryRefusal *
check_not_for_oneself(RecoveryTrial *trial, GError **error)
{
  const char *line = recovery_trial_text(trial, "roster");
  g_autoptr(RecoveryRoster) next = NULL;

  if (line != NULL)
    next = recovery_roster_read(line, strlen(line), error);
  if (next == NULL)
    return NULL;
  for (unsigned i = 0; i < next->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(next->keys, i);
    const RecoveryRosterKey *old;

    if (strcmp(row->person, trial->actor) != 0)
      continue;
    old = recovery_roster_find_cred(trial->station->model->roster, row->cred);
    if (old == NULL || row->valid_before_ms > old->valid_before_ms ||
        row->valid_after_ms < old->valid_after_ms ||
        !g_strv_equal((const char *const *)row->roles,
                      (const char *const *)old->roles))
      return no("Nobody signs a change of their own keys, roles or time.",
                "Two other officers.");
  }
  return NULL;
}

enum { ALWAYS = 1, AT_SUBMIT = 2, SIGNED = 4 };

#define DECIDES "case.uphold case.reject"
#define CHANGES "roster.change roster.machine policy.load"
#define STAFF_STEPS                                                            \
  "case.start_proofing case.add_evidence case.submit case.amend"

/* Every rule there is, in the order they are asked. acts: NULL for all.
 * SIGNED: about the two signatures over a statement, when it is handed in. */
/* clang-format off */
static const struct {
  const char *id;
  int when;
  const char *acts;
  Check check;
} rules[] = {
  { "clock", ALWAYS, NULL, check_clock },
  { "actor-unknown", ALWAYS, NULL, check_actor },
  { "enrol-first", ALWAYS, "!roster.enrol", check_enrolled_first },
  { "statement-unknown", AT_SUBMIT, NULL, check_nonce_known },
  { "statement-replayed", AT_SUBMIT, NULL, check_nonce_fresh },
  { "statement-expired", AT_SUBMIT, NULL, check_not_expired },
  { "signature", SIGNED, NULL, check_signature },
  { "user-verification", SIGNED, NULL, check_flags },
  { "key-expired", SIGNED, NULL, check_key_window },
  { "counter", SIGNED, NULL, check_counter },
  { "machine", SIGNED, NULL, check_machine },
  { "machine-expired", SIGNED, NULL, check_machine_window },
  { "key-not-enrolled", ALWAYS, "!roster.enrol", check_enrolled },
  { "other-key", AT_SUBMIT, "roster.enrol", check_own_registration },
  { "case-unknown", ALWAYS, "case.* !case.open", check_case },
  { "role", ALWAYS, "!role.activate !roster.enrol", check_role },
  { "role", ALWAYS, "role.activate", check_role_held },
  { "role-not-active", ALWAYS, NULL, check_session },
  { "import-owner", ALWAYS, "key.import", recovery_rule_import_owner },
  { "import-keys-once", ALWAYS, "key.import", recovery_rule_import_once },
  { "not-yet", ALWAYS, "case.open", check_op },
  { "subject-unknown", ALWAYS, "case.open", check_subject },
  { "own-case", ALWAYS, "case.open case.approve case.refuse case.activate " STAFF_STEPS " " DECIDES, check_not_subject },
  { "tier", ALWAYS, "case.open", check_tier },
  { "case-open-already", ALWAYS, "case.open", check_one_live_case },
  { "reported-keys", ALWAYS, "case.open", check_reported },
  { "reason", ALWAYS, "case.open case.refuse", check_reason },
  { "limit-subject", ALWAYS, "case.open", check_limit_subject },
  { "limit-agent", ALWAYS, "case.open", check_limit_agent },
  { "state", ALWAYS, "case.*", check_state },
  { "plan", ALWAYS, "case.start_proofing", check_plan },
  { "evidence-type", ALWAYS, "case.add_evidence", check_evidence_type },
  { "evidence", ALWAYS, "case.submit", check_evidence },
  { "slot", ALWAYS, "case.approve case.refuse", check_slot },
  { "next-at-station-not-yet", ALWAYS, "case.approve case.activate", check_made },
  { "own-work", ALWAYS, "case.approve case.refuse", check_not_staff_of_case },
  { "one-person", ALWAYS, "case.approve", check_person_once },
  { "slot-filled", ALWAYS, "case.approve", check_slot_free },
  { "same-team", ALWAYS, "case.approve", check_team },
  { "contact-word", ALWAYS, "case.approve", check_contact_word },
  { "contact", ALWAYS, "case.approve", check_contact },
  { "limit-approver", ALWAYS, "case.approve", check_limit_approver },
  { "read-time", AT_SUBMIT, "case.approve", check_read_time },
  { "off-kiosk", AT_SUBMIT, "case.approve", check_off_kiosk },
  { "releaser-approved", ALWAYS, "case.activate", check_releaser },
  { "releaser-verified", ALWAYS, "case.activate", check_releaser_verifier },
  { "judged-again", ALWAYS, "case.activate", check_judged_again },
  { "anchors", ALWAYS, "case.activate", check_anchors },
  { "not-on-case", ALWAYS, DECIDES, check_not_on_case },
  { "two-people", ALWAYS, DECIDES " " CHANGES, check_two_people },
  { "officer-and-approver", ALWAYS, DECIDES, check_pair },
  { "not-for-oneself", ALWAYS, "roster.change roster.machine", check_not_for_oneself },
  { "change-off-kiosk", AT_SUBMIT, CHANGES, check_change_off_kiosk },
  { "changed", AT_SUBMIT, NULL, check_unchanged },
};
/* clang-format on */

static bool
word_fits(const char *word, const char *act)
{
  size_t len = strlen(word);

  if (len > 0 && word[len - 1] == '*')
    return strncmp(word, act, len - 1) == 0;
  return strcmp(word, act) == 0;
}

/* "a b c.*": one of them; "!a": all but a; both: one of them, and not a. */
static bool
row_applies(const char *acts, const char *act)
{
  g_auto(GStrv) words = NULL;
  bool named = false, any = true;

  if (acts == NULL)
    return true;
  words = g_strsplit(acts, " ", -1);
  for (char **word = words; *word != NULL; word++) {
    if (**word == '!') {
      if (word_fits(*word + 1, act))
        return false;
      continue;
    }
    any = false;
    named = named || word_fits(*word, act);
  }
  return any || named;
}

static bool
run_rows(RecoveryTrial *trial, int when, RecoveryRefusal **ret_refusal,
         GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
    g_autoptr(GError) trouble = NULL;
    RecoveryRefusal *refusal;

    if ((rules[i].when & when) == 0 ||
        !row_applies(rules[i].acts, act_of(trial)))
      continue;
    refusal = rules[i].check(trial, &trouble);
    if (trouble != NULL) {
      recovery_refusal_free(refusal);
      g_propagate_error(error, g_steal_pointer(&trouble));
      return false;
    }
    if (refusal != NULL) {
      /* A refusal of the policy keeps the policy's own rule. */
      if (*refusal->rule == '\0') {
        g_free(refusal->rule);
        refusal->rule = g_strdup(rules[i].id);
      }
      *ret_refusal = refusal;
      return false;
    }
  }
  return true;
}

bool
recovery_rule_check(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                    GError **error)
{
  int when = ALWAYS;

  if (trial->submitting && trial->statement != NULL)
    when |= AT_SUBMIT | SIGNED;
  return run_rows(trial, when, ret_refusal, error);
}

bool
recovery_rule_check_signatures(RecoveryTrial *trial,
                               RecoveryRefusal **ret_refusal, GError **error)
{
  return run_rows(trial, SIGNED, ret_refusal, error);
}
