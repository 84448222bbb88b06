/* SPDX-License-Identifier: Apache-2.0 */
/* query-exception.c - the exceptions: what each waives, where it stands and how
 * often it was used. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/exception.h"
#include "recovery/format/statement.h"
#include "recovery/query.h"

static void
set_ids(FidotoolJson *row, const char *name, char *const *ids)
{
  FidotoolJson *list = fidotool_json_set(row, name, fidotool_json_new_array());

  for (; *ids != NULL; ids++)
    fidotool_json_append_text(list, *ids);
}

static void
set_time_s(FidotoolJson *row, const char *name, int64_t s)
{
  recovery_trial_set_time(row, name, s * 1000);
}

/* As it was signed. */
static void
set_text(FidotoolJson *row, const RecoveryExceptionLine *line)
{
  g_autofree char *text = recovery_exception_line_write(line, NULL);

  fidotool_json_set_text(row, "text", text);
}

/* Both are there, or neither. */
static void
set_step(FidotoolJson *row, const char *name, int64_t at_ms,
         const char *by_name, const char *by)
{
  if (by == NULL)
    return;
  recovery_trial_set_time(row, name, at_ms);
  fidotool_json_set_text(row, by_name, by);
}

static FidotoolJson *
add_row(FidotoolJson *list, const RecoveryExceptionLine *line,
        const char *state)
{
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

  fidotool_json_set_text(row, "id", line->id);
  fidotool_json_set_text(row, "state", state);
  set_ids(row, "waives", line->waives);
  for (size_t i = 0; i < G_N_ELEMENTS(line->scope); i++)
    if (line->scope[i] != NULL)
      set_ids(row, recovery_exception_line_scope((RecoveryExceptionLineScope)i),
              line->scope[i]);
  fidotool_json_set_text(row, "owner", line->owner);
  fidotool_json_set_text(row, "reason", line->reason);
  fidotool_json_set_text(row, "compensating", line->compensating);
  set_time_s(row, "from", line->from_s);
  set_time_s(row, "until", line->until_s);
  fidotool_json_set_int(row, "review_every_d", line->review_every_d);
  return row;
}

static void
add_granted(const RecoveryTrial *trial, FidotoolJson *list,
            const RecoveryModelException *exception)
{
  RecoveryExceptionState state = recovery_exception_state(
      trial->station->model, exception, trial->now.now_ms);
  FidotoolJson *row =
      add_row(list, exception->line, recovery_exception_state_name(state));
  FidotoolJson *by =
      fidotool_json_set(row, "approved_by", fidotool_json_new_array());

  for (size_t i = 0; i < G_N_ELEMENTS(exception->approved_by); i++)
    fidotool_json_append_text(by, exception->approved_by[i]);
  recovery_trial_set_hex(row, "object", exception->object, 32);
  set_text(row, exception->line);
  recovery_trial_set_time(row, "granted", exception->granted_ms);
  if (state != RECOVERY_EXCEPTION_ENDED && state != RECOVERY_EXCEPTION_EXPIRED)
    set_time_s(row, "due", recovery_exception_due(exception));
  set_step(row, "reviewed", exception->reviewed_ms, "reviewed_by",
           exception->reviewed_by);
  set_step(row, "ended", exception->ended_ms, "ended_by", exception->ended_by);
  fidotool_json_set_int(row, "uses", exception->uses);
  if (exception->uses > 0)
    recovery_trial_set_time(row, "used", exception->used_ms);
}

/* One signature of two; the line was read before it was signed. */
static bool
add_waiting(RecoveryTrial *trial, FidotoolJson *list,
            const RecoveryModelProposed *proposed, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  g_autoptr(RecoveryExceptionLine) line = NULL;
  g_autofree char *text = NULL;
  FidotoolJson *row;
  uint8_t object[32];

  (void)fidotool_bytes_unhex(proposed->about, object, 32); /* of an entry */
  if (!recovery_store_object(trial->station->store, object, &body, NULL, error))
    return false;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "the file behind a proposal is missing from the store");
    return false;
  }
  text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
  line = recovery_exception_line_read(text, strlen(text), error);
  if (line == NULL)
    return false;
  row = add_row(list, line, "waiting");
  fidotool_json_append_text(
      fidotool_json_set(row, "approved_by", fidotool_json_new_array()),
      proposed->actor);
  fidotool_json_set_text(row, "object", proposed->about);
  fidotool_json_set_text(row, "text", text);
  recovery_trial_set_time(row, "lapses",
                          proposed->at_ms + RECOVERY_STATEMENT_PROPOSED_MS);
  return true;
}

bool
recovery_query_exception_rows(RecoveryTrial *trial, FidotoolJson *list,
                              GError **error)
{
  const RecoveryModel *model = trial->station->model;

  for (unsigned i = 0; i < model->exceptions->len; i++)
    add_granted(trial, list, g_ptr_array_index(model->exceptions, i));
  for (unsigned i = 0; i < model->proposed->len; i++) {
    const RecoveryModelProposed *proposed =
        g_ptr_array_index(model->proposed, i);

    if (strcmp(proposed->act, "exception.grant") == 0 &&
        trial->now.now_ms - proposed->at_ms <= RECOVERY_STATEMENT_PROPOSED_MS &&
        !add_waiting(trial, list, proposed, error))
      return false;
  }
  return true;
}

FidotoolJson *
recovery_query_exceptions(RecoveryTrial *trial,
                          G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                          GError **error)
{
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();

  recovery_trial_set_time(answer, "time", trial->now.now_ms);
  return recovery_query_exception_rows(
             trial,
             fidotool_json_set(answer, "exceptions", fidotool_json_new_array()),
             error)
             ? g_steal_pointer(&answer)
             : NULL;
}
