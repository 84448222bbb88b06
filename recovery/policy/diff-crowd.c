/* SPDX-License-Identifier: Apache-2.0 */
/* diff-crowd.c - whom the rules of a cell tell apart. A population matters only
 * through what its rules do, so populations of which all rules do the same are
 * one; and where both policies do the same to the same, nothing differs. */
#include <string.h>

#include "recovery/policy/diff-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentPermit Permit;
typedef RecoveryDocumentRequire Require;
typedef RecoveryDocumentForbid Forbid;
typedef RecoveryDocumentException Exception;
typedef RecoveryDocumentPopulation Population;
typedef RecoveryDiffTables Compare;
typedef RecoveryDiffSide Side;
typedef RecoveryDiffPeople People;
typedef RecoveryTableRule Rule;

#define NONE RECOVERY_DOCUMENT_NONE
/* Cells of large policies: sets x states x witnesses of those that differ. */
#define STEPS RECOVERY_DIFF_CELLS

/* ---- whom they name ---- */

static bool
is_same_text(const RecoveryDocumentTexts *one,
             const RecoveryDocumentTexts *other)
{
  bool same = one->count == other->count;

  for (uint32_t i = 0; same && i < one->count; i++)
    same = strcmp(one->items[i], other->items[i]) == 0;
  return same;
}

static bool
is_same_population(const Population *one, const Population *other)
{
  const guint attributes = one->attributes == NULL ? 0 : one->attributes->len;
  bool same =
      strcmp(one->id, other->id) == 0 &&
      is_same_text(&one->groups, &other->groups) &&
      attributes == (other->attributes == NULL ? 0 : other->attributes->len);

  for (guint i = 0; same && i < attributes; i++) {
    const RecoveryDocumentAttribute *a =
        &g_array_index(one->attributes, RecoveryDocumentAttribute, i);
    const RecoveryDocumentAttribute *b =
        &g_array_index(other->attributes, RecoveryDocumentAttribute, i);

    same =
        strcmp(a->name, b->name) == 0 && is_same_text(&a->values, &b->values);
  }
  return same;
}

static bool
add_people(Compare *compare, size_t s, int place)
{
  const Side *side = &compare->sides[s];
  const uint32_t index =
      g_array_index(side->cell.populations, uint32_t, (guint)place);
  People people = {.population = RECOVERY_DOCUMENT_AT(
                       side->document, POPULATIONS, Population, index),
                   .places = {-1, -1}};

  for (guint i = 0; s == 1 && i < compare->people->len; i++) {
    People *other = &g_array_index(compare->people, People, i);

    if (other->places[1] >= 0 ||
        !is_same_population(other->population, people.population))
      continue;
    other->places[1] = place;
    return true;
  }
  if (compare->people->len == RECOVERY_CROWD_MAX - 1) /* one is for nobody */
    return false;
  people.places[s] = place;
  g_array_append_val(compare->people, people);
  return true;
}

static bool
list_people(Compare *compare)
{
  g_array_set_size(compare->people, 0);
  for (size_t s = 0; s < 2; s++) {
    const Side *side = &compare->sides[s];

    if (!side->there)
      continue;
    if (side->cell.too_many)
      return false;
    for (guint i = 0; i < side->cell.populations->len; i++)
      if (!add_people(compare, s, (int)i))
        return false;
  }
  return true;
}

/* ---- what is done to whom ---- */

/* Notes that something is done to those of a rule. Takes the key. */
static void
note(const Compare *compare, size_t s, GHashTable *effects, char *key,
     const Rule *rule)
{
  uint64_t *who = g_hash_table_lookup(effects, key);

  if (who == NULL) {
    who = g_new0(uint64_t, 1);
    g_hash_table_insert(effects, g_strdup(key), who);
  }
  for (guint i = 0; i < compare->people->len; i++) {
    int place = g_array_index(compare->people, People, i).places[s];

    if (rule->everyone ||
        (place >= 0 && (rule->who & (UINT64_C(1) << place)) != 0))
      *who |= UINT64_C(1) << i;
  }
  /* Who is in none of them. */
  if (rule->everyone)
    *who |= UINT64_C(1) << compare->people->len;
  g_free(key);
}

static const char *
id_of(const Document *document, RecoveryDocumentSection section,
      const RecoveryDocumentRef *ref)
{
  return ref->index == NONE
             ? "-"
             : recovery_document_id(document, section, ref->index);
}

/* What it asks for and when, whoever it is called. */
static char *
word_require(const Document *document, const Require *require)
{
  GString *text = g_string_new("require");

  g_string_append_printf(
      text,
      "\n%s\n%" G_GINT64_FORMAT "\n%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT,
      id_of(document, RECOVERY_DOCUMENT_SIGNALS, &require->unless_good),
      require->min_class.index == NONE
          ? 0
          : RECOVERY_DOCUMENT_AT(document, CLASSES, Class,
                                 require->min_class.index)
                ->rank,
      id_of(document, RECOVERY_DOCUMENT_LISTS, &require->aaguid_list),
      require->max_age_s, require->approvals);
  for (uint32_t i = 0; i < require->slots.count; i++)
    g_string_append_printf(
        text, "\n%s",
        id_of(document, RECOVERY_DOCUMENT_SLOTS, &require->slots.items[i]));
  return g_string_free(text, FALSE);
}

static void
note_permits(const Compare *compare, size_t s, const GArray *rules,
             const char *word, GHashTable *effects)
{
  for (guint i = 0; i < rules->len; i++) {
    const Rule *rule = &g_array_index(rules, Rule, i);
    const Permit *permit = rule->rule;

    for (uint32_t j = 0; j < permit->accept.count; j++)
      note(compare, s, effects,
           g_strdup_printf("%s\n%s", word,
                           id_of(compare->sides[s].document,
                                 RECOVERY_DOCUMENT_CLASSES,
                                 &permit->accept.items[j])),
           rule);
  }
}

/* What is done by the rules of a cell: uint64_t, to whom, by what. Beneath an
 * exception each requirement is its own. */
static GHashTable *
list_effects(const Compare *compare, size_t s)
{
  const Side *side = &compare->sides[s];
  const Document *document = side->document;
  const RecoveryTableCell *cell = &side->cell;
  GHashTable *effects =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

  if (!side->there)
    return effects;
  note_permits(compare, s, cell->permits, "permit", effects);
  note_permits(compare, s, cell->fallbacks, "fallback", effects);
  for (guint i = 0; i < cell->requires->len; i++) {
    const Rule *rule = &g_array_index(cell->requires, Rule, i);
    const Require *require = rule->rule;

    note(compare, s, effects,
         cell->exceptions->len > 0 ? g_strdup_printf("require\n%s", require->id)
                                   : word_require(document, require),
         rule);
  }
  for (guint i = 0; i < cell->forbids->len; i++) {
    const Rule *rule = &g_array_index(cell->forbids, Rule, i);

    note(compare, s, effects,
         g_strdup_printf("forbid\n%s",
                         id_of(document, RECOVERY_DOCUMENT_SIGNALS,
                               &((const Forbid *)rule->rule)->unless_good)),
         rule);
  }
  for (guint i = 0; i < cell->exceptions->len; i++) {
    const Rule *rule = &g_array_index(cell->exceptions, Rule, i);

    note(compare, s, effects,
         g_strdup_printf("exception\n%s", ((const Exception *)rule->rule)->id),
         rule);
  }
  return effects;
}

/* ---- whom nobody tells apart ---- */

/* Splits each group by who is in `who`. */
static void
split(uint32_t *groups, guint count, uint64_t who)
{
  uint32_t next = 0;
  uint32_t halves[2][RECOVERY_CROWD_MAX];

  memset(halves, 0xff, sizeof(halves));
  for (guint i = 0; i < count; i++) {
    uint32_t *half = &halves[who >> i & 1][groups[i]];

    if (*half == NONE)
      *half = next++;
    groups[i] = *half;
  }
}

static void
find_alike(Compare *compare, GHashTable *const effects[2])
{
  uint32_t groups[RECOVERY_CROWD_MAX] = {0};
  GHashTableIter iter;
  void *who;

  for (size_t s = 0; s < 2; s++) {
    g_hash_table_iter_init(&iter, effects[s]);
    while (g_hash_table_iter_next(&iter, NULL, &who))
      split(groups, compare->people->len, *(const uint64_t *)who);
  }
  for (guint i = 0; i < compare->people->len; i++) {
    People *people = &g_array_index(compare->people, People, i);
    bool one = recovery_crowd_is_one_clause(people->population);

    people->alike = i;
    for (guint j = 0; one && j < i && people->alike == i; j++)
      if (groups[j] == groups[i] &&
          recovery_crowd_is_one_clause(
              g_array_index(compare->people, People, j).population))
        people->alike = j;
  }
}

/* ---- is there anything to compare? ---- */

static bool
is_opened(const Side *side)
{
  return side->there && side->cell.permits->len + side->cell.fallbacks->len > 0;
}

static bool
has_exceptions(const Side *side)
{
  return side->there && side->cell.exceptions->len > 0;
}

static bool
does_the_same(const Compare *compare, GHashTable *const effects[2])
{
  const Side *sides = compare->sides;
  GHashTableIter iter;
  void *key, *who;

  if (!compare->same_kinds || !sides[0].there || !sides[1].there ||
      has_exceptions(&sides[0]) || has_exceptions(&sides[1]) ||
      RECOVERY_DOCUMENT_AT(sides[0].document, APPS, App, sides[0].cell.app)
              ->webauthn !=
          RECOVERY_DOCUMENT_AT(sides[1].document, APPS, App, sides[1].cell.app)
              ->webauthn ||
      g_hash_table_size(effects[0]) != g_hash_table_size(effects[1]))
    return false;
  g_hash_table_iter_init(&iter, effects[0]);
  while (g_hash_table_iter_next(&iter, &key, &who)) {
    const uint64_t *other = g_hash_table_lookup(effects[1], key);

    if (other == NULL || *other != *(const uint64_t *)who)
      return false;
  }
  return true;
}

/* By their names, since each document numbers them by itself. */
static bool
has_same_lists(const Compare *compare, const RecoveryWitness *witness)
{
  unsigned counts[2] = {recovery_crowd_count(witness->lists[0]),
                        recovery_crowd_count(witness->lists[1])};

  if (counts[0] != counts[1])
    return false;
  for (uint32_t i = 0; i < RECOVERY_WITNESS_BITS; i++) {
    uint32_t other;

    if ((witness->lists[0] & (UINT64_C(1) << i)) == 0)
      continue;
    other = recovery_document_find(
        compare->sides[1].document, RECOVERY_DOCUMENT_LISTS,
        recovery_document_id(compare->sides[0].document,
                             RECOVERY_DOCUMENT_LISTS, i));
    if (other == NONE || (witness->lists[1] & (UINT64_C(1) << other)) == 0)
      return false;
  }
  return true;
}

bool
recovery_diff_crowd_same_kinds(const Compare *compare)
{
  for (guint i = 0; i < compare->witnesses->len; i++) {
    const RecoveryWitness *witness =
        &g_array_index(compare->witnesses, RecoveryWitness, i);
    const RecoveryDocumentClass *classes[2];

    for (size_t s = 0; s < 2; s++) {
      if (witness->class_of[s] == NONE)
        return false;
      classes[s] = RECOVERY_DOCUMENT_AT(compare->sides[s].document, CLASSES,
                                        Class, witness->class_of[s]);
    }
    if (strcmp(classes[0]->id, classes[1]->id) != 0 ||
        classes[0]->rank != classes[1]->rank ||
        !has_same_lists(compare, witness))
      return false;
  }
  return true;
}

static bool
list_sets(Compare *compare)
{
  const Population *populations[RECOVERY_CROWD_MAX];
  uint32_t alike[RECOVERY_CROWD_MAX];
  bool whole;

  for (guint i = 0; i < compare->people->len; i++) {
    const People *people = &g_array_index(compare->people, People, i);

    populations[i] = people->population;
    alike[i] = people->alike;
  }
  g_clear_pointer(&compare->sets, g_array_unref);
  compare->sets = recovery_crowd_sets_alike(populations, alike,
                                            compare->people->len, &whole);
  compare->steps += (uint64_t)compare->sets->len * compare->states->len *
                    compare->witnesses->len;
  return whole && compare->steps <= STEPS;
}

/* same: where both do the same, nothing is listed. */
static RecoveryDiffCrowd
find_crowd(Compare *compare, bool same)
{
  RecoveryDiffCrowd found = RECOVERY_DIFF_CROWD_SAME;
  GHashTable *effects[2];

  if (!list_people(compare))
    return RECOVERY_DIFF_CROWD_MANY;
  for (size_t s = 0; s < 2; s++)
    effects[s] = list_effects(compare, s);
  if (!same || !does_the_same(compare, effects)) {
    find_alike(compare, effects);
    found = list_sets(compare) ? RECOVERY_DIFF_CROWD_SETS
                               : RECOVERY_DIFF_CROWD_MANY;
  }
  for (size_t s = 0; s < 2; s++)
    g_hash_table_unref(effects[s]);
  return found;
}

RecoveryDiffCrowd
recovery_diff_crowd(Compare *compare)
{
  if (!is_opened(&compare->sides[0]) && !is_opened(&compare->sides[1]))
    return RECOVERY_DIFF_CROWD_SAME;
  return find_crowd(compare, true);
}

bool
recovery_diff_crowd_sets(Compare *compare)
{
  return find_crowd(compare, false) == RECOVERY_DIFF_CROWD_SETS;
}
