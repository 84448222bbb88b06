/* SPDX-License-Identifier: Apache-2.0 */
/* roster-row.c - one row of a roster, a key's or a machine's, from JSON and
 * back. */
#include "recovery/format/roster-row.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

static bool
fail(GError **error, const char *why, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "roster: %s%s%s",
              why, what == NULL ? "" : ": ", what == NULL ? "" : what);
  return false;
}

/* Reading */

bool
recovery_roster_row_has_members(const FidotoolJson *json,
                                const char *const *names)
{
  size_t count = g_strv_length((char **)names);

  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT ||
      fidotool_json_size(json) != count)
    return false;
  for (size_t i = 0; i < count; i++)
    if (strcmp(fidotool_json_name(json, i), names[i]) != 0)
      return false;
  return true;
}

static bool
read_id(const FidotoolJson *row, const char *name, char **ret_id)
{
  const char *text = fidotool_json_get_text(row, name);

  if (!recovery_jcs_is_id(text))
    return false;
  *ret_id = g_strdup(text);
  return true;
}

static bool
read_digest(const FidotoolJson *row, const char *name, uint8_t digest[32])
{
  return fidotool_bytes_unhex(fidotool_json_get_text(row, name), digest, 32);
}

static bool
read_window(const FidotoolJson *row, int64_t *ret_after, int64_t *ret_before)
{
  return recovery_time_read(fidotool_json_get_text(row, "valid_after"),
                            ret_after) &&
         recovery_time_read(fidotool_json_get_text(row, "valid_before"),
                            ret_before) &&
         *ret_after % 1000 == 0 && *ret_before % 1000 == 0 &&
         *ret_after < *ret_before;
}

static bool
read_public_key(const FidotoolJson *row, RecoverySshsigKey *ret_key,
                GBytes **ret_bytes)
{
  g_autoptr(GBytes) bytes =
      fidotool_bytes_unbase64(fidotool_json_get_text(row, "key"));

  if (bytes == NULL ||
      !recovery_sshsig_read_key(g_bytes_get_data(bytes, NULL),
                                g_bytes_get_size(bytes), ret_key, NULL))
    return false;
  *ret_bytes = g_steal_pointer(&bytes);
  return true;
}

/* Ids, sorted, each once, at least one. */
static char **
read_roles(const FidotoolJson *roles)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  const char *last = "";

  if (fidotool_json_type(roles) != FIDOTOOL_JSON_ARRAY ||
      fidotool_json_size(roles) == 0)
    return NULL;
  for (size_t i = 0; i < fidotool_json_size(roles); i++) {
    const char *role = fidotool_json_text(fidotool_json_at(roles, i));

    if (!recovery_jcs_is_id(role) || strcmp(last, role) >= 0)
      return NULL;
    g_strv_builder_add(builder, role);
    last = role;
  }
  return g_strv_builder_end(builder);
}

bool
recovery_roster_row_read_key(RecoveryRoster *roster, const FidotoolJson *row,
                             GError **error)
{
  static const char *const names[] = {
      "cred",         "employee",     "key", "person",
      "registration", "roles",        "sub", "team",
      "valid_after",  "valid_before", NULL};
  RecoveryRosterKey *key = recovery_roster_add_key(roster);

  if (!recovery_roster_row_has_members(row, names))
    return fail(error, "a key with other fields", NULL);
  if (!read_id(row, "person", &key->person))
    return fail(error, "a person that is no id", NULL);
  if (!read_id(row, "sub", &key->sub) || !read_id(row, "team", &key->team) ||
      !recovery_jcs_is_hex(fidotool_json_get_text(row, "employee"), 32) ||
      !read_digest(row, "cred", key->cred) ||
      !read_digest(row, "registration", key->registration))
    return fail(error, "a field of another form", key->person);
  key->employee = g_strdup(fidotool_json_get_text(row, "employee"));
  key->roles = read_roles(fidotool_json_get(row, "roles"));
  if (key->roles == NULL)
    return fail(error, "roles of another form", key->person);
  if (!read_window(row, &key->valid_after_ms, &key->valid_before_ms))
    return fail(error, "a window of another form", key->person);
  if (!read_public_key(row, &key->key, &key->key_bytes) ||
      key->key.type == RECOVERY_SSHSIG_ED25519)
    return fail(error, "no public key of a security key", key->person);
  return true;
}

bool
recovery_roster_row_read_machine(RecoveryRoster *roster,
                                 const FidotoolJson *row, GError **error)
{
  static const char *const names[] = {"id", "key", "valid_after",
                                      "valid_before", NULL};
  RecoveryRosterMachine *machine = recovery_roster_add_machine(roster);

  if (!recovery_roster_row_has_members(row, names))
    return fail(error, "a machine with other fields", NULL);
  if (!read_id(row, "id", &machine->id))
    return fail(error, "a machine that is no id", NULL);
  if (!read_window(row, &machine->valid_after_ms, &machine->valid_before_ms))
    return fail(error, "a window of another form", machine->id);
  if (!read_public_key(row, &machine->key, &machine->key_bytes) ||
      machine->key.type != RECOVERY_SSHSIG_ED25519)
    return fail(error, "no public key of a machine", machine->id);
  return true;
}

/* Writing */

static void
set_hex(FidotoolJson *row, const char *name, const uint8_t digest[32])
{
  g_autofree char *hex = fidotool_bytes_hex(digest, 32);

  fidotool_json_set_text(row, name, hex);
}

static void
set_key(FidotoolJson *row, GBytes *bytes)
{
  g_autofree char *base64 = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                                  g_bytes_get_size(bytes));

  fidotool_json_set_text(row, "key", base64);
}

static void
set_window(FidotoolJson *row, int64_t after_ms, int64_t before_ms)
{
  g_autofree char *after = recovery_time_write(after_ms);
  g_autofree char *before = recovery_time_write(before_ms);

  fidotool_json_set_text(row, "valid_after", after);
  fidotool_json_set_text(row, "valid_before", before);
}

void
recovery_roster_row_write_key(FidotoolJson *rows, const RecoveryRosterKey *key)
{
  FidotoolJson *row = fidotool_json_append(rows, fidotool_json_new_object());
  FidotoolJson *roles =
      fidotool_json_set(row, "roles", fidotool_json_new_array());

  for (char **role = key->roles; *role != NULL; role++)
    fidotool_json_append_text(roles, *role);
  set_hex(row, "cred", key->cred);
  set_hex(row, "registration", key->registration);
  set_key(row, key->key_bytes);
  set_window(row, key->valid_after_ms, key->valid_before_ms);
  fidotool_json_set_text(row, "employee", key->employee);
  fidotool_json_set_text(row, "person", key->person);
  fidotool_json_set_text(row, "sub", key->sub);
  fidotool_json_set_text(row, "team", key->team);
}

void
recovery_roster_row_write_machine(FidotoolJson *rows,
                                  const RecoveryRosterMachine *machine)
{
  FidotoolJson *row = fidotool_json_append(rows, fidotool_json_new_object());

  fidotool_json_set_text(row, "id", machine->id);
  set_key(row, machine->key_bytes);
  set_window(row, machine->valid_after_ms, machine->valid_before_ms);
}
