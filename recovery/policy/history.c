/* SPDX-License-Identifier: Apache-2.0 */
/* history.c - every policy that was in force. */
#include "recovery/policy/history.h"

#include <string.h>

#include "recovery/policy/document.h"

typedef struct {
  char *object, *from, *until;
  char *stmt;        /* the last; NULL: of the founding */
  FidotoolJson *who; /* of the founding; or NULL */
} Row;

struct RecoveryHistory {
  GPtrArray *rows;     /* Row */
  GHashTable *waiting; /* stmt -> object, of policies with all signatures */
};

static void
free_row(void *data)
{
  Row *row = data;

  g_free(row->object);
  g_free(row->from);
  g_free(row->until);
  g_free(row->stmt);
  fidotool_json_free(row->who);
  g_free(row);
}

RecoveryHistory *
recovery_history_new(void)
{
  RecoveryHistory *history = g_new0(RecoveryHistory, 1);

  history->rows = g_ptr_array_new_with_free_func(free_row);
  history->waiting =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return history;
}

void
recovery_history_free(RecoveryHistory *history)
{
  if (history == NULL)
    return;
  g_ptr_array_unref(history->rows);
  g_hash_table_unref(history->waiting);
  g_free(history);
}

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

static void
add_row(RecoveryHistory *history, const FidotoolJson *entry, const char *object,
        const char *stmt)
{
  const FidotoolJson *who = fidotool_json_get(entry, "actors");
  Row *row = g_new0(Row, 1);

  if (history->rows->len > 0) {
    Row *last = g_ptr_array_index(history->rows, history->rows->len - 1);

    last->until = g_strdup(text_of(entry, "t"));
  }
  row->object = g_strdup(object);
  row->from = g_strdup(text_of(entry, "t"));
  row->stmt = g_strdup(stmt);
  row->who = who == NULL ? NULL : fidotool_json_copy(who);
  g_ptr_array_add(history->rows, row);
}

void
recovery_history_note(RecoveryHistory *history, const FidotoolJson *entry)
{
  const char *act = text_of(entry, "act");
  const char *target = text_of(entry, "target");
  const char *object;

  if (g_strcmp0(text_of(entry, "out"), "ok") != 0)
    return;
  if (history->rows->len == 0)
    add_row(history, entry, text_of(entry, "policy"), NULL);
  else if (strcmp(act, "policy.load") == 0)
    g_hash_table_insert(history->waiting, g_strdup(text_of(entry, "stmt")),
                        g_strdup(text_of(entry, "object")));
  if (strcmp(act, "change.effect") != 0 || target == NULL)
    return;
  object = g_hash_table_lookup(history->waiting, target);
  if (object == NULL)
    return;
  add_row(history, entry, object, target);
  g_hash_table_remove(history->waiting, target);
}

/* The persons of the statements before, in order, then of this one. */
static void
add_signers(FidotoolJson *out, const FidotoolJson *statement,
            const RecoveryHistorySource *source)
{
  FidotoolJson *list = fidotool_json_get(out, "signed");
  const FidotoolJson *previous = fidotool_json_get(statement, "previous");

  for (size_t i = 0; i < fidotool_json_size(previous); i++) {
    const char *digest = fidotool_json_text(fidotool_json_at(previous, i));
    g_autoptr(FidotoolJson) one =
        digest == NULL ? NULL : source->statement(digest, source->data);
    const char *actor = text_of(one, "actor");

    if (actor != NULL)
      fidotool_json_append_text(list, actor);
  }
  if (text_of(statement, "actor") != NULL)
    fidotool_json_append_text(list, text_of(statement, "actor"));
}

static void
add_numbers(FidotoolJson *out, const FidotoolJson *statement)
{
  static const char *const names[] = {"looser", "stricter", "warnings"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (fidotool_json_get(statement, names[i]) != NULL)
      fidotool_json_set_int(out, names[i],
                            fidotool_json_get_int(statement, names[i], 0));
}

static void
add_head(FidotoolJson *out, GBytes *yaml)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  gsize len;
  const char *text = g_bytes_get_data(yaml, &len);
  g_autoptr(RecoveryDocument) document =
      recovery_document_read(text, len, problems);

  if (document == NULL)
    return;
  fidotool_json_set_int(out, "version", document->policy.version);
  fidotool_json_set_text(out, "id", document->policy.id);
}

static FidotoolJson *
write_row(const Row *row, const RecoveryHistorySource *source)
{
  FidotoolJson *out = fidotool_json_new_object();
  g_autoptr(GBytes) yaml = source->policy(row->object, source->data);
  g_autoptr(FidotoolJson) statement =
      row->stmt == NULL ? NULL : source->statement(row->stmt, source->data);

  if (yaml != NULL)
    add_head(out, yaml);
  fidotool_json_set_text(out, "object", row->object);
  fidotool_json_set_text(out, "from", row->from);
  if (row->until != NULL)
    fidotool_json_set_text(out, "until", row->until);
  fidotool_json_set(out, "signed",
                    row->who != NULL ? fidotool_json_copy(row->who)
                                     : fidotool_json_new_array());
  if (statement != NULL) {
    add_signers(out, statement, source);
    add_numbers(out, statement);
  }
  return out;
}

FidotoolJson *
recovery_history_write(const RecoveryHistory *history,
                       const RecoveryHistorySource *source)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (guint i = 0; i < history->rows->len; i++)
    fidotool_json_append(
        list, write_row(g_ptr_array_index(history->rows, i), source));
  return list;
}
