/* SPDX-License-Identifier: Apache-2.0 */
/* walk-several.c - acts that several people sign: each statement names those
 * before it, and they are of different persons with different keys. */
#include <string.h>

#include "recovery/audit/walk-parts.h"
#include "recovery/format/statement.h"

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

static bool
check_distinct(const GArray *signers, GError **error)
{
  for (unsigned i = 0; i < signers->len; i++)
    for (unsigned j = 0; j < i; j++) {
      const RecoveryWalkSigned *a =
          &g_array_index(signers, RecoveryWalkSigned, i);
      const RecoveryWalkSigned *b =
          &g_array_index(signers, RecoveryWalkSigned, j);

      if (strcmp(a->actor, b->actor) == 0)
        return recovery_walk_fail(error, "is signed twice by one person");
      if (a->row != NULL && b->row != NULL &&
          g_bytes_equal(a->row->key_bytes, b->row->key_bytes))
        return recovery_walk_fail(error, "is signed twice with one key");
    }
  return true;
}

/* True when a machine is known for each, and all are the station. */
static bool
is_all_on_station(const RecoveryWalk *walk, const GArray *signers)
{
  for (unsigned i = 0; i < signers->len; i++) {
    const RecoveryRosterMachine *machine =
        g_array_index(signers, RecoveryWalkSigned, i).machine;

    if (machine == NULL || strcmp(machine->id, walk->roster->station) != 0)
      return false;
  }
  return walk->roster != NULL;
}

/* The array names exactly the statements of the first count signers. */
static bool
is_previous(const FidotoolJson *previous, const GArray *signers, size_t count)
{
  if (fidotool_json_size(previous) != count || signers->len < count)
    return false;
  for (unsigned i = 0; i < count; i++)
    if (strcmp(fidotool_json_text(fidotool_json_at(previous, i)),
               g_array_index(signers, RecoveryWalkSigned, i).digest) != 0)
      return false;
  return true;
}

/* A signer of entry 0 is one of the trusted officers. */
static bool
check_officer(const RecoveryWalk *walk, const RecoveryWalkSigned *by,
              GError **error)
{
  const RecoveryPaper *paper = g_hash_table_lookup(walk->papers, by->digest);
  g_autoptr(GBytes) key = NULL;

  if (paper == NULL || walk->trust->officers == NULL)
    return true;
  key = recovery_sshsig_write_key(&paper->seen.key);
  for (unsigned i = 0; i < walk->trust->officers->len; i++) {
    const RecoveryTrustOfficer *officer =
        g_ptr_array_index(walk->trust->officers, i);

    if (strcmp(officer->person, by->actor) == 0 &&
        g_bytes_equal(officer->key, key) &&
        recovery_roster_valid_at(officer->valid_after_ms,
                                 officer->valid_before_ms, walk->now_ms))
      return true;
  }
  return recovery_walk_fail(
      error,
      "is signed by %s, with a key that is not in the trusted officers "
      "file",
      by->actor);
}

static const char *
text_at(const FidotoolJson *entry, const char *name, size_t i)
{
  return fidotool_json_text(
      fidotool_json_at(fidotool_json_get(entry, name), i));
}

bool
recovery_walk_several_at_once(RecoveryWalk *walk, const FidotoolJson *entry,
                              GError **error)
{
  size_t count = fidotool_json_size(fidotool_json_get(entry, "actors"));
  bool init = strcmp(text_of(entry, "act"), "station.init") == 0;
  g_autoptr(GArray) signers =
      g_array_new(false, true, sizeof(RecoveryWalkSigned));

  for (size_t i = 0; i < count; i++) {
    RecoveryWalkSigned by;

    if (!recovery_walk_sign_judge(
            walk, entry, text_at(entry, "actors", i), text_at(entry, "stmt", i),
            fidotool_json_at(fidotool_json_get(entry, "asrt"), i), &by, error))
      return false;
    if (by.fields != NULL &&
        !is_previous(fidotool_json_get(by.fields, "previous"), signers, i))
      return recovery_walk_fail(error,
                                "has a statement whose previous is not exact");
    if (init && !check_officer(walk, &by, error))
      return false;
    g_array_append_val(signers, by);
  }
  if (!check_distinct(signers, error))
    return false;
  if (init && is_all_on_station(walk, signers))
    return recovery_walk_fail(error, "was signed on the station alone");
  return true;
}

/* Statements of one act are equal but for `previous` and each one's own
 * reading of the clock. */
static bool
check_same(const RecoveryAct *act, const FidotoolJson *a, const FidotoolJson *b,
           GError **error)
{
  g_auto(GStrv) words = g_strsplit(act->statement, " ", -1);

  for (char **word = words; *word != NULL; word++) {
    g_autofree char *name = g_strdup(*word);
    g_autofree char *text_a = NULL, *text_b = NULL;

    *strchrnul(name, '?') = '\0';
    if (strcmp(name, "previous") == 0 || strcmp(name, "time") == 0)
      continue;
    if (fidotool_json_get(a, name) != NULL)
      text_a = fidotool_json_write(fidotool_json_get(a, name), NULL);
    if (fidotool_json_get(b, name) != NULL)
      text_b = fidotool_json_write(fidotool_json_get(b, name), NULL);
    if (g_strcmp0(text_a, text_b) != 0)
      return recovery_walk_fail(
          error, "differs from what was signed before in the field %s", name);
  }
  return true;
}

/* The signers before this one, by what its statement names in `previous`. */
static bool
take_proposed(RecoveryWalk *walk, const RecoveryAct *act,
              const FidotoolJson *entry, const RecoveryWalkSigned *by,
              GArray *ret_signers, int64_t *ret_first_ms, GError **error)
{
  const FidotoolJson *previous = fidotool_json_get(by->fields, "previous");
  size_t count = fidotool_json_size(previous);
  bool final = !recovery_act_is_proposed(text_of(entry, "act"));
  const RecoveryWalkProposed *before;
  const char *last;

  if (final ? count + 1 < (size_t)act->signatures ||
                  count + 1 > (size_t)act->signatures_most
            : count + 1 >= (size_t)act->signatures_most)
    return recovery_walk_fail(error, "has %zu signatures", count + 1);
  if (count == 0)
    return true;
  last = fidotool_json_text(fidotool_json_at(previous, count - 1));
  before = g_hash_table_lookup(walk->proposed, last);
  if (before == NULL || before->act != act || before->signers->len != count ||
      !is_previous(previous, before->signers, count))
    return recovery_walk_fail(
        error, "names statements before it that are not waiting for it");
  if (walk->now_ms - before->first_ms > RECOVERY_STATEMENT_PROPOSED_MS)
    return recovery_walk_fail(error,
                              "completes a proposal older than 24 hours");
  *ret_first_ms = before->first_ms;
  for (unsigned i = 0; i < count; i++) {
    const FidotoolJson *fields =
        g_array_index(before->signers, RecoveryWalkSigned, i).fields;

    if (fields != NULL && !check_same(act, fields, by->fields, error))
      return false;
  }
  g_array_append_vals(ret_signers, before->signers->data, (guint)count);
  g_hash_table_remove(walk->proposed, last);
  return true;
}

static void
keep_proposed(RecoveryWalk *walk, const RecoveryAct *act, const char *stmt,
              GArray *signers, int64_t first_ms)
{
  RecoveryWalkProposed *proposed = g_new0(RecoveryWalkProposed, 1);

  proposed->act = act;
  proposed->signers = g_array_ref(signers);
  proposed->first_ms = first_ms;
  g_hash_table_insert(walk->proposed, g_strdup(stmt), proposed);
}

static bool
is_off_kiosk_act(const RecoveryAct *act)
{
  static const char *const names[] = {
      "roster.change", "roster.machine",  "policy.load", "base.load",
      "trust.load",    "exception.grant", NULL};

  return g_strv_contains(names, act->name);
}

/* Rules of acts whose file takes effect later. */
static bool
check_change(RecoveryWalk *walk, const RecoveryAct *act,
             const FidotoolJson *entry, const GArray *signers, bool final,
             GError **error)
{
  const char *object = text_of(entry, "object");

  if (recovery_walk_change_is_roster(act)) {
    if (!recovery_walk_change_not_oneself(walk, object, text_of(entry, "actor"),
                                          error))
      return false;
  } else if (recovery_walk_change_is_trust(act)) {
    if (!recovery_walk_trust_signed(walk, object, error))
      return false;
  } else if (recovery_walk_change_is_change(act)) {
    /* The bundle may have it; it must once it is in force. */
    g_hash_table_add(walk->named,
                     g_strdup_printf("data/policy/%s.yaml", object));
  }
  if (final && is_off_kiosk_act(act) && is_all_on_station(walk, signers))
    return recovery_walk_fail(error, "was signed on the station alone");
  return true;
}

GArray *
recovery_walk_several_entry(RecoveryWalk *walk, const RecoveryAct *act,
                            const FidotoolJson *entry, GError **error)
{
  g_autoptr(GArray) signers =
      g_array_new(false, true, sizeof(RecoveryWalkSigned));
  bool final = !recovery_act_is_proposed(text_of(entry, "act"));
  const char *stmt = text_of(entry, "stmt");
  int64_t first_ms = walk->now_ms;
  RecoveryWalkSigned by;

  if (!recovery_walk_sign_judge(walk, entry, text_of(entry, "actor"), stmt,
                                fidotool_json_get(entry, "asrt"), &by, error))
    return NULL;
  if (act->signatures_most > 1 && by.fields != NULL &&
      !take_proposed(walk, act, entry, &by, signers, &first_ms, error))
    return NULL;
  g_array_append_val(signers, by);
  if (!check_distinct(signers, error) ||
      !check_change(walk, act, entry, signers, final, error))
    return NULL;
  if (!final)
    keep_proposed(walk, act, stmt, signers, first_ms);
  return g_steal_pointer(&signers);
}
