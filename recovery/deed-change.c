/* SPDX-License-Identifier: Apache-2.0 */
/* deed-change.c - changes of roster, policy and trust: two signatures, then a
 * day in which any officer may veto what loosens. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/staff-key.h"

/* Those that were signed before, in order. */
static void
append_previous(FidotoolJson *previous, const RecoveryModelProposed *last)
{
  g_autofree char *hex = NULL;

  if (last == NULL)
    return;
  append_previous(previous, last->earlier);
  hex = fidotool_bytes_hex(last->stmt, 32);
  fidotool_json_append_text(previous, hex);
}

bool
recovery_deed_change_fill_two(RecoveryTrial *trial, FidotoolJson *statement,
                              const char *text)
{
  FidotoolJson *previous = fidotool_json_new_array();
  g_autofree char *digest = fidotool_bytes_sha256_hex(text, strlen(text));

  fidotool_json_set_text(trial->draft, "object", text);
  fidotool_json_set_text(statement, "object", digest);
  fidotool_json_set(statement, "previous", previous);
  append_previous(previous, trial->first);
  return true;
}

bool
recovery_deed_change_is_last(const RecoveryTrial *trial)
{
  const RecoveryAct *act = recovery_act_find(trial->deed->act);

  return trial->first != NULL && trial->first->n + 1 == act->signatures;
}

/* This very key, with this registration, stood in a roster before: it was
 * judged then. */
static bool
was_judged(const RecoveryModel *model, const RecoveryRosterKey *row)
{
  for (unsigned i = 0; i < model->rosters->len; i++) {
    GBytes *line = g_ptr_array_index(model->rosters, i);
    g_autoptr(RecoveryRoster) roster = recovery_roster_read(
        g_bytes_get_data(line, NULL), g_bytes_get_size(line), NULL);
    const RecoveryRosterKey *was =
        roster == NULL ? NULL : recovery_roster_find_cred(roster, row->cred);

    if (was != NULL && g_bytes_equal(was->key_bytes, row->key_bytes) &&
        memcmp(was->registration, row->registration, 32) == 0)
      return true;
  }
  return false;
}

/* Every key of a new roster stood in one before, or has proved itself here and
 * is judged again; its credential id is remembered for the draft. */
static bool
check_registrations(RecoveryTrial *trial, const RecoveryRoster *roster,
                    GError **error)
{
  FidotoolJson *ids =
      fidotool_json_set(trial->draft, "ids", fidotool_json_new_object());

  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);
    g_autofree char *hex = NULL, *id = NULL;

    if (was_judged(trial->station->model, row))
      continue;
    if (!recovery_staff_key_check(trial, row, &id, error))
      return false;
    hex = fidotool_bytes_hex(row->cred, 32);
    fidotool_json_set_text(ids, hex, id);
  }
  return true;
}

/* The credential ids of new keys, for whoever signs with them. */
static bool
keep_ids(RecoveryTrial *trial, GError **error)
{
  const FidotoolJson *ids = fidotool_json_get(trial->draft, "ids");
  const char *line = fidotool_json_get_text(trial->draft, "roster");
  g_autoptr(RecoveryRoster) roster = NULL;

  if (fidotool_json_size(ids) == 0)
    return true;
  roster = recovery_roster_read(line, strlen(line), error);
  for (unsigned i = 0; roster != NULL && i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);
    g_autofree char *hex = fidotool_bytes_hex(row->cred, 32);
    const char *id = fidotool_json_get_text(ids, hex);

    if (id != NULL &&
        !recovery_vault_keep(trial->station->vault, row->sub, row->cred, id,
                             row->valid_before_ms / 1000, error))
      return false;
  }
  return roster != NULL;
}

bool
recovery_deed_change_fill_roster(RecoveryTrial *trial, FidotoolJson *statement,
                                 GError **error)
{
  const char *line = recovery_trial_text(trial, "roster");
  g_autoptr(RecoveryRoster) roster = NULL;

  if (line == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "a change of the roster needs the whole new roster");
    return false;
  }
  roster = recovery_roster_read(line, strlen(line), error);
  if (roster == NULL || !check_registrations(trial, roster, error))
    return false;
  if (strcmp(roster->station, trial->station->model->station) != 0 ||
      recovery_roster_is_practice(roster) != trial->station->config.practice ||
      recovery_roster_find_machine(roster, roster->station) == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "the new roster is not one of this station");
    return false;
  }
  /* When it is handed in, the draft has it already: line is that very text. */
  if (fidotool_json_get_text(trial->draft, "roster") == NULL)
    fidotool_json_set_text(trial->draft, "roster", line);
  return recovery_deed_change_fill_two(trial, statement, line);
}

bool
recovery_deed_change_fill_trust(RecoveryTrial *trial, FidotoolJson *statement,
                                GError **error)
{
  const char *line = recovery_trial_text(trial, "trust");
  g_autoptr(RecoveryTrustList) list = NULL;

  if (line == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "the list of what is trusted is missing");
    return false;
  }
  list = recovery_trust_list_read(line, strlen(line), error);
  if (list == NULL || !recovery_known_check(trial->station, list, error))
    return false;
  fidotool_json_set_text(trial->draft, "trust_text", line);
  return recovery_deed_change_fill_two(trial, statement, line);
}

/* A roster that only tightens: each row stood in the old one, with no more
 * roles and no more time. Whose a credential is never changes (changed-hands),
 * nor its key, nor the subject (own-subject). */
static bool
row_tightens(const RecoveryRosterKey *row, const RecoveryRoster *old)
{
  const RecoveryRosterKey *was = recovery_roster_find_cred(old, row->cred);

  if (was == NULL || strcmp(was->team, row->team) != 0 ||
      row->valid_after_ms < was->valid_after_ms ||
      row->valid_before_ms > was->valid_before_ms)
    return false;
  for (char **role = row->roles; *role != NULL; role++)
    if (!recovery_roster_key_has_role(was, *role))
      return false;
  return true;
}

static bool
roster_tightens(const char *line, const RecoveryRoster *old)
{
  g_autoptr(RecoveryRoster) next =
      recovery_roster_read(line, strlen(line), NULL);

  for (unsigned i = 0; i < next->keys->len; i++)
    if (!row_tightens(g_ptr_array_index(next->keys, i), old))
      return false;
  for (unsigned i = 0; i < next->machines->len; i++) {
    const RecoveryRosterMachine *machine = g_ptr_array_index(next->machines, i);
    const RecoveryRosterMachine *was =
        recovery_roster_find_machine(old, machine->id);

    if (was == NULL || !g_bytes_equal(was->key_bytes, machine->key_bytes) ||
        machine->valid_after_ms < was->valid_after_ms ||
        machine->valid_before_ms > was->valid_before_ms)
      return false;
  }
  return true;
}

/* What takes nothing away from what is refused now need not wait. */
static bool
only_tightens(RecoveryTrial *trial, const char *act)
{
  const RecoveryModel *model = trial->station->model;
  const char *line = fidotool_json_get_text(trial->draft, "object");
  g_autoptr(RecoveryTrustList) list = NULL;

  if (strcmp(act, "policy.load") == 0)
    return recovery_deed_policy_tightens(trial);
  if (strcmp(act, "base.load") == 0)
    return false; /* under what is the base of all, a day to veto it */
  if (strcmp(act, "trust.load") != 0)
    return roster_tightens(line, model->roster);
  list = recovery_trust_list_read(line, strlen(line), NULL);
  return recovery_trust_list_tightens(list, model->trust);
}

static bool
sign_last(RecoveryTrial *trial, FidotoolJson *entry, GError **error)
{
  const RecoveryModelChange *change;
  const bool now = only_tightens(trial, trial->deed->act);
  g_autofree char *text = NULL;

  if (!recovery_trial_append(trial, entry, error))
    return false;
  change = g_ptr_array_index(trial->station->model->changes,
                             trial->station->model->changes->len - 1);
  if (now)
    return recovery_deed_change_effect(trial, change, error);
  recovery_trial_set_time(trial->done, "effect", change->due_ms);
  text = g_strdup_printf("A change (%s) has all signatures and takes effect "
                         "in 24 hours. Any officer may veto it.",
                         change->act);
  return recovery_effect_tell_officers(trial, NULL, text, error);
}

bool
recovery_deed_change_sign(RecoveryTrial *trial, FidotoolJson *entry,
                          GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;
  const char *text = fidotool_json_get_text(trial->draft, "object");
  const char *act = trial->deed->act;
  g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
  uint8_t digest[32];

  if (!recovery_store_put_object(trial->station->store,
                                 strcmp(act, "policy.load") == 0 ||
                                         strcmp(act, "base.load") == 0
                                     ? "policy"
                                 : strcmp(act, "trust.load") == 0 ? "metadata"
                                                                  : "roster",
                                 body, digest, error) ||
      !keep_ids(trial, error))
    return false;
  recovery_trial_set_hex(entry, "object", digest, 32);
  if (recovery_deed_change_is_last(trial))
    return sign_last(trial, g_steal_pointer(&taken), error);
  {
    g_autofree char *proposed = g_strconcat(act, ".proposed", NULL);

    fidotool_json_set_text(entry, "act", proposed);
  }
  return recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

bool
recovery_deed_change_effect(RecoveryTrial *trial,
                            const RecoveryModelChange *change, GError **error)
{
  FidotoolJson *entry =
      recovery_trial_entry("change.effect", NULL, RECOVERY_STATE_NONE);

  recovery_trial_set_hex(entry, "object", change->object, 32);
  recovery_trial_set_hex(entry, "target", change->stmt, 32);
  return recovery_trial_append(trial, entry, error);
}

bool
recovery_deed_change_fill_veto(RecoveryTrial *trial, FidotoolJson *statement,
                               GError **error)
{
  const char *asked = recovery_trial_text(trial, "change");

  if (asked == NULL)
    asked = fidotool_json_get_text(trial->request, "target");
  for (unsigned i = 0; i < trial->station->model->changes->len; i++) {
    const RecoveryModelChange *change =
        g_ptr_array_index(trial->station->model->changes, i);
    g_autofree char *hex = fidotool_bytes_hex(change->stmt, 32);

    if (g_strcmp0(asked, hex) != 0)
      continue;
    recovery_trial_set_hex(statement, "object", change->object, 32);
    fidotool_json_set_text(statement, "target", hex);
    return true;
  }
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
              "no such change waits for its time");
  return false;
}

bool
recovery_deed_change_veto(RecoveryTrial *trial, FidotoolJson *entry,
                          GError **error)
{
  fidotool_json_set_text(entry, "object",
                         fidotool_json_get_text(trial->statement, "object"));
  fidotool_json_set_text(entry, "target",
                         fidotool_json_get_text(trial->statement, "target"));
  return recovery_trial_append(trial, entry, error);
}
