/* SPDX-License-Identifier: Apache-2.0 */
/* viewer-check.c - every digest of a statement made again from the openings.
 * Each opening is one row of a table; a row says which digest it opens. */
#include "recovery/format/viewer-check.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/field.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"

#define OBJECT_MAX (16u * 1024 * 1024)

static bool
fail(GError **error, const char *opening, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "opening %s: %s; do not sign", opening, why);
  return false;
}

void
recovery_viewer_check_free(RecoveryViewerCheck *check)
{
  if (check == NULL)
    return;
  fidotool_json_free(check->statement);
  fidotool_json_free(check->frozen);
  fidotool_json_free(check->target);
  g_clear_pointer(&check->policy, g_bytes_unref);
  g_clear_pointer(&check->object, g_bytes_unref);
  g_clear_pointer(&check->pii, g_ptr_array_unref);
  g_clear_pointer(&check->evidence, g_ptr_array_unref);
  g_clear_pointer(&check->credentials, g_ptr_array_unref);
  g_clear_pointer(&check->previous, g_ptr_array_unref);
  g_free(check);
}

static GPtrArray *
new_trees(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_json_free);
}

static bool
is_digest_of(const char *hex, const void *data, size_t len)
{
  g_autofree char *found = fidotool_bytes_sha256_hex(data, len);

  return hex != NULL && strcmp(found, hex) == 0;
}

/* A file in base64 behind a digest of the statement. */
static bool
open_file(const FidotoolJson *statement, const FidotoolJson *opening,
          const char *name, GBytes **ret_bytes, GError **error)
{
  g_autoptr(GBytes) bytes =
      fidotool_bytes_unbase64(fidotool_json_text(opening));

  if (bytes == NULL || g_bytes_get_size(bytes) > OBJECT_MAX)
    return fail(error, name, "not base64");
  if (!is_digest_of(fidotool_json_get_text(statement, name),
                    g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)))
    return fail(error, name, "of another digest");
  *ret_bytes = g_steal_pointer(&bytes);
  return true;
}

static bool
open_policy(RecoveryViewerCheck *check, const FidotoolJson *opening,
            GError **error)
{
  return open_file(check->statement, opening, "policy", &check->policy, error);
}

static bool
open_object(RecoveryViewerCheck *check, const FidotoolJson *opening,
            GError **error)
{
  return open_file(check->statement, opening, "object", &check->object, error);
}

/* The frozen case */

static const struct {
  const char *name;
  const char *like; /* a field of statements with the same form */
  bool may_miss;
} frozen_fields[] = {
    {"agent", "actor", false},
    {"branch", "branch", false},
    {"case", "case", false},
    {"creds", "creds", false},
    {"evidence", "evidence", false},
    {"ial", "ial", false},
    {"log", "log", false},
    {"lost_at", "lost_at", true},
    {"op", "op", false},
    {"opened", "t", false},
    {"pii", "pii", false},
    {"random", "nonce", false},
    {"reason", "reason", false},
    {"slots", "slots", false},
    {"station", "station", false},
    {"sub", "sub", false},
    {"tier", "tier", false},
    {"v", "v", false},
    {"verifier", "actor", false},
};

static bool
check_frozen_form(const FidotoolJson *frozen, GError **error)
{
  size_t count = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(frozen_fields); i++) {
    const FidotoolJson *value =
        fidotool_json_get(frozen, frozen_fields[i].name);

    if (value == NULL && frozen_fields[i].may_miss)
      continue;
    if (value == NULL || !recovery_field_check(frozen_fields[i].like, value))
      return fail(error, "frozen", frozen_fields[i].name);
    count++;
  }
  return count == fidotool_json_size(frozen) ||
         fail(error, "frozen", "an unknown field");
}

/* What stands in both is the same in both. */
static bool
check_frozen_fits(const FidotoolJson *frozen, const FidotoolJson *statement,
                  GError **error)
{
  static const char *const names[] = {"case", "op",      "sub",
                                      "log",  "station", "evidence"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *text = fidotool_json_get_text(statement, names[i]);

    if (text != NULL &&
        strcmp(text, fidotool_json_get_text(frozen, names[i])) != 0)
      return fail(error, "frozen", names[i]);
  }
  return true;
}

static bool
open_frozen(RecoveryViewerCheck *check, const FidotoolJson *opening,
            GError **error)
{
  const char *line = fidotool_json_text(opening);

  if (line == NULL ||
      !is_digest_of(fidotool_json_get_text(check->statement, "case_digest"),
                    line, strlen(line)))
    return fail(error, "frozen", "of another digest");
  check->frozen =
      recovery_jcs_read(line, strlen(line), RECOVERY_JCS_MAX, error);
  return check->frozen != NULL && check_frozen_form(check->frozen, error) &&
         check_frozen_fits(check->frozen, check->statement, error);
}

/* Evidence and personal data */

/* The digests in the evidence list; an empty object where there is none. */
static FidotoolJson *
read_evidence_list(const RecoveryViewerCheck *check,
                   const FidotoolJson *opening, GError **error)
{
  const char *line = fidotool_json_text(opening);
  g_autoptr(FidotoolJson) list = NULL;

  if (line == NULL ||
      !is_digest_of(fidotool_json_get_text(check->frozen, "evidence"), line,
                    strlen(line))) {
    fail(error, "evidence", "of another digest");
    return NULL;
  }
  list = recovery_jcs_read(line, strlen(line), RECOVERY_JCS_MAX, error);
  if (list == NULL)
    return NULL;
  if (fidotool_json_size(list) != 2 ||
      fidotool_json_get_int(list, "v", 0) != 1 ||
      !recovery_field_check("pii", fidotool_json_get(list, "evidence"))) {
    fail(error, "evidence", "not a list of digests");
    return NULL;
  }
  return g_steal_pointer(&list);
}

/* One commitment, its salt and value; the value, which is one field. */
static FidotoolJson *
read_commitment(const FidotoolJson *row, const char **ret_hex, GError **error)
{
  const char *value = fidotool_json_get_text(row, "value");
  const char *hex = fidotool_json_get_text(row, "commitment");
  uint8_t salt[32], mac[32];
  g_autofree char *found = NULL;
  g_autoptr(FidotoolJson) field = NULL;

  if (fidotool_json_size(row) != 3 || value == NULL || hex == NULL ||
      !fidotool_bytes_unhex(fidotool_json_get_text(row, "salt"), salt, 32)) {
    fail(error, "commitments", "not commitment, salt and value");
    return NULL;
  }
  fidotool_bytes_hmac(salt, sizeof(salt), value, strlen(value), mac);
  found = fidotool_bytes_hex(mac, sizeof(mac));
  if (strcmp(found, hex) != 0) {
    fail(error, "commitments", "a value of another commitment");
    return NULL;
  }
  field = recovery_jcs_read(value, strlen(value), RECOVERY_JCS_MAX, error);
  if (field != NULL && fidotool_json_size(field) != 1) {
    fail(error, "commitments", "a value of more than one field");
    return NULL;
  }
  *ret_hex = hex;
  return g_steal_pointer(&field);
}

/* Moves the values of the listed commitments out of the table, in order. */
static bool
take_values(GHashTable *values, const FidotoolJson *list, GPtrArray *ret_fields,
            GError **error)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *hex = fidotool_json_text(fidotool_json_at(list, i));
    FidotoolJson *field = g_hash_table_lookup(values, hex);

    if (field == NULL)
      return fail(error, "commitments", "a value is missing");
    g_ptr_array_add(ret_fields, fidotool_json_copy(field));
  }
  return true;
}

/* What the openings say, by commitment. */
static GHashTable *
read_values(const FidotoolJson *opening, GError **error)
{
  g_autoptr(GHashTable) values = g_hash_table_new_full(
      g_str_hash, g_str_equal, NULL, (GDestroyNotify)fidotool_json_free);

  for (size_t i = 0; i < fidotool_json_size(opening); i++) {
    const char *hex;
    FidotoolJson *field =
        read_commitment(fidotool_json_at(opening, i), &hex, error);

    if (field == NULL)
      return NULL;
    if (!g_hash_table_insert(values, (char *)hex, field)) {
      fail(error, "commitments", "a value twice");
      return NULL;
    }
  }
  return g_steal_pointer(&values);
}

static bool
open_commitments(RecoveryViewerCheck *check, const FidotoolJson *opening,
                 const FidotoolJson *evidence, GError **error)
{
  const FidotoolJson *pii = fidotool_json_get(check->frozen, "pii");
  g_autoptr(GHashTable) values = read_values(opening, error);

  if (values == NULL)
    return false;
  check->pii = new_trees();
  check->evidence = new_trees();
  if (!take_values(values, pii, check->pii, error) ||
      !take_values(values, evidence, check->evidence, error))
    return false;
  if (g_hash_table_size(values) !=
      fidotool_json_size(pii) + fidotool_json_size(evidence))
    return fail(error, "commitments", "a value that no digest names");
  return true;
}

/* Whom an approval of a decision is for, and what for: the reference comes
 * last, and a value of another name cannot pass for it. */
static bool
open_consent(RecoveryViewerCheck *check, const FidotoolJson *opening,
             GError **error)
{
  const FidotoolJson *pii = fidotool_json_get(check->statement, "pii");
  g_autoptr(FidotoolJson) reference = fidotool_json_new_array();
  g_autoptr(GHashTable) values = read_values(opening, error);

  if (values == NULL)
    return false;
  check->pii = new_trees();
  fidotool_json_append_text(
      reference, fidotool_json_get_text(check->statement, "reference"));
  if (!take_values(values, pii, check->pii, error) ||
      !take_values(values, reference, check->pii, error))
    return false;
  for (unsigned i = 0; i < check->pii->len; i++) {
    bool last = i + 1 == check->pii->len;
    const FidotoolJson *field = g_ptr_array_index(check->pii, i);

    if ((strcmp(fidotool_json_name(field, 0), "reference") == 0) != last)
      return fail(error, "commitments", "a value in another's place");
  }
  return g_hash_table_size(values) == check->pii->len ||
         fail(error, "commitments", "a value that no digest names");
}

/* The frozen line, then what it names. */
static bool
open_case(RecoveryViewerCheck *check, const FidotoolJson *openings,
          GError **error)
{
  g_autoptr(FidotoolJson) list = NULL;

  if (!open_frozen(check, fidotool_json_get(openings, "frozen"), error))
    return false;
  list =
      read_evidence_list(check, fidotool_json_get(openings, "evidence"), error);
  return list != NULL &&
         open_commitments(check, fidotool_json_get(openings, "commitments"),
                          fidotool_json_get(list, "evidence"), error);
}

/* Credentials and statements */

/* One credential: its digest; more: the digest of their digests in order. */
static bool
is_newkey(const GPtrArray *ids, const char *hex)
{
  g_autoptr(GByteArray) digests = g_byte_array_new();
  uint8_t digest[32];
  g_autofree char *one = NULL;

  for (unsigned i = 0; i < ids->len; i++) {
    GBytes *id = g_ptr_array_index(ids, i);

    fidotool_bytes_sha256(g_bytes_get_data(id, NULL), g_bytes_get_size(id),
                          digest);
    g_byte_array_append(digests, digest, sizeof(digest));
  }
  if (ids->len > 1)
    return is_digest_of(hex, digests->data, digests->len);
  one = fidotool_bytes_hex(digest, sizeof(digest));
  return strcmp(one, hex) == 0;
}

static bool
open_newkeys(RecoveryViewerCheck *check, const FidotoolJson *opening,
             GError **error)
{
  size_t count = fidotool_json_size(opening);

  check->credentials =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  if (count < 1 || count > 2)
    return fail(error, "newkeys", "not one or two credentials");
  for (size_t i = 0; i < count; i++) {
    GBytes *id = fidotool_bytes_unbase64(
        fidotool_json_text(fidotool_json_at(opening, i)));

    if (id == NULL)
      return fail(error, "newkeys", "not base64");
    g_ptr_array_add(check->credentials, id);
  }
  return is_newkey(check->credentials,
                   fidotool_json_get_text(check->statement, "newkey")) ||
         fail(error, "newkeys", "of another digest");
}

static FidotoolJson *
read_statement(const char *name, const FidotoolJson *opening, const char *hex,
               GError **error)
{
  const char *line = fidotool_json_text(opening);

  if (line == NULL || !is_digest_of(hex, line, strlen(line))) {
    fail(error, name, "of another digest");
    return NULL;
  }
  return recovery_statement_read(line, strlen(line), error);
}

static bool
open_previous(RecoveryViewerCheck *check, const FidotoolJson *opening,
              GError **error)
{
  const FidotoolJson *list = fidotool_json_get(check->statement, "previous");

  if (fidotool_json_size(list) != fidotool_json_size(opening))
    return fail(error, "previous", "not one for each digest");
  check->previous = new_trees();
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    FidotoolJson *line =
        read_statement("previous", fidotool_json_at(opening, i),
                       fidotool_json_text(fidotool_json_at(list, i)), error);

    if (line == NULL)
      return false;
    g_ptr_array_add(check->previous, line);
  }
  return true;
}

static bool
open_target(RecoveryViewerCheck *check, const FidotoolJson *opening,
            GError **error)
{
  check->target =
      read_statement("target", opening,
                     fidotool_json_get_text(check->statement, "target"), error);
  return check->target != NULL;
}

/* The whole */

/* Which openings a statement asks for. */
typedef struct {
  bool in_case, consent, newkeys, object, previous, target;
} Wanted;

static Wanted
find_wanted(const FidotoolJson *statement)
{
  const FidotoolJson *previous = fidotool_json_get(statement, "previous");
  const char *newkey = fidotool_json_get_text(statement, "newkey");

  return (Wanted){
      .in_case = fidotool_json_get(statement, "case_digest") != NULL,
      .consent = fidotool_json_get(statement, "reference") != NULL,
      .newkeys = recovery_jcs_is_hex(newkey, 32),
      .object = fidotool_json_get(statement, "object") != NULL,
      .previous = fidotool_json_size(previous) > 0,
      .target = fidotool_json_get(statement, "target") != NULL,
  };
}

/* An opening is there exactly where it is wanted. An empty array of previous
 * statements opens nothing and may stand. */
static bool
check_names(const FidotoolJson *openings, const Wanted *wanted, GError **error)
{
  const struct {
    const char *name;
    bool wanted;
  } names[] = {
      {"commitments", wanted->in_case || wanted->consent},
      {"evidence", wanted->in_case},
      {"frozen", wanted->in_case},
      {"newkeys", wanted->newkeys},
      {"object", wanted->object},
      {"policy", true},
      {"previous", wanted->previous},
      {"target", wanted->target},
  };
  size_t known = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const FidotoolJson *opening = fidotool_json_get(openings, names[i].name);

    if (opening == NULL && names[i].wanted)
      return fail(error, names[i].name, "missing");
    if (opening == NULL)
      continue;
    known++;
    if (!names[i].wanted && (strcmp(names[i].name, "previous") != 0 ||
                             fidotool_json_size(opening) != 0))
      return fail(error, names[i].name, "opens no digest");
  }
  return known == fidotool_json_size(openings) ||
         fail(error, "of another name", "opens no digest");
}

RecoveryViewerCheck *
recovery_viewer_check_read(const FidotoolJson *proposal, GError **error)
{
  const char *line = fidotool_json_get_text(proposal, "statement");
  const FidotoolJson *openings = fidotool_json_get(proposal, "openings");
  g_autoptr(RecoveryViewerCheck) check = g_new0(RecoveryViewerCheck, 1);
  Wanted wanted;

  if (line == NULL || fidotool_json_type(openings) != FIDOTOOL_JSON_OBJECT) {
    fail(error, "of all kinds", "no proposal");
    return NULL;
  }
  check->statement = recovery_statement_read(line, strlen(line), error);
  if (check->statement == NULL)
    return NULL;
  wanted = find_wanted(check->statement);
  if (!check_names(openings, &wanted, error) ||
      !open_policy(check, fidotool_json_get(openings, "policy"), error))
    return NULL;
  if (wanted.in_case && !open_case(check, openings, error))
    return NULL;
  if (wanted.consent &&
      !open_consent(check, fidotool_json_get(openings, "commitments"), error))
    return NULL;
  if (wanted.newkeys &&
      !open_newkeys(check, fidotool_json_get(openings, "newkeys"), error))
    return NULL;
  if (wanted.object &&
      !open_object(check, fidotool_json_get(openings, "object"), error))
    return NULL;
  if (wanted.previous &&
      !open_previous(check, fidotool_json_get(openings, "previous"), error))
    return NULL;
  if (wanted.target &&
      !open_target(check, fidotool_json_get(openings, "target"), error))
    return NULL;
  return g_steal_pointer(&check);
}
