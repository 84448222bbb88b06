/* SPDX-License-Identifier: Apache-2.0 */
/* diff-cell.c - one cell of two tables: what each set of people needs in each
 * state of the signals, and what is said of it. */
#include <string.h>

#include "recovery/policy/diff-private.h"

typedef RecoveryDiff Diff;
typedef RecoveryDiffChange Change;
typedef RecoveryTableAnswer Answer;
typedef RecoveryWitness Witness;
typedef RecoveryDiffSide Side;
typedef RecoveryDiffNeed Need;
typedef RecoveryDiffPeople People;
typedef RecoveryDiffTables Compare;

uint64_t
recovery_diff_people(const Compare *compare, size_t s, uint64_t set)
{
  uint64_t who = 0;

  for (guint i = 0; i < compare->people->len; i++) {
    int place = g_array_index(compare->people, People, i).places[s];

    if (place >= 0 && (set & (UINT64_C(1) << i)) != 0)
      who |= UINT64_C(1) << place;
  }
  return who;
}

static uint64_t
slots_of(const Side *side, uint64_t slots)
{
  uint64_t all = 0;

  for (guint i = 0; i < side->slots->len; i++)
    if ((slots & (UINT64_C(1) << i)) != 0)
      all |= UINT64_C(1) << g_array_index(side->slots, uint8_t, i);
  return all;
}

static Need
find_need(const Side *side, const Answer *answer, const Witness *witness,
          size_t s)
{
  Need need = {.max_age_s = INT64_MAX};
  RecoveryTableResult result =
      side->there
          ? recovery_table_judge(side->table, &side->cell, answer, witness, s)
          : RECOVERY_TABLE_DENIED;

  need.passes = result >= RECOVERY_TABLE_FALLBACK;
  need.fallback = result == RECOVERY_TABLE_FALLBACK;
  if (!need.passes)
    return need;
  if (answer->max_age_s >= 0)
    need.max_age_s = answer->max_age_s;
  need.approvals = answer->approvals;
  need.slots = slots_of(side, answer->slots);
  return need;
}

static RecoveryDiffWay
compare_needs(const Need *before, const Need *after)
{
  int way = RECOVERY_DIFF_SAME;

  if (before->passes != after->passes)
    return after->passes ? RECOVERY_DIFF_LOOSER : RECOVERY_DIFF_STRICTER;
  if (after->max_age_s > before->max_age_s ||
      after->approvals < before->approvals ||
      (before->slots & ~after->slots) != 0 ||
      (before->fallback && !after->fallback))
    way |= RECOVERY_DIFF_LOOSER;
  if (after->max_age_s < before->max_age_s ||
      after->approvals > before->approvals ||
      (after->slots & ~before->slots) != 0 ||
      (!before->fallback && after->fallback))
    way |= RECOVERY_DIFF_STRICTER;
  return (RecoveryDiffWay)way;
}

/* ---- words ---- */

/* Of a witness and what it needs; words that are the same are one. */
typedef struct {
  char *with, *before, *after;
  char *all; /* of the three */
} Said;

#define KEY_WORDS 9

static guint
hash_key(gconstpointer key)
{
  const uint64_t *words = key;
  uint64_t hash = 0;

  for (size_t i = 0; i < KEY_WORDS; i++)
    hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
  return (guint)(hash >> 32);
}

static gboolean
is_same_key(gconstpointer one, gconstpointer other)
{
  return memcmp(one, other, KEY_WORDS * sizeof(uint64_t)) == 0;
}

static void
free_said(void *data)
{
  Said *said = data;

  g_free(said->with);
  g_free(said->before);
  g_free(said->after);
  g_free(said->all);
  g_free(said);
}

static const Said *
say(Compare *compare, guint i, bool lists, const Need needs[2])
{
  uint64_t key[KEY_WORDS] = {(uint64_t)i << 1 | lists};
  Said *said;

  for (size_t s = 0; s < 2; s++) {
    uint64_t *words = &key[1 + 4 * s];

    words[0] = (uint64_t)needs[s].passes << 1 | needs[s].fallback;
    words[1] = (uint64_t)needs[s].max_age_s;
    words[2] = (uint64_t)needs[s].approvals;
    words[3] = needs[s].slots;
  }
  said = g_hash_table_lookup(compare->said, key);
  if (said != NULL)
    return said;
  said = g_new0(Said, 1);
  said->with = recovery_diff_word_witness(
      compare, &g_array_index(compare->witnesses, Witness, i), lists);
  said->before = recovery_diff_word_need(compare, &needs[0]);
  said->after = recovery_diff_word_need(compare, &needs[1]);
  said->all = g_strjoin("\n", said->with, said->before, said->after, NULL);
  g_hash_table_insert(compare->said, g_memdup2(key, sizeof(key)), said);
  return said;
}

/* Said of a cell already: of fewer people, or with fewer signals bad. What is
 * said of some holds for whoever is more than that, until it is said otherwise.
 */
static bool
was_told(Compare *compare, const char *says, uint64_t set, uint64_t state)
{
  GArray *told = g_hash_table_lookup(compare->told, says);
  const uint64_t now[] = {set, state};

  if (told == NULL) {
    told = g_array_new(FALSE, FALSE, sizeof(now));
    g_hash_table_insert(compare->told, (gpointer)says, told);
  }
  for (guint i = 0; i < told->len; i++) {
    const uint64_t *before =
        (const uint64_t *)(void *)told->data + 2 * (size_t)i;

    if ((before[0] & ~set) == 0 && (before[1] & ~state) == 0)
      return true;
  }
  g_array_append_vals(told, now, 1);
  return false;
}

/* ---- changes ---- */

static void
free_change(void *data)
{
  Change *change = data;

  g_free(change->who);
  g_free(change->with);
  g_free(change->unless);
  g_free(change->before);
  g_free(change->after);
  g_ptr_array_unref(change->where);
  g_free(change);
}

/* Cells come one after another, so the place that is there is the last. */
static void
add_change(Compare *compare, RecoveryDiffWay way, const Said *said,
           uint64_t set, uint64_t state, const char *where)
{
  g_autofree char *who = recovery_diff_word_people(compare, set);
  g_autofree char *unless = recovery_diff_word_state(compare, state);
  g_autofree char *key =
      g_strdup_printf("%d\n%s\n%s\n%s", way, who, said->all, unless);
  Change *found = g_hash_table_lookup(compare->changes, key);

  if (found == NULL) {
    found = g_new0(Change, 1);
    *found = (Change){.way = way,
                      .who = g_steal_pointer(&who),
                      .with = g_strdup(said->with),
                      .where = g_ptr_array_new_with_free_func(g_free),
                      .unless = g_steal_pointer(&unless),
                      .before = g_strdup(said->before),
                      .after = g_strdup(said->after)};
    g_hash_table_insert(compare->changes, g_steal_pointer(&key), found);
    g_ptr_array_add(compare->diff->changes, found);
  }
  if (found->where->len == 0 ||
      strcmp(g_ptr_array_index(found->where, found->where->len - 1), where) !=
          0)
    g_ptr_array_add(found->where, g_strdup(where));
}

static void
count(Diff *diff, RecoveryDiffWay way)
{
  diff->cells++;
  diff->looser += way == RECOVERY_DIFF_LOOSER;
  diff->stricter += way == RECOVERY_DIFF_STRICTER;
  diff->both += way == RECOVERY_DIFF_BOTH;
}

/* ---- the cell ---- */

static void
compare_witness(Compare *compare, const char *where, uint64_t set,
                uint64_t state, const Answer answers[2], guint i)
{
  const Witness *witness = &g_array_index(compare->witnesses, Witness, i);
  Need needs[2];
  RecoveryDiffWay way;
  const Said *said;

  for (size_t s = 0; s < 2; s++)
    needs[s] = find_need(&compare->sides[s], &answers[s], witness, s);
  way = compare_needs(&needs[0], &needs[1]);
  count(compare->diff, way);
  if (way == RECOVERY_DIFF_SAME)
    return;
  said = say(compare, i, (answers[0].lists | answers[1].lists) != 0, needs);
  if (!was_told(compare, said->all, set, state))
    add_change(compare, way, said, set, state, where);
}

void
recovery_diff_cell(Compare *compare, const char *where)
{
  g_hash_table_remove_all(compare->told);
  for (guint b = 0; b < compare->states->len; b++)
    for (guint p = 0; p < compare->sets->len; p++) {
      uint64_t state = g_array_index(compare->states, uint64_t, b);
      uint64_t set = g_array_index(compare->sets, uint64_t, p);
      Answer answers[2] = {{0}};

      for (size_t s = 0; s < 2; s++)
        if (compare->sides[s].there)
          answers[s] = recovery_table_answer(
              compare->sides[s].table, &compare->sides[s].cell,
              recovery_diff_people(compare, s, set),
              g_array_index(compare->sides[s].bad, uint64_t, b));
      for (guint i = 0; i < compare->witnesses->len; i++)
        compare_witness(compare, where, set, state, answers, i);
    }
}

void
recovery_diff_cell_begin(Compare *compare)
{
  compare->diff->changes = g_ptr_array_new_with_free_func(free_change);
  compare->changes =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  compare->said =
      g_hash_table_new_full(hash_key, is_same_key, g_free, free_said);
  compare->told = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify)g_array_unref);
}

void
recovery_diff_cell_end(Compare *compare)
{
  g_hash_table_unref(compare->told);
  g_hash_table_unref(compare->said);
  g_hash_table_unref(compare->changes);
}
