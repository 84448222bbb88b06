/* SPDX-License-Identifier: Apache-2.0 */
/* walk-change.c - changes of roster, policy and trust: signed, then in effect
 * after their time, or vetoed. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/walk-parts.h"

/* A change that loosens takes effect a day after its last signature. */
#define VETO_MS INT64_C(86400000)

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

bool
recovery_walk_change_is_roster(const RecoveryAct *act)
{
  static const char *const names[] = {"roster.change", "roster.machine",
                                      "roster.suspend", NULL};

  return g_strv_contains(names, act->name);
}

bool
recovery_walk_change_is_trust(const RecoveryAct *act)
{
  return strcmp(act->name, "trust.load") == 0;
}

bool
recovery_walk_change_is_change(const RecoveryAct *act)
{
  return recovery_walk_change_is_roster(act) ||
         strcmp(act->name, "policy.load") == 0 ||
         strcmp(act->name, "base.load") == 0 ||
         recovery_walk_change_is_trust(act);
}

static bool
has_roles_of(const RecoveryRosterKey *key, const RecoveryRosterKey *old)
{
  for (char **role = key->roles; *role != NULL; role++)
    if (!recovery_roster_key_has_role(old, *role))
      return false;
  return true;
}

static bool
is_within(int64_t after_ms, int64_t before_ms, int64_t old_after_ms,
          int64_t old_before_ms)
{
  return old_after_ms <= after_ms && before_ms <= old_before_ms;
}

static bool
key_tightens(const RecoveryRosterKey *key, const RecoveryRoster *roster)
{
  const RecoveryRosterKey *old =
      recovery_roster_find_key(roster, g_bytes_get_data(key->key_bytes, NULL),
                               g_bytes_get_size(key->key_bytes));

  return old != NULL && strcmp(old->person, key->person) == 0 &&
         strcmp(old->sub, key->sub) == 0 && strcmp(old->team, key->team) == 0 &&
         strcmp(old->employee, key->employee) == 0 &&
         memcmp(old->cred, key->cred, 32) == 0 &&
         memcmp(old->registration, key->registration, 32) == 0 &&
         has_roles_of(key, old) &&
         is_within(key->valid_after_ms, key->valid_before_ms,
                   old->valid_after_ms, old->valid_before_ms);
}

static bool
machine_tightens(const RecoveryRosterMachine *machine,
                 const RecoveryRoster *roster)
{
  const RecoveryRosterMachine *old =
      recovery_roster_find_machine(roster, machine->id);

  return old != NULL && g_bytes_equal(old->key_bytes, machine->key_bytes) &&
         is_within(machine->valid_after_ms, machine->valid_before_ms,
                   old->valid_after_ms, old->valid_before_ms);
}

bool
recovery_walk_change_tightens(const RecoveryRoster *roster,
                              const RecoveryRoster *old)
{
  for (unsigned i = 0; i < roster->keys->len; i++)
    if (!key_tightens(g_ptr_array_index(roster->keys, i), old))
      return false;
  for (unsigned i = 0; i < roster->machines->len; i++)
    if (!machine_tightens(g_ptr_array_index(roster->machines, i), old))
      return false;
  return true;
}

bool
recovery_walk_change_not_oneself(RecoveryWalk *walk, const char *object,
                                 const char *actor, GError **error)
{
  const RecoveryRoster *roster = recovery_walk_roster(walk, object);

  for (unsigned i = 0;
       roster != NULL && walk->roster != NULL && i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);
    const RecoveryRosterKey *old;

    if (strcmp(key->person, actor) != 0)
      continue;
    old = recovery_roster_find_key(walk->roster,
                                   g_bytes_get_data(key->key_bytes, NULL),
                                   g_bytes_get_size(key->key_bytes));
    if (old == NULL || !has_roles_of(key, old) ||
        memcmp(old->cred, key->cred, 32) != 0)
      return recovery_walk_fail(
          error, "%s signs a roster that adds, re-keys or promotes %s", actor,
          actor);
  }
  return true;
}

/* NULL: the statement is not in the bundle. */
static const FidotoolJson *
fields_of(const RecoveryWalk *walk, const char *stmt)
{
  const RecoveryPaper *paper =
      stmt == NULL ? NULL : g_hash_table_lookup(walk->papers, stmt);

  return paper == NULL ? NULL : paper->fields;
}

bool
recovery_walk_change_signed(RecoveryWalk *walk, const RecoveryAct *act,
                            const FidotoolJson *entry, GError **error)
{
  RecoveryWalkChange *change = g_new0(RecoveryWalkChange, 1);

  (void)error; /* nothing can be wrong with it yet */
  change->act = act;
  change->object = g_strdup(text_of(entry, "object"));
  change->at_ms = walk->now_ms;
  change->fields = fields_of(walk, text_of(entry, "stmt"));
  g_hash_table_insert(walk->changes, g_strdup(text_of(entry, "stmt")), change);
  return true;
}

/* The policy of the entry is the one in force. */
static bool
check_policy(const RecoveryWalk *walk, const FidotoolJson *entry,
             GError **error)
{
  if (strcmp(text_of(entry, "policy"), walk->policy) != 0)
    return recovery_walk_fail(error,
                              "names another policy than the one in force");
  return true;
}

static bool
put_roster(RecoveryWalk *walk, const RecoveryWalkChange *change,
           const FidotoolJson *entry, GError **error)
{
  const RecoveryRoster *old = walk->roster;

  if (!check_policy(walk, entry, error))
    return false;
  walk->roster = recovery_walk_roster(walk, change->object);
  if (walk->roster == NULL || old == NULL)
    return true;
  if (strcmp(walk->roster->station, old->station) != 0)
    return recovery_walk_fail(error,
                              "puts a roster of another station in force");
  if (!recovery_walk_change_tightens(walk->roster, old) &&
      walk->now_ms - change->at_ms < VETO_MS)
    return recovery_walk_fail(error,
                              "puts a roster in force that loosens, less than "
                              "24 hours after it was signed");
  return true;
}

bool
recovery_walk_change_effect(RecoveryWalk *walk, const RecoveryAct *act,
                            const FidotoolJson *entry, GError **error)
{
  RecoveryWalkChange *change =
      g_hash_table_lookup(walk->changes, text_of(entry, "target"));

  if (change == NULL || strcmp(change->object, text_of(entry, "object")) != 0)
    return recovery_walk_unknown(
        walk, "is about a change that was not signed so", error);
  if (change->done)
    return recovery_walk_fail(error,
                              "is about a change that is done or vetoed");
  change->done = true;
  if (strcmp(act->name, "change.veto") == 0)
    return true;
  if (recovery_walk_change_is_roster(change->act))
    return put_roster(walk, change, entry, error);
  if (recovery_walk_change_is_trust(change->act))
    return check_policy(walk, entry, error) &&
           recovery_walk_trust_effect(walk, change->object, change->at_ms,
                                      error);
  if (strcmp(change->act->name, "base.load") == 0)
    return check_policy(walk, entry, error) &&
           recovery_walk_base_effect(walk, change, error);
  return recovery_walk_policy_effect(walk, change, error);
}
