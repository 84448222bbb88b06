/* SPDX-License-Identifier: Apache-2.0 */
/* model-exception.c - exceptions: granted by two, reviewed and ended by one,
 * and how often each was used. Which of them are there at a time is
 * exception.c's. */
#include "recovery/model-private.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/time.h"

static void
free_exception(void *data)
{
  RecoveryModelException *exception = data;

  recovery_exception_line_free(exception->line);
  g_free(exception->approved_by[0]);
  g_free(exception->approved_by[1]);
  g_free(exception->reviewed_by);
  g_free(exception->ended_by);
  g_free(exception);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryModelException, free_exception)

GPtrArray *
recovery_model_exceptions_new(void)
{
  return g_ptr_array_new_with_free_func(free_exception);
}

RecoveryModelException *
recovery_model_exception(const RecoveryModel *model, const char *id)
{
  for (unsigned i = 0; id != NULL && i < model->exceptions->len; i++) {
    RecoveryModelException *exception = g_ptr_array_index(model->exceptions, i);

    if (strcmp(exception->line->id, id) == 0)
      return exception;
  }
  return NULL;
}

RecoveryModelException *
recovery_model_exception_of(const RecoveryModel *model, const char *object_hex)
{
  uint8_t object[32];

  if (object_hex == NULL || !fidotool_bytes_unhex(object_hex, object, 32))
    return NULL;
  for (unsigned i = 0; i < model->exceptions->len; i++) {
    RecoveryModelException *exception = g_ptr_array_index(model->exceptions, i);

    if (memcmp(exception->object, object, 32) == 0)
      return exception;
  }
  return NULL;
}

static int64_t
time_of(const FidotoolJson *entry)
{
  int64_t at_ms = 0;

  (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &at_ms);
  return at_ms;
}

/* Who signed first stands in the proposal before. */
static char *
find_first(const RecoveryModel *model, const FidotoolJson *entry)
{
  const RecoveryModelProposed *first = recovery_model_proposed(
      model, "exception.grant", recovery_model_about(entry), time_of(entry));

  return first == NULL ? NULL : g_strdup(first->actor);
}

static bool
apply_grant(RecoveryModel *model, const FidotoolJson *entry, GError **error)
{
  g_autoptr(RecoveryModelException) exception =
      g_new0(RecoveryModelException, 1);
  g_autoptr(GBytes) body = NULL;

  if (!recovery_model_load_object(model, entry, "object", exception->object,
                                  &body, error))
    return false;
  exception->line = recovery_exception_line_read(g_bytes_get_data(body, NULL),
                                                 g_bytes_get_size(body), error);
  if (exception->line == NULL)
    return false;
  if (recovery_model_exception(model, exception->line->id) != NULL)
    return recovery_model_damaged(error, entry, "an id that was used before");
  exception->approved_by[0] = find_first(model, entry);
  if (exception->approved_by[0] == NULL)
    return recovery_model_damaged(error, entry, "nobody signed before");
  exception->approved_by[1] = g_strdup(fidotool_json_get_text(entry, "actor"));
  exception->granted_ms = time_of(entry);
  recovery_model_drop_proposed(model, "exception.grant",
                               recovery_model_about(entry));
  g_ptr_array_add(model->exceptions, g_steal_pointer(&exception));
  return true;
}

bool
recovery_model_apply_exception(RecoveryModel *model, const FidotoolJson *entry,
                               GError **error)
{
  const char *act = fidotool_json_get_text(entry, "act");
  bool review = strcmp(act, "exception.review") == 0;
  RecoveryModelException *exception;
  char **by;

  model->exception_acts++;
  if (strcmp(act, "exception.grant") == 0)
    return apply_grant(model, entry, error);
  exception = recovery_model_exception_of(
      model, fidotool_json_get_text(entry, "object"));
  if (exception == NULL || exception->ended_by != NULL)
    return recovery_model_damaged(error, entry,
                                  "an exception that is not there");
  by = review ? &exception->reviewed_by : &exception->ended_by;
  g_free(*by);
  *by = g_strdup(fidotool_json_get_text(entry, "actor"));
  *(review ? &exception->reviewed_ms : &exception->ended_ms) = time_of(entry);
  return true;
}

void
recovery_model_count_exceptions(RecoveryModel *model, const FidotoolJson *entry)
{
  const FidotoolJson *ids = fidotool_json_get(entry, "exceptions");

  for (size_t i = 0; i < fidotool_json_size(ids); i++) {
    RecoveryModelException *exception = recovery_model_exception(
        model, fidotool_json_text(fidotool_json_at(ids, i)));

    if (exception == NULL)
      continue;
    exception->uses++;
    exception->used_ms = time_of(entry);
  }
}
