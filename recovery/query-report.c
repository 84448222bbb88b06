/* SPDX-License-Identifier: Apache-2.0 */
/* query-report.c - weaker paths for the review meeting: each of them, and how
 * often which fallback and which exception was leaned on. Out of the record
 * alone; persons are the record's pseudonyms. */
#include <string.h>

#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"
#include "recovery/policy-read.h"
#include "recovery/query.h"

#define DAY_MS (86400 * INT64_C(1000))
/* A fallback counts its uses over so long. */
#define COUNTED_MS (30 * DAY_MS)
/* Rows of one answer; the newest are told. */
#define ROWS_MAX 5000

static FidotoolJson *
read_entry(const RecoveryTrial *trial, int64_t seq, GError **error)
{
  g_auto(RecoveryStoreEntry) stored = {0};

  if (!recovery_store_entry(trial->station->store, seq, &stored, error))
    return NULL;
  return recovery_jcs_read(g_bytes_get_data(stored.body, NULL),
                           g_bytes_get_size(stored.body), RECOVERY_JCS_MAX,
                           error);
}

/* Calls each with every one of those entries since then, oldest first. */
static bool
each_entry(RecoveryTrial *trial, const GArray *all, int64_t since_ms,
           void (*each)(const FidotoolJson *entry, void *data), void *data,
           size_t *ret_left, GError **error)
{
  guint from = 0;

  while (from < all->len &&
         g_array_index(all, RecoveryModelWeaker, from).at_ms < since_ms)
    from++;
  *ret_left = all->len - from > ROWS_MAX ? all->len - from - ROWS_MAX : 0;
  for (guint i = from + (guint)*ret_left; i < all->len; i++) {
    g_autoptr(FidotoolJson) entry = read_entry(
        trial, g_array_index(all, RecoveryModelWeaker, i).seq, error);

    if (entry == NULL)
      return false;
    each(entry, data);
  }
  return true;
}

/* ---- each of them ---- */

static void
add_row(const FidotoolJson *entry, void *data)
{
  static const char *const names[] = {
      "seq",    "t",         "act",     "case",       "sub",
      "actor",  "caller",    "journey", "app",        "transaction",
      "method", "cred",      "result",  "why",        "reasons",
      "rules",  "fallbacks", "waived",  "exceptions", "review",
      "slot",   "until",     "stmt",    "approvals"};
  FidotoolJson *row = fidotool_json_append(data, fidotool_json_new_object());

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const FidotoolJson *value = fidotool_json_get(entry, names[i]);

    if (value != NULL)
      fidotool_json_set(row, names[i], fidotool_json_copy(value));
  }
}

/* ---- counted by an id ---- */

typedef struct {
  const char *list; /* the member of an entry that has the ids */
  GHashTable *rows; /* id -> Tally */
} Tallies;

typedef struct {
  int64_t uses;
  char *last;          /* when */
  GHashTable *persons; /* sub -> int64_t, how often */
} Tally;

static void
free_tally(void *data)
{
  Tally *tally = data;

  g_free(tally->last);
  g_hash_table_unref(tally->persons);
  g_free(tally);
}

static Tally *
find_tally(Tallies *tallies, const char *id)
{
  Tally *tally = g_hash_table_lookup(tallies->rows, id);

  if (tally != NULL)
    return tally;
  tally = g_new0(Tally, 1);
  tally->persons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert(tallies->rows, g_strdup(id), tally);
  return tally;
}

static void
count_entry(const FidotoolJson *entry, void *data)
{
  Tallies *tallies = data;
  const FidotoolJson *ids = fidotool_json_get(entry, tallies->list);
  const char *sub = fidotool_json_get_text(entry, "sub");

  for (size_t i = 0; i < fidotool_json_size(ids); i++) {
    Tally *tally =
        find_tally(tallies, fidotool_json_text(fidotool_json_at(ids, i)));
    void *n = g_hash_table_lookup(tally->persons, sub);

    tally->uses++;
    g_free(tally->last);
    tally->last = g_strdup(fidotool_json_get_text(entry, "t"));
    g_hash_table_replace(tally->persons, g_strdup(sub),
                         GINT_TO_POINTER(GPOINTER_TO_INT(n) + 1));
  }
}

static int64_t
most_of_one(const Tally *tally)
{
  GHashTableIter iter;
  void *value;
  int64_t most = 0;

  g_hash_table_iter_init(&iter, tally->persons);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    most = MAX(most, GPOINTER_TO_INT(value));
  return most;
}

static void
set_tally(FidotoolJson *row, const Tally *tally)
{
  fidotool_json_set_int(row, "uses", tally != NULL ? tally->uses : 0);
  fidotool_json_set_int(
      row, "persons",
      tally != NULL ? (int64_t)g_hash_table_size(tally->persons) : 0);
  fidotool_json_set_int(row, "most_of_one",
                        tally != NULL ? most_of_one(tally) : 0);
  if (tally != NULL)
    fidotool_json_set_text(row, "last", tally->last);
}

static FidotoolJson *
add_tally(FidotoolJson *list, const char *id, const Tally *tally)
{
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

  fidotool_json_set_text(row, "id", id);
  set_tally(row, tally);
  return row;
}

/* Those that were used and are in no policy any more; exceptions are in none.
 */
static void
add_others(FidotoolJson *list, const Tallies *tallies,
           const RecoveryDocument *document)
{
  g_autoptr(GList) ids = g_hash_table_get_keys(tallies->rows);

  ids = g_list_sort(ids, (GCompareFunc)strcmp);
  for (GList *l = ids; l != NULL; l = l->next)
    if (recovery_document_find(document, RECOVERY_DOCUMENT_FALLBACKS,
                               l->data) == RECOVERY_DOCUMENT_NONE)
      fidotool_json_set_int(
          add_tally(list, l->data, g_hash_table_lookup(tallies->rows, l->data)),
          "in_force", 0);
}

static void
add_fallbacks(FidotoolJson *list, const Tallies *tallies,
              const RecoveryDocument *document, int64_t now_ms)
{
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_FALLBACKS);
       i++) {
    const RecoveryDocumentPermit *fallback =
        RECOVERY_DOCUMENT_AT(document, FALLBACKS, Permit, i);
    FidotoolJson *row = add_tally(
        list, fallback->id, g_hash_table_lookup(tallies->rows, fallback->id));

    fidotool_json_set_int(row, "uses_per_30d", fallback->uses_per_30d);
    recovery_trial_set_time(row, "expires", fallback->expires_s * 1000);
    fidotool_json_set_int(row, "in_force", now_ms < fallback->expires_s * 1000);
  }
  add_others(list, tallies, document);
}

/* Each that was ever granted, used or not, and those that wait. */
static bool
add_exceptions(RecoveryTrial *trial, FidotoolJson *list, const Tallies *tallies,
               GError **error)
{
  g_autoptr(FidotoolJson) rows = fidotool_json_new_array();

  if (!recovery_query_exception_rows(trial, rows, error))
    return false;
  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    FidotoolJson *row = fidotool_json_append(
        list, fidotool_json_copy(fidotool_json_at(rows, i)));

    set_tally(row, g_hash_table_lookup(tallies->rows,
                                       fidotool_json_get_text(row, "id")));
    fidotool_json_set_int(
        row, "in_force",
        strcmp(fidotool_json_get_text(row, "state"), "live") == 0);
  }
  return true;
}

/* ---- the query ---- */

static bool
read_since(RecoveryTrial *trial, const char *of, int64_t *ret_ms,
           RecoveryRefusal **ret_refusal)
{
  const char *since = fidotool_json_get_text(trial->request, "since");
  int64_t s = 0;

  *ret_ms = strcmp(of, "fallbacks") == 0 ? trial->now.now_ms - COUNTED_MS : 0;
  if (since == NULL)
    return true;
  if (recovery_document_read_time(since, &s)) {
    *ret_ms = s * 1000;
    return true;
  }
  *ret_refusal = recovery_refusal_new("since", "This is no date.",
                                      "A date like 2026-11-01.");
  return false;
}

static bool
fill(RecoveryTrial *trial, const char *of, int64_t since_ms,
     FidotoolJson *answer, GError **error)
{
  FidotoolJson *list = fidotool_json_set(answer, of, fidotool_json_new_array());
  const RecoveryModel *model = trial->station->model;
  bool approvals = strcmp(of, "approvals") == 0;
  bool each = approvals || strcmp(of, "weaker") == 0;
  g_autoptr(GHashTable) rows =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_tally);
  Tallies tallies = {.list = of, .rows = rows};
  size_t left = 0;

  if (!each_entry(trial, approvals ? model->consented : model->weaker, since_ms,
                  each ? add_row : count_entry, each ? (void *)list : &tallies,
                  &left, error))
    return false;
  if (strcmp(of, "fallbacks") == 0)
    add_fallbacks(list, &tallies, model->policy->document, trial->now.now_ms);
  else if (!each && !add_exceptions(trial, list, &tallies, error))
    return false;
  fidotool_json_set_int(answer, "left_out", (int64_t)left);
  return true;
}

FidotoolJson *
recovery_query_report(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                      GError **error)
{
  static const char *const kinds[] = {"approvals", "exceptions", "fallbacks",
                                      "overdue",   "weaker",     NULL};
  const char *of = fidotool_json_get_text(trial->request, "of");
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  int64_t since_ms;

  if (of == NULL || !g_strv_contains(kinds, of)) {
    g_set_error(
        error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
        "a report is of approvals, exceptions, fallbacks, overdue or weaker");
    return NULL;
  }
  if (!read_since(trial, of, &since_ms, ret_refusal))
    return NULL;
  if (since_ms > 0)
    recovery_trial_set_time(answer, "since", since_ms);
  recovery_trial_set_time(answer, "until", trial->now.now_ms);
  if (strcmp(of, "overdue") == 0) {
    fidotool_json_set(answer, of, recovery_query_overdue(trial));
    fidotool_json_set_int(answer, "left_out", 0);
    return g_steal_pointer(&answer);
  }
  return fill(trial, of, since_ms, answer, error) ? g_steal_pointer(&answer)
                                                  : NULL;
}
