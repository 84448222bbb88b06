/* SPDX-License-Identifier: Apache-2.0 */
/* model-case.c - what each event of a case changes. No rule is asked here: the
 * event happened. */
#include "recovery/model-case.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/time.h"

typedef struct {
  RecoveryModel *model;
  RecoveryCase *of;
  const FidotoolJson *entry;
  const char *act, *actor;
  int64_t t_ms, seq;
} Event;

static bool
damaged(GError **error, const Event *event, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "entry %" G_GINT64_FORMAT " (%s): %s", event->seq, event->act,
              what);
  return false;
}

static bool
digest_of(const FidotoolJson *object, const char *name, uint8_t ret[32])
{
  const char *hex = fidotool_json_get_text(object, name);

  return hex != NULL && fidotool_bytes_unhex(hex, ret, 32);
}

static void
set_text(char **place, const char *text)
{
  g_free(*place);
  *place = g_strdup(text);
}

static void
add_texts(GPtrArray *list, const FidotoolJson *array)
{
  for (size_t i = 0; i < fidotool_json_size(array); i++)
    g_ptr_array_add(list,
                    g_strdup(fidotool_json_text(fidotool_json_at(array, i))));
}

/* The statement that the first signature of the entry is over. */
static FidotoolJson *
statement_of(const Event *event, uint8_t ret_digest[32], GError **error)
{
  if (!digest_of(event->entry, "stmt", ret_digest)) {
    damaged(error, event, "no statement");
    return NULL;
  }
  return recovery_model_statement(event->model, ret_digest, error);
}

static bool
apply_open(Event *event, GError **error)
{
  const FidotoolJson *entry = event->entry;
  const FidotoolJson *creds = fidotool_json_get(entry, "creds");
  RecoveryCase *of = event->of;

  set_text(&of->op, fidotool_json_get_text(entry, "op"));
  set_text(&of->tier, fidotool_json_get_text(entry, "tier"));
  set_text(&of->sub, fidotool_json_get_text(entry, "sub"));
  set_text(&of->agent, event->actor);
  set_text(&of->reason, fidotool_json_get_text(entry, "reason"));
  set_text(&of->lost_at, fidotool_json_get_text(entry, "lost_at"));
  add_texts(of->pii, fidotool_json_get(entry, "pii"));
  for (size_t i = 0; i < fidotool_json_size(creds); i++) {
    uint8_t *cred = g_malloc(32);

    if (!fidotool_bytes_unhex(fidotool_json_text(fidotool_json_at(creds, i)),
                              cred, 32)) {
      g_free(cred);
      return damaged(error, event, "a reported key is no digest");
    }
    g_ptr_array_add(of->reported, cred);
  }
  of->opened_ms = event->t_ms;
  return true;
}

static bool
apply_suspend(Event *event, GError **error)
{
  const RecoveryModelKey *key = recovery_model_key(
      event->model, fidotool_json_get_text(event->entry, "cred"));

  /* One that an earlier case suspended stays so. */
  if (key != NULL && key->state == RECOVERY_KEY_SUSPENDED)
    return true;
  return recovery_model_case_move_key(
      event->model, fidotool_json_get_text(event->entry, "cred"),
      RECOVERY_KEY_SUSPENDED, event->t_ms, event->seq, error);
}

static void
add_verifier(Event *event)
{
  g_hash_table_add(event->of->staff, g_strdup(event->actor));
  g_hash_table_add(event->of->verifiers, g_strdup(event->actor));
}

static bool
apply_proofing(Event *event, G_GNUC_UNUSED GError **error)
{
  set_text(&event->of->branch, fidotool_json_get_text(event->entry, "branch"));
  event->of->ial = fidotool_json_get_int(event->entry, "ial", 0);
  add_verifier(event);
  return true;
}

static bool
apply_evidence(Event *event, G_GNUC_UNUSED GError **error)
{
  g_ptr_array_add(event->of->evidence,
                  g_strdup(fidotool_json_get_text(event->entry, "evidence")));
  add_texts(event->of->pii, fidotool_json_get(event->entry, "pii"));
  add_verifier(event);
  return true;
}

static bool
apply_submit(Event *event, GError **error)
{
  RecoveryCase *of = event->of;
  const FidotoolJson *slots = fidotool_json_get(event->entry, "slots");
  const RecoveryPolicyTier *tier;
  g_autoptr(FidotoolJson) statement = NULL;
  GPtrArray *names = g_ptr_array_new();

  recovery_case_thaw(of);
  for (size_t i = 0; i < fidotool_json_size(slots); i++)
    g_ptr_array_add(names,
                    g_strdup(fidotool_json_text(fidotool_json_at(slots, i))));
  g_ptr_array_add(names, NULL);
  of->slots = (char **)g_ptr_array_free(names, false);
  statement = statement_of(event, of->submit_stmt, error);
  if (statement == NULL)
    return false;
  if (!digest_of(statement, "case_digest", of->digest) ||
      !digest_of(event->entry, "evidence", of->evidence_digest) ||
      !digest_of(event->entry, "policy", of->freeze_policy))
    return damaged(error, event, "digests are missing");
  tier = recovery_policy_standard(event->model->policy);
  of->off_kiosk = tier->off_kiosk;
  of->read_s = tier->read_s;
  of->wait_h = tier->wait_h;
  of->window_h = MAX(tier->restrict_h, tier->contest_h);
  of->check_pct = recovery_policy_document(event->model->policy)
                      ->recovery.routine_check_pct;
  of->submit_seq = event->seq;
  of->frozen_ms = event->t_ms;
  set_text(&of->verifier, event->actor);
  add_verifier(event);
  return true;
}

static bool
retire_pending(Event *event, GError **error)
{
  for (unsigned i = 0; i < event->of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(event->of->made, i);
    g_autofree char *hex = fidotool_bytes_hex(made->cred, 32);
    const RecoveryModelKey *key = recovery_model_key(event->model, hex);

    if (key != NULL && key->state == RECOVERY_KEY_PENDING &&
        !recovery_model_case_move_key(event->model, hex, RECOVERY_KEY_RETIRED,
                                      event->t_ms, event->seq, error))
      return false;
  }
  return true;
}

/* Evidence stays: an amendment adds to it, and the next freeze names it. */
static bool
apply_amend(Event *event, GError **error)
{
  if (!retire_pending(event, error))
    return false;
  recovery_case_thaw(event->of);
  add_texts(event->of->pii, fidotool_json_get(event->entry, "pii"));
  return !event->model->projecting ||
         recovery_store_void_approvals(event->model->store, event->of->id,
                                       event->t_ms / 1000, error);
}

static bool
apply_made(Event *event, GError **error)
{
  RecoveryCaseMade *made = g_new0(RecoveryCaseMade, 1);
  const char *cred = fidotool_json_get_text(event->entry, "cred");
  RecoveryModelKey *key;

  g_ptr_array_add(event->of->made, made);
  if (!digest_of(event->entry, "cred", made->cred) ||
      !digest_of(event->entry, "registration", made->registration) ||
      !digest_of(event->entry, "assertion", made->assertion))
    return damaged(error, event, "digests are missing");
  g_strlcpy(made->aaguid,
            fidotool_json_get_text(event->entry, "aaguid") == NULL
                ? ""
                : fidotool_json_get_text(event->entry, "aaguid"),
            sizeof(made->aaguid));
  made->weaker = fidotool_json_get_int(event->entry, "weaker", 0) == 1;
  if (recovery_model_key(event->model, cred) != NULL)
    return damaged(error, event, "a credential that was here before");
  key = g_new0(RecoveryModelKey, 1);
  memcpy(key->cred, made->cred, 32);
  memcpy(key->registration, made->registration, 32);
  key->has_registration = true;
  key->sub = g_strdup(event->of->sub);
  key->aaguid = g_strdup(made->aaguid);
  g_hash_table_insert(event->model->keys, g_strdup(cred), key);
  return recovery_model_case_move_key(event->model, cred, RECOVERY_KEY_PENDING,
                                      event->t_ms, event->seq, error);
}

static bool
apply_approve(Event *event, GError **error)
{
  RecoveryCaseApproval *approval = g_new0(RecoveryCaseApproval, 1);
  g_autoptr(FidotoolJson) statement = NULL;
  const RecoveryRosterKey *row =
      recovery_roster_find_person(event->model->roster, event->actor);
  RecoveryModelApproval given;
  const char *machine;

  g_ptr_array_add(event->of->approvals, approval);
  statement = statement_of(event, approval->stmt, error);
  if (statement == NULL)
    return false;
  if (row == NULL)
    return damaged(error, event, "an approver who is not in the roster");
  machine = recovery_model_machine(event->model, event->entry, error);
  if (machine == NULL)
    return false;
  set_text(&approval->slot, fidotool_json_get_text(event->entry, "slot"));
  set_text(&approval->person, event->actor);
  set_text(&approval->team, row->team);
  set_text(&approval->machine, machine);
  set_text(&approval->contact, fidotool_json_get_text(statement, "contact"));
  if (event->of->first_approval_ms == 0)
    event->of->first_approval_ms = event->t_ms;
  given = (RecoveryModelApproval){g_intern_string(event->actor), event->t_ms};
  g_array_append_val(event->model->approvals, given);
  return !event->model->projecting ||
         recovery_store_put_approval(event->model->store, event->of->id,
                                     approval->slot, approval->person,
                                     approval->stmt, error);
}

static bool
apply_quorum(Event *event, GError **error)
{
  const char *at = fidotool_json_get_text(event->entry, "not_before");

  if (at == NULL || !recovery_time_read(at, &event->of->not_before_ms))
    return damaged(error, event, "no time");
  event->of->quorum_counted_ms = event->model->counted_ms;
  event->of->weaker = fidotool_json_get_int(event->entry, "weaker", 0) == 1;
  return true;
}

static bool
apply_check(Event *event, G_GNUC_UNUSED GError **error)
{
  set_text(&event->of->checker, event->actor);
  return true;
}

static bool
apply_activate(Event *event, GError **error)
{
  event->of->issued_counted_ms = event->model->counted_ms;
  event->of->issued_ms = event->t_ms;
  return recovery_model_case_move_key(
      event->model, fidotool_json_get_text(event->entry, "cred"),
      RECOVERY_KEY_ACTIVE, event->t_ms, event->seq, error);
}

/* The new keys are suspended by key.suspend, which follows. */
static bool
apply_contest(Event *event, G_GNUC_UNUSED GError **error)
{
  event->of->before_contest = event->of->state;
  return true;
}

static bool
apply_reject(Event *event, G_GNUC_UNUSED GError **error)
{
  event->of->contests_rejected++;
  event->of->quorum_counted_ms = event->model->counted_ms;
  event->of->issued_counted_ms = event->model->counted_ms;
  return true;
}

/* A case that ends without an issue: what was made and never became active is
 * good for nothing. */
static bool
apply_end(Event *event, GError **error)
{
  return retire_pending(event, error);
}

static bool
apply_nothing(G_GNUC_UNUSED Event *event, G_GNUC_UNUSED GError **error)
{
  return true;
}

/* clang-format off */
static const struct {
  const char *act;
  bool (*apply)(Event *event, GError **error);
} events[] = {
  { "case.open", apply_open },
  { "case.suspend_keys", apply_suspend },
  { "case.start_proofing", apply_proofing },
  { "case.add_evidence", apply_evidence },
  { "case.submit", apply_submit },
  { "case.amend", apply_amend },
  { "case.made", apply_made },
  { "case.approve", apply_approve },
  { "case.quorum", apply_quorum },
  { "case.check", apply_check },
  { "case.elapsed", apply_nothing },
  { "case.activate", apply_activate },
  { "case.close", apply_nothing },
  { "case.refuse", apply_end },
  { "case.withdraw", apply_end },
  { "case.expire", apply_end },
  { "case.contest", apply_contest },
  { "case.uphold", apply_end },
  { "case.reject", apply_reject },
};
/* clang-format on */

bool
recovery_model_case_move_key(RecoveryModel *model, const char *cred_hex,
                             RecoveryKeyState to, int64_t at_ms, int64_t seq,
                             GError **error)
{
  RecoveryModelKey *key = recovery_model_key(model, cred_hex);

  if (key == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "entry %" G_GINT64_FORMAT ": no such key", seq);
    return false;
  }
  if (!recovery_state_key_may(key->state, to)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "entry %" G_GINT64_FORMAT ": a key that is %s cannot be %s",
                seq, recovery_state_key_name(key->state),
                recovery_state_key_name(to));
    return false;
  }
  key->state = to;
  key->since_ms = at_ms;
  key->last_seq = seq;
  return true;
}

static void
take_note(const Event *event)
{
  RecoveryCaseNote note = {.act = g_intern_string(event->act),
                           .actor = g_intern_string(event->actor),
                           .at_ms = event->t_ms};

  if (digest_of(event->entry, "note", note.commitment))
    g_array_append_val(event->of->notes, note);
}

static bool
find_case(Event *event, const char *id, GError **error)
{
  if (id == NULL)
    return damaged(error, event, "no case");
  event->of = recovery_model_case(event->model, id);
  if (event->of != NULL)
    return true;
  if (strcmp(event->act, "case.open") != 0)
    return damaged(error, event, "no such case");
  event->of = recovery_case_new(id);
  g_hash_table_insert(event->model->cases, event->of->id, event->of);
  g_ptr_array_add(event->model->case_ids, event->of->id);
  return true;
}

bool
recovery_model_case_apply(RecoveryModel *model, const FidotoolJson *entry,
                          GError **error)
{
  Event event = {.model = model, .entry = entry};
  RecoveryState to, wanted;
  const char *state = fidotool_json_get_text(entry, "state");

  event.act = fidotool_json_get_text(entry, "act");
  event.actor = fidotool_json_get_text(entry, "actor");
  event.seq = fidotool_json_get_int(entry, "seq", -1);
  (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &event.t_ms);
  if (!find_case(&event, fidotool_json_get_text(entry, "case"), error))
    return false;
  if (state == NULL || !recovery_state_read(state, &wanted) ||
      !recovery_state_next(event.of->state, event.act, wanted, &to) ||
      to != wanted)
    return damaged(error, &event, "a step that is in no row");
  for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
    if (strcmp(events[i].act, event.act) == 0) {
      if (!events[i].apply(&event, error))
        return false;
      take_note(&event);
      if (event.of->state != to || strcmp(event.act, "case.reject") == 0)
        event.of->since_ms = event.t_ms;
      event.of->state = to;
      event.of->last_seq = event.seq;
      return true;
    }
  return damaged(error, &event, "not yet");
}
