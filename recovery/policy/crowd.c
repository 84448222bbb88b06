/* SPDX-License-Identifier: Apache-2.0 */
/* crowd.c - sets of populations, out of what their rules ask for. A population
 * is some clauses, all of them to be met: one of these groups, one of these
 * values. A fact meets clauses; facts that meet the same ones are the same. */
#include "recovery/policy/crowd.h"

#define CLAUSES 64

typedef RecoveryDocumentPopulation Population;
typedef RecoveryDocumentTexts Texts;

typedef struct {
  GHashTable *named; /* a fact as text -> its place in meets, from 1 */
  GArray *meets;     /* uint64_t: the clauses that each fact meets */
  uint64_t needs[RECOVERY_CROWD_MAX]; /* the clauses of each population */
  int clauses;
  uint64_t lost; /* populations with more clauses than are looked at */
  bool whole;
} Crowd;

static void
add_facts(Crowd *crowd, uint64_t bit, const char *attribute,
          const Texts *values)
{
  for (uint32_t i = 0; i < values->count; i++) {
    /* A text is one line, so no two facts are one name. */
    char *name =
        attribute == NULL
            ? g_strdup_printf("group\n%s", values->items[i])
            : g_strdup_printf("%s\nis\n%s", attribute, values->items[i]);
    guint at = GPOINTER_TO_UINT(g_hash_table_lookup(crowd->named, name));

    if (at != 0) {
      g_array_index(crowd->meets, uint64_t, at - 1) |= bit;
      g_free(name);
      continue;
    }
    g_array_append_val(crowd->meets, bit);
    g_hash_table_insert(crowd->named, name,
                        GUINT_TO_POINTER(crowd->meets->len));
  }
}

/* as: the population whose only clause it is, too; itself: one of its own. */
static void
add_clause(Crowd *crowd, size_t population, size_t as, const char *attribute,
           const Texts *values)
{
  uint64_t bit = crowd->needs[as];

  crowd->lost |= (crowd->lost >> as & 1) << population;
  if (as == population && crowd->clauses == CLAUSES) {
    crowd->whole = false;
    crowd->lost |= UINT64_C(1) << population;
  } else if (as == population) {
    bit = UINT64_C(1) << crowd->clauses++;
  }
  if ((crowd->lost >> population & 1) != 0)
    return;
  crowd->needs[population] |= bit;
  add_facts(crowd, bit, attribute, values);
}

static void
begin(Crowd *crowd, const Population *const *populations, const uint32_t *alike,
      size_t count)
{
  *crowd = (Crowd){
      .named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
      .meets = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
      .whole = true,
  };
  for (size_t i = 0; i < count; i++) {
    const GArray *attributes = populations[i]->attributes;
    size_t as = alike == NULL ? i : alike[i];

    if (populations[i]->groups.count > 0)
      add_clause(crowd, i, as, NULL, &populations[i]->groups);
    for (guint j = 0; attributes != NULL && j < attributes->len; j++) {
      const RecoveryDocumentAttribute *attribute =
          &g_array_index(attributes, RecoveryDocumentAttribute, j);

      add_clause(crowd, i, as, attribute->name, &attribute->values);
    }
  }
}

static void
end(Crowd *crowd)
{
  g_hash_table_unref(crowd->named);
  g_array_unref(crowd->meets);
}

static uint64_t
set_of(const Crowd *crowd, size_t count, uint64_t met)
{
  uint64_t set = 0;

  for (size_t i = 0; i < count; i++)
    if (crowd->needs[i] != 0 && (crowd->needs[i] & ~met) == 0)
      set |= UINT64_C(1) << i;
  return set & ~crowd->lost;
}

static bool
add_once(GHashTable *seen, GArray *all, uint64_t value)
{
  uint64_t *key;

  if (g_hash_table_contains(seen, &value))
    return false;
  key = g_new(uint64_t, 1);
  *key = value;
  g_hash_table_add(seen, key);
  g_array_append_val(all, value);
  return true;
}

/* What clauses can be met together: one fact more with each round. Two rounds
 * are always made whole, so that each two of most populations are there. */
static GArray *
meet_clauses(Crowd *crowd)
{
  GHashTable *seen =
      g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTable *kinds =
      g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr(GArray) facts = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  GArray *all = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  guint from = 0;

  for (guint i = 0; i < crowd->meets->len; i++)
    (void)add_once(kinds, facts, g_array_index(crowd->meets, uint64_t, i));
  (void)add_once(seen, all, 0);
  for (int round = 1; from < all->len; round++) {
    guint to = all->len;

    for (; from < to; from++)
      for (guint i = 0; i < facts->len; i++) {
        uint64_t met = g_array_index(all, uint64_t, from) |
                       g_array_index(facts, uint64_t, i);

        if (all->len >= RECOVERY_CROWD_SETS * (round <= 2 ? 8 : 1)) {
          crowd->whole = crowd->whole && g_hash_table_contains(seen, &met);
          continue;
        }
        (void)add_once(seen, all, met);
      }
  }
  g_hash_table_unref(seen);
  g_hash_table_unref(kinds);
  return all;
}

unsigned
recovery_crowd_count(uint64_t set)
{
  unsigned count = 0;

  for (; set != 0; set &= set - 1)
    count++;
  return count;
}

static gint
compare_sets(gconstpointer a, gconstpointer b)
{
  uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
  int more = (int)recovery_crowd_count(one) - (int)recovery_crowd_count(other);

  if (more != 0)
    return more;
  return one < other ? -1 : one > other;
}

bool
recovery_crowd_is_one_clause(const Population *population)
{
  const guint attributes =
      population->attributes == NULL ? 0 : population->attributes->len;

  return (population->groups.count > 0) + attributes == 1;
}

GArray *
recovery_crowd_sets(const Population *const *populations, size_t count,
                    bool *ret_whole)
{
  return recovery_crowd_sets_alike(populations, NULL, count, ret_whole);
}

GArray *
recovery_crowd_sets_alike(const Population *const *populations,
                          const uint32_t *alike, size_t count, bool *ret_whole)
{
  GHashTable *seen =
      g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  GArray *sets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  g_autoptr(GArray) met = NULL;
  Crowd crowd;

  begin(&crowd, populations, alike, count);
  met = meet_clauses(&crowd);
  for (guint i = 0; i < met->len; i++)
    (void)add_once(seen, sets,
                   set_of(&crowd, count, g_array_index(met, uint64_t, i)));
  g_array_sort(sets, compare_sets);
  *ret_whole = crowd.whole;
  g_hash_table_unref(seen);
  end(&crowd);
  return sets;
}
