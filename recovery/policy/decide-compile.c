/* SPDX-License-Identifier: Apache-2.0 */
/* decide-compile.c - rules into cells: a cell is one journey, app, transaction
 * and population, each of them one or any. A cell only says which rules may
 * match; whether they do is looked at again, so that a rule with long lists may
 * stand under "any" instead of in thousands of cells. */
#include <string.h>

#include "recovery/policy/decide-private.h"

/* Cells of one rule at most, and of each on average. */
#define CELLS_OF_ONE 64
#define CELLS_OF_EACH 8

typedef RecoveryDecide Decide;
typedef RecoveryDecideRule Rule;
typedef RecoveryDecideSelect Select;
typedef RecoveryDecideCell Cell;
typedef RecoveryDocumentRefs Refs;

static const RecoveryDocumentSection section_of[] = {
    [RECOVERY_DECIDE_RULE_PERMIT] = RECOVERY_DOCUMENT_PERMITS,
    [RECOVERY_DECIDE_RULE_FALLBACK] = RECOVERY_DOCUMENT_FALLBACKS,
    [RECOVERY_DECIDE_RULE_REQUIRE] = RECOVERY_DOCUMENT_REQUIRES,
    [RECOVERY_DECIDE_RULE_FORBID] = RECOVERY_DOCUMENT_FORBIDS,
    [RECOVERY_DECIDE_RULE_EXCEPTION] = RECOVERY_DOCUMENT_EXCEPTIONS,
};

/* ---- selectors ---- */

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
  uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

  return one < other ? -1 : one > other;
}

static Select
compile_refs(Decide *decide, const Refs *refs)
{
  Select select = {refs->count, decide->pool->len};

  if (refs->count == 1)
    select.first = refs->items[0].index;
  if (refs->count <= 1)
    return select;
  for (uint32_t i = 0; i < refs->count; i++)
    g_array_append_val(decide->pool, refs->items[i].index);
  qsort(&g_array_index(decide->pool, uint32_t, select.first), refs->count,
        sizeof(uint32_t), compare_numbers);
  return select;
}

static void
compile_scope(Decide *decide, const RecoveryDocumentScope *scope, Rule *rule)
{
  rule->by[RECOVERY_DECIDE_JOURNEY] = compile_refs(decide, &scope->journey);
  rule->by[RECOVERY_DECIDE_APP] = compile_refs(decide, &scope->app);
  rule->by[RECOVERY_DECIDE_TRANSACTION] =
      compile_refs(decide, &scope->transaction);
  rule->by[RECOVERY_DECIDE_POPULATION] =
      compile_refs(decide, &scope->population);
}

/* A permit without a transaction opens none. */
static void
close_transactions(const Decide *decide, const RecoveryDocumentScope *scope,
                   Rule *rule)
{
  if (scope->transaction.count == 0 && !scope->transaction.star)
    rule->by[RECOVERY_DECIDE_TRANSACTION] =
        (Select){1, recovery_document_count(decide->document,
                                            RECOVERY_DOCUMENT_TRANSACTIONS)};
}

/* ---- rules ---- */

static Rule *
next_rule(Decide *decide, RecoveryDecideKind kind, uint32_t index,
          const RecoveryDocumentScope *scope)
{
  Rule *rule = &decide->rules[decide->n_rules++];

  *rule = (Rule){
      .id = recovery_document_id(decide->document, section_of[kind], index),
      .kind = kind,
      .index = index,
      .signal = RECOVERY_DOCUMENT_NONE,
      .list = RECOVERY_DOCUMENT_NONE,
      .max_age_s = -1};
  compile_scope(decide, scope, rule);
  return rule;
}

static void
add_permits(Decide *decide, RecoveryDocumentSection section,
            RecoveryDecideKind kind)
{
  const GArray *permits = decide->document->sections[section];

  decide->first_of[kind] = decide->n_rules;
  for (guint i = 0; i < permits->len; i++) {
    const RecoveryDocumentPermit *permit =
        &g_array_index(permits, RecoveryDocumentPermit, i);
    Rule *rule = next_rule(decide, kind, i, &permit->scope);

    rule->accept = &permit->accept;
    close_transactions(decide, &permit->scope, rule);
  }
}

static uint32_t
rank_of(const RecoveryDocument *document, const RecoveryDocumentRef *class_of)
{
  if (class_of->index == RECOVERY_DOCUMENT_NONE)
    return 0;
  return (uint32_t)RECOVERY_DOCUMENT_AT(document, CLASSES, Class,
                                        class_of->index)
      ->rank;
}

static void
add_requires(Decide *decide)
{
  const GArray *requires =
      decide->document->sections[RECOVERY_DOCUMENT_REQUIRES];

  decide->first_of[RECOVERY_DECIDE_RULE_REQUIRE] = decide->n_rules;
  for (guint i = 0; i < requires->len; i++) {
    const RecoveryDocumentRequire *require =
        &g_array_index(requires, RecoveryDocumentRequire, i);
    Rule *rule =
        next_rule(decide, RECOVERY_DECIDE_RULE_REQUIRE, i, &require->scope);

    rule->signal = require->unless_good.index;
    rule->rank = rank_of(decide->document, &require->min_class);
    rule->list = require->aaguid_list.index;
    rule->approvals = (uint32_t)require->approvals;
    rule->slots = require->slots.count;
    rule->max_age_s = require->max_age_s;
  }
}

static void
add_forbids(Decide *decide)
{
  const GArray *forbids = decide->document->sections[RECOVERY_DOCUMENT_FORBIDS];

  decide->first_of[RECOVERY_DECIDE_RULE_FORBID] = decide->n_rules;
  for (guint i = 0; i < forbids->len; i++) {
    const RecoveryDocumentForbid *forbid =
        &g_array_index(forbids, RecoveryDocumentForbid, i);

    next_rule(decide, RECOVERY_DECIDE_RULE_FORBID, i, &forbid->scope)->signal =
        forbid->unless_good.index;
  }
}

static void
add_exceptions(Decide *decide)
{
  const GArray *exceptions =
      decide->document->sections[RECOVERY_DOCUMENT_EXCEPTIONS];

  decide->first_of[RECOVERY_DECIDE_RULE_EXCEPTION] = decide->n_rules;
  for (guint i = 0; i < exceptions->len; i++)
    (void)next_rule(
        decide, RECOVERY_DECIDE_RULE_EXCEPTION, i,
        &g_array_index(exceptions, RecoveryDocumentException, i).scope);
}

/* ---- the order of ids ---- */

typedef struct {
  uint64_t head; /* the first eight bytes, so that few texts are compared */
  const char *id;
  uint32_t rule;
} Named;

static int
compare_names(const void *a, const void *b)
{
  const Named *one = a, *other = b;

  if (one->head != other->head)
    return one->head < other->head ? -1 : 1;
  return strcmp(one->id, other->id);
}

static uint64_t
head_of(const char *id)
{
  uint64_t head = 0;

  for (int i = 0; i < 8; i++) {
    head = head << 8 | (unsigned char)*id;
    if (*id != '\0')
      id++;
  }
  return head;
}

static void
number_ids(Decide *decide)
{
  g_autofree Named *named = g_new(Named, decide->n_rules);

  for (uint32_t i = 0; i < decide->n_rules; i++) {
    const char *id = decide->rules[i].id;

    named[i] = (Named){head_of(id), id, i};
  }
  if (decide->n_rules > 0)
    qsort(named, decide->n_rules, sizeof(*named), compare_names);
  for (uint32_t i = 0; i < decide->n_rules; i++)
    decide->rules[named[i].rule].order = i;
}

/* ---- cells ---- */

uint64_t
recovery_decide_hash(const uint32_t by[RECOVERY_DECIDE_DIMENSIONS])
{
  uint64_t hash = recovery_names_mix((uint64_t)by[0] << 32 | by[1],
                                     (uint64_t)by[2] << 32 | by[3]);

  return hash != 0 ? hash : 1;
}

static Cell *
find_cell(const Decide *decide, uint64_t hash)
{
  for (uint32_t i = (uint32_t)hash & decide->cell_mask;;
       i = (i + 1) & decide->cell_mask)
    if (decide->cells[i].hash == hash || decide->cells[i].hash == 0)
      return &decide->cells[i];
}

const Cell *
recovery_decide_find_cell(const Decide *decide, uint64_t hash)
{
  return find_cell(decide, hash);
}

typedef struct {
  uint64_t hash;
  uint32_t rule;
} Entry;

/* Which dimensions of a rule its cells tell apart: the shorter lists first. */
static unsigned
choose_dimensions(const Rule *rule, uint32_t room)
{
  unsigned chosen = 0;
  uint32_t product = 1;

  for (uint32_t longest = 1; longest <= CELLS_OF_ONE; longest *= 2)
    for (unsigned d = 0; d < RECOVERY_DECIDE_DIMENSIONS; d++) {
      uint32_t count = rule->by[d].count;

      if (count == 0 || count > longest || (chosen & 1u << d) != 0 ||
          product * count > room)
        continue;
      product *= count;
      chosen |= 1u << d;
    }
  return chosen;
}

static uint32_t
select_at(const Decide *decide, const Select *select, uint32_t i)
{
  return select->count == 1
             ? select->first
             : g_array_index(decide->pool, uint32_t, select->first + i);
}

/* One entry for each combination of the chosen dimensions. */
static void
enter_rule(Decide *decide, uint32_t number, unsigned chosen, GArray *entries)
{
  const Rule *rule = &decide->rules[number];
  uint32_t at[RECOVERY_DECIDE_DIMENSIONS] = {0};
  int d;

  decide->patterns |= 1u << (~chosen & 15u);
  do {
    uint32_t by[RECOVERY_DECIDE_DIMENSIONS];
    Entry entry = {0, number};

    for (d = 0; d < RECOVERY_DECIDE_DIMENSIONS; d++)
      by[d] = (chosen & 1u << d) != 0 ? select_at(decide, &rule->by[d], at[d])
                                      : RECOVERY_DECIDE_ANY;
    entry.hash = recovery_decide_hash(by);
    g_array_append_val(entries, entry);
    for (d = 0; d < RECOVERY_DECIDE_DIMENSIONS; d++) {
      if ((chosen & 1u << d) != 0 && ++at[d] < rule->by[d].count)
        break;
      at[d] = 0;
    }
  } while (d < RECOVERY_DECIDE_DIMENSIONS);
}

static void
fill_cells(Decide *decide, const GArray *entries)
{
  uint32_t size = 64, first = 0;

  while (size < entries->len * 2)
    size *= 2;
  decide->cell_mask = size - 1;
  decide->cells = g_new0(Cell, size);
  decide->cell_rules = g_new(uint32_t, entries->len + 1);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    Cell *cell = find_cell(decide, entry->hash);

    cell->hash = entry->hash;
    cell->count++;
  }
  for (uint32_t i = 0; i < size; i++) {
    decide->cells[i].first = first;
    first += decide->cells[i].count;
    decide->cells[i].count = 0;
  }
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    Cell *cell = find_cell(decide, entry->hash);

    decide->cell_rules[cell->first + cell->count++] = entry->rule;
  }
}

static void
make_cells(Decide *decide)
{
  g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));

  for (uint32_t i = 0; i < decide->n_rules; i++) {
    bool room = entries->len < CELLS_OF_EACH * i + CELLS_OF_ONE;

    enter_rule(decide, i,
               choose_dimensions(&decide->rules[i], room ? CELLS_OF_ONE : 1),
               entries);
  }
  fill_cells(decide, entries);
}

void
recovery_decide_compile_rules(Decide *decide)
{
  uint32_t count = 0;

  for (int i = 0; i < RECOVERY_DECIDE_N_RULES; i++)
    count += recovery_document_count(decide->document, section_of[i]);
  decide->rules = g_new(Rule, count + 1);
  add_permits(decide, RECOVERY_DOCUMENT_PERMITS, RECOVERY_DECIDE_RULE_PERMIT);
  add_permits(decide, RECOVERY_DOCUMENT_FALLBACKS,
              RECOVERY_DECIDE_RULE_FALLBACK);
  add_requires(decide);
  add_forbids(decide);
  add_exceptions(decide);
  number_ids(decide);
  make_cells(decide);
}
