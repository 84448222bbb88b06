/* SPDX-License-Identifier: Apache-2.0 */
/* diff-issue.c - which keys each tier of recovery issues, and to whom: those of
 * a class that it names, that a permit of journey recovery for the person
 * accepts, that no forbid of it keeps back and that meet its requirements. The
 * table has journeys at apps; a key is issued at none. */
#include <string.h>

#include "recovery/policy/diff-private.h"
#include "recovery/policy/issue.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentPermit Permit;
typedef RecoveryDocumentRequire Require;
typedef RecoveryDocumentForbid Forbid;
typedef RecoveryDocumentTier Tier;
typedef RecoveryDiff Diff;
typedef RecoveryWitness Witness;
typedef RecoveryDiffTables Compare;
typedef RecoveryDiffSide Side;
typedef RecoveryTableRule Rule;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)
#define NONE RECOVERY_DOCUMENT_NONE
#define N_TIERS RECOVERY_DIFF_TIERS

/* A person, by the bits of one side, and what is not good. */
typedef struct {
  uint64_t who, bad;
} Person;

/* One tier of both, and what was said of it: for whom, while what is bad. */
typedef struct {
  const Compare *compare;
  const char *name;
  const Tier *tiers[2];
  GHashTable *told; /* text -> GArray of two uint64_t */
} Row;

/* The rules that are asked when a key is issued, as those of a cell. */
static void
gather(Side *side, bool all)
{
  const Document *document = side->document;
  RecoveryTableCell *cell = &side->cell;

  recovery_table_cell_begin(cell);
  cell->app = NONE;
  side->there = true;
  for (uint32_t i = 0; i < N_OF(document, PERMITS); i++) {
    const Permit *permit = RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, i);

    if (recovery_issue_opens(document, &permit->scope))
      recovery_table_cell_add(cell, cell->permits, permit, &permit->scope, all);
  }
  for (uint32_t i = 0; i < N_OF(document, REQUIRES); i++) {
    const Require *require =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);

    if (recovery_issue_binds(document, &require->scope))
      recovery_table_cell_add(cell, cell->requires, require, &require->scope,
                              all);
  }
  for (uint32_t i = 0; i < N_OF(document, FORBIDS); i++) {
    const Forbid *forbid = RECOVERY_DOCUMENT_AT(document, FORBIDS, Forbid, i);

    if (recovery_issue_binds(document, &forbid->scope))
      recovery_table_cell_add(cell, cell->forbids, forbid, &forbid->scope, all);
  }
}

/* ---- what one person gets ---- */

static bool
is_on(const RecoveryDocumentRef *unless_good, const Person *person)
{
  return unless_good->index == NONE ||
         (person->bad & UINT64_C(1) << unless_good->index) != 0;
}

static bool
names_class(const RecoveryDocumentRefs *refs, uint32_t class_of)
{
  for (uint32_t i = 0; i < refs->count; i++)
    if (refs->items[i].index == class_of)
      return true;
  return false;
}

static bool
is_permitted(const Side *side, const Person *person, uint32_t class_of)
{
  const GArray *permits = side->cell.permits;

  for (guint i = 0; i < permits->len; i++) {
    const Rule *rule = &g_array_index(permits, Rule, i);

    if (recovery_table_is_for(rule, person->who) &&
        names_class(&((const Permit *)rule->rule)->accept, class_of))
      return true;
  }
  return false;
}

static bool
is_forbidden(const Side *side, const Person *person)
{
  const GArray *forbids = side->cell.forbids;

  for (guint i = 0; i < forbids->len; i++) {
    const Rule *rule = &g_array_index(forbids, Rule, i);

    if (recovery_table_is_for(rule, person->who) &&
        is_on(&((const Forbid *)rule->rule)->unless_good, person))
      return true;
  }
  return false;
}

static int64_t
rank_of(const Document *document, uint32_t class_of)
{
  return class_of == NONE
             ? 0
             : RECOVERY_DOCUMENT_AT(document, CLASSES, Class, class_of)->rank;
}

static bool
meets_all(const Side *side, const Person *person, uint32_t class_of,
          uint64_t lists)
{
  const GArray *requires = side->cell.requires;

  for (guint i = 0; i < requires->len; i++) {
    const Rule *rule = &g_array_index(requires, Rule, i);
    const Require *require = rule->rule;

    if (!recovery_table_is_for(rule, person->who) ||
        !is_on(&require->unless_good, person))
      continue;
    if (rank_of(side->document, class_of) <
            rank_of(side->document, require->min_class.index) ||
        (require->aaguid_list.index != NONE &&
         (lists & UINT64_C(1) << require->aaguid_list.index) == 0))
      return false;
  }
  return true;
}

static bool
issues(const Side *side, const Tier *tier, const Person *person,
       const Witness *witness, size_t s)
{
  const uint32_t class_of = witness->class_of[s];

  return class_of != NONE && tier->at.line != 0 &&
         names_class(&tier->issue, class_of) &&
         is_permitted(side, person, class_of) && !is_forbidden(side, person) &&
         meets_all(side, person, class_of, witness->lists[s]);
}

/* ---- telling ---- */

static const char *
name_class(const Document *document, uint32_t class_of)
{
  return class_of == NONE ? "no class"
                          : recovery_document_id(
                                document, RECOVERY_DOCUMENT_CLASSES, class_of);
}

/* Of fewer people, or with fewer signals bad: it holds for more, too. */
static bool
was_told(const Row *row, const char *text, uint64_t set, uint64_t state)
{
  GArray *told = g_hash_table_lookup(row->told, text);
  const uint64_t now[] = {set, state};

  if (told == NULL) {
    told = g_array_new(FALSE, FALSE, sizeof(now));
    g_hash_table_insert(row->told, g_strdup(text), told);
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
tell(const Row *row, uint64_t set, uint64_t state, const Witness *witness,
     bool after)
{
  const Compare *compare = row->compare;
  const char *was =
      name_class(compare->sides[0].document, witness->class_of[0]);
  const char *is = name_class(compare->sides[1].document, witness->class_of[1]);
  g_autofree char *key = strcmp(was, is) == 0
                             ? g_strdup(is)
                             : g_strdup_printf("(was %s) %s", was, is);
  g_autofree char *text =
      g_strdup_printf("%s: a key of class %s is %s", row->name, key,
                      after ? "issued now" : "no longer issued");
  g_autofree char *who = recovery_diff_word_people(compare, set);
  g_autofree char *bad = recovery_diff_word_state(compare, state);

  if (was_told(row, text, set, state))
    return;
  recovery_diff_point_add(
      compare->diff, after ? RECOVERY_DIFF_LOOSER : RECOVERY_DIFF_STRICTER,
      "%s%s%s%s%s", text, set != 0 ? " to " : "", set != 0 ? who : "",
      state != 0 ? ", while not known to be good: " : "", bad);
}

static void
compare_person(const Row *row, const Person persons[2], uint64_t set,
               uint64_t state)
{
  const GArray *witnesses = row->compare->witnesses;
  const Side *sides = row->compare->sides;

  for (guint i = 0; i < witnesses->len; i++) {
    const Witness *witness = &g_array_index(witnesses, Witness, i);
    bool before = issues(&sides[0], row->tiers[0], &persons[0], witness, 0);
    bool after = issues(&sides[1], row->tiers[1], &persons[1], witness, 1);

    if (before != after)
      tell(row, set, state, witness, after);
  }
}

static void
compare_row(const Row *row)
{
  const Compare *compare = row->compare;

  for (guint b = 0; b < compare->states->len; b++)
    for (guint p = 0; p < compare->sets->len; p++) {
      uint64_t state = g_array_index(compare->states, uint64_t, b);
      uint64_t set = g_array_index(compare->sets, uint64_t, p);
      Person persons[2];

      for (size_t s = 0; s < 2; s++)
        persons[s] =
            (Person){recovery_diff_people(compare, s, set),
                     g_array_index(compare->sides[s].bad, uint64_t, b)};
      compare_person(row, persons, set, state);
    }
}

bool
recovery_diff_issue(Compare *compare)
{
  const Document *before = compare->sides[0].document;
  const Document *after = compare->sides[1].document;
  const struct {
    const char *name;
    const Tier *tiers[2];
  } tiers[N_TIERS] = {
      {"recovery.standard",
       {&before->recovery.standard, &after->recovery.standard}},
      {"recovery.remote", {&before->recovery.remote, &after->recovery.remote}},
      {"recovery.privileged",
       {&before->recovery.privileged, &after->recovery.privileged}},
  };
  const bool all = !compare->diff->by_cell;

  for (size_t s = 0; s < 2; s++)
    gather(&compare->sides[s], all);
  if (!all && !recovery_diff_crowd_sets(compare))
    return false;
  for (size_t t = 0; t < N_TIERS; t++) {
    g_autoptr(GHashTable) told = g_hash_table_new_full(
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    const Row row = {
        compare, tiers[t].name, {tiers[t].tiers[0], tiers[t].tiers[1]}, told};

    compare_row(&row);
  }
  return true;
}
