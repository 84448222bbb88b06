/* SPDX-License-Identifier: Apache-2.0 */
/* lint-door.c - ways back: who lost everything gets a key that opens a door,
 * and nobody needs what they are about to enrol in order to enrol it. */
#include "recovery/policy/lint-private.h"
#include "recovery/policy/table.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentTier Tier;
typedef RecoveryTableCell Cell;
typedef RecoveryTableAnswer Answer;
typedef RecoveryLint Lint;

typedef struct {
  const Lint *lint;
  RecoveryTable *table;
  GArray *witnesses;
  GArray *cells;       /* Cell: plain access by sign-in and enrolment */
  GArray *populations; /* uint32_t: all of them */
  uint64_t issued;     /* classes, a bit each */
} Doors;

static RecoveryDocumentKind
kind_of(const Document *document, uint32_t journey)
{
  return RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, journey)->kind;
}

/* The classes that pass a cell, a bit each. */
static uint64_t
find_passing(const Doors *doors, const Cell *cell, uint64_t who)
{
  Answer answer = recovery_table_answer(doors->table, cell, who, 0);
  uint64_t passing = 0;

  for (guint i = 0; answer.opened && i < doors->witnesses->len; i++) {
    const RecoveryWitness *witness =
        &g_array_index(doors->witnesses, RecoveryWitness, i);

    if (recovery_table_judge(doors->table, cell, &answer, witness, 0) >=
        RECOVERY_TABLE_FALLBACK)
      passing |= UINT64_C(1) << witness->class_of[0];
  }
  return passing;
}

/* What is no key is got elsewhere: a code, a password. */
static uint64_t
find_given(const Document *document)
{
  uint64_t given = 0;

  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, CLASSES); i++) {
    const char *method =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i)->match.method;

    if (method != NULL && g_strcmp0(method, "webauthn") != 0)
      given |= UINT64_C(1) << i;
  }
  return given;
}

static uint64_t
find_issued(const Document *document)
{
  const Tier *tiers[] = {&document->recovery.standard,
                         &document->recovery.remote,
                         &document->recovery.privileged};
  uint64_t issued = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(tiers); i++)
    for (uint32_t j = 0; tiers[i]->at.line != 0 && j < tiers[i]->issue.count;
         j++)
      issued |= UINT64_C(1) << tiers[i]->issue.items[j].index;
  return issued;
}

/* L07: somebody signs in somewhere, and what recovery issues opens no door. */
static bool
check_way_back(const Doors *doors, uint64_t who)
{
  const Document *document = doors->lint->document;
  g_autofree char *whom = NULL;
  g_autofree char *issued = NULL;
  uint64_t passing = 0;

  for (guint i = 0; i < doors->cells->len; i++)
    passing |= find_passing(doors, &g_array_index(doors->cells, Cell, i), who);
  if (passing == 0 || (passing & (doors->issued | find_given(document))) != 0)
    return false;
  whom = recovery_lint_who(document, doors->populations, who);
  issued = recovery_lint_classes_of(document, doors->issued);
  recovery_problem_error(
      doors->lint->problems, "L07", document->recovery.at,
      "no way back for %s: recovery issues %s, and with that nobody of them "
      "signs in or enrols anywhere. Accept it in a permit of theirs, or issue "
      "what they sign in with",
      whom, issued);
  return true;
}

/* L08: to enrol, one needs what nobody is given. */
static bool
check_loop(const Doors *doors, const Cell *cell, uint64_t who)
{
  const Document *document = doors->lint->document;
  uint64_t passing = find_passing(doors, cell, who);
  g_autofree char *classes = NULL;
  g_autofree char *whom = NULL;
  const RecoveryDocumentPermit *permit;

  if (passing == 0 || (passing & (doors->issued | find_given(document))) != 0)
    return false;
  classes = recovery_lint_classes_of(document, passing);
  whom = recovery_lint_who(document, doors->populations, who);
  permit = cell->permits->len > 0
               ? g_array_index(cell->permits, RecoveryTableRule, 0).rule
               : g_array_index(cell->fallbacks, RecoveryTableRule, 0).rule;
  recovery_problem_error(
      doors->lint->problems, "L08", permit->at,
      "enrolment in a circle: to %s at %s, %s needs %s already, and no tier of "
      "recovery issues that. Accept in %s what people have when they begin",
      recovery_document_id(document, RECOVERY_DOCUMENT_JOURNEYS, cell->journey),
      recovery_document_id(document, RECOVERY_DOCUMENT_APPS, cell->app), whom,
      classes, permit->id);
  return true;
}

/* Does this permit by itself, under all requirements at once, let in something
 * that people are given? */
static bool
lets_in(const Doors *doors, const Cell *cell,
        const RecoveryDocumentPermit *permit, Answer most)
{
  uint64_t given = doors->issued | find_given(doors->lint->document);

  most.permit = 0;
  most.fallback = 0;
  for (uint32_t i = 0; i < permit->accept.count; i++)
    most.permit |= (UINT64_C(1) << permit->accept.items[i].index) & given;
  for (guint i = 0; i < doors->witnesses->len; i++)
    if (recovery_table_judge(
            doors->table, cell, &most,
            &g_array_index(doors->witnesses, RecoveryWitness, i),
            0) == RECOVERY_TABLE_PASSES)
      return true;
  return false;
}

/* Where all of them do, nobody stands outside, whatever they are. */
static bool
is_plainly_open(const Doors *doors, const Cell *cell)
{
  const GArray *both[] = {cell->permits, cell->fallbacks};
  Answer most = recovery_table_answer(doors->table, cell, UINT64_MAX, 0);

  for (size_t i = 0; i < G_N_ELEMENTS(both); i++)
    for (guint j = 0; j < both[i]->len; j++)
      if (!lets_in(doors, cell,
                   g_array_index(both[i], RecoveryTableRule, j).rule, most))
        return false;
  return true;
}

/* A set of which a smaller one was told adds nothing: one finding is enough. */
static void
check_sets(Doors *doors, const GArray *sets)
{
  bool back = false, loop = false;
  uint64_t rules = 0;

  for (guint i = 0; i < doors->cells->len; i++) {
    const Cell *cell = &g_array_index(doors->cells, Cell, i);

    rules += cell->permits->len + cell->fallbacks->len + cell->requires->len +
             cell->forbids->len + doors->witnesses->len;
  }
  for (guint i = 0; i < sets->len && !(back && loop); i++) {
    uint64_t who = g_array_index(sets, uint64_t, i);

    doors->table->steps += rules;
    if (doors->table->steps > RECOVERY_TABLE_STEPS) {
      if (doors->lint->warn)
        recovery_problem_unchecked(
            doors->lint->problems, "L07", NULL,
            "not checked whole: there are more combinations of populations "
            "than are looked at");
      return;
    }
    back = back || check_way_back(doors, who);
    for (guint j = 0; j < doors->cells->len && !loop; j++) {
      const Cell *cell = &g_array_index(doors->cells, Cell, j);

      if (kind_of(doors->lint->document, cell->journey) ==
          RECOVERY_DOCUMENT_KIND_ENROL)
        loop = check_loop(doors, cell, who);
    }
  }
}

static void
gather(Doors *doors)
{
  const Document *document = doors->lint->document;

  for (uint32_t j = 0; j < RECOVERY_LINT_COUNT(document, JOURNEYS); j++) {
    RecoveryDocumentKind kind = kind_of(document, j);

    if (kind != RECOVERY_DOCUMENT_KIND_SIGN_IN &&
        kind != RECOVERY_DOCUMENT_KIND_ENROL)
      continue;
    for (uint32_t a = 0; a < RECOVERY_LINT_COUNT(document, APPS) &&
                         doors->table->steps < RECOVERY_TABLE_STEPS;
         a++) {
      Cell cell = {0};

      recovery_table_gather(doors->table, j, a, RECOVERY_DOCUMENT_NONE, true,
                            &cell);
      if (cell.permits->len + cell.fallbacks->len > 0)
        g_array_append_val(doors->cells, cell);
      else
        recovery_table_cell_clear(&cell);
    }
  }
}

static bool
are_plainly_open(const Doors *doors)
{
  for (guint i = 0; i < doors->cells->len; i++)
    if (!is_plainly_open(doors, &g_array_index(doors->cells, Cell, i)))
      return false;
  return true;
}

static void
check(Doors *doors)
{
  const Document *document = doors->lint->document;
  const RecoveryDocumentPopulation *populations[RECOVERY_CROWD_MAX];
  g_autoptr(GArray) sets = NULL;
  bool whole;

  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, POPULATIONS); i++) {
    populations[i] = RECOVERY_DOCUMENT_AT(document, POPULATIONS, Population, i);
    g_array_append_val(doors->populations, i);
  }
  gather(doors);
  if (!are_plainly_open(doors)) {
    sets = recovery_crowd_sets(populations, doors->populations->len, &whole);
    check_sets(doors, sets);
  }
  for (guint i = 0; i < doors->cells->len; i++)
    recovery_table_cell_clear(&g_array_index(doors->cells, Cell, i));
}

void
recovery_lint_doors(const Lint *lint)
{
  const Document *documents[] = {lint->document};
  Doors doors = {.lint = lint};

  if (RECOVERY_LINT_COUNT(lint->document, POPULATIONS) > RECOVERY_CROWD_MAX ||
      RECOVERY_LINT_COUNT(lint->document, APPS) == 0)
    return;
  doors.witnesses = recovery_witness_all(documents, 1, lint->options.now_s);
  if (doors.witnesses == NULL)
    return; /* said with the cells */
  doors.table = recovery_table_new(lint->document, lint->options.now_s, false);
  doors.cells = g_array_new(FALSE, FALSE, sizeof(Cell));
  doors.populations = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  doors.issued = find_issued(lint->document);
  check(&doors);
  g_array_unref(doors.witnesses);
  g_array_unref(doors.cells);
  g_array_unref(doors.populations);
  recovery_table_free(doors.table);
}
