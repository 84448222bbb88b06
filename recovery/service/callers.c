/* SPDX-License-Identifier: Apache-2.0 */
/* callers.c - who may ask for decisions, read strictly: a caller that is not
 * what its administrator meant must not be one. */
#include "recovery/service/callers.h"

#include <pwd.h>
#include <string.h>

#include "recovery/error.h"
#include "recovery/format/jcs.h"

/* As many as anybody registers; and signals of one. */
#define CALLERS_MAX 64
#define SIGNALS_MAX 64

static void
free_caller(void *data)
{
  RecoveryCaller *caller = data;

  g_free(caller->name);
  g_strfreev(caller->signals);
  g_free(caller);
}

static bool
fail(GError **error, const char *group, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
              "callers.conf, [%s]: %s", group, what);
  return false;
}

static bool
check_keys(GKeyFile *file, const char *group, GError **error)
{
  static const char *const known[] = {"user", "uid", "signals", NULL};
  g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

  for (size_t i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!g_strv_contains(known, keys[i]))
      return fail(error, group,
                  "there are user, uid and signals, nothing else");
  if (!recovery_jcs_is_id(group))
    return fail(error, group,
                "a name is lower-case letters, digits and hyphens");
  if (strcmp(group, "record") == 0)
    return fail(error, group, "the record is the station's own source");
  return true;
}

/* NOBODY: there is no such user. */
static bool
read_uid(GKeyFile *file, const char *group, uid_t *ret_uid, GError **error)
{
  g_autofree char *user = g_key_file_get_string(file, group, "user", NULL);
  g_autofree char *number = g_key_file_get_string(file, group, "uid", NULL);
  const struct passwd *entry;
  guint64 uid;

  if ((user == NULL) == (number == NULL))
    return fail(error, group, "either user or uid is needed");
  if (user != NULL) {
    entry = getpwnam(user);
    *ret_uid = entry != NULL ? entry->pw_uid : (uid_t)-1;
    return true;
  }
  if (!g_ascii_string_to_unsigned(number, 10, 0, UINT32_MAX - 1, &uid, NULL))
    return fail(error, group, "uid is no number of a user");
  *ret_uid = (uid_t)uid;
  return true;
}

static bool
read_signals(GKeyFile *file, const char *group, RecoveryCaller *caller,
             GError **error)
{
  caller->signals =
      g_key_file_get_string_list(file, group, "signals", NULL, NULL);
  if (caller->signals == NULL)
    caller->signals = g_new0(char *, 1);
  if (g_strv_length(caller->signals) > SIGNALS_MAX)
    return fail(error, group, "too many signals");
  for (char **signal = caller->signals; *signal != NULL; signal++)
    if (*g_strstrip(*signal) == '\0')
      return fail(error, group, "a signal without an id");
  return true;
}

static bool
add_caller(GPtrArray *callers, GKeyFile *file, const char *group,
           GError **error)
{
  RecoveryCaller *caller;
  uid_t uid = (uid_t)-1;

  if (!check_keys(file, group, error) || !read_uid(file, group, &uid, error))
    return false;
  if (uid == (uid_t)-1) {
    g_warning("callers.conf, [%s]: there is no such user", group);
    return true;
  }
  if (recovery_callers_find(callers, uid) != NULL)
    return fail(error, group, "this user is another caller already");
  caller = g_new0(RecoveryCaller, 1);
  caller->name = g_strdup(group);
  caller->uid = uid;
  g_ptr_array_add(callers, caller);
  return read_signals(file, group, caller, error);
}

/* GKeyFile joins groups of one name; a second one is a mistake. */
static bool
check_groups_once(const char *text, GError **error)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (char **line = lines; *line != NULL; line++)
    if (*g_strstrip(*line) == '[' && !g_hash_table_add(seen, *line))
      return fail(error, *line, "stands there twice");
  return true;
}

GPtrArray *
recovery_callers_read(const char *text, size_t len, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GPtrArray) callers = g_ptr_array_new_with_free_func(free_caller);
  g_autoptr(GError) own = NULL;
  g_autofree char *copy = g_strndup(text, len);
  g_auto(GStrv) groups = NULL;

  if (!g_key_file_load_from_data(file, text, len, G_KEY_FILE_NONE, &own)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "callers.conf cannot be read: %s", own->message);
    return NULL;
  }
  if (!check_groups_once(copy, error))
    return NULL;
  groups = g_key_file_get_groups(file, NULL);
  if (g_strv_length(groups) > CALLERS_MAX) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "callers.conf has more than %d callers", CALLERS_MAX);
    return NULL;
  }
  for (char **group = groups; *group != NULL; group++)
    if (!add_caller(callers, file, *group, error))
      return NULL;
  return g_steal_pointer(&callers);
}

const RecoveryCaller *
recovery_callers_find(const GPtrArray *callers, uid_t uid)
{
  for (guint i = 0; callers != NULL && i < callers->len; i++) {
    const RecoveryCaller *caller = g_ptr_array_index(callers, i);

    if (caller->uid == uid)
      return caller;
  }
  return NULL;
}
