/* SPDX-License-Identifier: Apache-2.0 */
/* exception-line.c - reads and writes the line of an exception. */
#include "recovery/format/exception-line.h"

#include <stdlib.h>
#include <string.h>

#include "fidotool/json.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

#define SCHEMA "keyturn-exception/1"
#define ID_MAX 64

static const char *const scopes[] = {
    [RECOVERY_EXCEPTION_LINE_JOURNEY] = "journey",
    [RECOVERY_EXCEPTION_LINE_POPULATION] = "population",
    [RECOVERY_EXCEPTION_LINE_APP] = "app",
    [RECOVERY_EXCEPTION_LINE_TRANSACTION] = "transaction",
};

const char *
recovery_exception_line_scope(RecoveryExceptionLineScope scope)
{
  return scopes[scope];
}

void
recovery_exception_line_free(RecoveryExceptionLine *line)
{
  if (line == NULL)
    return;
  g_free(line->id);
  g_strfreev(line->waives);
  for (size_t i = 0; i < G_N_ELEMENTS(line->scope); i++)
    g_strfreev(line->scope[i]);
  g_free(line->owner);
  g_free(line->reason);
  g_free(line->compensating);
  g_free(line);
}

static bool
fail(GError **error, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "the exception %s",
              what);
  return false;
}

/* Reading */

bool
recovery_exception_line_is_id(const char *text)
{
  size_t len = text == NULL ? 0 : strlen(text);

  if (len == 0 || len > ID_MAX || !g_ascii_isalnum(*text))
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && strchr("._-", *p) == NULL)
      return false;
  return true;
}

static bool
read_id(const FidotoolJson *json, const char *name, char **ret_id)
{
  *ret_id = g_strdup(fidotool_json_get_text(json, name));
  return recovery_exception_line_is_id(*ret_id);
}

/* Sorted, each once. */
static bool
read_ids(const FidotoolJson *json, const char *name, char ***ret_ids)
{
  const FidotoolJson *array = fidotool_json_get(json, name);
  size_t count = fidotool_json_size(array);
  const char *before = "";

  if (fidotool_json_type(array) != FIDOTOOL_JSON_ARRAY || count == 0 ||
      count > RECOVERY_EXCEPTION_LINE_IDS)
    return false;
  *ret_ids = g_new0(char *, count + 1);
  for (size_t i = 0; i < count; i++) {
    const char *text = fidotool_json_text(fidotool_json_at(array, i));

    if (!recovery_exception_line_is_id(text) || strcmp(before, text) >= 0)
      return false;
    (*ret_ids)[i] = g_strdup(text);
    before = text;
  }
  return true;
}

static bool
read_scopes(const FidotoolJson *json, RecoveryExceptionLine *line)
{
  for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++)
    if (fidotool_json_get(json, scopes[i]) != NULL &&
        !read_ids(json, scopes[i], &line->scope[i]))
      return false;
  return true;
}

bool
recovery_exception_line_is_words(const char *text)
{
  g_autofree char *stripped = g_strstrip(g_strdup(text == NULL ? "" : text));

  return *stripped != '\0' && strlen(text) <= RECOVERY_EXCEPTION_LINE_TEXT &&
         recovery_jcs_is_text(text);
}

static bool
read_words(const FidotoolJson *json, const char *name, char **ret_words)
{
  *ret_words = g_strdup(fidotool_json_get_text(json, name));
  return recovery_exception_line_is_words(*ret_words);
}

static bool
read_time(const FidotoolJson *json, const char *name, int64_t *ret_s)
{
  const char *text = fidotool_json_get_text(json, name);
  int64_t ms;

  if (text == NULL || !recovery_time_read(text, &ms) || ms % 1000 != 0)
    return false;
  *ret_s = ms / 1000;
  return true;
}

static bool
has_only(const FidotoolJson *json)
{
  static const char *const names[] = {"app",
                                      "compensating",
                                      "from",
                                      "id",
                                      "journey",
                                      "owner",
                                      "population",
                                      "reason",
                                      "review_every_d",
                                      "schema",
                                      "transaction",
                                      "until",
                                      "waives",
                                      NULL};

  for (size_t i = 0; i < fidotool_json_size(json); i++)
    if (!g_strv_contains(names, fidotool_json_name(json, i)))
      return false;
  return true;
}

static bool
read_fields(const FidotoolJson *json, RecoveryExceptionLine *line,
            GError **error)
{
  line->owner = g_strdup(fidotool_json_get_text(json, "owner"));
  line->review_every_d = fidotool_json_get_int(json, "review_every_d", 0);
  if (!read_id(json, "id", &line->id))
    return fail(error, "has no id");
  if (!read_ids(json, "waives", &line->waives))
    return fail(error, "does not name what it waives, sorted");
  if (!read_scopes(json, line))
    return fail(error, "has a list that is empty, unsorted or of no ids");
  if (!recovery_jcs_is_id(line->owner))
    return fail(error, "has no owner");
  if (!read_words(json, "reason", &line->reason))
    return fail(error, "has no reason");
  if (!read_words(json, "compensating", &line->compensating))
    return fail(error, "does not say what makes up for it (compensating)");
  if (!read_time(json, "from", &line->from_s) ||
      !read_time(json, "until", &line->until_s))
    return fail(error, "does not say from when until when");
  if (line->review_every_d < 1 ||
      line->review_every_d > RECOVERY_EXCEPTION_LINE_REVIEW_MAX)
    return fail(error, "does not say when it is reviewed");
  return true;
}

RecoveryExceptionLine *
recovery_exception_line_read(const char *text, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) json =
      recovery_jcs_read(text, len, RECOVERY_EXCEPTION_LINE_MAX, error);
  g_autoptr(RecoveryExceptionLine) line = NULL;

  if (json == NULL)
    return NULL;
  if (g_strcmp0(fidotool_json_get_text(json, "schema"), SCHEMA) != 0 ||
      !has_only(json)) {
    fail(error,
         "is not of the schema " SCHEMA ", or has other fields than it may");
    return NULL;
  }
  line = g_new0(RecoveryExceptionLine, 1);
  return read_fields(json, line, error) ? g_steal_pointer(&line) : NULL;
}

/* Writing */

static int
compare(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
write_ids(FidotoolJson *json, const char *name, char *const *ids)
{
  size_t count = g_strv_length((char **)ids);
  g_autofree char **sorted = g_memdup2(ids, (count + 1) * sizeof(*ids));
  FidotoolJson *array =
      fidotool_json_set(json, name, fidotool_json_new_array());

  qsort(sorted, count, sizeof(*sorted), compare);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || strcmp(sorted[i - 1], sorted[i]) != 0)
      fidotool_json_append_text(array, sorted[i]);
}

static void
write_time(FidotoolJson *json, const char *name, int64_t s)
{
  g_autofree char *text = recovery_time_write(s * 1000);

  fidotool_json_set_text(json, name, text);
}

char *
recovery_exception_line_write(const RecoveryExceptionLine *line, GError **error)
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  g_autoptr(RecoveryExceptionLine) again = NULL;
  g_autofree char *text = NULL;
  size_t len;

  fidotool_json_set_text(json, "schema", SCHEMA);
  fidotool_json_set_text(json, "id", line->id);
  write_ids(json, "waives", line->waives);
  for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++)
    if (line->scope[i] != NULL)
      write_ids(json, scopes[i], line->scope[i]);
  fidotool_json_set_text(json, "owner", line->owner);
  fidotool_json_set_text(json, "reason", line->reason);
  fidotool_json_set_text(json, "compensating", line->compensating);
  write_time(json, "from", line->from_s);
  write_time(json, "until", line->until_s);
  fidotool_json_set_int(json, "review_every_d", line->review_every_d);
  text = recovery_jcs_write(json, &len, error);
  if (text == NULL)
    return NULL;
  again = recovery_exception_line_read(text, len, error);
  return again == NULL ? NULL : g_steal_pointer(&text);
}

/* Floors */

RecoveryExceptionLineFlaw
recovery_exception_line_flaw(const RecoveryExceptionLine *line)
{
  if (line->until_s <= line->from_s)
    return RECOVERY_EXCEPTION_LINE_BACKWARDS;
  if (line->until_s - line->from_s >
      RECOVERY_EXCEPTION_LINE_LIFE_D * RECOVERY_EXCEPTION_LINE_DAY_S)
    return RECOVERY_EXCEPTION_LINE_LONG;
  if (line->review_every_d > RECOVERY_EXCEPTION_LINE_REVIEW_D)
    return RECOVERY_EXCEPTION_LINE_UNSEEN;
  return RECOVERY_EXCEPTION_LINE_SOUND;
}

int64_t
recovery_exception_line_due(const RecoveryExceptionLine *line,
                            int64_t reviewed_s)
{
  return MAX(line->from_s, reviewed_s) +
         line->review_every_d * RECOVERY_EXCEPTION_LINE_DAY_S;
}
