/* SPDX-License-Identifier: Apache-2.0 */
/* diff-issue.c - which keys each tier of recovery issues, and to whom: those of
 * a class that it names, that a permit of journey recovery for the person
 * accepts, that no forbid of it keeps back and that meet its requirements. The
 * table has journeys at apps; a key is issued at none. */
#include <string.h>

#include "recovery/policy/diff-private.h"
#include "recovery/policy/issue.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentScope Scope;
typedef RecoveryDocumentTier Tier;
typedef RecoveryDiff Diff;
typedef RecoveryWitness Witness;
typedef RecoveryDiffTables Compare;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)
#define NONE RECOVERY_DOCUMENT_NONE
#define N_TIERS RECOVERY_DIFF_TIERS

/* The rules that are asked when a key is issued: pointers into the document. */
typedef struct {
  const Document *document;
  GPtrArray *permits, *requires, *forbids;
} Rules;

/* A person, by the populations of one document, and what is not good. */
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

static void
begin_rules(Rules *rules, const Document *document)
{
  *rules = (Rules){document, g_ptr_array_new(), g_ptr_array_new(),
                   g_ptr_array_new()};
  for (uint32_t i = 0; i < N_OF(document, PERMITS); i++) {
    RecoveryDocumentPermit *permit =
        RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, i);

    if (recovery_issue_opens(document, &permit->scope))
      g_ptr_array_add(rules->permits, permit);
  }
  for (uint32_t i = 0; i < N_OF(document, REQUIRES); i++) {
    RecoveryDocumentRequire *require =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);

    if (recovery_issue_binds(document, &require->scope))
      g_ptr_array_add(rules->requires, require);
  }
  for (uint32_t i = 0; i < N_OF(document, FORBIDS); i++) {
    RecoveryDocumentForbid *forbid =
        RECOVERY_DOCUMENT_AT(document, FORBIDS, Forbid, i);

    if (recovery_issue_binds(document, &forbid->scope))
      g_ptr_array_add(rules->forbids, forbid);
  }
}

static void
end_rules(Rules *rules)
{
  g_ptr_array_unref(rules->permits);
  g_ptr_array_unref(rules->requires);
  g_ptr_array_unref(rules->forbids);
}

/* ---- what one person gets ---- */

static bool
is_for(const Scope *scope, const Person *person)
{
  for (uint32_t i = 0; i < scope->population.count; i++)
    if ((person->who & UINT64_C(1) << scope->population.items[i].index) != 0)
      return true;
  return scope->population.count == 0;
}

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
is_permitted(const Rules *rules, const Person *person, uint32_t class_of)
{
  for (guint i = 0; i < rules->permits->len; i++) {
    const RecoveryDocumentPermit *permit = g_ptr_array_index(rules->permits, i);

    if (is_for(&permit->scope, person) &&
        names_class(&permit->accept, class_of))
      return true;
  }
  return false;
}

static bool
is_forbidden(const Rules *rules, const Person *person)
{
  for (guint i = 0; i < rules->forbids->len; i++) {
    const RecoveryDocumentForbid *forbid = g_ptr_array_index(rules->forbids, i);

    if (is_for(&forbid->scope, person) && is_on(&forbid->unless_good, person))
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
meets_all(const Rules *rules, const Person *person, uint32_t class_of,
          uint64_t lists)
{
  for (guint i = 0; i < rules->requires->len; i++) {
    const RecoveryDocumentRequire *require =
        g_ptr_array_index(rules->requires, i);

    if (!is_for(&require->scope, person) ||
        !is_on(&require->unless_good, person))
      continue;
    if (rank_of(rules->document, class_of) <
            rank_of(rules->document, require->min_class.index) ||
        (require->aaguid_list.index != NONE &&
         (lists & UINT64_C(1) << require->aaguid_list.index) == 0))
      return false;
  }
  return true;
}

static bool
issues(const Rules *rules, const Tier *tier, const Person *person,
       const Witness *witness, size_t s)
{
  const uint32_t class_of = witness->class_of[s];

  return class_of != NONE && tier->at.line != 0 &&
         names_class(&tier->issue, class_of) &&
         is_permitted(rules, person, class_of) &&
         !is_forbidden(rules, person) &&
         meets_all(rules, person, class_of, witness->lists[s]);
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
compare_person(const Row *row, const Rules rules[2], const Person persons[2],
               uint64_t set, uint64_t state)
{
  const GArray *witnesses = row->compare->witnesses;

  for (guint i = 0; i < witnesses->len; i++) {
    const Witness *witness = &g_array_index(witnesses, Witness, i);
    bool before = issues(&rules[0], row->tiers[0], &persons[0], witness, 0);
    bool after = issues(&rules[1], row->tiers[1], &persons[1], witness, 1);

    if (before != after)
      tell(row, set, state, witness, after);
  }
}

static void
compare_row(const Row *row, const Rules rules[2])
{
  const Compare *compare = row->compare;

  for (guint b = 0; b < compare->states->len; b++)
    for (guint p = 0; p < compare->sets->len; p++) {
      uint64_t state = g_array_index(compare->states, uint64_t, b);
      uint64_t set = g_array_index(compare->sets, uint64_t, p);
      Person persons[2];

      for (size_t s = 0; s < 2; s++)
        persons[s] = (Person){recovery_diff_people(compare, s, set),
                              recovery_diff_signals(compare, s, state)};
      compare_person(row, rules, persons, set, state);
    }
}

void
recovery_diff_issue(const Compare *compare)
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
  Rules rules[2];

  begin_rules(&rules[0], before);
  begin_rules(&rules[1], after);
  for (size_t t = 0; t < N_TIERS; t++) {
    g_autoptr(GHashTable) told = g_hash_table_new_full(
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    const Row row = {
        compare, tiers[t].name, {tiers[t].tiers[0], tiers[t].tiers[1]}, told};

    compare_row(&row, rules);
  }
  end_rules(&rules[0]);
  end_rules(&rules[1]);
}
