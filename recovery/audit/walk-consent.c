/* SPDX-License-Identifier: Apache-2.0 */
/* walk-consent.c - approvals of single decisions: given by somebody else than
 * the person, as a slot that they fill, for a day at most; used up once, for
 * just what was approved, while they count. What the reference is called is
 * personal and not in the bundle: that two commitments are to one reference,
 * the station alone can show. */
#include <string.h>

#include "recovery/audit/walk-parts.h"
#include "recovery/format/time.h"

#define LIFE_MS (24 * INT64_C(3600000))

typedef struct {
  FidotoolJson *entry; /* decision.approve */
  int64_t until_ms;
  int64_t used_seq; /* -1: not yet */
} Given;

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

void
recovery_walk_consent_free(void *given)
{
  Given *one = given;

  fidotool_json_free(one->entry);
  g_free(one);
}

static bool
check_giver(const RecoveryWalkSigned *by, const FidotoolJson *entry,
            GError **error)
{
  const char *slot = text_of(entry, "slot");

  if (by->row == NULL)
    return true;
  if (strcmp(by->row->sub, text_of(entry, "sub")) == 0)
    return recovery_walk_fail(error, "approves a decision of %s themselves",
                              by->actor);
  if (!recovery_act_role_is_slot(slot) ||
      !recovery_roster_key_has_role(by->row, slot))
    return recovery_walk_fail(error, "approves as %s, which %s is not", slot,
                              by->actor);
  return true;
}

bool
recovery_walk_consent_given(RecoveryWalk *walk, const FidotoolJson *entry,
                            const GArray *signers, GError **error)
{
  const RecoveryWalkSigned *by =
      &g_array_index(signers, RecoveryWalkSigned, signers->len - 1);
  int64_t until_ms = 0;
  Given *given;

  (void)recovery_time_read(text_of(entry, "until"), &until_ms);
  if (!check_giver(by, entry, error))
    return false;
  if (until_ms <= walk->now_ms || until_ms - walk->now_ms > LIFE_MS)
    return recovery_walk_fail(error,
                              "approves a decision for more than a day, or for "
                              "a time that is over");
  given = g_new0(Given, 1);
  given->entry = fidotool_json_copy(entry);
  given->until_ms = until_ms;
  given->used_seq = -1;
  g_hash_table_insert(walk->consents, g_strdup(text_of(entry, "stmt")), given);
  return true;
}

/* Still on the roster, in that role. */
static bool
holds(const RecoveryWalk *walk, const char *person, const char *slot)
{
  for (unsigned i = 0; walk->roster != NULL && i < walk->roster->keys->len;
       i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(walk->roster->keys, i);

    if (strcmp(row->person, person) == 0 &&
        recovery_roster_valid_at(row->valid_after_ms, row->valid_before_ms,
                                 walk->now_ms) &&
        recovery_roster_key_has_role(row, slot))
      return true;
  }
  return walk->roster == NULL;
}

/* What was approved is what was decided. */
static bool
check_fits(const Given *given, const FidotoolJson *entry, GError **error)
{
  static const char *const names[] = {"sub", "caller", "journey", "app",
                                      "transaction"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_strcmp0(text_of(given->entry, names[i]), text_of(entry, names[i])) !=
        0)
      return recovery_walk_fail(
          error, "uses an approval that was given for another %s", names[i]);
  return true;
}

static bool
use_one(RecoveryWalk *walk, const FidotoolJson *entry, const char *stmt,
        GHashTable *people, GError **error)
{
  Given *given = g_hash_table_lookup(walk->consents, stmt);
  const char *person, *slot;

  if (given == NULL)
    return recovery_walk_unknown(walk, "uses an approval that was not given",
                                 error);
  person = text_of(given->entry, "actor");
  slot = text_of(given->entry, "slot");
  if (given->used_seq >= 0)
    return recovery_walk_fail(
        error, "uses an approval that entry %" G_GINT64_FORMAT " has used up",
        given->used_seq);
  given->used_seq = walk->seq;
  if (walk->now_ms >= given->until_ms)
    return recovery_walk_fail(error, "uses an approval after its end");
  if (!g_hash_table_add(people, (char *)person))
    return recovery_walk_fail(error, "uses two approvals by %s", person);
  if (!holds(walk, person, slot))
    return recovery_walk_fail(
        error, "uses an approval by %s, who is no %s any more", person, slot);
  return check_fits(given, entry, error);
}

bool
recovery_walk_consent_used(RecoveryWalk *walk, const FidotoolJson *entry,
                           GError **error)
{
  const FidotoolJson *list = fidotool_json_get(entry, "approvals");
  g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);

  if (list == NULL)
    return true;
  if (strcmp(text_of(entry, "result"), "allow") != 0)
    return recovery_walk_fail(error, "uses approvals up and allows nothing");
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (!use_one(walk, entry, fidotool_json_text(fidotool_json_at(list, i)),
                 people, error))
      return false;
  return true;
}

bool
recovery_walk_consent_allowed(RecoveryWalk *walk, const FidotoolJson *entry,
                              GError **error)
{
  if (fidotool_json_get(entry, "weaker") != NULL)
    return recovery_walk_fail(error, "is a weaker path, which is another act");
  if (fidotool_json_size(fidotool_json_get(entry, "rules")) == 0)
    return recovery_walk_fail(error, "names no rule");
  if (fidotool_json_size(fidotool_json_get(entry, "pii")) != 1)
    return recovery_walk_fail(error,
                              "does not commit to what was decided on, once");
  return recovery_walk_consent_used(walk, entry, error);
}
