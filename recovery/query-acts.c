/* SPDX-License-Identifier: Apache-2.0 */
/* query-acts.c - which acts are open to whom; for the others the rule that
 * refuses. */
#include <string.h>

#include "recovery/query.h"

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

FidotoolJson *
recovery_query_acts(RecoveryTrial *trial,
                    G_GNUC_UNUSED RecoveryRefusal **ret_refusal, GError **error)
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
