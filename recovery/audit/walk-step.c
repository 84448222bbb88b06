/* SPDX-License-Identifier: Apache-2.0 */
/* walk-step.c - what each step of a case asks for beside its row in the state
 * table: one function a step, and a table of them. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/walk-parts.h"
#include "recovery/format/time.h"

#define CONTEST_MS (INT64_C(7) * 86400000)

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

#define REFUSE(...) recovery_walk_fail(step->error, __VA_ARGS__)

static void
add(GHashTable *set, const char *text)
{
  g_hash_table_add(set, g_strdup(text));
}

static bool
is_on_case(const RecoveryWalkCase *of, const char *person)
{
  return strcmp(of->opener, person) == 0 ||
         g_hash_table_contains(of->proofers, person);
}

static bool
is_signer_without(const RecoveryWalkSigned *by, const char *role)
{
  return by != NULL && by->row != NULL &&
         !recovery_roster_key_has_role(by->row, role);
}

/* What approvals name: the credential, or both of them together. */
static char *
find_newkey(const RecoveryWalkCase *of)
{
  uint8_t both[64];

  if (of->made->len == 0)
    return g_strdup("next-at-station");
  if (of->made->len == 1)
    return g_strdup(g_ptr_array_index(of->made, 0));
  for (unsigned i = 0; i < 2; i++)
    fidotool_bytes_unhex(g_ptr_array_index(of->made, i), both + 32 * i, 32);
  return fidotool_bytes_sha256_hex(both, sizeof(both));
}

static const RecoveryWalkApproval *
approval_at(const RecoveryWalkCase *of, unsigned i)
{
  return &g_array_index(of->approvals, RecoveryWalkApproval, i);
}

static bool
has_slot(const RecoveryWalkCase *of, const char *slot)
{
  return of->slots != NULL &&
         g_strv_contains((const char *const *)of->slots, slot);
}

/* The steps before the approvals */

static bool
step_suspend_keys(RecoveryWalkStep *step)
{
  const char *cred = text_of(step->entry, "cred");

  if (!g_hash_table_contains(step->of->creds, cred) ||
      g_hash_table_contains(step->of->suspended, cred))
    return REFUSE("suspends a key that was not reported, or again");
  add(step->of->suspended, cred);
  return true;
}

static bool
note_proofer(RecoveryWalkStep *step)
{
  const char *actor = text_of(step->entry, "actor");

  add(step->of->proofers, actor);
  if (g_strcmp0(step->of->tier, "standard") != 0 &&
      strcmp(step->of->opener, actor) == 0)
    return REFUSE("is done by the person who opened the case");
  return true;
}

static bool
step_start_proofing(RecoveryWalkStep *step)
{
  if (g_hash_table_size(step->of->suspended) !=
      g_hash_table_size(step->of->creds))
    return REFUSE("comes before all reported keys were suspended");
  return note_proofer(step);
}

/* How many of a hundred cases the policy in force has checked. */
static int64_t
find_check_pct(RecoveryWalk *walk)
{
  const RecoveryDocument *document = recovery_walk_policy_document(walk);

  return document == NULL ? 0 : document->recovery.routine_check_pct;
}

static bool
step_submit(RecoveryWalkStep *step)
{
  RecoveryWalkCase *of = step->of;
  const FidotoolJson *slots = fidotool_json_get(step->entry, "slots");
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

  if (!note_proofer(step))
    return false;
  if (g_strcmp0(of->tier, "standard") != 0 &&
      is_signer_without(step->by, "verifier"))
    return REFUSE("is submitted by somebody who is no verifier");
  for (size_t i = 0; i < fidotool_json_size(slots); i++)
    g_strv_builder_add(builder, fidotool_json_text(fidotool_json_at(slots, i)));
  g_strfreev(of->slots);
  of->slots = g_strv_builder_end(builder);
  g_free(of->submit);
  of->submit = g_strdup(text_of(step->entry, "stmt"));
  g_free(of->evidence);
  of->evidence = g_strdup(text_of(step->entry, "evidence"));
  g_free(of->digest);
  of->digest = g_strdup(text_of(step->by->fields, "case_digest"));
  of->check_pct = find_check_pct(step->walk);
  of->submit_seq = step->walk->seq;
  return true;
}

static bool
step_amend(RecoveryWalkStep *step)
{
  RecoveryWalkCase *of = step->of;

  if (!note_proofer(step))
    return false;
  if (g_strcmp0(text_of(step->entry, "target"), of->submit) != 0)
    return REFUSE("voids another submit than the last");
  g_clear_pointer(&of->submit, g_free);
  g_clear_pointer(&of->digest, g_free);
  g_ptr_array_set_size(of->made, 0);
  g_array_set_size(of->approvals, 0);
  return true;
}

static bool
step_made(RecoveryWalkStep *step)
{
  const char *cred = text_of(step->entry, "cred");

  if (step->of->approvals->len > 0 || step->of->made->len == 2 ||
      g_hash_table_contains(step->walk->keys, cred))
    return REFUSE("comes after an approval, or makes a key again");
  g_ptr_array_add(step->of->made, g_strdup(cred));
  if (fidotool_json_get(step->entry, "weaker") != NULL)
    g_hash_table_add(step->walk->restricted, g_strdup(cred));
  return recovery_walk_key_made(step->walk, step->entry, step->of, step->error);
}

/* Approvals */

static bool
check_approver(RecoveryWalkStep *step)
{
  const RecoveryWalkCase *of = step->of;
  const char *actor = text_of(step->entry, "actor");
  const char *slot = text_of(step->entry, "slot");
  const RecoveryRosterKey *row = step->by->row;

  if (is_on_case(of, actor))
    return REFUSE("is an approval by %s, who opened or proofed the case",
                  actor);
  if (!has_slot(of, slot))
    return REFUSE("fills a slot that the case has not");
  if (row != NULL && strcmp(row->sub, of->sub) == 0)
    return REFUSE("is an approval by the subject of the case");
  if (row != NULL && !recovery_roster_key_has_role(row, slot))
    return REFUSE("fills the slot %s without that role", slot);
  return true;
}

/* Against each approval before it: slot, person, team. */
static bool
check_others(RecoveryWalkStep *step)
{
  const RecoveryRosterKey *row = step->by->row;

  /* Two persons never have one key or credential: the rosters are checked
   * over all versions. */
  for (unsigned i = 0; i < step->of->approvals->len; i++) {
    const RecoveryWalkApproval *other = approval_at(step->of, i);
    const RecoveryRosterKey *its = other->by.row;

    if (strcmp(other->slot, text_of(step->entry, "slot")) == 0)
      return REFUSE("fills a slot that is filled");
    if (strcmp(other->by.actor, step->by->actor) == 0)
      return REFUSE("is a second approval by one person");
    if (row != NULL && its != NULL && strcmp(row->team, its->team) == 0)
      return REFUSE("is a second approval from the team %s", row->team);
  }
  return true;
}

static bool
check_approval_statement(RecoveryWalkStep *step)
{
  const RecoveryWalkCase *of = step->of;
  const FidotoolJson *fields = step->by->fields;
  const FidotoolJson *previous = fidotool_json_get(fields, "previous");
  g_autofree char *newkey = find_newkey(of);
  bool exact = fidotool_json_size(previous) == of->approvals->len;

  for (unsigned i = 0; exact && i < of->approvals->len; i++)
    exact = strcmp(fidotool_json_text(fidotool_json_at(previous, i)),
                   approval_at(of, i)->by.digest) == 0;
  if (!exact)
    return REFUSE("has a statement whose previous is not exact");
  if (fidotool_json_get_int(fields, "head_size", 0) <= of->submit_seq)
    return REFUSE("has a statement that is older than the submit");
  if (g_strcmp0(text_of(fields, "evidence"), of->evidence) != 0)
    return REFUSE("has a statement about other evidence");
  if (strcmp(text_of(fields, "newkey"), newkey) != 0)
    return REFUSE("approves another key than the one that was made");
  return true;
}

static bool
step_approve(RecoveryWalkStep *step)
{
  RecoveryWalkApproval approval = {NULL, *step->by};

  if (!check_approver(step) || !check_others(step) ||
      (step->by->fields != NULL && !check_approval_statement(step)))
    return false;
  approval.slot = g_strdup(text_of(step->entry, "slot"));
  g_array_append_val(step->of->approvals, approval);
  add(step->of->approvers, step->by->actor);
  return true;
}

/* Signed by somebody who was not on the case, nor is it theirs. */
static bool
check_outside(RecoveryWalkStep *step)
{
  const char *actor = text_of(step->entry, "actor");
  const RecoveryRosterKey *row = step->by->row;

  if (row != NULL && strcmp(row->sub, step->of->sub) == 0)
    return REFUSE("is signed by the subject of the case");
  if (is_on_case(step->of, actor) ||
      g_hash_table_contains(step->of->approvers, actor))
    return REFUSE("is signed by %s, who was on the case", actor);
  return true;
}

static bool
step_refuse(RecoveryWalkStep *step)
{
  const char *slot = text_of(step->entry, "slot");
  const char *role = slot == NULL ? "security" : slot;

  if (g_strcmp0(text_of(step->entry, "target"), step->of->submit) != 0)
    return REFUSE("refuses another submit than the last");
  if ((strcmp(step->before, "routine_check") == 0) == (slot != NULL))
    return REFUSE("has a slot in the routine check, or none before it");
  if (slot != NULL && !has_slot(step->of, slot))
    return REFUSE("refuses for a slot that is none");
  if (is_signer_without(step->by, role))
    return REFUSE("is refused by somebody without the role %s", role);
  return slot != NULL || check_outside(step);
}

/* What the whole of the approvals must have: a contact with the subject, and a
 * mark where it is a weaker path. */
static bool
check_quorum(RecoveryWalkStep *step)
{
  bool contact = false, here = true;
  bool weaker = fidotool_json_get(step->entry, "weaker") != NULL;
  const char *newkey = NULL;

  for (unsigned i = 0; i < step->of->approvals->len; i++) {
    const RecoveryWalkSigned *by = &approval_at(step->of, i)->by;

    if (by->fields == NULL || by->machine == NULL)
      return true; /* incomplete, and said so */
    contact = contact || strcmp(text_of(by->fields, "contact"), "none") != 0;
    here = here && strcmp(by->machine->id, text_of(by->fields, "station")) == 0;
    newkey = text_of(by->fields, "newkey");
  }
  if (!contact)
    return REFUSE("rests on approvals without any contact with the subject");
  if (here && !weaker)
    return REFUSE("is not marked weaker, though all approvals were signed on "
                  "the station");
  if (g_strcmp0(newkey, "next-at-station") == 0 && !weaker)
    return REFUSE("is not marked weaker, though the key was not made before");
  return true;
}

/* Where every case is checked none goes past it; a draw shows nothing else. */
static bool
check_checked(RecoveryWalkStep *step)
{
  if (strcmp(step->of->state, "waiting") == 0 &&
      (step->of->check_pct == 100 || find_check_pct(step->walk) == 100))
    return REFUSE("goes past the routine check, where the policy checks every "
                  "case");
  return true;
}

static bool
step_check(RecoveryWalkStep *step)
{
  g_free(step->of->checker);
  step->of->checker = g_strdup(text_of(step->entry, "actor"));
  return check_outside(step);
}

static bool
step_quorum(RecoveryWalkStep *step)
{
  RecoveryWalkCase *of = step->of;

  /* Each approval fills a slot of its own: the numbers say the rest. */
  if (of->approvals->len < 2 || of->approvals->len != g_strv_length(of->slots))
    return REFUSE("comes before every slot is filled");
  step->walk->verdict->approved++;
  recovery_time_read(text_of(step->entry, "not_before"), &of->not_before_ms);
  for (unsigned i = 0; i < of->approvals->len; i++)
    g_hash_table_insert(step->walk->in_force,
                        g_strdup(approval_at(of, i)->by.digest),
                        g_strdup_printf("data/approvals/%s/%s.json", of->id,
                                        approval_at(of, i)->slot));
  return check_checked(step) && check_quorum(step);
}

/* After the approvals */

static bool
step_elapsed(RecoveryWalkStep *step)
{
  if (step->walk->now_ms < step->of->not_before_ms)
    return REFUSE("ends the wait before its time");
  return true;
}

static bool
check_release(RecoveryWalkStep *step)
{
  const RecoveryWalkCase *of = step->of;
  const char *actor = text_of(step->entry, "actor");
  g_autofree char *newkey = find_newkey(of);

  if (g_hash_table_contains(of->approvers, actor) ||
      g_hash_table_contains(of->proofers, actor) ||
      (g_strcmp0(of->tier, "privileged") == 0 &&
       strcmp(of->opener, actor) == 0))
    return REFUSE("is released by %s, who was on the case", actor);
  if (g_strcmp0(of->checker, actor) == 0)
    return REFUSE("is released by %s, who passed its routine check", actor);
  if (step->by->fields != NULL &&
      strcmp(text_of(step->by->fields, "newkey"), newkey) != 0)
    return REFUSE("releases another key than the approved one");
  return true;
}

static bool
is_first_made(const RecoveryWalkCase *of, const char *cred)
{
  return of->made->len > 0 && strcmp(g_ptr_array_index(of->made, 0), cred) == 0;
}

/* What was made as a weaker path is issued as one. */
static bool
check_marked(RecoveryWalkStep *step)
{
  if (g_hash_table_contains(step->walk->restricted,
                            text_of(step->entry, "cred")) &&
      fidotool_json_get(step->entry, "weaker") == NULL)
    return REFUSE("is not marked weaker, though the key was made so");
  return true;
}

static bool
step_activate(RecoveryWalkStep *step)
{
  if (!check_release(step))
    return false;
  if (!is_first_made(step->of, text_of(step->entry, "cred")))
    return REFUSE("issues another key than the one that was made and approved");
  if (!check_marked(step))
    return false;
  step->of->issued_ms = step->walk->now_ms;
  return true;
}

static bool
step_bound(RecoveryWalkStep *step)
{
  RecoveryWalkCase *of = step->of;
  const char *cred = text_of(step->entry, "cred");
  bool own = fidotool_json_get(step->entry, "registration") != NULL;

  if (of->made->len > 0 && (own || !is_first_made(of, cred)))
    return REFUSE("issues another key than the one that was made and approved");
  if (!check_marked(step))
    return false;
  if (of->made->len == 0 &&
      (!own || g_hash_table_contains(step->walk->keys, cred)))
    return REFUSE("binds a key without its registration and test, or again");
  if (own && !recovery_walk_key_made(step->walk, step->entry, of, step->error))
    return false;
  g_free(of->bound);
  of->bound = g_strdup(cred);
  of->issued_ms = step->walk->now_ms;
  return true;
}

static bool
step_contest(RecoveryWalkStep *step)
{
  if (strcmp(step->before, "issued") == 0 &&
      step->walk->now_ms - step->of->issued_ms > CONTEST_MS)
    return REFUSE("contests a case more than 7 days after its issue");
  return true;
}

static bool
step_reject(RecoveryWalkStep *step)
{
  step->of->rejected = true;
  return true;
}

static bool
step_close(RecoveryWalkStep *step)
{
  RecoveryWalkCase *of = step->of;
  GHashTableIter iter;
  void *cred;

  if (strcmp(of->op, "recover") != 0 && strcmp(of->op, "replace") != 0)
    return true;
  g_hash_table_iter_init(&iter, of->creds);
  while (g_hash_table_iter_next(&iter, &cred, NULL)) {
    const int64_t *seq = g_hash_table_lookup(step->walk->revoked, cred);

    if (seq == NULL || *seq < of->opened_seq)
      return REFUSE("completes a case whose lost key was not revoked");
  }
  return true;
}

/* What a step asks for beside its row in the state table. */
/* clang-format off */
static const struct {
  const char *act;
  bool (*run)(RecoveryWalkStep *step);
} steps[] = {
  { "case.suspend_keys",   step_suspend_keys },
  { "case.start_proofing", step_start_proofing },
  { "case.add_evidence",   note_proofer },
  { "case.submit",         step_submit },
  { "case.amend",          step_amend },
  { "case.made",           step_made },
  { "case.approve",        step_approve },
  { "case.refuse",         step_refuse },
  { "case.quorum",         step_quorum },
  { "case.check",          step_check },
  { "case.elapsed",        step_elapsed },
  { "case.activate",       step_activate },
  { "case.start_binding",  check_release },
  { "case.bound",          step_bound },
  { "case.contest",        step_contest },
  { "case.reject",         step_reject },
  { "case.close",          step_close },
};
/* clang-format on */

bool
recovery_walk_step_run(RecoveryWalkStep *step)
{
  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
    if (strcmp(steps[i].act, step->act->name) == 0)
      return steps[i].run(step);
  return true;
}
