/* SPDX-License-Identifier: Apache-2.0 */
/* walk-case.c - the cases: each step is a row of the state table, about what
 * was frozen. What a step asks for besides is in walk-step.c. */
#include <string.h>

#include "recovery/audit/walk-parts.h"

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

#define REFUSE(...) recovery_walk_fail(step->error, __VA_ARGS__)

static bool
is_on_case(const RecoveryWalkCase *of, const char *person)
{
  return strcmp(of->opener, person) == 0 ||
         g_hash_table_contains(of->proofers, person);
}

/* clang-format off */
/* Break-glass: its few states are no states of a case. */
static const struct {
  const char *from, *act, *to;
} bg_rows[] = {
  { "",          "bg.open",   "bg_active" },
  { "bg_active", "bg.end",    "bg_review" },
  { "bg_review", "bg.review", "bg_justified" },
  { "bg_review", "bg.review", "bg_violation" },
};
/* clang-format on */

/* The state table */

static bool
has_bg_row(const char *from, const char *act, const char *to)
{
  for (size_t i = 0; i < G_N_ELEMENTS(bg_rows); i++)
    if (strcmp(bg_rows[i].from, from) == 0 &&
        strcmp(bg_rows[i].act, act) == 0 &&
        (to == NULL || strcmp(bg_rows[i].to, to) == 0))
      return true;
  return false;
}

/* There is a row; to NULL: to any state. */
static bool
has_row(const RecoveryWalkCase *of, const char *act, const char *to)
{
  RecoveryState from = RECOVERY_STATE_NONE, wanted = RECOVERY_STATE_NONE, next;

  if (g_str_has_prefix(act, "bg."))
    return has_bg_row(of->state, act, to);
  if (*of->state != '\0' && !recovery_state_read(of->state, &from))
    return false;
  if (strcmp(act, "case.reject") == 0) {
    if (to != NULL && g_strcmp0(of->before, to) != 0)
      return false;
    to = of->before;
  }
  if (to != NULL && !recovery_state_read(to, &wanted))
    return false;
  /* Quorum alone has two ways besides; either shows that there is a row. */
  if (to == NULL && strcmp(act, "case.quorum") == 0)
    wanted = RECOVERY_STATE_WAITING;
  return recovery_state_next(from, act, wanted, &next) &&
         (to == NULL || next == wanted);
}

/* After one rejected contest a code alone changes nothing. */
static bool
is_spent_contest(const RecoveryWalkStep *step)
{
  return strcmp(step->act->name, "case.contest") == 0 && step->of->rejected &&
         strcmp(text_of(step->entry, "method"), "code") == 0;
}

static bool
move_state(RecoveryWalkStep *step)
{
  RecoveryWalkCase *of = step->of;
  const char *to = text_of(step->entry, "state");
  const char *name = text_of(step->entry, "act");

  if (recovery_act_is_proposed(name)) {
    if (strcmp(of->state, to) != 0 || !has_row(of, step->act->name, NULL))
      return REFUSE("%s is not possible in the state %s, or changes it", name,
                    of->state);
    return true;
  }
  if (is_spent_contest(step)) {
    if (strcmp(of->state, to) != 0 || !has_row(of, name, "contested"))
      return REFUSE("a second contest by code changes the state");
    return true;
  }
  if (!has_row(of, name, to))
    return REFUSE("there is no way from %s to %s by %s",
                  *of->state == '\0' ? "nothing" : of->state, to, name);
  if (strcmp(name, "case.contest") == 0) {
    g_free(of->before);
    of->before = g_strdup(of->state);
  }
  g_free(of->state);
  of->state = g_strdup(to);
  return true;
}

/* Common to all steps */

/* The frozen case: its digest is in every statement after the freeze. */
static bool
check_digest(RecoveryWalkStep *step, const FidotoolJson *fields)
{
  const RecoveryWalkCase *of = step->of;
  const char *digest = text_of(fields, "case_digest");

  if (strcmp(text_of(fields, "op"), of->op) != 0 ||
      strcmp(text_of(fields, "sub"), of->sub) != 0)
    return REFUSE("has a statement about another subject or op");
  if (strcmp(step->act->name, "case.submit") == 0)
    return digest != NULL ||
           REFUSE("has a statement without the digest of the case");
  if (g_strcmp0(digest, of->digest) != 0)
    return REFUSE("has a statement about another version of the case");
  return true;
}

/* Acts whose two signers must be of two kinds, one of them an officer. */
static bool
is_pair(const RecoveryWalkStep *step, const RecoveryWalkSigned *officer,
        const RecoveryWalkSigned *other)
{
  if (!recovery_roster_key_has_role(officer->row, "security"))
    return false;
  if (strcmp(step->act->name, "case.hold_off") == 0)
    return recovery_roster_key_has_role(other->row, "auditor");
  if (is_on_case(step->of, other->actor) ||
      g_hash_table_contains(step->of->approvers, other->actor))
    return false;
  for (char **role = other->row->roles; *role != NULL; role++)
    if (recovery_act_role_is_slot(*role))
      return true;
  return false;
}

static bool
check_pair(RecoveryWalkStep *step, const GArray *signers)
{
  static const char *const names[] = {"case.uphold", "case.reject",
                                      "case.hold_off", NULL};
  const RecoveryWalkSigned *a, *b;

  if (signers == NULL || signers->len != 2 ||
      !g_strv_contains(names, step->act->name))
    return true;
  a = &g_array_index(signers, RecoveryWalkSigned, 0);
  b = &g_array_index(signers, RecoveryWalkSigned, 1);
  if (a->row == NULL || b->row == NULL || is_pair(step, a, b) ||
      is_pair(step, b, a))
    return true;
  return REFUSE("is signed by two people of the wrong roles, or who were on "
                "the case");
}

/* Contest and withdrawal: by code, by an active key, or signed. */
static bool
judge_subject(RecoveryWalkStep *step, RecoveryWalkSigned *by)
{
  const char *method = text_of(step->entry, "method");

  if (strcmp(method, "key") == 0)
    return recovery_walk_key_answer(step->walk, step->entry, step->of,
                                    step->error);
  if (strcmp(method, "signed") != 0)
    return true;
  if (!recovery_walk_sign_judge(
          step->walk, step->entry, text_of(step->entry, "actor"),
          text_of(step->entry, "stmt"), fidotool_json_get(step->entry, "asrt"),
          by, step->error))
    return false;
  step->by = by;
  return true;
}

static RecoveryWalkCase *
new_case(const FidotoolJson *entry)
{
  RecoveryWalkCase *of = g_new0(RecoveryWalkCase, 1);
  const FidotoolJson *creds = fidotool_json_get(entry, "creds");
  GHashTable **sets[] = {&of->creds, &of->suspended, &of->proofers,
                         &of->approvers};

  for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
    *sets[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (size_t i = 0; i < fidotool_json_size(creds); i++)
    g_hash_table_add(of->creds,
                     g_strdup(fidotool_json_text(fidotool_json_at(creds, i))));
  of->id = g_strdup(text_of(entry, "case"));
  of->sub = g_strdup(text_of(entry, "sub"));
  of->op = g_strdup(text_of(entry, "op"));
  of->tier = g_strdup(text_of(entry, "tier"));
  of->opener = g_strdup(text_of(entry, "actor"));
  of->opened_seq = fidotool_json_get_int(entry, "seq", 0);
  of->state = g_strdup("");
  of->made = g_ptr_array_new_with_free_func(g_free);
  of->approvals = g_array_new(false, true, sizeof(RecoveryWalkApproval));
  of->issued_ms = -1;
  return of;
}

static void
clear_approval(void *data)
{
  g_free(((RecoveryWalkApproval *)data)->slot);
}

/* The case of the entry; made where the entry opens it. NULL without an error
 * where it may have been opened in an earlier epoch. */
static RecoveryWalkCase *
take_case(RecoveryWalk *walk, const RecoveryAct *act, const FidotoolJson *entry,
          GError **error)
{
  RecoveryWalkCase *of = recovery_walk_find_case(walk, entry);
  bool opens =
      strcmp(act->name, "case.open") == 0 || strcmp(act->name, "bg.open") == 0;

  if (opens && of != NULL) {
    recovery_walk_fail(error, "opens a case again");
    return NULL;
  }
  if (!opens && of == NULL) {
    (void)recovery_walk_unknown(walk, "is about a case that was never opened",
                                error); /* told by
                                           error */
    return NULL;
  }
  if (opens) {
    of = new_case(entry);
    g_array_set_clear_func(of->approvals, clear_approval);
    g_hash_table_insert(walk->cases, g_strdup(of->id), of);
    walk->verdict->cases++;
  }
  return of;
}

static bool
is_unchanged(const FidotoolJson *entry, const char *name, const char *value)
{
  const char *text = text_of(entry, name);

  return text == NULL || g_strcmp0(text, value) == 0;
}

bool
recovery_walk_case_judge(RecoveryWalk *walk, const RecoveryAct *act,
                         const FidotoolJson *entry, GArray *signers,
                         GError **error)
{
  RecoveryWalkStep at_hand = {
      .walk = walk, .act = act, .entry = entry, .error = error};
  RecoveryWalkStep *step = &at_hand;
  RecoveryWalkSigned by;
  g_autofree char *before = NULL;
  GError *reason = NULL;

  if (text_of(entry, "state") == NULL) /* about a case, and no step of it */
    return recovery_walk_find_case(walk, entry) != NULL ||
           recovery_walk_unknown(walk, "is about a case that was never opened",
                                 error);
  step->of = take_case(walk, act, entry, &reason);
  if (reason != NULL) {
    g_propagate_error(error, reason);
    return false;
  }
  if (step->of == NULL)
    return true;
  if (!is_unchanged(entry, "sub", step->of->sub) ||
      !is_unchanged(entry, "op", step->of->op) ||
      !is_unchanged(entry, "tier", step->of->tier))
    return REFUSE("changes the subject, op or tier of the case");
  if (g_str_has_prefix(act->name, "bg.") &&
      fidotool_json_get(entry, "weaker") == NULL)
    return REFUSE("is break-glass and not marked weaker");
  if (strcmp(act->name, "bg.review") == 0 &&
      strcmp(text_of(entry, "actor"), step->of->opener) == 0)
    return REFUSE("is reviewed by the person who used it");
  if (signers != NULL)
    step->by = &g_array_index(signers, RecoveryWalkSigned, signers->len - 1);
  if (act->kind == RECOVERY_ACT_MIXED && !judge_subject(step, &by))
    return false;
  before = g_strdup(step->of->state);
  step->before = before;
  if (!move_state(step))
    return false;
  if (step->by != NULL && step->by->fields != NULL &&
      !check_digest(step, step->by->fields))
    return false;
  if (!recovery_act_is_proposed(text_of(entry, "act")) &&
      !check_pair(step, signers))
    return false;
  return recovery_act_is_proposed(text_of(entry, "act")) ||
         recovery_walk_step_run(step);
}
