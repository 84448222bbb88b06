/* SPDX-License-Identifier: Apache-2.0 */
/* directory.c - who the subjects are: read from a CSV, kept sealed. In the
 * record stands only which pseudonym has which key. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/policy/document.h"
#include "recovery/trial.h"

#define HEADER "employee,name,team,address,person,credential,aaguid"
/* Rows of one import. */
#define ROWS_MAX 20000
/* The directory has no end of its own: it is replaced by the next import. */
#define KEEP_S (10 * 365 * INT64_C(86400))

enum { EMPLOYEE, NAME, TEAM, ADDRESS, PERSON, CREDENTIAL, AAGUID, N_COLUMNS };

/* Columns that may follow: what a policy tells populations by. */
#define GROUPS "groups"
#define ATTRIBUTE "attribute:"
#define MORE_MAX 32
/* Groups of one person, or values of one attribute. */
#define VALUES_MAX 256

static void
digest_of_person(const char *sub, uint8_t ret_digest[32])
{
  FidotoolPiece pieces[] = {
      {"keyturn-person", 14}, {"", 1}, {sub, strlen(sub)}};

  fidotool_bytes_sha256_of(pieces, 3, ret_digest);
}

static bool
bad_row(GError **error, unsigned line, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "directory, line %u: %s", line, what);
  return false;
}

/* One line of RFC 4180, without line breaks inside quotes. */
static GPtrArray *
split_line(const char *line)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
  const char *p = line;

  for (;;) {
    GString *field = g_string_new(NULL);

    if (*p == '"') {
      for (p++; *p != '\0' && (*p != '"' || p[1] == '"'); p++) {
        if (*p == '"')
          p++;
        g_string_append_c(field, *p);
      }
      if (*p == '"')
        p++;
    } else {
      while (*p != '\0' && *p != ',')
        g_string_append_c(field, *p++);
    }
    g_strstrip(field->str);
    g_ptr_array_add(fields, g_string_free(field, false));
    if (*p == '\0')
      return fields;
    if (*p != ',') {
      g_ptr_array_unref(fields);
      return NULL;
    }
    p++;
  }
}

/* The subject id: that of the roster for staff, that of an earlier row for the
 * same employee, or a new one. */
static char *
find_sub(RecoveryTrial *trial, GPtrArray *fields, GHashTable *seen,
         unsigned line, GError **error)
{
  const char *employee = g_ptr_array_index(fields, EMPLOYEE);
  const char *person = g_ptr_array_index(fields, PERSON);
  const RecoveryRoster *roster = trial->station->model->roster;
  const char *known = g_hash_table_lookup(seen, employee);
  uint8_t commitment[32];
  g_autofree char *hex = NULL;

  if (known != NULL)
    return g_strdup(known);
  recovery_vault_employee(trial->station->vault, employee, commitment);
  hex = fidotool_bytes_hex(commitment, 32);
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);

    /* An employee of the roster is known by the number, told or not. */
    if (strcmp(row->employee, hex) == 0)
      return g_strdup(row->sub);
  }
  if (*person != '\0') {
    bad_row(error, line, "this person of the roster has another employee id");
    return NULL;
  }
  return recovery_trial_new_id("s-");
}

char *
recovery_directory_sub(RecoveryStation *station, const char *employee_hex)
{
  g_autoptr(GList) subs = g_hash_table_get_keys(station->model->subs);

  for (GList *l = subs; l != NULL; l = l->next) {
    g_autoptr(FidotoolJson) person = recovery_directory_find(station, l->data);
    const char *employee = fidotool_json_get_text(person, "employee");
    g_autofree char *hex = NULL;
    uint8_t commitment[32];

    if (employee == NULL)
      continue;
    recovery_vault_employee(station->vault, employee, commitment);
    hex = fidotool_bytes_hex(commitment, 32);
    if (strcmp(hex, employee_hex) == 0)
      return g_strdup(l->data);
  }
  return NULL;
}

/* An employee that an earlier import brought keeps the id of then. */
static void
know_earlier(RecoveryTrial *trial, GHashTable *seen)
{
  g_autoptr(GList) subs = g_hash_table_get_keys(trial->station->model->subs);

  for (GList *l = subs; l != NULL; l = l->next) {
    g_autoptr(FidotoolJson) person =
        recovery_directory_find(trial->station, l->data);
    const char *employee = fidotool_json_get_text(person, "employee");

    if (employee != NULL)
      g_hash_table_insert(seen, g_strdup(employee), g_strdup(l->data));
  }
}

static bool
read_key(RecoveryTrial *trial, GPtrArray *fields, const char *sub,
         FidotoolJson *keys, unsigned line, GError **error)
{
  const char *text = g_ptr_array_index(fields, CREDENTIAL);
  const char *aaguid = g_ptr_array_index(fields, AAGUID);
  g_autoptr(GBytes) id = NULL;
  g_autofree char *hex = NULL;
  FidotoolJson *row;

  if (*text == '\0')
    return true;
  id = fidotool_bytes_unbase64url(text);
  if (id == NULL || g_bytes_get_size(id) == 0 || g_bytes_get_size(id) > 1023)
    return bad_row(error, line, "the credential is no base64url");
  if (!g_uuid_string_is_valid(aaguid))
    return bad_row(error, line, "the AAGUID is no UUID");
  hex = fidotool_bytes_sha256_hex(g_bytes_get_data(id, NULL),
                                  g_bytes_get_size(id));
  if (recovery_model_key(trial->station->model, hex) != NULL)
    return true; /* known already */
  for (size_t i = 0; i < fidotool_json_size(keys); i++)
    if (g_strcmp0(fidotool_json_get_text(fidotool_json_at(keys, i), "cred"),
                  hex) == 0)
      return bad_row(error, line, "this credential stands in two lines");
  row = fidotool_json_append(keys, fidotool_json_new_object());
  fidotool_json_set_text(row, "cred", hex);
  fidotool_json_set_text(row, "sub", sub);
  g_autofree char *lower = g_ascii_strdown(aaguid, -1);
  fidotool_json_set_text(row, "aaguid", lower);
  {
    FidotoolJson *ids = fidotool_json_get(trial->draft, "ids");
    g_autofree char *base64 =
        fidotool_bytes_base64(g_bytes_get_data(id, NULL), g_bytes_get_size(id));

    fidotool_json_set_text(ids, hex, base64);
  }
  return true;
}

/* The columns after the seven, by their names; NULL and error. */
static GPtrArray *
read_header(const char *text, GError **error)
{
  g_autoptr(GPtrArray) names = split_line(text);
  g_auto(GStrv) fixed = g_strsplit(HEADER, ",", -1);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  bool ok = names != NULL && names->len >= N_COLUMNS &&
            names->len <= N_COLUMNS + MORE_MAX;

  for (unsigned i = 0; ok && i < names->len; i++) {
    const char *name = g_ptr_array_index(names, i);

    if (i < N_COLUMNS)
      ok = strcmp(name, fixed[i]) == 0;
    else
      ok = g_hash_table_add(seen, (char *)name) &&
           (strcmp(name, GROUPS) == 0 ||
            (g_str_has_prefix(name, ATTRIBUTE) &&
             recovery_document_is_id(name + strlen(ATTRIBUTE))));
  }
  if (ok) {
    g_ptr_array_remove_range(names, 0, N_COLUMNS);
    return g_steal_pointer(&names);
  }
  bad_row(error, 1,
          "the first line must be " HEADER
          ", and then groups and attribute:NAME as wanted, each once");
  return NULL;
}

/* "staff; admins" as a list; empty: none. */
static FidotoolJson *
read_values(const char *text)
{
  FidotoolJson *list = fidotool_json_new_array();
  g_auto(GStrv) parts = g_strsplit(text, ";", VALUES_MAX + 1);

  for (char **part = parts; *part != NULL; part++) {
    g_autofree char *nfc =
        g_utf8_normalize(g_strstrip(*part), -1, G_NORMALIZE_NFC);

    if (*nfc != '\0')
      fidotool_json_append_text(list, nfc);
  }
  return list;
}

/* Groups and attributes: a column that is not there leaves them unknown. */
static FidotoolJson *
read_more(const GPtrArray *fields, const GPtrArray *more)
{
  FidotoolJson *read = fidotool_json_new_object();
  FidotoolJson *attributes = NULL;

  for (unsigned i = 0; i < more->len; i++) {
    const char *name = g_ptr_array_index(more, i);
    FidotoolJson *values =
        read_values(g_ptr_array_index(fields, N_COLUMNS + i));

    if (strcmp(name, GROUPS) == 0) {
      fidotool_json_set(read, GROUPS, values);
      continue;
    }
    if (attributes == NULL)
      attributes =
          fidotool_json_set(read, "attributes", fidotool_json_new_object());
    fidotool_json_set(attributes, name + strlen(ATTRIBUTE), values);
  }
  return read;
}

/* Into the person of this row; a second row of one person says the same. */
static bool
add_more(FidotoolJson *person, bool first, const GPtrArray *fields,
         const GPtrArray *more, unsigned line, GError **error)
{
  static const char *const names[] = {GROUPS, "attributes"};
  g_autoptr(FidotoolJson) read = read_more(fields, more);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    FidotoolJson *value = fidotool_json_take(read, names[i]);
    g_autofree char *now = NULL, *before = NULL;

    if (value == NULL)
      continue;
    if (first) {
      fidotool_json_set(person, names[i], value);
      continue;
    }
    now = fidotool_json_write(value, NULL);
    before = fidotool_json_write(fidotool_json_get(person, names[i]), NULL);
    fidotool_json_free(value);
    if (strcmp(now, before) != 0)
      return bad_row(error, line,
                     "other groups or attributes than in this person's line "
                     "before");
  }
  return true;
}

static bool
read_row(RecoveryTrial *trial, const char *text, const GPtrArray *more,
         GHashTable *seen, FidotoolJson *import, FidotoolJson *people,
         unsigned line, GError **error)
{
  static const char *const names[] = {"employee", "name", "team", "address",
                                      "person"};
  g_autoptr(GPtrArray) fields = split_line(text);
  g_autofree char *sub = NULL;
  FidotoolJson *person;
  bool first;

  if (fields == NULL || fields->len != N_COLUMNS + more->len)
    return bad_row(error, line, "not as many columns as the first line has");
  for (unsigned i = 0; i < fields->len; i++)
    if (!recovery_jcs_is_text(g_ptr_array_index(fields, i)))
      return bad_row(error, line, "a control character, or no UTF-8");
  if (*(char *)g_ptr_array_index(fields, EMPLOYEE) == '\0' ||
      *(char *)g_ptr_array_index(fields, NAME) == '\0')
    return bad_row(error, line, "employee or name is missing");
  sub = find_sub(trial, fields, seen, line, error);
  if (sub == NULL)
    return false;
  g_hash_table_insert(seen, g_strdup(g_ptr_array_index(fields, EMPLOYEE)),
                      g_strdup(sub));
  first = fidotool_json_get(people, sub) == NULL;
  if (first) {
    person = fidotool_json_set(people, sub, fidotool_json_new_object());
    fidotool_json_set_text(person, "sub", sub);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
      g_autofree char *nfc =
          g_utf8_normalize(g_ptr_array_index(fields, i), -1, G_NORMALIZE_NFC);

      fidotool_json_set_text(person, names[i], nfc);
    }
    fidotool_json_append_text(fidotool_json_get(import, "subs"), sub);
  }
  if (!add_more(fidotool_json_get(people, sub), first, fields, more, line,
                error))
    return false;
  return read_key(trial, fields, sub, fidotool_json_get(import, "keys"), line,
                  error);
}

bool
recovery_directory_read_csv(RecoveryTrial *trial, const char *csv,
                            GError **error)
{
  g_autoptr(FidotoolJson) import = fidotool_json_new_object();
  g_autoptr(FidotoolJson) people = fidotool_json_new_object();
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GPtrArray) more = NULL;
  g_auto(GStrv) lines = NULL;
  g_autofree char *line = NULL;

  if (csv == NULL || !g_utf8_validate(csv, -1, NULL))
    return bad_row(error, 1, "the directory is missing, or no UTF-8");
  lines = g_strsplit(csv, "\n", ROWS_MAX + 2);
  if (g_strv_length(lines) > ROWS_MAX + 1)
    return bad_row(error, ROWS_MAX, "too many rows for one import");
  more = read_header(lines[0] == NULL ? "" : g_strchomp(lines[0]), error);
  if (more == NULL)
    return false;
  know_earlier(trial, seen);
  fidotool_json_set(trial->draft, "ids", fidotool_json_new_object());
  fidotool_json_set(import, "keys", fidotool_json_new_array());
  fidotool_json_set(import, "subs", fidotool_json_new_array());
  for (unsigned i = 1; lines[i] != NULL; i++)
    if (*g_strchomp(lines[i]) != '\0' &&
        !read_row(trial, lines[i], more, seen, import, people, i + 1, error))
      return false;
  line = recovery_jcs_write(import, NULL, error);
  if (line == NULL)
    return false;
  fidotool_json_set_text(trial->draft, "object", line);
  fidotool_json_set(trial->draft, "people", g_steal_pointer(&people));
  return true;
}

/* The credential ids themselves: the record has only their hashes. */
static bool
keep_ids(RecoveryTrial *trial, GError **error)
{
  g_autoptr(FidotoolJson) import = NULL;
  const FidotoolJson *keys, *ids = fidotool_json_get(trial->draft, "ids");
  const char *line = fidotool_json_get_text(trial->draft, "object");

  import = fidotool_json_parse(line, strlen(line), error);
  if (import == NULL)
    return false;
  keys = fidotool_json_get(import, "keys");
  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *row = fidotool_json_at(keys, i);
    const char *hex = fidotool_json_get_text(row, "cred");
    uint8_t cred[32];

    (void)fidotool_bytes_unhex(hex, cred, 32); /* our own digits */
    if (!recovery_vault_keep(trial->station->vault,
                             fidotool_json_get_text(row, "sub"), cred,
                             fidotool_json_get_text(ids, hex),
                             trial->now.now_ms / 1000 + KEEP_S, error))
      return false;
  }
  return true;
}

bool
recovery_directory_keep(RecoveryTrial *trial, GError **error)
{
  const FidotoolJson *people = fidotool_json_get(trial->draft, "people");

  for (size_t i = 0; i < fidotool_json_size(people); i++) {
    const char *sub = fidotool_json_name(people, i);
    g_autofree char *text =
        fidotool_json_write(fidotool_json_member(people, i), NULL);
    uint8_t digest[32];

    digest_of_person(sub, digest);
    if (!recovery_vault_keep(trial->station->vault, sub, digest, text,
                             trial->now.now_ms / 1000 + KEEP_S, error))
      return false;
  }
  return keep_ids(trial, error);
}

FidotoolJson *
recovery_directory_find(RecoveryStation *station, const char *sub)
{
  g_autofree char *text = NULL;
  uint8_t digest[32], salt[32];

  digest_of_person(sub, digest);
  /* Erased, or never there: both mean that nothing is known. */
  if (!recovery_vault_open(station->vault, digest, salt, &text, NULL))
    return NULL;
  return fidotool_json_parse(text, strlen(text), NULL);
}
