/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - the rules of each cell, and what they add up to. */
#include "recovery/policy/table.h"

#include <string.h>

typedef RecoveryDocument Document;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentScope Scope;
typedef RecoveryDocumentPermit Permit;
typedef RecoveryDocumentRequire Require;
typedef RecoveryDocumentForbid Forbid;
typedef RecoveryDocumentException Exception;
typedef RecoveryTable Table;
typedef RecoveryTableCell Cell;
typedef RecoveryTableRule Rule;
typedef RecoveryTableAnswer Answer;

#define DAY_S 86400
#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

/* clang-format off */
static const struct {
  RecoveryDocumentSection section;
  size_t scope;  /* where in the rule */
  size_t into;   /* which array of the cell */
  bool opens;    /* without a transaction: plain access alone */
} kinds[] = {
  { RECOVERY_DOCUMENT_PERMITS,    offsetof(Permit, scope),    offsetof(Cell, permits),    true },
  { RECOVERY_DOCUMENT_FALLBACKS,  offsetof(Permit, scope),    offsetof(Cell, fallbacks),  true },
  { RECOVERY_DOCUMENT_REQUIRES,   offsetof(Require, scope),   offsetof(Cell, requires),   false },
  { RECOVERY_DOCUMENT_FORBIDS,    offsetof(Forbid, scope),    offsetof(Cell, forbids),    false },
  { RECOVERY_DOCUMENT_EXCEPTIONS, offsetof(Exception, scope), offsetof(Cell, exceptions), false },
};
/* clang-format on */

static const void *
rule_at(const Document *document, size_t kind, uint32_t index)
{
  const GArray *rules = document->sections[kinds[kind].section];

  return rules->data + index * g_array_get_element_size((GArray *)rules);
}

static const Scope *
scope_of(const void *rule, size_t kind)
{
  return (const Scope *)((const char *)rule + kinds[kind].scope);
}

/* ---- rules by app ---- */

/* One array more than there are apps: of those for every app. */
static GArray **
by_app(const Table *table, size_t kind, uint32_t app)
{
  return &table->by_app[kind * (N_OF(table->document, APPS) + 1) + app];
}

static void
add_by_app(Table *table, size_t kind, uint32_t app, uint32_t rule)
{
  GArray **rules = by_app(table, kind, app);

  if (*rules == NULL)
    *rules = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_array_append_val(*rules, rule);
}

Table *
recovery_table_new(const Document *document, int64_t now_s, bool exceptions)
{
  Table *table = g_new0(Table, 1);
  uint32_t apps = N_OF(document, APPS);

  table->document = document;
  table->now_s = now_s;
  table->exceptions = exceptions;
  table->by_app = g_new0(GArray *, G_N_ELEMENTS(kinds) * (apps + 1));
  for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++)
    for (uint32_t i = 0; i < document->sections[kinds[kind].section]->len;
         i++) {
      const Refs *refs = &scope_of(rule_at(document, kind, i), kind)->app;

      if (refs->count == 0)
        add_by_app(table, kind, apps, i);
      for (uint32_t j = 0; j < refs->count; j++)
        add_by_app(table, kind, refs->items[j].index, i);
    }
  return table;
}

void
recovery_table_free(Table *table)
{
  size_t count;

  if (table == NULL)
    return;
  count = G_N_ELEMENTS(kinds) * (N_OF(table->document, APPS) + 1);
  for (size_t i = 0; i < count; i++)
    g_clear_pointer(&table->by_app[i], g_array_unref);
  g_free(table->by_app);
  g_free(table);
}

/* ---- the rules of a cell ---- */

static bool
selects(const Refs *refs, uint32_t index)
{
  for (uint32_t i = 0; i < refs->count; i++)
    if (refs->items[i].index == index)
      return true;
  return refs->count == 0;
}

static bool
selects_transaction(const Refs *refs, uint32_t transaction, bool opens)
{
  if (refs->count == 0)
    return !opens || refs->star || transaction == RECOVERY_DOCUMENT_NONE;
  return transaction != RECOVERY_DOCUMENT_NONE && selects(refs, transaction);
}

int64_t
recovery_table_first_review(const Exception *exception)
{
  return exception->from_s + exception->review_every_d * DAY_S;
}

static bool
is_there(const Table *table, const Cell *cell, size_t kind, const void *rule)
{
  if (kinds[kind].section == RECOVERY_DOCUMENT_FALLBACKS) {
    const Permit *fallback = rule;

    return table->now_s < fallback->expires_s &&
           RECOVERY_DOCUMENT_AT(table->document, JOURNEYS, Journey,
                                cell->journey)
                   ->risk <= fallback->max_risk;
  }
  if (kinds[kind].section == RECOVERY_DOCUMENT_EXCEPTIONS) {
    const Exception *exception = rule;

    return table->exceptions && table->now_s < exception->until_s &&
           (!table->unreviewed ||
            (exception->from_s <= table->now_s &&
             table->now_s < recovery_table_first_review(exception)));
  }
  return true;
}

/* The bit of a population; its place in the cell's own list. */
static uint64_t
bit_of(Cell *cell, uint32_t population, bool all)
{
  if (all)
    return UINT64_C(1) << population;
  for (guint i = 0; i < cell->populations->len; i++)
    if (g_array_index(cell->populations, uint32_t, i) == population)
      return UINT64_C(1) << i;
  if (cell->populations->len == RECOVERY_CROWD_MAX) {
    cell->too_many = true;
    return 0;
  }
  g_array_append_val(cell->populations, population);
  return UINT64_C(1) << (cell->populations->len - 1);
}

void
recovery_table_cell_add(Cell *cell, GArray *rules, const void *rule,
                        const Scope *scope, bool all)
{
  Rule found = {.rule = rule, .everyone = scope->population.count == 0};

  for (uint32_t i = 0; i < scope->population.count; i++)
    found.who |= bit_of(cell, scope->population.items[i].index, all);
  g_array_append_val(rules, found);
}

static void
gather_rule(Table *table, Cell *cell, size_t kind, const void *rule, bool all)
{
  const Scope *scope = scope_of(rule, kind);
  GArray *into;

  table->steps++;
  if (!selects(&scope->journey, cell->journey) ||
      !selects_transaction(&scope->transaction, cell->transaction,
                           kinds[kind].opens) ||
      !is_there(table, cell, kind, rule))
    return;
  memcpy(&into, (char *)cell + kinds[kind].into, sizeof(into));
  recovery_table_cell_add(cell, into, rule, scope, all);
}

void
recovery_table_cell_begin(Cell *cell)
{
  if (cell->populations == NULL) {
    for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
      GArray *array = g_array_new(FALSE, FALSE, sizeof(Rule));

      memcpy((char *)cell + kinds[kind].into, &array, sizeof(GArray *));
    }
    cell->populations = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  }
  g_array_set_size(cell->permits, 0);
  g_array_set_size(cell->fallbacks, 0);
  g_array_set_size(cell->requires, 0);
  g_array_set_size(cell->forbids, 0);
  g_array_set_size(cell->exceptions, 0);
  g_array_set_size(cell->populations, 0);
  cell->too_many = false;
}

void
recovery_table_gather(Table *table, uint32_t journey, uint32_t app,
                      uint32_t transaction, bool all, Cell *cell)
{
  const uint32_t places[] = {app, N_OF(table->document, APPS)};

  recovery_table_cell_begin(cell);
  cell->journey = journey;
  cell->app = app;
  cell->transaction = transaction;
  for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++)
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
      const GArray *rules = *by_app(table, kind, places[i]);

      for (guint j = 0; rules != NULL && j < rules->len; j++)
        gather_rule(
            table, cell, kind,
            rule_at(table->document, kind, g_array_index(rules, uint32_t, j)),
            all);
    }
}

void
recovery_table_cell_clear(Cell *cell)
{
  if (cell->populations == NULL)
    return;
  g_clear_pointer(&cell->permits, g_array_unref);
  g_clear_pointer(&cell->fallbacks, g_array_unref);
  g_clear_pointer(&cell->requires, g_array_unref);
  g_clear_pointer(&cell->forbids, g_array_unref);
  g_clear_pointer(&cell->exceptions, g_array_unref);
  g_clear_pointer(&cell->populations, g_array_unref);
}

/* ---- what they add up to ---- */

bool
recovery_table_is_for(const Rule *rule, uint64_t who)
{
  return rule->everyone || (rule->who & who) != 0;
}

static uint64_t
bits_of(const Refs *refs)
{
  uint64_t bits = 0;

  for (uint32_t i = 0; i < refs->count; i++)
    if (refs->items[i].index < 64)
      bits |= UINT64_C(1) << refs->items[i].index;
  return bits;
}

static bool
is_on(const RecoveryDocumentRef *unless_good, uint64_t bad)
{
  return unless_good->index == RECOVERY_DOCUMENT_NONE ||
         (unless_good->index < 64 &&
          (bad & (UINT64_C(1) << unless_good->index)) != 0);
}

static uint64_t
accepted(const GArray *permits, uint64_t who, bool *ret_opened)
{
  uint64_t classes = 0;

  for (guint i = 0; i < permits->len; i++) {
    const Rule *rule = &g_array_index(permits, Rule, i);

    if (!recovery_table_is_for(rule, who))
      continue;
    *ret_opened = true;
    classes |= bits_of(&((const Permit *)rule->rule)->accept);
  }
  return classes;
}

static bool
is_waived(const Table *table, const Cell *cell, uint64_t who,
          const Require *require)
{
  for (guint i = 0; i < cell->exceptions->len; i++) {
    const Rule *rule = &g_array_index(cell->exceptions, Rule, i);
    const Exception *exception = rule->rule;

    if (!recovery_table_is_for(rule, who))
      continue;
    for (uint32_t j = 0; j < exception->waives.count; j++)
      if (RECOVERY_DOCUMENT_AT(table->document, REQUIRES, Require,
                               exception->waives.items[j].index) == require)
        return true;
  }
  return false;
}

static void
add_require(const Table *table, const Require *require, Answer *answer)
{
  if (require->min_class.index != RECOVERY_DOCUMENT_NONE)
    answer->min_rank = MAX(answer->min_rank,
                           RECOVERY_DOCUMENT_AT(table->document, CLASSES, Class,
                                                require->min_class.index)
                               ->rank);
  if (require->aaguid_list.index < 64)
    answer->lists |= UINT64_C(1) << require->aaguid_list.index;
  if (require->max_age_s >= 0 &&
      (answer->max_age_s < 0 || require->max_age_s < answer->max_age_s))
    answer->max_age_s = require->max_age_s;
  answer->approvals = MAX(answer->approvals, require->approvals);
  answer->slots |= bits_of(&require->slots);
  for (uint32_t i = 0; i < require->slots.count; i++)
    answer->many_slots =
        answer->many_slots || require->slots.items[i].index >= 64;
}

Answer
recovery_table_answer(const Table *table, const Cell *cell, uint64_t who,
                      uint64_t bad)
{
  Answer answer = {.max_age_s = -1};

  answer.permit = accepted(cell->permits, who, &answer.opened);
  answer.fallback = accepted(cell->fallbacks, who, &answer.opened);
  for (guint i = 0; i < cell->forbids->len; i++) {
    const Rule *rule = &g_array_index(cell->forbids, Rule, i);

    answer.closed = answer.closed ||
                    (recovery_table_is_for(rule, who) &&
                     is_on(&((const Forbid *)rule->rule)->unless_good, bad));
  }
  for (guint i = 0; i < cell->requires->len; i++) {
    const Rule *rule = &g_array_index(cell->requires, Rule, i);
    const Require *require = rule->rule;

    if (!recovery_table_is_for(rule, who) || !is_on(&require->unless_good, bad))
      continue;
    if (is_waived(table, cell, who, require))
      answer.waived = true;
    else
      add_require(table, require, &answer);
  }
  /* Each slot is a person; more may be asked for. */
  answer.approvals =
      MAX(answer.approvals, (int64_t)recovery_crowd_count(answer.slots));
  return answer;
}

bool
recovery_table_carries(const Document *document, uint32_t app,
                       const RecoveryWitness *witness)
{
  return !recovery_witness_is_webauthn(witness) ||
         RECOVERY_DOCUMENT_AT(document, APPS, App, app)->webauthn ==
             RECOVERY_DOCUMENT_YES;
}

RecoveryTableResult
recovery_table_judge(const Table *table, const Cell *cell, const Answer *answer,
                     const RecoveryWitness *witness, size_t which)
{
  uint32_t class_of = witness->class_of[which];
  uint64_t bit;

  if (answer->closed || class_of == RECOVERY_DOCUMENT_NONE ||
      !recovery_table_carries(table->document, cell->app, witness))
    return RECOVERY_TABLE_DENIED;
  bit = UINT64_C(1) << class_of;
  if (((answer->permit | answer->fallback) & bit) == 0)
    return RECOVERY_TABLE_DENIED;
  if (RECOVERY_DOCUMENT_AT(table->document, CLASSES, Class, class_of)->rank <
          answer->min_rank ||
      (answer->lists & ~witness->lists[which]) != 0)
    return RECOVERY_TABLE_SHORT;
  return (answer->permit & bit) != 0 ? RECOVERY_TABLE_PASSES
                                     : RECOVERY_TABLE_FALLBACK;
}

bool
recovery_table_has(const Document *document, uint32_t app, uint32_t transaction)
{
  return transaction == RECOVERY_DOCUMENT_NONE ||
         selects(&RECOVERY_DOCUMENT_AT(document, TRANSACTIONS, Transaction,
                                       transaction)
                      ->apps,
                 app);
}
