/* SPDX-License-Identifier: Apache-2.0 */
/* roster.c - one version of the roster: read strictly, written in one form,
 * searched, printed as OpenSSH lines. */
#include "recovery/format/roster.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/roster-row.h"
#include "recovery/format/time.h"

#define ROSTER_MAX (4 * 1024 * 1024)

static bool
fail(GError **error, const char *why, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "roster: %s%s%s",
              why, what == NULL ? "" : ": ", what == NULL ? "" : what);
  return false;
}

static void
free_key(void *data)
{
  RecoveryRosterKey *key = data;

  g_free(key->person);
  g_free(key->sub);
  g_free(key->team);
  g_free(key->employee);
  g_clear_pointer(&key->key_bytes, g_bytes_unref);
  g_strfreev(key->roles);
  g_free(key);
}

static void
free_machine(void *data)
{
  RecoveryRosterMachine *machine = data;

  g_free(machine->id);
  g_clear_pointer(&machine->key_bytes, g_bytes_unref);
  g_free(machine);
}

RecoveryRoster *
recovery_roster_new(const char *station)
{
  RecoveryRoster *roster = g_new0(RecoveryRoster, 1);

  roster->station = g_strdup(station);
  roster->keys = g_ptr_array_new_with_free_func(free_key);
  roster->machines = g_ptr_array_new_with_free_func(free_machine);
  return roster;
}

void
recovery_roster_free(RecoveryRoster *roster)
{
  if (roster == NULL)
    return;
  g_free(roster->station);
  g_ptr_array_unref(roster->keys);
  g_ptr_array_unref(roster->machines);
  g_free(roster);
}

RecoveryRosterKey *
recovery_roster_add_key(RecoveryRoster *roster)
{
  RecoveryRosterKey *key = g_new0(RecoveryRosterKey, 1);

  g_ptr_array_add(roster->keys, key);
  return key;
}

RecoveryRosterMachine *
recovery_roster_add_machine(RecoveryRoster *roster)
{
  RecoveryRosterMachine *machine = g_new0(RecoveryRosterMachine, 1);

  g_ptr_array_add(roster->machines, machine);
  return machine;
}

/* Rules over all rows */

static int
compare_keys(const void *a, const void *b)
{
  const RecoveryRosterKey *left = *(RecoveryRosterKey *const *)a;
  const RecoveryRosterKey *right = *(RecoveryRosterKey *const *)b;
  int order = strcmp(left->person, right->person);

  return order != 0 ? order : memcmp(left->cred, right->cred, 32);
}

static int
compare_machines(const void *a, const void *b)
{
  const RecoveryRosterMachine *left = *(RecoveryRosterMachine *const *)a;
  const RecoveryRosterMachine *right = *(RecoveryRosterMachine *const *)b;

  return strcmp(left->id, right->id);
}

/* Each value goes with one other; false when it was seen with another. */
static bool
is_sole(GHashTable *seen, const char *prefix, const char *value,
        const char *with)
{
  g_autofree char *name = g_strdup_printf("%s %s", prefix, value);
  const char *before = g_hash_table_lookup(seen, name);

  if (before != NULL)
    return strcmp(before, with) == 0;
  g_hash_table_insert(seen, g_steal_pointer(&name), (void *)with);
  return true;
}

static bool
is_first(GHashTable *seen, const char *prefix, const void *data, size_t len)
{
  g_autofree char *hex = fidotool_bytes_hex(data, len);

  return g_hash_table_add(seen, g_strdup_printf("%s %s", prefix, hex));
}

static bool
is_application(const char *application)
{
  return strcmp(application, RECOVERY_SSHSIG_APPLICATION) == 0 ||
         strcmp(application, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;
}

static bool
check_keys(const RecoveryRoster *roster, GError **error)
{
  g_autoptr(GHashTable) owners =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (unsigned i = 0; i < roster->keys->len; i++) {
    RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);
    RecoveryRosterKey *first = g_ptr_array_index(roster->keys, 0);

    if (i > 0 &&
        compare_keys(&roster->keys->pdata[i - 1], &roster->keys->pdata[i]) >= 0)
      return fail(error, "keys out of order", key->person);
    if (!is_application(key->key.application) ||
        strcmp(key->key.application, first->key.application) != 0)
      return fail(error, "a key of another application", key->person);
    if (!is_first(seen, "cred", key->cred, 32) ||
        !is_first(seen, "registration", key->registration, 32) ||
        !is_first(seen, "key", g_bytes_get_data(key->key_bytes, NULL),
                  g_bytes_get_size(key->key_bytes)))
      return fail(error, "a key twice", key->person);
    if (!is_sole(owners, "employee", key->employee, key->person) ||
        !is_sole(owners, "sub", key->sub, key->person) ||
        !is_sole(owners, "person", key->person, key->sub) ||
        !is_sole(owners, "team of", key->person, key->team))
      return fail(error, "an employee, subject or team of two", key->person);
  }
  return true;
}

static bool
check_machines(const RecoveryRoster *roster, GError **error)
{
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (unsigned i = 0; i < roster->machines->len; i++) {
    RecoveryRosterMachine *machine = g_ptr_array_index(roster->machines, i);

    if (i > 0 && compare_machines(&roster->machines->pdata[i - 1],
                                  &roster->machines->pdata[i]) >= 0)
      return fail(error, "machines out of order", machine->id);
    if (!is_first(seen, "key", machine->key.point, 32))
      return fail(error, "a machine's key twice", machine->id);
  }
  return true;
}

static bool
read_rows(RecoveryRoster *roster, const FidotoolJson *json, GError **error)
{
  const FidotoolJson *keys = fidotool_json_get(json, "keys");
  const FidotoolJson *machines = fidotool_json_get(json, "machines");

  for (size_t i = 0; i < fidotool_json_size(keys); i++)
    if (!recovery_roster_row_read_key(roster, fidotool_json_at(keys, i), error))
      return false;
  for (size_t i = 0; i < fidotool_json_size(machines); i++)
    if (!recovery_roster_row_read_machine(roster, fidotool_json_at(machines, i),
                                          error))
      return false;
  return check_keys(roster, error) && check_machines(roster, error);
}

RecoveryRoster *
recovery_roster_read(const void *line, size_t len, GError **error)
{
  static const char *const names[] = {"keys", "machines", "station", "v", NULL};
  g_autoptr(FidotoolJson) json =
      recovery_jcs_read(line, len, ROSTER_MAX, error);
  g_autoptr(RecoveryRoster) roster = NULL;
  const char *station = fidotool_json_get_text(json, "station");

  if (json == NULL)
    return NULL;
  if (!recovery_roster_row_has_members(json, names) ||
      !recovery_jcs_is_id(station) ||
      fidotool_json_get_int(json, "v", 0) != 1 ||
      fidotool_json_type(fidotool_json_get(json, "keys")) !=
          FIDOTOOL_JSON_ARRAY ||
      fidotool_json_type(fidotool_json_get(json, "machines")) !=
          FIDOTOOL_JSON_ARRAY) {
    fail(error, "not keys, machines, a station and version 1", NULL);
    return NULL;
  }
  roster = recovery_roster_new(station);
  return read_rows(roster, json, error) ? g_steal_pointer(&roster) : NULL;
}

/* Writing */

/* What a caller put together is whole: no pointer is missing. */
static bool
is_complete(const RecoveryRoster *roster)
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);

    if (key->person == NULL || key->sub == NULL || key->team == NULL ||
        key->employee == NULL || key->key_bytes == NULL || key->roles == NULL)
      return false;
  }
  for (unsigned i = 0; i < roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(roster->machines, i);

    if (machine->id == NULL || machine->key_bytes == NULL)
      return false;
  }
  return roster->station != NULL;
}

char *
recovery_roster_write(RecoveryRoster *roster, size_t *ret_len, GError **error)
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  g_autoptr(RecoveryRoster) again = NULL;
  g_autofree char *line = NULL;
  FidotoolJson *keys, *machines;
  size_t len;

  if (!is_complete(roster)) {
    fail(error, "a row without all its fields", NULL);
    return NULL;
  }
  g_ptr_array_sort(roster->keys, compare_keys);
  g_ptr_array_sort(roster->machines, compare_machines);
  keys = fidotool_json_set(json, "keys", fidotool_json_new_array());
  for (unsigned i = 0; i < roster->keys->len; i++)
    recovery_roster_row_write_key(keys, g_ptr_array_index(roster->keys, i));
  machines = fidotool_json_set(json, "machines", fidotool_json_new_array());
  for (unsigned i = 0; i < roster->machines->len; i++)
    recovery_roster_row_write_machine(machines,
                                      g_ptr_array_index(roster->machines, i));
  fidotool_json_set_text(json, "station", roster->station);
  fidotool_json_set_int(json, "v", 1);
  line = recovery_jcs_write(json, &len, error);
  if (line == NULL)
    return NULL;
  /* Nothing is written that would not be read. */
  again = recovery_roster_read(line, len, error);
  if (again == NULL)
    return NULL;
  if (ret_len != NULL)
    *ret_len = len;
  return g_steal_pointer(&line);
}

/* Searching */

bool
recovery_roster_is_practice(const RecoveryRoster *roster)
{
  const RecoveryRosterKey *key =
      roster->keys->len == 0 ? NULL : g_ptr_array_index(roster->keys, 0);

  return key != NULL && strcmp(key->key.application,
                               RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;
}

const RecoveryRosterKey *
recovery_roster_find_cred(const RecoveryRoster *roster, const uint8_t cred[32])
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);

    if (memcmp(key->cred, cred, 32) == 0)
      return key;
  }
  return NULL;
}

static bool
is_bytes(GBytes *bytes, const void *data, size_t len)
{
  return fidotool_bytes_equal(g_bytes_get_data(bytes, NULL),
                              g_bytes_get_size(bytes), data, len);
}

const RecoveryRosterKey *
recovery_roster_find_key(const RecoveryRoster *roster, const void *key,
                         size_t len)
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);

    if (is_bytes(row->key_bytes, key, len))
      return row;
  }
  return NULL;
}

const RecoveryRosterKey *
recovery_roster_find_person(const RecoveryRoster *roster, const char *person)
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);

    if (strcmp(key->person, person) == 0)
      return key;
  }
  return NULL;
}

const RecoveryRosterKey *
recovery_roster_find_sub(const RecoveryRoster *roster, const char *sub)
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);

    if (strcmp(key->sub, sub) == 0)
      return key;
  }
  return NULL;
}

const RecoveryRosterMachine *
recovery_roster_find_machine(const RecoveryRoster *roster, const char *id)
{
  for (unsigned i = 0; i < roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(roster->machines, i);

    if (strcmp(machine->id, id) == 0)
      return machine;
  }
  return NULL;
}

const RecoveryRosterMachine *
recovery_roster_find_machine_key(const RecoveryRoster *roster, const void *key,
                                 size_t len)
{
  for (unsigned i = 0; i < roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(roster->machines, i);

    if (is_bytes(machine->key_bytes, key, len))
      return machine;
  }
  return NULL;
}

bool
recovery_roster_key_has_role(const RecoveryRosterKey *key, const char *role)
{
  return g_strv_contains((const char *const *)key->roles, role);
}

bool
recovery_roster_valid_at(int64_t after_ms, int64_t before_ms, int64_t now_ms)
{
  return after_ms <= now_ms && now_ms < before_ms;
}

/* OpenSSH lines */

/* "person" and a namespace for each act the roles sign, sorted. */
static char *
list_namespaces(const RecoveryRosterKey *key, bool practice)
{
  g_autoptr(GString) out = g_string_new(NULL);

  for (size_t i = 0; i < recovery_act_count(); i++) {
    const char *act = recovery_act_at(i)->name; /* in order of names */
    bool may = false;

    for (char **role = key->roles; *role != NULL && !may; role++)
      may = recovery_act_role_may(*role, act);
    if (may) {
      g_autofree char *name = recovery_act_namespace(act, practice);

      g_string_append_printf(out, "%s%s", out->len == 0 ? "" : ",", name);
    }
  }
  return g_string_free(g_steal_pointer(&out), false);
}

static char *
write_line(const char *principal, const char *namespaces, int64_t after_ms,
           int64_t before_ms, const RecoverySshsigKey *key, GBytes *key_bytes)
{
  g_autofree char *after = recovery_time_write_compact(after_ms);
  g_autofree char *before = recovery_time_write_compact(before_ms);
  g_autofree char *base64 = fidotool_bytes_base64(
      g_bytes_get_data(key_bytes, NULL), g_bytes_get_size(key_bytes));

  return g_strdup_printf(
      "%s namespaces=\"%s\",valid-after=\"%s\",valid-before=\"%s\" %s %s\n",
      principal, namespaces, after, before,
      recovery_sshsig_type_name(key->type), base64);
}

static int
compare_lines(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted bytewise, equal ones once. */
static char *
join_lines(GPtrArray *lines)
{
  g_autoptr(GString) out = g_string_new(NULL);
  const char *last = "";

  g_ptr_array_sort(lines, compare_lines);
  for (unsigned i = 0; i < lines->len; i++) {
    const char *line = g_ptr_array_index(lines, i);

    if (strcmp(line, last) != 0)
      g_string_append(out, line);
    last = line;
  }
  return g_string_free(g_steal_pointer(&out), false);
}

static void
add_lines(GPtrArray *lines, const RecoveryRoster *roster)
{
  bool practice = recovery_roster_is_practice(roster);
  g_autofree char *machine_space = recovery_act_namespace("machine", practice);

  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);
    g_autofree char *spaces = list_namespaces(key, practice);

    g_ptr_array_add(lines, write_line(key->person, spaces, key->valid_after_ms,
                                      key->valid_before_ms, &key->key,
                                      key->key_bytes));
  }
  for (unsigned i = 0; i < roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(roster->machines, i);
    g_autofree char *principal = g_strdup_printf("machine:%s", machine->id);

    g_ptr_array_add(lines, write_line(principal, machine_space,
                                      machine->valid_after_ms,
                                      machine->valid_before_ms, &machine->key,
                                      machine->key_bytes));
  }
}

char *
recovery_roster_allowed_signers(RecoveryRoster *const *versions, size_t count)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

  for (size_t i = 0; i < count; i++)
    add_lines(lines, versions[i]);
  return join_lines(lines);
}

char *
recovery_roster_officers(const RecoveryRoster *roster,
                         const char *const *persons, size_t count)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *name = recovery_act_namespace(
      "station.init", recovery_roster_is_practice(roster));

  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);
    bool listed = false;

    for (size_t j = 0; j < count && !listed; j++)
      listed = strcmp(persons[j], key->person) == 0;
    if (listed)
      g_ptr_array_add(lines, write_line(key->person, name, key->valid_after_ms,
                                        key->valid_before_ms, &key->key,
                                        key->key_bytes));
  }
  return join_lines(lines);
}
