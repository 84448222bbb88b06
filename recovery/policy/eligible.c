/* SPDX-License-Identifier: Apache-2.0 */
/* eligible.c - persons by their roles, and teams matched to slots. */
#include "recovery/policy/eligible.h"

#include <string.h>

#include "recovery/format/act.h"

/* As long as a change waits before it is in force. */
#define SOON_MS (24 * 3600 * INT64_C(1000))

struct RecoveryEligible {
  GHashTable *roles; /* role -> GHashTable of person -> team */
};

static void
add_row(RecoveryEligible *eligible, const RecoveryRosterKey *row)
{
  for (char **role = row->roles; *role != NULL; role++) {
    GHashTable *persons = g_hash_table_lookup(eligible->roles, *role);

    if (persons == NULL) {
      persons = g_hash_table_new(g_str_hash, g_str_equal);
      g_hash_table_insert(eligible->roles, *role, persons);
    }
    g_hash_table_insert(persons, row->person, row->team);
  }
}

RecoveryEligible *
recovery_eligible_new(const RecoveryRoster *roster, int64_t now_s)
{
  RecoveryEligible *eligible = g_new0(RecoveryEligible, 1);
  const int64_t now_ms = now_s * 1000;

  eligible->roles = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify)g_hash_table_unref);
  for (guint i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);

    if (recovery_roster_valid_at(row->valid_after_ms - SOON_MS,
                                 row->valid_before_ms, now_ms))
      add_row(eligible, row);
  }
  return eligible;
}

void
recovery_eligible_free(RecoveryEligible *eligible)
{
  if (eligible == NULL)
    return;
  g_hash_table_unref(eligible->roles);
  g_free(eligible);
}

guint
recovery_eligible_count(const RecoveryEligible *eligible, const char *role)
{
  GHashTable *persons = g_hash_table_lookup(eligible->roles, role);

  return persons == NULL ? 0 : g_hash_table_size(persons);
}

guint
recovery_eligible_may(const RecoveryEligible *eligible, const char *act,
                      const char *besides)
{
  g_autoptr(GHashTable) all = g_hash_table_new(g_str_hash, g_str_equal);
  GHashTableIter roles, persons;
  void *role, *has, *person;

  g_hash_table_iter_init(&roles, eligible->roles);
  while (g_hash_table_iter_next(&roles, &role, &has)) {
    if (!recovery_act_role_may(role, act) &&
        !recovery_act_role_may_in_session(role, act))
      continue;
    g_hash_table_iter_init(&persons, has);
    while (g_hash_table_iter_next(&persons, &person, NULL))
      if (g_strcmp0(person, besides) != 0)
        g_hash_table_add(all, person);
  }
  return g_hash_table_size(all);
}

GList *
recovery_eligible_persons(const RecoveryEligible *eligible, const char *role)
{
  GHashTable *persons = g_hash_table_lookup(eligible->roles, role);

  return persons == NULL ? NULL
                         : g_list_sort(g_hash_table_get_keys(persons),
                                       (GCompareFunc)strcmp);
}

/* ---- slots and teams ---- */

typedef struct {
  const RecoveryEligible *eligible;
  GHashTable *taken; /* team -> slot name that it fills */
  GHashTable *tried; /* teams of this round */
} Match;

/* Finds the slot a team, moving others to another team of theirs where that
 * makes room. As deep as there are slots. */
static bool
place(Match *match, const char *slot)
{
  GHashTable *persons = g_hash_table_lookup(match->eligible->roles, slot);
  GHashTableIter iter;
  void *team;

  if (persons == NULL)
    return false;
  g_hash_table_iter_init(&iter, persons);
  while (g_hash_table_iter_next(&iter, NULL, &team)) {
    const char *holder = g_hash_table_lookup(match->taken, team);

    if (!g_hash_table_add(match->tried, team))
      continue;
    if (holder == NULL || place(match, holder)) {
      g_hash_table_insert(match->taken, team, (void *)slot);
      return true;
    }
  }
  return false;
}

guint
recovery_eligible_fill(const RecoveryEligible *eligible,
                       const RecoveryDocument *document,
                       const RecoveryDocumentRefs *slots)
{
  g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) tried = g_hash_table_new(g_str_hash, g_str_equal);
  Match match = {.eligible = eligible, .taken = taken, .tried = tried};
  guint filled = 0;

  for (uint32_t i = 0; i < slots->count; i++) {
    g_hash_table_remove_all(tried);
    filled +=
        place(&match, recovery_document_id(document, RECOVERY_DOCUMENT_SLOTS,
                                           slots->items[i].index));
  }
  return filled;
}
