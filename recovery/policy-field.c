/* SPDX-License-Identifier: Apache-2.0 */
/* policy-field.c - scalars and mappings of a policy file, strictly. */
#include "recovery/policy-field.h"

#include <string.h>

#include "recovery/format/time.h"

#define MAX_PROBLEMS 20

typedef RecoveryPolicyFileNode Node;
typedef RecoveryPolicyField Field;
typedef RecoveryPolicyFieldReader Reader;

void
recovery_policy_field_problem(Reader *reader, const Node *node,
                              const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  if (reader->problems->len >= MAX_PROBLEMS)
    return;
  va_start(args, format);
  what = g_strdup_vprintf(format, args);
  va_end(args);
  g_ptr_array_add(reader->problems,
                  g_strdup_printf("line %d: %s", node->line, what));
}

const char *
recovery_policy_field_text(Reader *reader, const Node *node)
{
  if (node->kind == RECOVERY_POLICY_FILE_SCALAR && *node->text != '\0' &&
      !(node->plain &&
        (strcmp(node->text, "null") == 0 || strcmp(node->text, "~") == 0)))
    return node->text;
  recovery_policy_field_problem(reader, node, "%s: a text is needed",
                                node->name != NULL ? node->name : "list");
  return NULL;
}

static bool
is_id(const char *text)
{
  size_t len = strlen(text);

  if (len < 1 || len > 64 || !g_ascii_isalnum(text[0]))
    return false;
  return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                      "0123456789._-") == len;
}

const char *
recovery_policy_field_id(Reader *reader, const Node *node)
{
  const char *text = recovery_policy_field_text(reader, node);

  if (text == NULL || is_id(text))
    return text;
  recovery_policy_field_problem(reader, node, "\"%s\" is not an id", text);
  return NULL;
}

/* Decimal without sign or leading zero. */
bool
recovery_policy_field_count(const char *text, size_t len, int64_t *ret_value)
{
  int64_t value = 0;

  if (len < 1 || len > 9 || (len > 1 && text[0] == '0'))
    return false;
  for (size_t i = 0; i < len; i++) {
    if (!g_ascii_isdigit(text[i]))
      return false;
    value = value * 10 + (text[i] - '0');
  }
  *ret_value = value;
  return true;
}

bool
recovery_policy_field_int(Reader *reader, const Node *node, int64_t min,
                          int64_t max, int64_t *ret_value)
{
  int64_t value;

  if (node->kind == RECOVERY_POLICY_FILE_SCALAR && node->plain &&
      recovery_policy_field_count(node->text, strlen(node->text), &value) &&
      value >= min && value <= max) {
    *ret_value = value;
    return true;
  }
  recovery_policy_field_problem(reader, node,
                                "%s: a number from %" G_GINT64_FORMAT
                                " to %" G_GINT64_FORMAT " is needed",
                                node->name, min, max);
  return false;
}

RecoveryPolicyWant
recovery_policy_field_want(Reader *reader, const Node *node)
{
  if (node->kind == RECOVERY_POLICY_FILE_SCALAR && node->plain) {
    if (strcmp(node->text, "true") == 0)
      return RECOVERY_POLICY_YES;
    if (strcmp(node->text, "false") == 0)
      return RECOVERY_POLICY_NO;
  }
  recovery_policy_field_problem(reader, node, "%s: true or false is needed",
                                node->name);
  return RECOVERY_POLICY_ANY;
}

/* A date is its first second; else YYYY-MM-DDThh:mm:ssZ. */
int64_t
recovery_policy_field_time(Reader *reader, const Node *node)
{
  const char *text = recovery_policy_field_text(reader, node);
  g_autofree char *full = NULL;
  size_t len;
  int64_t ms;

  if (text == NULL)
    return 0;
  len = strlen(text);
  if (len == strlen("2026-11-01"))
    full = g_strconcat(text, "T00:00:00.000Z", NULL);
  else if (len == strlen("2026-11-01T00:00:00Z"))
    full = g_strdup_printf("%.19s.000Z", text);
  if (full != NULL && recovery_time_read(full, &ms) &&
      (len == 10 || text[len - 1] == 'Z'))
    return ms / 1000;
  recovery_policy_field_problem(reader, node, "%s: \"%s\" is not a date",
                                node->name, text);
  return 0;
}

/* A list of distinct ids; NULL where it is none. */
char **
recovery_policy_field_ids(Reader *reader, const Node *node)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();

  if (node->kind != RECOVERY_POLICY_FILE_LIST || node->nodes->len == 0) {
    recovery_policy_field_problem(reader, node, "%s: a list of ids is needed",
                                  node->name);
    return NULL;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    const Node *item = g_ptr_array_index(node->nodes, i);
    const char *id = recovery_policy_field_id(reader, item);

    if (id == NULL)
      return NULL;
    for (guint j = 0; j < ids->len; j++)
      if (strcmp(g_ptr_array_index(ids, j), id) == 0) {
        recovery_policy_field_problem(reader, item, "duplicate id: %s", id);
        return NULL;
      }
    g_ptr_array_add(ids, (gpointer)id);
  }
  g_ptr_array_add(ids, NULL);
  return g_strdupv((char **)ids->pdata);
}

static const Field *
find_field(const Field *fields, size_t count, const char *name)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(fields[i].name, name) == 0)
      return &fields[i];
  return NULL;
}

static void
check_missing(Reader *reader, const Node *node, const Field *fields,
              size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (fields[i].use == RECOVERY_POLICY_FIELD_MUST &&
        recovery_policy_file_get(node, fields[i].name) == NULL)
      recovery_policy_field_problem(reader, node, "%s is missing",
                                    fields[i].name);
}

/* path: where the mapping stands, for "not yet"; "" at the top. */
bool
recovery_policy_field_map(Reader *reader, const Node *node, const char *path,
                          const Field *fields, size_t count, void *into)
{
  const char *dot = *path != '\0' ? "." : "";

  if (node->kind != RECOVERY_POLICY_FILE_MAP) {
    recovery_policy_field_problem(reader, node, "%s: a mapping is needed",
                                  path);
    return false;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    const Node *member = g_ptr_array_index(node->nodes, i);
    const Field *field = find_field(fields, count, member->name);

    if (field == NULL)
      recovery_policy_field_problem(reader, member, "unknown: %s%s%s", path,
                                    dot, member->name);
    else if (field->use == RECOVERY_POLICY_FIELD_NOT_YET)
      recovery_policy_field_problem(reader, member, "not yet: %s%s%s", path,
                                    dot, member->name);
    else
      field->read(reader, member, into);
  }
  check_missing(reader, node, fields, count);
  return true;
}

/* Each item of a list of mappings. */
void
recovery_policy_field_items(Reader *reader, const Node *node, const char *path,
                            const Field *fields, size_t count,
                            void *(*begin)(Reader *reader, const Node *item))
{
  if (node->kind != RECOVERY_POLICY_FILE_LIST) {
    recovery_policy_field_problem(reader, node, "%s: a list is needed", path);
    return;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    const Node *item = g_ptr_array_index(node->nodes, i);

    (void)recovery_policy_field_map(reader, item, path, fields, count,
                                    begin(reader, item));
  }
}
