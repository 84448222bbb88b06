/* SPDX-License-Identifier: Apache-2.0 */
/* diff.c - two tables, cell by cell: which cells there are, and what stands in
 * each of them. */
#include <string.h>

#include "recovery/policy/diff-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDiff Diff;
typedef RecoveryDiffSide Side;
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
static uint64_t
signals_of(const Compare *compare, size_t s, uint64_t state)
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

/* ---- all cells ---- */

/* Has it this cell, and what stands in it? */
static void
gather(Side *side, const char *journey, const char *app,
       const char *transaction, bool all)
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
    recovery_table_gather(side->table, j, a, t, all, &side->cell);
}

/* all: each cell for all sets; else for those that it tells apart, where it
 * differs at all. False: there are too many. */
static bool
compare_one(Compare *compare, const char *where, bool all)
{
  RecoveryDiffCrowd crowd;

  if (!compare->sides[0].there && !compare->sides[1].there)
    return true;
  crowd = all ? RECOVERY_DIFF_CROWD_SETS : recovery_diff_crowd(compare);
  if (crowd == RECOVERY_DIFF_CROWD_SETS)
    recovery_diff_cell(compare, where);
  else
    compare->diff->cells++; /* it is alike as a whole */
  return crowd != RECOVERY_DIFF_CROWD_MANY;
}

static bool
compare_all(Compare *compare, bool all)
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

        gather(&compare->sides[0], journey, app, transaction, all);
        gather(&compare->sides[1], journey, app, transaction, all);
        if (!compare_one(compare, where, all))
          return false;
      }
  return true;
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
  for (size_t s = 0; s < 2; s++)
    for (guint b = 0; b < compare->states->len; b++) {
      uint64_t bad =
          signals_of(compare, s, g_array_index(compare->states, uint64_t, b));

      g_array_append_val(compare->sides[s].bad, bad);
    }
}

/* All of both, and all their sets; false: there are too many. */
static bool
list_people(Compare *compare)
{
  const RecoveryDocumentPopulation *populations[RECOVERY_CROWD_MAX];
  bool whole;

  if (N_OF(compare->sides[0].document, POPULATIONS) +
          N_OF(compare->sides[1].document, POPULATIONS) >
      RECOVERY_CROWD_MAX)
    return false;
  for (size_t s = 0; s < 2; s++)
    for (uint32_t i = 0; i < N_OF(compare->sides[s].document, POPULATIONS);
         i++) {
      RecoveryDiffPeople people = {
          .population = RECOVERY_DOCUMENT_AT(compare->sides[s].document,
                                             POPULATIONS, Population, i),
          .places = {s == 0 ? (int)i : -1, s == 1 ? (int)i : -1},
          .alike = compare->people->len};

      populations[compare->people->len] = people.population;
      g_array_append_val(compare->people, people);
    }
  compare->sets =
      recovery_crowd_sets(populations, compare->people->len, &whole);
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
  compare->people = g_array_new(FALSE, FALSE, sizeof(RecoveryDiffPeople));
  compare->states = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  recovery_diff_cell_begin(compare);
  for (size_t s = 0; s < 2; s++) {
    compare->sides[s].table = recovery_table_new(documents[s], now_s, true);
    compare->sides[s].slots = g_array_new(FALSE, FALSE, sizeof(uint8_t));
    compare->sides[s].bad = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  }
  compare->witnesses = recovery_witness_all(documents, 2, now_s);
  if (compare->witnesses == NULL || compare->signals->len > 64 ||
      !list_slots(compare))
    return false;
  list_states(compare);
  return true;
}

static void
end(Compare *compare)
{
  g_ptr_array_unref(compare->journeys);
  g_ptr_array_unref(compare->apps);
  g_ptr_array_unref(compare->transactions);
  g_ptr_array_unref(compare->signals);
  g_ptr_array_unref(compare->slots);
  g_array_unref(compare->people);
  g_array_unref(compare->states);
  g_clear_pointer(&compare->sets, g_array_unref);
  g_clear_pointer(&compare->witnesses, g_array_unref);
  recovery_diff_cell_end(compare);
  for (size_t s = 0; s < 2; s++) {
    recovery_table_cell_clear(&compare->sides[s].cell);
    recovery_table_free(compare->sides[s].table);
    g_array_unref(compare->sides[s].slots);
    g_array_unref(compare->sides[s].bad);
  }
}

static void
free_point(void *data)
{
  RecoveryDiffPoint *point = data;

  g_free(point->text);
  g_free(point);
}

/* The tables. Small ones for all sets of all populations, cell by cell; of
 * larger ones each cell for the sets that it tells apart. */
static bool
compare_tables(Compare *compare, bool by_cell)
{
  Diff *diff = compare->diff;

  diff->by_cell = by_cell || !list_people(compare) || !is_small(compare);
  compare->same_kinds = recovery_diff_crowd_same_kinds(compare);
  return compare_all(compare, !diff->by_cell);
}

static Diff *
new_diff(const Document *before, const Document *after, int64_t now_s,
         bool by_cell)
{
  Diff *diff = g_new0(Diff, 1);
  Compare compare = {.diff = diff,
                     .sides = {{.document = before}, {.document = after}}};
  bool begun;

  diff->points = g_ptr_array_new_with_free_func(free_point);
  begun = begin(&compare, now_s);
  diff->whole = begun && compare_tables(&compare, by_cell);
  recovery_diff_points(diff, before, after);
  recovery_diff_time(diff, before, after, now_s);
  diff->whole = begun && recovery_diff_issue(&compare) && diff->whole;
  if (!diff->whole) {
    g_ptr_array_set_size(diff->changes, 0);
    diff->cells = diff->looser = diff->stricter = diff->both = 0;
  }
  end(&compare);
  return diff;
}

Diff *
recovery_diff_new(const Document *before, const Document *after, int64_t now_s)
{
  return new_diff(before, after, now_s, false);
}

Diff *
recovery_diff_new_by_cell(const Document *before, const Document *after,
                          int64_t now_s)
{
  return new_diff(before, after, now_s, true);
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
