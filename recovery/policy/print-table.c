/* SPDX-License-Identifier: Apache-2.0 */
/* print-table.c - the decision table in words. */
#include <string.h>

#include "recovery/policy/lint-private.h"
#include "recovery/policy/print.h"
#include "recovery/policy/table.h"

typedef RecoveryDocument Document;
typedef RecoveryPrintRow Row;
typedef RecoveryTableCell Cell;
typedef RecoveryTableRule Rule;
typedef RecoveryTableAnswer Answer;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

/* Sets and signals of all cells: so many that somebody could still read them.
 */
#define STEPS 200000

typedef struct {
  const Document *document;
  RecoveryTable *table;
  GArray *witnesses;
  GArray *populations; /* uint32_t: all */
  GPtrArray *rows;
  uint64_t steps;
} Print;

/* A set with what holds for it. */
typedef struct {
  uint64_t who;
  Row *row;
  char *says; /* all of it, to be compared */
} Shown;

static void
free_row(void *data)
{
  Row *row = data;

  if (row == NULL)
    return;
  g_free(row->journey);
  g_free(row->app);
  g_free(row->transaction);
  g_free(row->who);
  g_free(row->accepted);
  g_free(row->needs);
  g_free(row->unless);
  g_free(row->weaker);
  g_free(row);
}

static void
add_part(GString *text, const char *between, const char *part)
{
  if (text->len > 0)
    g_string_append(text, between);
  g_string_append(text, part);
}

static char *
end_text(GString *text)
{
  if (text->len == 0)
    g_string_append_c(text, '-');
  return g_string_free(text, FALSE);
}

/* ---- what is accepted, and what besides ---- */

/* The classes that pass: by a permit, by a fallback alone. */
static void
find_passing(const Print *print, const Cell *cell, const Answer *answer,
             uint64_t *ret_permit, uint64_t *ret_fallback)
{
  *ret_permit = *ret_fallback = 0;
  for (guint i = 0; answer->opened && i < print->witnesses->len; i++) {
    const RecoveryWitness *witness =
        &g_array_index(print->witnesses, RecoveryWitness, i);
    RecoveryTableResult result =
        recovery_table_judge(print->table, cell, answer, witness, 0);

    if (result == RECOVERY_TABLE_PASSES)
      *ret_permit |= UINT64_C(1) << witness->class_of[0];
    if (result == RECOVERY_TABLE_FALLBACK)
      *ret_fallback |= UINT64_C(1) << witness->class_of[0];
  }
}

/* Weakest first. */
static char *
name_classes(const Document *document, uint64_t classes)
{
  GString *text = g_string_new(NULL);

  while (classes != 0) {
    uint32_t least = RECOVERY_DOCUMENT_NONE;

    for (uint32_t i = 0; i < 64; i++)
      if ((classes & (UINT64_C(1) << i)) != 0 &&
          (least == RECOVERY_DOCUMENT_NONE ||
           RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i)->rank <
               RECOVERY_DOCUMENT_AT(document, CLASSES, Class, least)->rank))
        least = i;
    classes &= ~(UINT64_C(1) << least);
    add_part(text, ", ",
             recovery_document_id(document, RECOVERY_DOCUMENT_CLASSES, least));
  }
  return g_string_free(text, FALSE);
}

static char *
name_needs(const Document *document, const Answer *answer)
{
  GString *text = g_string_new(NULL);

  if (answer->max_age_s >= 0) {
    g_autofree char *span = recovery_print_span(answer->max_age_s);
    g_autofree char *part = g_strdup_printf("at most %s old", span);

    add_part(text, "; ", part);
  }
  if (answer->approvals > 0) {
    g_autofree char *part =
        g_strdup_printf("%" G_GINT64_FORMAT " approval%s", answer->approvals,
                        answer->approvals == 1 ? "" : "s");

    add_part(text, "; ", part);
  }
  for (uint32_t i = 0; i < 64; i++) {
    if ((answer->slots & (UINT64_C(1) << i)) != 0)
      add_part(text, "; by ",
               recovery_document_id(document, RECOVERY_DOCUMENT_SLOTS, i));
    if ((answer->lists & (UINT64_C(1) << i)) != 0)
      add_part(text, "; model on ",
               recovery_document_id(document, RECOVERY_DOCUMENT_LISTS, i));
  }
  /* The first part may be a list alone. */
  if (answer->max_age_s < 0 && answer->approvals == 0 && text->len > 0)
    g_string_prepend(text, "model on ");
  return end_text(text);
}

/* The ids of forbids that close a cell while these signals are bad. */
static char *
name_forbids(const Cell *cell, uint64_t who, uint64_t bad)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < cell->forbids->len; i++) {
    const Rule *rule = &g_array_index(cell->forbids, Rule, i);
    const RecoveryDocumentForbid *forbid = rule->rule;
    uint32_t signal = forbid->unless_good.index;

    if (recovery_table_is_for(rule, who) &&
        (signal == RECOVERY_DOCUMENT_NONE ||
         (signal < 64 && (bad & (UINT64_C(1) << signal)) != 0)))
      add_part(text, ", ", forbid->id);
  }
  return g_string_free(text, FALSE);
}

static char *
name_accepted(const Print *print, const Cell *cell, uint64_t who, uint64_t bad,
              const Answer *answer)
{
  uint64_t permit, fallback;

  if (answer->closed) {
    g_autofree char *forbids = name_forbids(cell, who, bad);

    return g_strdup_printf("nothing (%s)", forbids);
  }
  find_passing(print, cell, answer, &permit, &fallback);
  if ((permit | fallback) == 0)
    return g_strdup("nothing");
  return name_classes(print->document, permit | fallback);
}

/* "device_managed: attested-key": what one signal changes that is not good. */
static char *
name_unless(const Print *print, const Cell *cell, uint64_t who,
            const char *accepted, const char *needs)
{
  GString *text = g_string_new(NULL);

  for (uint32_t i = 0; i < N_OF(print->document, SIGNALS) && i < 64; i++) {
    uint64_t bad = UINT64_C(1) << i;
    Answer answer = recovery_table_answer(print->table, cell, who, bad);
    g_autofree char *now = name_accepted(print, cell, who, bad, &answer);
    g_autofree char *more = name_needs(print->document, &answer);
    g_autofree char *part = NULL;

    if (strcmp(now, accepted) == 0 &&
        (answer.closed || strcmp(more, needs) == 0))
      continue;
    part = g_strdup_printf(
        "%s: %s%s%s",
        recovery_document_id(print->document, RECOVERY_DOCUMENT_SIGNALS, i),
        now, answer.closed || strcmp(more, needs) == 0 ? "" : ", ",
        answer.closed || strcmp(more, needs) == 0 ? "" : more);
    add_part(text, "; ", part);
  }
  return end_text(text);
}

static void
add_exceptions(const Print *print, const Cell *cell, uint64_t who,
               GString *text)
{
  const Document *document = print->document;

  for (guint i = 0; i < cell->exceptions->len; i++) {
    const Rule *rule = &g_array_index(cell->exceptions, Rule, i);
    const RecoveryDocumentException *exception = rule->rule;

    if (!recovery_table_is_for(rule, who))
      continue;
    for (guint j = 0; j < cell->requires->len; j++) {
      const Rule *other = &g_array_index(cell->requires, Rule, j);

      if (!recovery_table_is_for(other, who))
        continue;
      for (uint32_t k = 0; k < exception->waives.count; k++)
        if (RECOVERY_DOCUMENT_AT(document, REQUIRES, Require,
                                 exception->waives.items[k].index) ==
            other->rule) {
          g_autofree char *part = g_strdup_printf(
              "exception %s waives %s", exception->id,
              ((const RecoveryDocumentRequire *)other->rule)->id);

          add_part(text, "; ", part);
        }
    }
  }
}

static char *
name_weaker(const Print *print, const Cell *cell, uint64_t who,
            const Answer *answer)
{
  GString *text = g_string_new(NULL);
  uint64_t permit, fallback;

  find_passing(print, cell, answer, &permit, &fallback);
  for (guint i = 0; fallback != 0 && i < cell->fallbacks->len; i++) {
    const Rule *rule = &g_array_index(cell->fallbacks, Rule, i);
    g_autofree char *classes = name_classes(print->document, fallback);
    g_autofree char *part =
        g_strdup_printf("%s by fallback %s", classes,
                        ((const RecoveryDocumentPermit *)rule->rule)->id);

    if (recovery_table_is_for(rule, who))
      add_part(text, "; ", part);
  }
  for (uint32_t i = 0; i < N_OF(print->document, CLASSES) && i < 64; i++) {
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(print->document, CLASSES, Class, i);
    g_autofree char *part = g_strdup_printf("%s is restricted", class_of->id);

    if (((permit | fallback) & (UINT64_C(1) << i)) != 0 &&
        class_of->restricted.at.line != 0)
      add_part(text, "; ", part);
  }
  add_exceptions(print, cell, who, text);
  return end_text(text);
}

/* ---- rows ---- */

/* NULL: nothing opens the cell for them. */
static Row *
make_row(const Print *print, const Cell *cell, uint64_t who)
{
  const Document *document = print->document;
  Answer answer = recovery_table_answer(print->table, cell, who, 0);
  Row *row;

  if (!answer.opened)
    return NULL;
  row = g_new0(Row, 1);
  row->journey = g_strdup(recovery_document_id(
      document, RECOVERY_DOCUMENT_JOURNEYS, cell->journey));
  row->app = g_strdup(
      recovery_document_id(document, RECOVERY_DOCUMENT_APPS, cell->app));
  row->transaction = g_strdup(
      cell->transaction == RECOVERY_DOCUMENT_NONE
          ? "-"
          : recovery_document_id(document, RECOVERY_DOCUMENT_TRANSACTIONS,
                                 cell->transaction));
  row->who = recovery_lint_who(document, print->populations, who);
  row->accepted = name_accepted(print, cell, who, 0, &answer);
  row->needs = answer.closed ? g_strdup("-") : name_needs(document, &answer);
  row->unless = answer.closed
                    ? g_strdup("-")
                    : name_unless(print, cell, who, row->accepted, row->needs);
  row->weaker =
      answer.closed ? g_strdup("-") : name_weaker(print, cell, who, &answer);
  return row;
}

static void
clear_shown(void *data)
{
  Shown *shown = data;

  free_row(shown->row);
  g_free(shown->says);
}

/* What the sets that it is made of say already: those within it that are within
 * no other of them all say the same. */
static bool
is_said(const GArray *shown, uint64_t who, const char *says)
{
  bool any = false;

  for (guint i = 0; i < shown->len; i++) {
    const Shown *one = &g_array_index(shown, Shown, i);
    bool largest = (one->who & ~who) == 0;

    for (guint j = 0; largest && j < shown->len; j++) {
      uint64_t other = g_array_index(shown, Shown, j).who;

      largest =
          other == one->who || (other & ~who) != 0 || (one->who & ~other) != 0;
    }
    if (!largest)
      continue;
    any = true;
    if (strcmp(one->says, says) != 0)
      return false;
  }
  return any;
}

/* Cells that say the same of the same people are one row. */
static bool
join_rows(const Print *print, const GArray *shown, guint from)
{
  const GPtrArray *rows = print->rows;

  if (shown->len == 0 || rows->len < from + shown->len)
    return shown->len == 0;
  for (guint at = from; at + shown->len <= rows->len; at++) {
    guint same = 0;

    for (; same < shown->len; same++) {
      const Row *row = g_ptr_array_index(rows, at + same);
      const Shown *one = &g_array_index(shown, Shown, same);
      g_autofree char *says = g_strjoin("\n", row->accepted, row->needs,
                                        row->unless, row->weaker, NULL);

      if (strcmp(row->who, one->row->who) != 0 ||
          strcmp(row->transaction, one->row->transaction) != 0 ||
          strcmp(says, one->says) != 0)
        break;
    }
    /* All rows of that cell, and no more. */
    if (same == shown->len &&
        (at == from ||
         strcmp(((Row *)g_ptr_array_index(rows, at - 1))->app,
                ((Row *)g_ptr_array_index(rows, at))->app) != 0) &&
        (at + same == rows->len ||
         strcmp(((Row *)g_ptr_array_index(rows, at + same))->app,
                ((Row *)g_ptr_array_index(rows, at))->app) != 0)) {
      for (guint i = 0; i < same; i++) {
        Row *row = g_ptr_array_index(rows, at + i);
        char *app = g_strdup_printf("%s, %s", row->app,
                                    g_array_index(shown, Shown, i).row->app);

        g_free(row->app);
        row->app = app;
      }
      return true;
    }
  }
  return false;
}

static uint64_t
name_people(const GArray *rules)
{
  uint64_t who = 0;

  for (guint i = 0; i < rules->len; i++)
    who |= g_array_index(rules, Rule, i).who;
  return who;
}

static gint
compare_sets(gconstpointer a, gconstpointer b)
{
  uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
  int more = (int)recovery_crowd_count(one) - (int)recovery_crowd_count(other);

  return more != 0 ? more : (one > other) - (one < other);
}

/* The sets of those whom the rules of the cell name, for nobody else matters
 * there; NULL: there are too many. */
static GArray *
list_sets(const Print *print, const Cell *cell)
{
  const uint64_t named =
      name_people(cell->permits) | name_people(cell->fallbacks) |
      name_people(cell->requires) | name_people(cell->forbids) |
      name_people(cell->exceptions);
  const RecoveryDocumentPopulation *populations[RECOVERY_CROWD_MAX];
  uint32_t places[RECOVERY_CROWD_MAX];
  g_autoptr(GArray) sets = NULL;
  size_t count = 0;
  bool whole;

  for (uint32_t i = 0; i < print->populations->len; i++) {
    if ((named & (UINT64_C(1) << i)) == 0)
      continue;
    populations[count] =
        RECOVERY_DOCUMENT_AT(print->document, POPULATIONS, Population, i);
    places[count++] = i;
  }
  sets = recovery_crowd_sets(populations, count, &whole);
  for (guint i = 0; i < sets->len; i++) {
    uint64_t *set = &g_array_index(sets, uint64_t, i);
    uint64_t who = 0;

    for (size_t j = 0; j < count; j++)
      if ((*set & (UINT64_C(1) << j)) != 0)
        who |= UINT64_C(1) << places[j];
    *set = who;
  }
  g_array_sort(sets, compare_sets);
  return whole ? g_steal_pointer(&sets) : NULL;
}

/* False: it has too many sets. */
static bool
add_cell(Print *print, const Cell *cell, guint from)
{
  g_autoptr(GArray) shown = g_array_new(FALSE, TRUE, sizeof(Shown));
  g_autoptr(GArray) sets = NULL;

  if (cell->permits->len + cell->fallbacks->len == 0)
    return true;
  sets = list_sets(print, cell);
  if (sets == NULL)
    return false;
  print->steps += (uint64_t)sets->len * (1 + N_OF(print->document, SIGNALS));
  if (print->steps > STEPS)
    return false;

  g_array_set_clear_func(shown, clear_shown);
  for (guint i = 0; i < sets->len; i++) {
    Shown one = {.who = g_array_index(sets, uint64_t, i)};

    one.row = make_row(print, cell, one.who);
    if (one.row == NULL)
      continue;
    one.says = g_strjoin("\n", one.row->accepted, one.row->needs,
                         one.row->unless, one.row->weaker, NULL);
    if (is_said(shown, one.who, one.says))
      clear_shown(&one);
    else
      g_array_append_val(shown, one);
  }
  if (join_rows(print, shown, from))
    return true;
  for (guint i = 0; i < shown->len; i++)
    g_ptr_array_add(print->rows,
                    g_steal_pointer(&g_array_index(shown, Shown, i).row));
  return true;
}

/* All apps, one after another, so that those that are alike can be joined. */
static bool
add_apps(Print *print, uint32_t journey, uint32_t transaction, Cell *cell)
{
  guint from = print->rows->len;

  for (uint32_t a = 0; a < N_OF(print->document, APPS); a++) {
    if (!recovery_table_has(print->document, a, transaction))
      continue;
    recovery_table_gather(print->table, journey, a, transaction, true, cell);
    if (!add_cell(print, cell, from))
      return false;
  }
  return true;
}

static bool
add_cells(Print *print)
{
  const Document *document = print->document;
  Cell cell = {0};
  bool whole = true;

  for (uint32_t j = 0; j < N_OF(document, JOURNEYS); j++) {
    if (RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, j)->kind ==
        RECOVERY_DOCUMENT_KIND_RECOVERY)
      continue; /* no app's: the tiers say what is issued */
    for (uint32_t round = 0; whole && round <= N_OF(document, TRANSACTIONS);
         round++)
      whole = add_apps(print, j,
                       round == 0 ? RECOVERY_DOCUMENT_NONE : round - 1, &cell);
  }
  recovery_table_cell_clear(&cell);
  return whole;
}

static bool
begin(Print *print)
{
  if (N_OF(print->document, POPULATIONS) > RECOVERY_CROWD_MAX ||
      print->witnesses == NULL)
    return false;
  for (uint32_t i = 0; i < N_OF(print->document, POPULATIONS); i++)
    g_array_append_val(print->populations, i);
  return true;
}

GPtrArray *
recovery_print_table(const Document *document, int64_t now_s)
{
  const Document *documents[] = {document};
  Print print = {
      .document = document,
      .table = recovery_table_new(document, now_s, true),
      .witnesses = recovery_witness_all(documents, 1, now_s),
      .populations = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
      .rows = g_ptr_array_new_with_free_func(free_row),
  };

  print.table->unreviewed = true; /* a policy alone knows of no review */
  if (!begin(&print) || !add_cells(&print))
    g_clear_pointer(&print.rows, g_ptr_array_unref);
  recovery_table_free(print.table);
  g_clear_pointer(&print.witnesses, g_array_unref);
  g_array_unref(print.populations);
  return print.rows;
}

FidotoolJson *
recovery_print_json(const Document *document, int64_t now_s)
{
  g_autoptr(GPtrArray) rows = recovery_print_table(document, now_s);
  FidotoolJson *json = rows == NULL ? NULL : fidotool_json_new_array();

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const Row *row = g_ptr_array_index(rows, i);
    FidotoolJson *object =
        fidotool_json_append(json, fidotool_json_new_object());

    fidotool_json_set_text(object, "journey", row->journey);
    fidotool_json_set_text(object, "app", row->app);
    fidotool_json_set_text(object, "transaction", row->transaction);
    fidotool_json_set_text(object, "who", row->who);
    fidotool_json_set_text(object, "accepted", row->accepted);
    fidotool_json_set_text(object, "needs", row->needs);
    fidotool_json_set_text(object, "unless_good", row->unless);
    fidotool_json_set_text(object, "weaker", row->weaker);
  }
  return json;
}
