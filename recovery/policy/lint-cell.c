/* SPDX-License-Identifier: Apache-2.0 */
/* lint-cell.c - passability: in every cell that a rule opens, somebody has to
 * be able to pass, whatever else they are. */
#include <string.h>

#include "recovery/policy/lint-private.h"
#include "recovery/policy/table.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentPermit Permit;
typedef RecoveryDocumentRequire Require;
typedef RecoveryTableRule Rule;
typedef RecoveryTableCell Cell;
typedef RecoveryTableAnswer Answer;
typedef RecoveryLint Lint;

/* Cells that fail for one reason are one finding. */
typedef struct {
  const char *rule;
  bool error;
  RecoveryProblemPlace at;
  char *text;
  uint64_t cells;
} Finding;

typedef struct {
  const Lint *lint;
  RecoveryTable *table;
  GArray *witnesses;
  GHashTable *findings; /* Finding by its reason */
  GPtrArray *order;     /* the same, as they were found */
  bool partly;          /* something was too large to look at whole */
} Sweep;

static void
free_finding(void *data)
{
  Finding *finding = data;

  g_free(finding->text);
  g_free(finding);
}

/* ---- words ---- */

/* "sign-in at payroll (data-export)" */
static char *
name_cell(const Document *document, const Cell *cell)
{
  const char *journey =
      recovery_document_id(document, RECOVERY_DOCUMENT_JOURNEYS, cell->journey);
  const char *app =
      recovery_document_id(document, RECOVERY_DOCUMENT_APPS, cell->app);

  if (cell->transaction == RECOVERY_DOCUMENT_NONE)
    return g_strdup_printf("%s at %s", journey, app);
  return g_strdup_printf("%s at %s for %s", journey, app,
                         recovery_document_id(document,
                                              RECOVERY_DOCUMENT_TRANSACTIONS,
                                              cell->transaction));
}

static const Permit *
find_opening(const Cell *cell, uint64_t who)
{
  const GArray *both[] = {cell->permits, cell->fallbacks};

  for (size_t i = 0; i < G_N_ELEMENTS(both); i++)
    for (guint j = 0; j < both[i]->len; j++)
      if (recovery_table_is_for(&g_array_index(both[i], Rule, j), who))
        return g_array_index(both[i], Rule, j).rule;
  return NULL;
}

/* The requirement that asks for the most. */
static const Require *
find_strictest(const Document *document, const Cell *cell, uint64_t who,
               const Answer *answer)
{
  const Require *found = NULL;

  for (guint i = 0; i < cell->requires->len; i++) {
    const Rule *rule = &g_array_index(cell->requires, Rule, i);
    const Require *require = rule->rule;
    uint32_t least = require->min_class.index;

    if (!recovery_table_is_for(rule, who) ||
        require->unless_good.index != RECOVERY_DOCUMENT_NONE)
      continue;
    if (least != RECOVERY_DOCUMENT_NONE &&
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, least)->rank ==
            answer->min_rank)
      return require;
    if (require->aaguid_list.index != RECOVERY_DOCUMENT_NONE)
      found = require;
  }
  return found;
}

static char *
name_demand(const Document *document, const Require *require)
{
  if (require->min_class.index != RECOVERY_DOCUMENT_NONE)
    return g_strdup_printf("%s asks for %s or stronger", require->id,
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_CLASSES,
                                                require->min_class.index));
  return g_strdup_printf("%s asks for a model of %s", require->id,
                         recovery_document_id(document, RECOVERY_DOCUMENT_LISTS,
                                              require->aaguid_list.index));
}

static char *
word_locked(const Sweep *sweep, const Cell *cell, uint64_t who,
            const Answer *answer, const Permit *permit, const Require *require)
{
  const Document *document = sweep->lint->document;
  g_autofree char *where = name_cell(document, cell);
  g_autofree char *whom = recovery_lint_who(document, cell->populations, who);
  g_autofree char *classes =
      recovery_lint_classes_of(document, answer->permit | answer->fallback);
  g_autofree char *demand =
      require == NULL ? NULL : name_demand(document, require);
  const char *app =
      recovery_document_id(document, RECOVERY_DOCUMENT_APPS, cell->app);

  if (demand == NULL)
    return g_strdup_printf(
        "nobody can pass %s as %s: %s accepts %s, and %s can carry no key of "
        "that kind (capabilities: webauthn: false). Leave the app out of %s, "
        "or accept what it can carry",
        where, whom, permit->id, classes, app, permit->id);
  return g_strdup_printf(
      "nobody can pass %s as %s: what is accepted is %s (%s), and %s. Accept a "
      "class in %s that meets %s, or keep %s away from here (by journey, "
      "population, app or transaction)",
      where, whom, classes, permit->id, demand, permit->id, require->id,
      require->id);
}

static char *
word_fallback(const Sweep *sweep, const Cell *cell, uint64_t who,
              const Permit *fallback)
{
  const Document *document = sweep->lint->document;
  g_autofree char *where = name_cell(document, cell);
  g_autofree char *whom = recovery_lint_who(document, cell->populations, who);

  return g_strdup_printf(
      "only by the fallback %s can %s pass %s: each time is "
      "a weaker path, and none is left when it expires. Plan "
      "a permit for that day",
      fallback->id, whom, where);
}

/* ---- findings ---- */

/* Takes the text. */
static void
add_finding(Sweep *sweep, const char *rule, const char *reason,
            RecoveryProblemPlace at, char *text)
{
  g_autofree char *key = g_strdup_printf("%s %s", rule, reason);
  Finding *finding = g_hash_table_lookup(sweep->findings, key);

  if (finding != NULL) {
    finding->cells++;
    g_free(text);
    return;
  }
  finding = g_new0(Finding, 1);
  *finding = (Finding){rule, strcmp(rule, "L04") != 0, at, text, 1};
  g_hash_table_insert(sweep->findings, g_steal_pointer(&key), finding);
  g_ptr_array_add(sweep->order, finding);
}

static void
add_locked(Sweep *sweep, const Cell *cell, uint64_t who, const Answer *answer)
{
  const Permit *permit = find_opening(cell, who);
  const Require *require =
      find_strictest(sweep->lint->document, cell, who, answer);
  g_autofree char *key =
      g_strdup_printf("%s %s", permit->id, require == NULL ? "" : require->id);

  add_finding(sweep, "L03", key, permit->at,
              word_locked(sweep, cell, who, answer, permit, require));
}

static void
add_weak(Sweep *sweep, const Cell *cell, uint64_t who)
{
  for (guint i = 0; i < cell->fallbacks->len; i++) {
    const Rule *rule = &g_array_index(cell->fallbacks, Rule, i);
    const Permit *fallback = rule->rule;

    if (!recovery_table_is_for(rule, who))
      continue;
    add_finding(sweep, "L04", fallback->id, fallback->at,
                word_fallback(sweep, cell, who, fallback));
    return;
  }
}

/* ---- a cell ---- */

static RecoveryTableResult
find_best(const Sweep *sweep, const Cell *cell, const Answer *answer)
{
  RecoveryTableResult best = RECOVERY_TABLE_DENIED;

  for (guint i = 0; i < sweep->witnesses->len; i++)
    best =
        MAX(best, recovery_table_judge(
                      sweep->table, cell, answer,
                      &g_array_index(sweep->witnesses, RecoveryWitness, i), 0));
  return best;
}

/* Each permit by itself, under all requirements at once: where that is well,
 * everything is, and most policies are so. */
static bool
is_plainly_passable(const Sweep *sweep, const Cell *cell)
{
  Answer most = recovery_table_answer(sweep->table, cell, UINT64_MAX, 0);

  if (cell->fallbacks->len > 0)
    return false;
  most.closed = false;
  for (guint i = 0; i < cell->permits->len; i++) {
    const Permit *permit = g_array_index(cell->permits, Rule, i).rule;

    most.permit = 0;
    for (uint32_t j = 0; j < permit->accept.count; j++)
      most.permit |= UINT64_C(1) << permit->accept.items[j].index;
    if (find_best(sweep, cell, &most) != RECOVERY_TABLE_PASSES)
      return false;
  }
  return true;
}

/* A set of which a smaller one was told already adds nothing. */
static bool
was_told(const GArray *told, uint64_t who)
{
  for (guint i = 0; i < told->len; i++)
    if ((g_array_index(told, uint64_t, i) & ~who) == 0)
      return true;
  return false;
}

static void
check_sets(Sweep *sweep, const Cell *cell, const GArray *sets)
{
  g_autoptr(GArray) locked = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  g_autoptr(GArray) weak = g_array_new(FALSE, FALSE, sizeof(uint64_t));

  for (guint i = 0; i < sets->len; i++) {
    uint64_t who = g_array_index(sets, uint64_t, i);
    Answer answer = recovery_table_answer(sweep->table, cell, who, 0);
    RecoveryTableResult best;

    sweep->table->steps += cell->requires->len + cell->permits->len +
                           cell->fallbacks->len + sweep->witnesses->len;
    if (sweep->table->steps > RECOVERY_TABLE_STEPS)
      return;
    if (!answer.opened || answer.closed)
      continue;
    best = find_best(sweep, cell, &answer);
    if (best <= RECOVERY_TABLE_SHORT && !was_told(locked, who)) {
      g_array_append_val(locked, who);
      add_locked(sweep, cell, who, &answer);
    }
    if (best == RECOVERY_TABLE_FALLBACK && !was_told(weak, who)) {
      g_array_append_val(weak, who);
      add_weak(sweep, cell, who);
    }
  }
}

static void
check_passable(Sweep *sweep, const Cell *cell)
{
  const RecoveryDocumentPopulation *populations[RECOVERY_CROWD_MAX];
  g_autoptr(GArray) sets = NULL;
  bool whole;

  if (cell->too_many) {
    sweep->partly = true;
    return;
  }
  if (is_plainly_passable(sweep, cell))
    return;
  for (guint i = 0; i < cell->populations->len; i++)
    populations[i] =
        RECOVERY_DOCUMENT_AT(sweep->lint->document, POPULATIONS, Population,
                             g_array_index(cell->populations, uint32_t, i));
  sets = recovery_crowd_sets(populations, cell->populations->len, &whole);
  sweep->partly = sweep->partly || !whole;
  check_sets(sweep, cell, sets);
}

/* L33: what the app itself has to be told, and cannot be. */
static void
check_capabilities(Sweep *sweep, const Cell *cell)
{
  const Document *document = sweep->lint->document;
  const RecoveryDocumentApp *app =
      RECOVERY_DOCUMENT_AT(document, APPS, App, cell->app);

  if (app->acr == RECOVERY_DOCUMENT_YES &&
      app->max_age == RECOVERY_DOCUMENT_YES)
    return;
  for (guint i = 0; i < cell->requires->len; i++) {
    const Require *require = g_array_index(cell->requires, Rule, i).rule;
    bool age = require->max_age_s >= 0 && app->max_age == RECOVERY_DOCUMENT_NO;
    bool acr = require->min_class.index != RECOVERY_DOCUMENT_NONE &&
               app->acr == RECOVERY_DOCUMENT_NO;
    g_autofree char *key = NULL;

    if (!age && !acr)
      continue;
    key = g_strdup_printf("%s %s", require->id, app->id);
    add_finding(sweep, "L33", key, require->at,
                g_strdup_printf(
                    "%s asks for %s, and %s cannot be told so (%s: false). "
                    "Name the apps in %s that can, or give %s another "
                    "front",
                    require->id, age ? "a recent sign-in" : "a class", app->id,
                    age ? "max_age" : "acr", require->id, app->id));
  }
}

static void
check_cell(Sweep *sweep, uint32_t journey, uint32_t app, uint32_t transaction,
           Cell *cell)
{
  recovery_table_gather(sweep->table, journey, app, transaction, false, cell);
  if (cell->permits->len == 0 && cell->fallbacks->len == 0)
    return;
  check_capabilities(sweep, cell);
  check_passable(sweep, cell);
}

/* Recovery itself is no app's: its door is checked with the tiers. */
static void
check_all(Sweep *sweep)
{
  const Document *document = sweep->lint->document;
  uint32_t transactions = RECOVERY_LINT_COUNT(document, TRANSACTIONS);
  Cell cell = {0};

  for (uint32_t j = 0; j < RECOVERY_LINT_COUNT(document, JOURNEYS); j++) {
    if (RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, j)->kind ==
        RECOVERY_DOCUMENT_KIND_RECOVERY)
      continue;
    for (uint32_t a = 0; a < RECOVERY_LINT_COUNT(document, APPS); a++) {
      check_cell(sweep, j, a, RECOVERY_DOCUMENT_NONE, &cell);
      for (uint32_t t = 0; t < transactions; t++)
        if (recovery_table_has(document, a, t))
          check_cell(sweep, j, a, t, &cell);
      sweep->table->steps += transactions;
      if (sweep->table->steps > RECOVERY_TABLE_STEPS) {
        sweep->partly = true;
        recovery_table_cell_clear(&cell);
        return;
      }
    }
  }
  recovery_table_cell_clear(&cell);
}

static void
tell(const Sweep *sweep)
{
  for (guint i = 0; i < sweep->order->len; i++) {
    const Finding *finding = g_ptr_array_index(sweep->order, i);
    g_autofree char *more =
        finding->cells < 2
            ? g_strdup("")
            : g_strdup_printf(" (and so in %" G_GUINT64_FORMAT " more %s)",
                              finding->cells - 1,
                              finding->cells == 2 ? "cell" : "cells");

    if (finding->error)
      recovery_problem_error(sweep->lint->problems, finding->rule, finding->at,
                             "%s%s", finding->text, more);
    else if (sweep->lint->warn)
      recovery_problem_warn(sweep->lint->problems, finding->rule, finding->at,
                            "%s%s", finding->text, more);
  }
  if (sweep->partly && sweep->lint->warn)
    recovery_problem_unchecked(
        sweep->lint->problems, "L03", NULL,
        "not checked whole: there are more combinations of classes, lists and "
        "populations than are looked at. Fewer of them can be proved passable");
}

void
recovery_lint_cells(const Lint *lint)
{
  const Document *documents[] = {lint->document};
  Sweep sweep = {
      .lint = lint,
      .table = recovery_table_new(lint->document, lint->options.now_s, false),
      .witnesses = recovery_witness_all(documents, 1, lint->options.now_s),
      .findings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
      .order = g_ptr_array_new_with_free_func(free_finding),
  };

  if (sweep.witnesses == NULL)
    sweep.partly = true;
  else
    check_all(&sweep);
  tell(&sweep);
  g_hash_table_unref(sweep.findings);
  g_ptr_array_unref(sweep.order);
  g_clear_pointer(&sweep.witnesses, g_array_unref);
  recovery_table_free(sweep.table);
}
