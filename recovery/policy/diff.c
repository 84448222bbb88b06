/* SPDX-License-Identifier: Apache-2.0 */
/* diff.c - two tables, cell by cell. */
#include <string.h>

#include "recovery/policy/diff-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDiff Diff;
typedef RecoveryDiffChange Change;
typedef RecoveryTableAnswer Answer;
typedef RecoveryWitness Witness;
typedef RecoveryDiffSide Side;
typedef RecoveryDiffNeed Need;
typedef RecoveryDiffTables Compare;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)
#define NONE RECOVERY_DOCUMENT_NONE
/* Signals of which every combination is compared; of more, one at a time and
 * all of them. */
#define TOGETHER 4

/* ---- ids of both ---- */

static GPtrArray *
list_ids(const Compare *compare, RecoveryDocumentSection section)
{
  GPtrArray *ids = g_ptr_array_new();

  for (size_t s = 0; s < 2; s++)
    for (uint32_t i = 0;
         i < recovery_document_count(compare->sides[s].document, section); i++)
      (void)recovery_diff_id(
          ids, recovery_document_id(compare->sides[s].document, section, i));
  return ids;
}

/* Signals by their place among those of both, as one of them numbers them. */
uint64_t
recovery_diff_signals(const Compare *compare, size_t s, uint64_t state)
{
  uint64_t bad = 0;

  for (guint i = 0; i < compare->signals->len; i++) {
    uint32_t index;

    if ((state & (UINT64_C(1) << i)) == 0)
      continue;
    index = recovery_document_find(compare->sides[s].document,
                                   RECOVERY_DOCUMENT_SIGNALS,
                                   g_ptr_array_index(compare->signals, i));
    if (index != NONE)
      bad |= UINT64_C(1) << index;
  }
  return bad;
}

uint64_t
recovery_diff_people(const Compare *compare, size_t s, uint64_t set)
{
  uint32_t first = N_OF(compare->sides[0].document, POPULATIONS);

  if (s == 1)
    return first == 64 ? 0 : set >> first;
  return first == 64 ? set : set & ((UINT64_C(1) << first) - 1);
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

/* ---- one cell ---- */

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

/* Takes what it is given. */
static void
add_change(Compare *compare, Change change, const char *where)
{
  g_autofree char *key =
      g_strdup_printf("%d\n%s\n%s\n%s\n%s\n%s", change.way, change.who,
                      change.with, change.unless, change.before, change.after);
  Change *found = g_hash_table_lookup(compare->changes, key);

  if (found == NULL) {
    found = g_memdup2(&change, sizeof(change));
    found->where = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(compare->changes, g_steal_pointer(&key), found);
    g_ptr_array_add(compare->diff->changes, found);
  } else {
    g_free(change.who);
    g_free(change.with);
    g_free(change.unless);
    g_free(change.before);
    g_free(change.after);
  }
  for (guint i = 0; i < found->where->len; i++)
    if (strcmp(g_ptr_array_index(found->where, i), where) == 0)
      return;
  g_ptr_array_add(found->where, g_strdup(where));
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
    g_hash_table_insert(compare->told, g_strdup(says), told);
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

static void
tell(Compare *compare, const char *where, uint64_t set, uint64_t state,
     const Witness *witness, bool lists, RecoveryDiffWay way,
     const Need needs[2])
{
  Change change = {
      .way = way,
      .with = recovery_diff_word_witness(compare, witness, lists),
      .before = recovery_diff_word_need(compare, &needs[0]),
      .after = recovery_diff_word_need(compare, &needs[1]),
  };
  g_autofree char *says =
      g_strjoin("\n", change.with, change.before, change.after, NULL);

  if (was_told(compare, says, set, state)) {
    g_free(change.with);
    g_free(change.before);
    g_free(change.after);
    return;
  }
  change.who = recovery_diff_word_people(compare, set);
  change.unless = recovery_diff_word_state(compare, state);
  add_change(compare, change, where);
}

static void
count(Diff *diff, RecoveryDiffWay way)
{
  diff->cells++;
  diff->looser += way == RECOVERY_DIFF_LOOSER;
  diff->stricter += way == RECOVERY_DIFF_STRICTER;
  diff->both += way == RECOVERY_DIFF_BOTH;
}

/* ---- all cells ---- */

static void
compare_cell(Compare *compare, const char *where)
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
              recovery_diff_signals(compare, s, state));
      for (guint i = 0; i < compare->witnesses->len; i++) {
        const Witness *witness = &g_array_index(compare->witnesses, Witness, i);
        Need needs[2];
        RecoveryDiffWay way;

        for (size_t s = 0; s < 2; s++)
          needs[s] = find_need(&compare->sides[s], &answers[s], witness, s);
        way = compare_needs(&needs[0], &needs[1]);
        count(compare->diff, way);
        if (way != RECOVERY_DIFF_SAME)
          tell(compare, where, set, state, witness,
               (answers[0].lists | answers[1].lists) != 0, way, needs);
      }
    }
}

/* Has it this cell, and what stands in it? */
static void
gather(Side *side, const char *journey, const char *app,
       const char *transaction)
{
  uint32_t j = recovery_document_find(side->document,
                                      RECOVERY_DOCUMENT_JOURNEYS, journey);
  uint32_t a =
      recovery_document_find(side->document, RECOVERY_DOCUMENT_APPS, app);
  uint32_t t =
      transaction == NULL
          ? NONE
          : recovery_document_find(side->document,
                                   RECOVERY_DOCUMENT_TRANSACTIONS, transaction);

  side->there = j != NONE && a != NONE && (transaction == NULL || t != NONE) &&
                recovery_table_has(side->document, a, t);
  if (side->there)
    recovery_table_gather(side->table, j, a, t, true, &side->cell);
}

static void
compare_all(Compare *compare)
{
  for (guint j = 0; j < compare->journeys->len; j++)
    for (guint a = 0; a < compare->apps->len; a++)
      for (guint t = 0; t <= compare->transactions->len; t++) {
        const char *journey = g_ptr_array_index(compare->journeys, j);
        const char *app = g_ptr_array_index(compare->apps, a);
        const char *transaction =
            t == 0 ? NULL : g_ptr_array_index(compare->transactions, t - 1);
        g_autofree char *where =
            g_strdup_printf("%s at %s%s%s", journey, app, t == 0 ? "" : " for ",
                            t == 0 ? "" : transaction);

        gather(&compare->sides[0], journey, app, transaction);
        gather(&compare->sides[1], journey, app, transaction);
        if (compare->sides[0].there || compare->sides[1].there)
          compare_cell(compare, where);
      }
}

/* ---- what is compared ---- */

static void
list_states(Compare *compare)
{
  guint n = compare->signals->len;
  uint64_t state = 0;

  g_array_append_val(compare->states, state);
  for (guint i = 0; n > TOGETHER && i < n; i++) {
    state = UINT64_C(1) << i;
    g_array_append_val(compare->states, state);
  }
  if (n > TOGETHER) {
    state = n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
    g_array_append_val(compare->states, state);
  }
  for (state = 1; n <= TOGETHER && state < (UINT64_C(1) << n); state++)
    g_array_append_val(compare->states, state);
}

static bool
list_people(Compare *compare)
{
  bool whole;

  for (size_t s = 0; s < 2; s++)
    for (uint32_t i = 0; i < N_OF(compare->sides[s].document, POPULATIONS); i++)
      g_ptr_array_add(compare->populations,
                      RECOVERY_DOCUMENT_AT(compare->sides[s].document,
                                           POPULATIONS, Population, i));
  if (compare->populations->len > RECOVERY_CROWD_MAX)
    return false;
  compare->sets = recovery_crowd_sets(
      (const RecoveryDocumentPopulation *const *)compare->populations->pdata,
      compare->populations->len, &whole);
  return whole;
}

static bool
list_slots(Compare *compare)
{
  for (size_t s = 0; s < 2; s++) {
    Side *side = &compare->sides[s];

    for (uint32_t i = 0; i < N_OF(side->document, SLOTS); i++) {
      uint8_t at = (uint8_t)recovery_diff_id(
          compare->slots,
          recovery_document_id(side->document, RECOVERY_DOCUMENT_SLOTS, i));

      if (compare->slots->len > 64)
        return false;
      g_array_append_val(side->slots, at);
    }
  }
  return true;
}

static bool
is_small(const Compare *compare)
{
  uint64_t cells = (uint64_t)compare->journeys->len * compare->apps->len;

  cells *= compare->transactions->len + 1;
  cells += RECOVERY_DIFF_TIERS; /* what each issues is compared as often */
  if (cells > RECOVERY_DIFF_CELLS)
    return false;
  return cells * compare->sets->len * compare->states->len <=
         RECOVERY_DIFF_CELLS / MAX(1, compare->witnesses->len);
}

static bool
begin(Compare *compare, int64_t now_s)
{
  const Document *documents[] = {compare->sides[0].document,
                                 compare->sides[1].document};

  compare->journeys = list_ids(compare, RECOVERY_DOCUMENT_JOURNEYS);
  compare->apps = list_ids(compare, RECOVERY_DOCUMENT_APPS);
  compare->transactions = list_ids(compare, RECOVERY_DOCUMENT_TRANSACTIONS);
  compare->signals = list_ids(compare, RECOVERY_DOCUMENT_SIGNALS);
  compare->slots = g_ptr_array_new();
  compare->populations = g_ptr_array_new();
  compare->states = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  compare->changes =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  compare->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)g_array_unref);
  for (size_t s = 0; s < 2; s++) {
    compare->sides[s].table = recovery_table_new(documents[s], now_s, true);
    compare->sides[s].slots = g_array_new(FALSE, FALSE, sizeof(uint8_t));
  }
  compare->witnesses = recovery_witness_all(documents, 2, now_s);
  if (compare->witnesses == NULL || compare->signals->len > 64 ||
      !list_people(compare) || !list_slots(compare))
    return false;
  list_states(compare);
  return is_small(compare);
}

static void
end(Compare *compare)
{
  g_ptr_array_unref(compare->journeys);
  g_ptr_array_unref(compare->apps);
  g_ptr_array_unref(compare->transactions);
  g_ptr_array_unref(compare->signals);
  g_ptr_array_unref(compare->slots);
  g_ptr_array_unref(compare->populations);
  g_array_unref(compare->states);
  g_clear_pointer(&compare->sets, g_array_unref);
  g_clear_pointer(&compare->witnesses, g_array_unref);
  g_hash_table_unref(compare->changes);
  g_hash_table_unref(compare->told);
  for (size_t s = 0; s < 2; s++) {
    recovery_table_cell_clear(&compare->sides[s].cell);
    recovery_table_free(compare->sides[s].table);
    g_array_unref(compare->sides[s].slots);
  }
}

static void
free_point(void *data)
{
  RecoveryDiffPoint *point = data;

  g_free(point->text);
  g_free(point);
}

Diff *
recovery_diff_new(const Document *before, const Document *after, int64_t now_s)
{
  Diff *diff = g_new0(Diff, 1);
  Compare compare = {.diff = diff,
                     .sides = {{.document = before}, {.document = after}}};
  bool small;

  diff->changes = g_ptr_array_new_with_free_func(free_change);
  diff->points = g_ptr_array_new_with_free_func(free_point);
  small = begin(&compare, now_s);
  if (small) {
    compare_all(&compare);
    recovery_diff_points(diff, before, after);
    recovery_diff_time(diff, before, after, now_s);
    recovery_diff_issue(&compare);
  }
  end(&compare);
  if (!small)
    g_clear_pointer(&diff, recovery_diff_free);
  return diff;
}

void
recovery_diff_free(Diff *diff)
{
  if (diff == NULL)
    return;
  g_ptr_array_unref(diff->changes);
  g_ptr_array_unref(diff->points);
  g_free(diff);
}
