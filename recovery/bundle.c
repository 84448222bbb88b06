/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.c - the evidence as an auditor takes it: a BagIt folder of files made
 * from the record as it stands (ledger, section 10). */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/bundle-report.h"
#include "recovery/bundle-text.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/jcs.h"
#include "recovery/trial.h"

typedef struct {
  RecoveryStation *station;
  GPtrArray *files;
  GString *entries;
  GHashTable *seen;      /* paths that were added */
  GHashTable *approvals; /* case -> GPtrArray of "slot\nstmt", so far */
  GHashTable *places;    /* stmt hex -> path without suffix */
  GPtrArray *signed_by;  /* "stmt asrt0 asrt1" of every signed entry */
  GPtrArray *rosters;    /* RecoveryRoster, every version */
  GHashTable *trusts;    /* hex: lists of what was to be trusted */
} Bundle;

static void
add_file(Bundle *bundle, const char *path, GBytes *data)
{
  if (g_hash_table_contains(bundle->seen, path)) {
    g_bytes_unref(data);
    return;
  }
  g_hash_table_add(bundle->seen, g_strdup(path));
  recovery_tar_add(bundle->files, path, data);
}

static void
add_text(Bundle *bundle, const char *path, const char *text)
{
  add_file(bundle, path, g_bytes_new(text, strlen(text)));
}

static bool
add_object(Bundle *bundle, const char *hex, const char *folder,
           const char *suffix, GError **error)
{
  g_autofree char *path = g_strconcat("data/", folder, "/", hex, suffix, NULL);
  g_autoptr(GBytes) body = NULL;
  uint8_t digest[32];

  if (hex == NULL || !fidotool_bytes_unhex(hex, digest, 32) ||
      !recovery_store_object(bundle->station->store, digest, &body, NULL,
                             error))
    return false;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "%s is missing from the store", path);
    return false;
  }
  add_file(bundle, path, g_steal_pointer(&body));
  return true;
}

static bool
add_roster(Bundle *bundle, const char *hex, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  RecoveryRoster *roster;
  uint8_t digest[32];

  if (!fidotool_bytes_unhex(hex, digest, 32) ||
      !recovery_store_object(bundle->station->store, digest, &body, NULL,
                             error) ||
      body == NULL)
    return false;
  roster = recovery_roster_read(g_bytes_get_data(body, NULL),
                                g_bytes_get_size(body), error);
  if (roster == NULL)
    return false;
  g_ptr_array_add(bundle->rosters, roster);
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);
    g_autofree char *registration = fidotool_bytes_hex(row->registration, 32);

    if (!add_object(bundle, registration, "registrations", ".cbor", error))
      return false;
  }
  return add_object(bundle, hex, "roster", ".json", error);
}

static FidotoolJson *
read_object(Bundle *bundle, const char *hex, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  uint8_t digest[32];

  if (!fidotool_bytes_unhex(hex, digest, 32) ||
      !recovery_store_object(bundle->station->store, digest, &body, NULL,
                             error) ||
      body == NULL)
    return NULL; /* add_object() has found it */
  return recovery_jcs_read(g_bytes_get_data(body, NULL), g_bytes_get_size(body),
                           RECOVERY_JCS_MAX, error);
}

/* What a registration was judged by. */
static bool
add_judgement(Bundle *bundle, const char *hex, GError **error)
{
  static const struct {
    const char *name, *suffix;
  } parts[] = {{"anchors", ".pem"},
               {"entry", ".json"},
               {"getinfo", ".cbor"},
               {"result", ".json"}};
  g_autoptr(FidotoolJson) judgement = NULL;

  if (!add_object(bundle, hex, "metadata", ".json", error))
    return false;
  judgement = read_object(bundle, hex, error);
  if (judgement == NULL)
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    const char *part = fidotool_json_get_text(judgement, parts[i].name);

    if (part != NULL &&
        !add_object(bundle, part, "metadata", parts[i].suffix, error))
      return false;
  }
  return true;
}

/* A list that takes effect, with every file that it names. */
static bool
add_trust(Bundle *bundle, const char *hex, GError **error)
{
  g_autoptr(FidotoolJson) json = read_object(bundle, hex, error);
  g_autofree char *line = json ? fidotool_json_write(json, NULL) : NULL;
  g_autoptr(RecoveryTrustList) list =
      line ? recovery_trust_list_read(line, strlen(line), error) : NULL;
  RecoveryTrustListFile file;

  for (size_t i = 0; list && recovery_trust_list_file(list, i, &file); i++) {
    g_autofree char *suffix = g_strconcat(".", file.suffix, NULL);

    if (!add_object(bundle, file.digest, "metadata", suffix, error))
      return false;
  }
  return list != NULL;
}

static bool
note_trust(Bundle *bundle, const FidotoolJson *entry, const char *act,
           GError **error)
{
  const char *object = fidotool_json_get_text(entry, "object");
  const char *judgement = fidotool_json_get_text(entry, "judgement");

  if (judgement != NULL && !add_judgement(bundle, judgement, error))
    return false;
  if (object != NULL && g_str_has_prefix(act, "trust.load")) {
    g_hash_table_add(bundle->trusts, g_strdup(object));
    return add_object(bundle, object, "metadata", ".json", error);
  }
  return strcmp(act, "change.effect") != 0 ||
         !g_hash_table_contains(bundle->trusts, object) ||
         add_trust(bundle, object, error);
}

static void
note_signed(Bundle *bundle, const FidotoolJson *stmt, const FidotoolJson *asrt)
{
  g_ptr_array_add(
      bundle->signed_by,
      g_strdup_printf("%s %s %s", fidotool_json_text(stmt),
                      fidotool_json_text(fidotool_json_at(asrt, 0)),
                      fidotool_json_text(fidotool_json_at(asrt, 1))));
}

/* Entry 0 has arrays, all others one statement and two signatures. */
static void
note_signatures(Bundle *bundle, const FidotoolJson *entry)
{
  const FidotoolJson *stmt = fidotool_json_get(entry, "stmt");
  const FidotoolJson *asrt = fidotool_json_get(entry, "asrt");

  if (stmt == NULL)
    return;
  if (fidotool_json_type(stmt) == FIDOTOOL_JSON_STRING) {
    note_signed(bundle, stmt, asrt);
    return;
  }
  for (size_t i = 0; i < fidotool_json_size(stmt); i++)
    note_signed(bundle, fidotool_json_at(stmt, i), fidotool_json_at(asrt, i));
}

/* Which approvals are in force at the quorum: those since the last submit. */
static void
note_approval(Bundle *bundle, const FidotoolJson *entry, const char *act)
{
  const char *id = fidotool_json_get_text(entry, "case");
  GPtrArray *so_far =
      id == NULL ? NULL : g_hash_table_lookup(bundle->approvals, id);

  if (strcmp(act, "case.submit") == 0) {
    g_hash_table_replace(bundle->approvals, g_strdup(id),
                         g_ptr_array_new_with_free_func(g_free));
  } else if (strcmp(act, "case.approve") == 0 && so_far != NULL) {
    g_ptr_array_add(
        so_far, g_strdup_printf("%s\n%s", fidotool_json_get_text(entry, "slot"),
                                fidotool_json_get_text(entry, "stmt")));
  } else if (strcmp(act, "case.quorum") == 0 && so_far != NULL) {
    for (unsigned i = 0; i < so_far->len; i++) {
      g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(so_far, i), "\n", 2);

      g_hash_table_insert(
          bundle->places, g_strdup(parts[1]),
          g_strconcat("data/approvals/", id, "/", parts[0], NULL));
    }
  }
}

static bool
note_objects(Bundle *bundle, const FidotoolJson *entry, const char *act,
             GError **error)
{
  const char *object = fidotool_json_get_text(entry, "object");
  const char *registration = fidotool_json_get_text(entry, "registration");
  const char *assertion = fidotool_json_get_text(entry, "assertion");
  g_autofree char *base = g_str_has_suffix(act, ".proposed")
                              ? g_strndup(act, strlen(act) - 9)
                              : g_strdup(act);

  if (!add_object(bundle, fidotool_json_get_text(entry, "policy"), "policy",
                  ".yaml", error))
    return false;
  if ((strcmp(base, "station.init") == 0 ||
       strcmp(base, "roster.change") == 0 ||
       strcmp(base, "roster.machine") == 0) &&
      !add_roster(bundle, object, error))
    return false;
  if ((strcmp(base, "policy.load") == 0 || strcmp(base, "base.load") == 0 ||
       strcmp(base, "policy.trial") == 0) &&
      !add_object(bundle, object, "policy", ".yaml", error))
    return false;
  if (g_str_has_prefix(base, "exception.") &&
      !add_object(bundle, object, "exceptions", ".json", error))
    return false;
  if (strcmp(base, "roster.enrol") == 0 &&
      !add_object(bundle, object, "registrations", ".cbor", error))
    return false;
  return (registration == NULL ||
          add_object(bundle, registration, "registrations", ".cbor", error)) &&
         (assertion == NULL ||
          add_object(bundle, assertion, "assertions", ".cbor", error));
}

static bool
each_entry(const RecoveryStoreEntry *stored, void *data, GError **error)
{
  Bundle *bundle = data;
  gsize len;
  const char *body = g_bytes_get_data(stored->body, &len);
  g_autoptr(FidotoolJson) entry =
      recovery_jcs_read(body, len, RECOVERY_JCS_MAX, error);
  const char *act;

  if (entry == NULL)
    return false;
  g_string_append_len(bundle->entries, body, (gssize)len);
  g_string_append_c(bundle->entries, '\n');
  act = fidotool_json_get_text(entry, "act");
  note_signatures(bundle, entry);
  note_approval(bundle, entry, act);
  return note_objects(bundle, entry, act, error) &&
         note_trust(bundle, entry, act, error);
}

static bool
add_signature(Bundle *bundle, const char *hex, const char *path, GError **error)
{
  g_autoptr(GBytes) blob = NULL;
  uint8_t digest[32], stmt[32], cred[32];
  char *armour;

  if (!fidotool_bytes_unhex(hex, digest, 32) ||
      !recovery_store_assertion(bundle->station->store, digest, &blob, stmt,
                                cred, error))
    return false;
  armour = recovery_sshsig_armour(g_bytes_get_data(blob, NULL),
                                  g_bytes_get_size(blob));
  add_file(bundle, path, g_bytes_new_take(armour, strlen(armour)));
  return true;
}

static bool
add_signed(Bundle *bundle, const char *line, GError **error)
{
  g_auto(GStrv) parts = g_strsplit(line, " ", 3);
  const char *place = g_hash_table_lookup(bundle->places, parts[0]);
  g_autofree char *base = place == NULL
                              ? g_strconcat("data/statements/", parts[0], NULL)
                              : g_strdup(place);
  g_autofree char *json = g_strconcat(base, ".json", NULL);
  g_autofree char *sig = g_strconcat(base, ".json.sig", NULL);
  g_autofree char *machine = g_strconcat(base, ".json.machine.sig", NULL);
  g_autoptr(GBytes) body = NULL;
  uint8_t digest[32];

  if (!fidotool_bytes_unhex(parts[0], digest, 32) ||
      !recovery_store_statement(bundle->station->store, digest, &body, error))
    return false;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "a statement is missing from the store");
    return false;
  }
  add_file(bundle, json, g_steal_pointer(&body));
  return add_signature(bundle, parts[1], sig, error) &&
         add_signature(bundle, parts[2], machine, error);
}

static bool
add_heads(Bundle *bundle, GError **error)
{
  RecoveryStation *station = bundle->station;
  const char *origin = recovery_record_origin(station->record);
  RecoveryCheckpoint head = {0};
  g_autofree char *note = NULL, *vkey = NULL, *line = NULL, *signers = NULL;
  g_autoptr(FidotoolJson) first = NULL;
  g_auto(RecoveryStoreEntry) entry = {0};

  g_strlcpy(head.origin, origin, sizeof(head.origin));
  head.size = (uint64_t)recovery_record_size(station->record);
  recovery_record_root(station->record, head.root);
  note = recovery_checkpoint_make(&head, station->config.station_key, error);
  if (note == NULL || !recovery_store_entry(station->store, 0, &entry, error))
    return false;
  first =
      recovery_jcs_read(g_bytes_get_data(entry.body, NULL),
                        g_bytes_get_size(entry.body), RECOVERY_JCS_MAX, error);
  if (first == NULL)
    return false;
  vkey = g_strdup(fidotool_json_get_text(first, "station_key"));
  line = g_strconcat(vkey, "\n", NULL);
  signers = recovery_roster_allowed_signers(
      (RecoveryRoster *const *)bundle->rosters->pdata, bundle->rosters->len);
  add_text(bundle, "data/checkpoint", note);
  add_text(bundle, "data/station.vkey", line);
  add_text(bundle, "data/roster.allowed_signers", signers);
  add_text(bundle, "data/README.txt", recovery_bundle_text_readme);
  add_text(bundle, "data/verify.py", recovery_bundle_text_verifier);
  return true;
}

static int
compare_paths(const void *a, const void *b)
{
  const RecoveryTarFile *const *one = a, *const *two = b;

  return strcmp((*one)->path, (*two)->path);
}

static void
add_manifest(Bundle *bundle)
{
  g_autoptr(GString) text = g_string_new(NULL);

  g_ptr_array_sort(bundle->files, compare_paths);
  for (unsigned i = 0; i < bundle->files->len; i++) {
    const RecoveryTarFile *file = g_ptr_array_index(bundle->files, i);
    g_autofree char *hex = fidotool_bytes_sha256_hex(
        g_bytes_get_data(file->data, NULL), g_bytes_get_size(file->data));

    g_string_append_printf(text, "%s  %s\n", hex, file->path);
  }
  add_text(bundle, "manifest-sha256.txt", text->str);
  add_text(bundle, "bagit.txt",
           "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
}

static bool
collect(Bundle *bundle, GError **error)
{
  if (!recovery_store_each(bundle->station->store, 0,
                           recovery_record_size(bundle->station->record),
                           each_entry, bundle, error))
    return false;
  add_file(bundle, "data/entries.jsonl",
           g_bytes_new(bundle->entries->str, bundle->entries->len));
  for (unsigned i = 0; i < bundle->signed_by->len; i++)
    if (!add_signed(bundle, g_ptr_array_index(bundle->signed_by, i), error))
      return false;
  return add_heads(bundle, error);
}

GPtrArray *
recovery_bundle_make(RecoveryStation *station, const char *reports,
                     GError **error)
{
  g_autoptr(GPtrArray) files = recovery_tar_new();
  g_autoptr(GString) entries = g_string_new(NULL);
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) approvals = g_hash_table_new_full(
      g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_autoptr(GHashTable) places =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GPtrArray) signed_by = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) rosters =
      g_ptr_array_new_with_free_func((GDestroyNotify)recovery_roster_free);
  g_autoptr(GHashTable) trusts =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Bundle bundle = {.station = station,
                   .trusts = trusts,
                   .files = files,
                   .entries = entries,
                   .seen = seen,
                   .approvals = approvals,
                   .places = places,
                   .signed_by = signed_by,
                   .rosters = rosters};

  if (!collect(&bundle, error) ||
      (reports != NULL && !recovery_bundle_report_add(files, reports, error)))
    return NULL;
  add_manifest(&bundle);
  return g_steal_pointer(&files);
}
