/* SPDX-License-Identifier: Apache-2.0 */
/* query-acts.c - which acts are open to whom and what each wants to know; for
 * the others the rule that refuses. */
#include <string.h>

#include "recovery/member.h"
#include "recovery/query.h"
#include "recovery/rule.h"

/* The credential of a new key is nobody's deed: the key answers. */
#define MADE "case.made"

typedef struct {
  RecoveryTrial *trial;
  const RecoveryDeed *deed;
  const char *slot; /* or NULL */
} Question;

static bool
is_of_case(const RecoveryDeed *deed)
{
  return g_str_has_prefix(deed->act, "case.") &&
         strcmp(deed->act, "case.open") != 0;
}

/* --- what an act takes ---------------------------------------------------- */

static void
add_words(const RecoveryMember *member, FidotoolJson *row)
{
  FidotoolJson *words;
  const char *word;

  if (member->word == NULL)
    return;
  words = fidotool_json_set(row, "words", fidotool_json_new_array());
  for (size_t i = 0; (word = member->word(i)) != NULL; i++)
    fidotool_json_append_text(words, word);
}

static void
add_numbers(const RecoveryMember *member, FidotoolJson *row)
{
  FidotoolJson *numbers;
  int number;

  if (member->number == NULL)
    return;
  numbers = fidotool_json_set(row, "numbers", fidotool_json_new_array());
  for (size_t i = 0; (number = member->number(i)) != 0; i++)
    fidotool_json_append(numbers, fidotool_json_new_int(number));
}

/* name: with "?" behind it where it may miss. */
static const RecoveryMember *
read_member(const char *name, bool *ret_must)
{
  g_autofree char *bare = g_strdup(name);
  size_t len = strlen(bare);

  *ret_must = len == 0 || bare[len - 1] != '?';
  if (!*ret_must)
    bare[len - 1] = '\0';
  return recovery_member_find(bare);
}

static void
add_takes(const RecoveryDeed *deed, FidotoolJson *act)
{
  FidotoolJson *list =
      fidotool_json_set(act, "takes", fidotool_json_new_array());
  g_auto(GStrv) names = g_strsplit(deed->takes, " ", -1);

  for (char **name = names; *name != NULL; name++) {
    bool must;
    const RecoveryMember *member = read_member(*name, &must);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    g_assert(member != NULL); /* a word in deed.c that member.c has not */
    fidotool_json_set_text(row, "name", member->name);
    fidotool_json_set_text(row, "form", recovery_member_form(member));
    fidotool_json_set_int(row, "must", must);
    add_words(member, row);
    add_numbers(member, row);
  }
}

/* --- whether it would be refused ------------------------------------------
 */

/* What the person is still to say does not refuse them: a word that fits. */
static void
fill_sample(const RecoveryTrial *trial, const char *name, FidotoolJson *request)
{
  const FidotoolJson *asked = fidotool_json_get(trial->request, name);
  const RecoveryMember *member;
  bool must;

  member = read_member(name, &must);
  if (asked != NULL)
    fidotool_json_set(request, name, fidotool_json_copy(asked));
  else if (!must)
    return;
  else if (member->word != NULL)
    fidotool_json_set_text(request, name, member->word(0));
  else if (member->number != NULL)
    fidotool_json_set_int(request, name, member->number(0));
  else if (member->form == RECOVERY_MEMBER_ID)
    fidotool_json_set_text(request, name, "any");
}

static FidotoolJson *
new_request(const Question *question, const RecoveryRosterKey *row)
{
  FidotoolJson *request = fidotool_json_new_object();
  g_auto(GStrv) names = g_strsplit(question->deed->takes, " ", -1);

  for (char **name = names; *name != NULL; name++)
    fill_sample(question->trial, *name, request);
  fidotool_json_set_text(request, "act", question->deed->act);
  if (question->slot != NULL)
    fidotool_json_set_text(request, "slot", question->slot);
  /* A role that the person has; which one is theirs to say. */
  if (fidotool_json_get(request, "role") != NULL)
    fidotool_json_set_text(request, "role", row->roles[0]);
  return request;
}

/* Where nothing is known of what the act is about, the person alone is looked
 * at. */
static bool
check(const Question *question, RecoveryTrial *one,
      RecoveryRefusal **ret_refusal, GError **error)
{
  bool whole =
      one->of != NULL ||
      (strcmp(one->deed->act, "case.open") == 0 &&
       fidotool_json_get_text(question->trial->request, "sub") != NULL);

  if (!whole)
    return recovery_rule_check_actor(one, ret_refusal, error);
  one->first = recovery_propose_first(one);
  return recovery_rule_check(one, ret_refusal, error);
}

/* The rules behind "role-not-active", asked as if that role were active: it is
 * no hindrance where they let it through, only the next step. */
static bool
check_with_role(const Question *question, RecoveryTrial *one, char *role,
                RecoveryRefusal **ret_refusal, GError **error)
{
  RecoverySession *own = one->session;
  RecoveryTrialRole active = {
      .person = (char *)one->actor, .role = role, .until_ms = INT64_MAX};
  g_autoptr(GPtrArray) roles = g_ptr_array_new();
  RecoverySession with_role = *own;
  bool ok;

  g_ptr_array_add(roles, &active);
  with_role.roles = roles;
  one->session = &with_role;
  ok = check(question, one, ret_refusal, error);
  one->session = own;
  return ok;
}

static char *
find_role(const RecoveryTrial *one, const RecoveryRosterKey *row)
{
  for (char **role = row->roles; *role != NULL; role++)
    if (recovery_rule_actor_may(one, *role))
      return *role;
  return NULL;
}

/* The person's roles that may do it. */
static void
add_roles(const RecoveryTrial *one, const RecoveryRosterKey *row,
          bool not_active, FidotoolJson *out)
{
  FidotoolJson *roles =
      fidotool_json_set(out, "roles", fidotool_json_new_array());

  for (char **role = row->roles; *role != NULL; role++)
    if (recovery_rule_actor_may(one, *role))
      fidotool_json_append_text(roles, *role);
  /* The role to activate first. */
  if (not_active && fidotool_json_size(roles) > 0)
    fidotool_json_set_text(out, "role",
                           fidotool_json_text(fidotool_json_at(roles, 0)));
}

static bool
try_act(const Question *question, const RecoveryRosterKey *row,
        FidotoolJson *out, GError **error)
{
  const RecoveryTrial *trial = question->trial;
  g_autoptr(FidotoolJson) request = new_request(question, row);
  g_autoptr(FidotoolJson) draft = fidotool_json_new_object();
  g_autoptr(RecoveryRefusal) refusal = NULL;
  RecoveryTrial one = {.station = trial->station,
                       .session = trial->session,
                       .now = trial->now,
                       .deed = question->deed,
                       .roster = trial->roster,
                       .request = request,
                       .draft = draft,
                       .actor = row->person,
                       .of = trial->of};
  g_autoptr(RecoveryRefusal) behind = NULL;
  bool ok = check(question, &one, &refusal, error), not_active;
  char *role;

  if (!ok && refusal == NULL)
    return false;
  not_active = !ok && strcmp(refusal->rule, "role-not-active") == 0;
  role = not_active ? find_role(&one, row) : NULL;
  if (role != NULL && !check_with_role(question, &one, role, &behind, error)) {
    if (behind == NULL)
      return false;
    not_active = false;
    recovery_refusal_free(refusal);
    refusal = g_steal_pointer(&behind);
  }
  fidotool_json_set_text(out, "person", row->person);
  fidotool_json_set_int(out, "open", ok || not_active);
  add_roles(&one, row, not_active, out);
  if (!ok)
    recovery_refusal_write(refusal, out);
  return true;
}

/* --- the answer ------------------------------------------------------------
 */

static FidotoolJson *
add_row(FidotoolJson *list, const char *name, const char *slot, bool is_signed)
{
  FidotoolJson *act = fidotool_json_append(list, fidotool_json_new_object());

  fidotool_json_set_text(act, "act", name);
  fidotool_json_set_int(act, "signed", is_signed);
  if (slot != NULL)
    fidotool_json_set_text(act, "slot", slot);
  return act;
}

static bool
add_act(RecoveryTrial *trial, const RecoveryDeed *deed, const char *slot,
        FidotoolJson *list, GError **error)
{
  const Question question = {trial, deed, slot};
  const RecoveryRoster *roster = trial->station->model->roster;
  FidotoolJson *act = add_row(list, deed->act, slot, deed->fill != NULL);
  FidotoolJson *persons;
  const char *last = "";

  add_takes(deed, act);
  persons = fidotool_json_set(act, "persons", fidotool_json_new_array());
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);

    if (strcmp(row->person, last) == 0 ||
        (trial->actor != NULL && strcmp(row->person, trial->actor) != 0))
      continue;
    last = row->person;
    if (!try_act(&question, row,
                 fidotool_json_append(persons, fidotool_json_new_object()),
                 error))
      return false;
  }
  return true;
}

/* An approval is one act for each slot. */
static bool
add_deed(RecoveryTrial *trial, const RecoveryDeed *deed, FidotoolJson *list,
         GError **error)
{
  char **slot = trial->of == NULL ? NULL : trial->of->slots;

  if (strcmp(deed->act, "case.approve") != 0)
    return add_act(trial, deed, NULL, list, error);
  for (; slot != NULL && *slot != NULL; slot++) {
    if (!add_act(trial, deed, *slot, list, error))
      return false;
    fidotool_json_set_int(fidotool_json_at(list, fidotool_json_size(list) - 1),
                          "read_s", recovery_rule_approval_read_s(trial));
  }
  return true;
}

/* The new key: no person does it, and no statement is signed. */
static void
add_made(RecoveryTrial *trial, FidotoolJson *list)
{
  FidotoolJson *act = add_row(list, MADE, NULL, false);
  g_autoptr(RecoveryRefusal) refusal = recovery_deed_made_refuse(trial);

  fidotool_json_set(act, "takes", fidotool_json_new_array());
  fidotool_json_set(act, "persons", fidotool_json_new_array());
  fidotool_json_set_int(act, "open", refusal == NULL);
  if (refusal != NULL)
    recovery_refusal_write(refusal, act);
}

/* Who asks for one person asks for somebody of the roster. */
static RecoveryRefusal *
refuse(const RecoveryTrial *trial)
{
  bool named = fidotool_json_get(trial->request, "actor") != NULL ||
               fidotool_json_get(trial->request, "cred") != NULL;

  if (fidotool_json_get(trial->request, "case") != NULL && trial->of == NULL)
    return recovery_query_no_case();
  if (named && (trial->actor == NULL ||
                recovery_roster_find_person(trial->station->model->roster,
                                            trial->actor) == NULL))
    return recovery_refusal_new("actor-unknown",
                                "This person is not in the roster.",
                                "Somebody who is.");
  return NULL;
}

FidotoolJson *
recovery_query_acts(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                    GError **error)
{
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "acts", fidotool_json_new_array());
  const RecoveryDeed *deed;

  *ret_refusal = refuse(trial);
  if (*ret_refusal != NULL)
    return NULL;
  for (size_t i = 0; (deed = recovery_deed_at(i)) != NULL; i++)
    if (is_of_case(deed) == (trial->of != NULL) &&
        !add_deed(trial, deed, list, error))
      return NULL;
  if (trial->of == NULL)
    return g_steal_pointer(&answer);
  add_made(trial, list);
  fidotool_json_set_text(answer, "case", trial->of->id);
  fidotool_json_set_text(answer, "state",
                         recovery_state_name(trial->of->state));
  return g_steal_pointer(&answer);
}
