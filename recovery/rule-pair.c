/* SPDX-License-Identifier: Apache-2.0 */
/* rule-pair.c - acts that two people sign: contests and changes. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_pair_two_people(RecoveryTrial *trial,
                              G_GNUC_UNUSED GError **error)
{
  for (const RecoveryModelProposed *one = trial->first; one != NULL;
       one = one->earlier)
    if (strcmp(one->actor, trial->actor) == 0)
      return recovery_rule_refuse(
          "The same person signed first; two keys are not two people.",
          "Another person signs second.");
  return NULL;
}

/* A contest is decided by a security officer and an approver. */
RecoveryRefusal *
recovery_rule_pair_officer(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
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
  return recovery_rule_refuse(
      "A contest is decided by a security officer and an approver.",
      "A security officer signs too.");
}

RecoveryRefusal *
recovery_rule_pair_not_on_case(RecoveryTrial *trial, GError **error)
{
  RecoveryRefusal *refusal =
      recovery_rule_approval_not_staff_of_case(trial, error);

  if (refusal != NULL)
    return refusal;
  if (!recovery_case_approved_by(trial->of, trial->actor))
    return NULL;
  return recovery_rule_refuse(
      "Who approved a case does not decide the contest of it.",
      "Somebody who had no hand in this case.");
}

/* A change of roster or policy: one of its signatures is made elsewhere. */
RecoveryRefusal *
recovery_rule_pair_change_off_kiosk(RecoveryTrial *trial,
                                    G_GNUC_UNUSED GError **error)
{
  const char *station = trial->station->model->station;

  if (!recovery_deed_change_is_last(trial) ||
      strcmp(trial->machine->id, station) != 0)
    return NULL;
  for (const RecoveryModelProposed *one = trial->first; one != NULL;
       one = one->earlier)
    if (strcmp(one->machine, station) != 0)
      return NULL;
  return recovery_rule_refuse(
      "Both signatures of this change were made on this station.",
      "One of the two signed on another enrolled machine.");
}

/* Each list is worded over the one in force: two that wait would undo one
 * another. */
RecoveryRefusal *
recovery_rule_pair_one_trust(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  for (unsigned i = 0; i < trial->station->model->changes->len; i++) {
    const RecoveryModelChange *change =
        g_ptr_array_index(trial->station->model->changes, i);

    if (strcmp(change->act, "trust.load") == 0)
      return recovery_rule_refuse(
          "Another change of what keys are judged by waits for its time.",
          "Wait for it, or an officer vetoes it.");
  }
  return NULL;
}

RecoveryRefusal *
recovery_rule_pair_trust_follows(RecoveryTrial *trial, GError **error)
{
  const char *line = recovery_trial_text(trial, "trust");
  g_autoptr(RecoveryTrustList) list =
      line == NULL ? NULL : recovery_trust_list_read(line, strlen(line), error);

  if (list == NULL || recovery_trust_list_may_follow(
                          trial->station->model->metadata_numbers, list))
    return NULL;
  return recovery_rule_refuse(
      "These metadata are older than those that were in force here.",
      "The newest; their number never goes back.");
}

/* The roster that is proposed; NULL: none is, or error is set. */
static RecoveryRoster *
read_next(RecoveryTrial *trial, GError **error)
{
  const char *line = recovery_trial_text(trial, "roster");

  return line == NULL ? NULL : recovery_roster_read(line, strlen(line), error);
}

/* One key and one employee belong to one person for ever. */
RecoveryRefusal *
recovery_rule_pair_owners(RecoveryTrial *trial, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  g_autoptr(RecoveryRoster) next = read_next(trial, error);

  for (unsigned i = 0; next != NULL && i < next->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(next->keys, i);
    g_autofree char *key =
        fidotool_bytes_sha256_hex(g_bytes_get_data(row->key_bytes, NULL),
                                  g_bytes_get_size(row->key_bytes));
    const char *holder = g_hash_table_lookup(model->key_owner, key);
    const char *employee =
        g_hash_table_lookup(model->employee_owner, row->employee);

    if ((holder != NULL && strcmp(holder, row->person) != 0) ||
        (employee != NULL && strcmp(employee, row->person) != 0))
      return recovery_rule_refuse(
          "A key or an employee of this roster belongs to another person.",
          "A key of their own for each person; the old one stays theirs.");
  }
  return NULL;
}

static bool
is_another(GHashTable *table, const char *name, const char *value)
{
  const char *known = g_hash_table_lookup(table, name);

  return known != NULL && strcmp(known, value) != 0;
}

/* A person and their subject id belong together for ever; who comes new to the
 * roster stays the subject that the directory knows, so that nobody decides on
 * themselves under another id. */
RecoveryRefusal *
recovery_rule_pair_subjects(RecoveryTrial *trial, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  g_autoptr(RecoveryRoster) next = read_next(trial, error);

  for (unsigned i = 0; next != NULL && i < next->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(next->keys, i);
    g_autofree char *known =
        g_hash_table_contains(model->subject_of, row->person)
            ? NULL
            : recovery_directory_sub(trial->station, row->employee);

    if (is_another(model->subject_of, row->person, row->sub) ||
        is_another(model->subject_owner, row->sub, row->person) ||
        (known != NULL && strcmp(known, row->sub) != 0))
      return recovery_rule_refuse(
          "A person of this roster is another subject than before.",
          "The subject id that the person has; fidotool roster add finds it.");
  }
  return NULL;
}

/* Nobody signs a change that adds, re-keys or promotes themselves. */
RecoveryRefusal *
recovery_rule_pair_not_for_oneself(RecoveryTrial *trial, GError **error)
{
  g_autoptr(RecoveryRoster) next = read_next(trial, error);

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
      return recovery_rule_refuse(
          "Nobody signs a change of their own keys, roles or time.",
          "Two other officers.");
  }
  return NULL;
}
