/* SPDX-License-Identifier: Apache-2.0 */
/* verify.c - the steps of a judgement in order, cheap ones first. */
#include "recovery/audit/verify.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/walk-parts.h"
#include "recovery/error.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/statement.h"
#include "recovery/format/time.h"

#define NOWHERE RECOVERY_VERDICT_NO_SEQ

bool
recovery_verify_read_anchor(const char *text, RecoveryVerifyAnchor *ret_anchor,
                            GError **error)
{
  g_auto(GStrv) parts = g_strsplit(text, ":", 2);
  uint8_t root[32];
  guint64 size;

  if (g_strv_length(parts) != 2 || !g_ascii_isdigit(*parts[0]) ||
      (*parts[0] == '0' && parts[0][1] != '\0') ||
      !g_ascii_string_to_unsigned(parts[0], 10, 0, FIDOTOOL_JSON_INT_MAX, &size,
                                  NULL) ||
      !fidotool_bytes_unhex(parts[1], root, 32)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "an anchor is SIZE:ROOT, a number and 64 hex digits, not %s",
                text);
    return false;
  }
  ret_anchor->size = size;
  g_strlcpy(ret_anchor->root, parts[1], sizeof(ret_anchor->root));
  return true;
}

static bool
tampered(RecoveryWalk *walk, const char *place, const char *text)
{
  recovery_verdict_tampered(walk->verdict, NOWHERE, place, text);
  return false;
}

/* Checkpoint and export */

static bool
check_checkpoint(RecoveryWalk *walk, RecoveryCheckpoint *ret_head)
{
  const RecoveryBagFile *vkey = recovery_bag_find(walk->bag, RECOVERY_BAG_VKEY);
  const RecoveryBagFile *note =
      recovery_bag_find(walk->bag, RECOVERY_BAG_CHECKPOINT);
  gsize len;
  const char *data = g_bytes_get_data(vkey->data, &len);
  g_autofree char *text = g_strndup(data, len);
  g_autoptr(GError) error = NULL;
  uint8_t key[32];

  if (walk->trust->vkey != NULL &&
      !fidotool_bytes_equal(data, len, walk->trust->vkey,
                            strlen(walk->trust->vkey)))
    return tampered(walk, RECOVERY_BAG_VKEY,
                    "is not the key of the trusted station");
  if (strlen(text) != len || len == 0 || text[len - 1] != '\n')
    return tampered(walk, RECOVERY_BAG_VKEY, "is not one line with a newline");
  text[len - 1] = '\0';
  if (!recovery_checkpoint_read_vkey(text, key, &error))
    return tampered(walk, RECOVERY_BAG_VKEY, error->message);
  data = g_bytes_get_data(note->data, &len);
  if (!recovery_checkpoint_check(data, len, key, ret_head, &error))
    return tampered(walk, RECOVERY_BAG_CHECKPOINT, error->message);
  if (!recovery_checkpoint_is_origin(ret_head->origin))
    return tampered(walk, RECOVERY_BAG_CHECKPOINT, "is of no record");
  return true;
}

/* export.json as read; NULL where it is none, or names another manifest. */
static FidotoolJson *
read_export(RecoveryWalk *walk)
{
  const RecoveryBagFile *file =
      recovery_bag_find(walk->bag, RECOVERY_BAG_EXPORT);
  const RecoveryBagFile *manifest =
      recovery_bag_find(walk->bag, RECOVERY_BAG_MANIFEST);
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) fields = recovery_statement_read(
      g_bytes_get_data(file->data, NULL), g_bytes_get_size(file->data), &error);

  if (fields == NULL)
    tampered(walk, file->path, error->message);
  else if (strcmp(fidotool_json_get_text(fields, "act"), "export.made") != 0)
    tampered(walk, file->path, "is no statement of export.made");
  else if (strcmp(fidotool_json_get_text(fields, "object"), manifest->digest) !=
           0)
    tampered(walk, file->path,
             "is signed for another manifest: a file was changed, added or "
             "removed");
  else
    return g_steal_pointer(&fields);
  return NULL;
}

/* It names the head of the checkpoint. */
static bool
check_export(RecoveryWalk *walk, const FidotoolJson *fields,
             const RecoveryCheckpoint *head)
{
  g_autofree char *root = fidotool_bytes_hex(head->root, 32);

  if (strcmp(fidotool_json_get_text(fields, "log"), head->origin) != 0 ||
      (uint64_t)fidotool_json_get_int(fields, "head_size", 0) != head->size ||
      strcmp(fidotool_json_get_text(fields, "head_root"), root) != 0)
    return tampered(walk, RECOVERY_BAG_EXPORT,
                    "has another head than data/checkpoint");
  return true;
}

/* The exporter's signature, at its own time, by the roster in force after the
 * last entry. */
static bool
judge_export(RecoveryWalk *walk)
{
  g_autofree char *place = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryPaper) paper =
      recovery_paper_read(walk->bag, RECOVERY_BAG_EXPORT, &place, &error);
  RecoveryWalkSigned by;
  int64_t last_ms = walk->now_ms;

  if (paper == NULL)
    return tampered(walk, place, error->message);
  walk->seq++;
  recovery_time_read(fidotool_json_get_text(paper->fields, "iat"),
                     &walk->now_ms);
  if (walk->now_ms < last_ms)
    return tampered(walk, paper->path, "was signed before the last entry");
  if (strcmp(fidotool_json_get_text(paper->fields, "policy"), walk->policy) !=
      0)
    return tampered(walk, paper->path,
                    "names another policy than the one in force");
  if (!recovery_walk_sign_paper(walk, paper, "export.made",
                                fidotool_json_get_text(paper->fields, "actor"),
                                &by, &error))
    return tampered(walk, paper->path, error->message);
  return true;
}

/* Statements and rosters */

/* The statement's path without .sig and .machine.sig. */
static char *
find_stem(const char *path)
{
  char *stem = g_strdup(path);

  if (g_str_has_suffix(stem, ".sig"))
    stem[strlen(stem) - 4] = '\0';
  if (g_str_has_suffix(stem, ".machine"))
    stem[strlen(stem) - 8] = '\0';
  return stem;
}

/* True when all three files are there; one that is not is missing. */
static bool
is_whole(RecoveryWalk *walk, const char *stem)
{
  static const char *const suffixes[] = {"", ".sig", ".machine.sig"};
  bool whole = true;

  for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
    g_autofree char *path = g_strconcat(stem, suffixes[i], NULL);

    if (recovery_bag_find(walk->bag, path) != NULL)
      continue;
    whole = false;
    recovery_verdict_missing(walk->verdict, NOWHERE, path,
                             "is not there, though files beside it are");
  }
  return whole;
}

static bool
read_papers(RecoveryWalk *walk, const char *folder)
{
  for (GTreeNode *node = recovery_bag_first(walk->bag, folder); node != NULL;
       node = recovery_bag_next(node, folder)) {
    const char *path = g_tree_node_key(node);
    g_autofree char *stem = find_stem(path);
    g_autofree char *place = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(RecoveryPaper) paper = NULL;

    if (!is_whole(walk, stem) || strcmp(stem, path) != 0)
      continue;
    paper = recovery_paper_read(walk->bag, path, &place, &error);
    if (paper == NULL)
      return tampered(walk, place, error->message);
    if (g_hash_table_contains(walk->papers, paper->digest))
      return tampered(walk, path, "is in the bundle twice");
    g_hash_table_insert(walk->papers, g_strdup(paper->digest), paper);
    paper = NULL;
  }
  return true;
}

/* Each value belongs to one, over all versions. */
static bool
is_sole(GHashTable *owners, const char *kind, const char *value,
        const char *owner)
{
  g_autofree char *name = g_strdup_printf("%s %s", kind, value);
  const char *before = g_hash_table_lookup(owners, name);

  if (before == NULL)
    g_hash_table_insert(owners, g_steal_pointer(&name), (void *)owner);
  return before == NULL || strcmp(before, owner) == 0;
}

static bool
check_owners(GHashTable *owners, const RecoveryRoster *roster)
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);
    g_autofree char *cred = fidotool_bytes_hex(key->cred, 32);
    g_autofree char *point = fidotool_bytes_hex(key->key.point, 65);

    if (!is_sole(owners, "cred", cred, key->person) ||
        !is_sole(owners, "key", point, key->person) ||
        !is_sole(owners, "employee", key->employee, key->person) ||
        !is_sole(owners, "subject", key->sub, key->person) ||
        !is_sole(owners, "person", key->person, key->sub))
      return false;
  }
  for (unsigned i = 0; i < roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(roster->machines, i);
    g_autofree char *point = fidotool_bytes_hex(machine->key.point, 32);

    if (!is_sole(owners, "machine", point, machine->id))
      return false;
  }
  return true;
}

static bool
read_rosters(RecoveryWalk *walk)
{
  g_autoptr(GHashTable) owners =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const char *folder = "data/roster/";

  for (GTreeNode *node = recovery_bag_first(walk->bag, folder); node != NULL;
       node = recovery_bag_next(node, folder)) {
    const RecoveryBagFile *file = g_tree_node_value(node);
    g_autoptr(GError) error = NULL;
    RecoveryRoster *roster =
        recovery_roster_read(g_bytes_get_data(file->data, NULL),
                             g_bytes_get_size(file->data), &error);

    if (roster == NULL)
      return tampered(walk, file->path, error->message);
    g_hash_table_insert(walk->rosters,
                        g_strndup(file->path + strlen(folder), 64), roster);
    if (roster->keys->len > 0 && walk->practice < 0)
      walk->practice = recovery_roster_is_practice(roster);
    if (roster->keys->len > 0 &&
        walk->practice != recovery_roster_is_practice(roster))
      return tampered(walk, file->path, "practice and real are mixed");
    if (!check_owners(owners, roster))
      return tampered(walk, file->path,
                      "a key, employee or subject belongs to two persons");
  }
  return true;
}

/* A row of a roster has the key of its registration. */
static bool
check_row(RecoveryWalk *walk, const RecoveryRosterKey *key)
{
  g_autofree char *digest = fidotool_bytes_hex(key->registration, 32);
  g_autofree char *path = g_strdup_printf("data/registrations/%s.cbor", digest);
  g_autofree char *text = fidotool_bytes_base64(
      g_bytes_get_data(key->key_bytes, NULL), g_bytes_get_size(key->key_bytes));
  g_autoptr(GError) error = NULL;
  const FidotoolJson *facts = recovery_walk_key_facts(walk, digest, &error);
  g_autoptr(GBytes) id = NULL;
  uint8_t cred[32];

  if (error != NULL)
    return tampered(walk, path, error->message);
  if (facts == NULL)
    return true;
  id = fidotool_bytes_unbase64(fidotool_json_get_text(facts, "cred"));
  fidotool_bytes_sha256(g_bytes_get_data(id, NULL), g_bytes_get_size(id), cred);
  if (memcmp(cred, key->cred, 32) != 0 ||
      g_strcmp0(fidotool_json_get_text(facts, "ssh_key"), text) != 0)
    return tampered(walk, path,
                    "has another key or credential than the roster's row");
  return true;
}

/* Each row's registration has its key; allowed_signers is made again. */
static bool
check_roster_files(RecoveryWalk *walk)
{
  const RecoveryBagFile *file =
      recovery_bag_find(walk->bag, RECOVERY_BAG_SIGNERS);
  g_autoptr(GPtrArray) versions = g_ptr_array_new();
  g_autofree char *text = NULL;
  GHashTableIter iter;
  void *roster;

  g_hash_table_iter_init(&iter, walk->rosters);
  while (g_hash_table_iter_next(&iter, NULL, &roster)) {
    const GPtrArray *keys = ((RecoveryRoster *)roster)->keys;

    for (unsigned i = 0; i < keys->len; i++)
      if (!check_row(walk, g_ptr_array_index(keys, i)))
        return false;
    g_ptr_array_add(versions, roster);
  }
  for (unsigned i = 0; i < walk->verdict->findings->len; i++) {
    const RecoveryVerdictFinding *finding =
        g_ptr_array_index(walk->verdict->findings, i);

    if (!finding->tampered && g_str_has_prefix(finding->place, "data/roster/"))
      return true; /* a version is missing: the lines cannot be made */
  }
  text = recovery_roster_allowed_signers(
      (RecoveryRoster *const *)versions->pdata, versions->len);
  if (!fidotool_bytes_equal(text, strlen(text),
                            g_bytes_get_data(file->data, NULL),
                            g_bytes_get_size(file->data)))
    return tampered(walk, RECOVERY_BAG_SIGNERS, "is not what the rosters give");
  return true;
}

/* What can be said only after the last entry */

static bool
check_end(RecoveryWalk *walk, const RecoveryCheckpoint *head)
{
  g_autofree char *root = recovery_walk_root(walk, walk->tree.size);
  g_autofree char *noted = fidotool_bytes_hex(head->root, 32);

  if (strcmp(head->origin, walk->origin) != 0 ||
      head->size != walk->tree.size || strcmp(root, noted) != 0)
    return tampered(walk, RECOVERY_BAG_CHECKPOINT,
                    "is about another record: its origin, size or root is not "
                    "that of the entries");
  if (walk->first_enrol != NULL &&
      walk->seq < (int64_t)g_hash_table_size(walk->first_enrol))
    return tampered(walk, RECOVERY_BAG_ENTRIES,
                    "keys of the first roster were never enrolled");
  return true;
}

static bool
check_anchors(RecoveryWalk *walk, const RecoveryVerifyAnchor *anchors,
              size_t count)
{
  for (size_t i = 0; i < count; i++) {
    g_autofree char *root = recovery_walk_root(walk, anchors[i].size);
    g_autofree char *place = g_strdup_printf("anchor %" G_GUINT64_FORMAT ":%s",
                                             anchors[i].size, anchors[i].root);

    if (root == NULL)
      recovery_verdict_missing(walk->verdict, NOWHERE, place,
                               "is beyond the end of the bundle");
    else if (strcmp(root, anchors[i].root) != 0)
      return tampered(walk, place, "is not the root at its size");
  }
  return true;
}

static bool
check_intents(RecoveryWalk *walk)
{
  GHashTableIter iter;
  void *waiting;

  g_hash_table_iter_init(&iter, walk->intents);
  while (g_hash_table_iter_next(&iter, NULL, &waiting))
    if (((GArray *)waiting)->len > 0) {
      int64_t seq = g_array_index((GArray *)waiting, int64_t, 0);
      g_autofree char *place = g_strdup_printf("entry %" G_GINT64_FORMAT, seq);

      recovery_verdict_tampered(walk->verdict, seq, place,
                                "is an intent without an outcome");
      return false;
    }
  return true;
}

/* Each statement is named by an entry, and lies where it belongs. */
static bool
check_places(RecoveryWalk *walk)
{
  GHashTableIter iter;
  void *value;

  g_hash_table_iter_init(&iter, walk->papers);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryPaper *paper = value;
    const char *act = fidotool_json_get_text(paper->fields, "act");
    bool cosign = strcmp(act, "checkpoint.cosign") == 0;
    g_autofree char *usual = g_strdup_printf(
        "data/%s/%s.json", cosign ? "cosign" : "statements", paper->digest);
    const char *place = g_hash_table_lookup(walk->in_force, paper->digest);

    if (paper->seq < 0)
      return tampered(walk, paper->path, "is named by no entry");
    if (strcmp(paper->path, place == NULL ? usual : place) != 0)
      return tampered(walk, paper->path, "does not belong there");
  }
  return true;
}

/* No roster, registration, assertion, policy, metadata or exception that
 * nothing names. */
static bool
check_named(RecoveryWalk *walk)
{
  static const char *const folders[] = {
      "data/roster/", "data/registrations/", "data/assertions/",
      "data/policy/", "data/metadata/",      "data/exceptions/"};

  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
    for (GTreeNode *node = recovery_bag_first(walk->bag, folders[i]);
         node != NULL; node = recovery_bag_next(node, folders[i]))
      if (!g_hash_table_contains(walk->named, g_tree_node_key(node)))
        return tampered(walk, g_tree_node_key(node), "is named by no entry");
  return true;
}

static void
note_switches(RecoveryWalk *walk)
{
  GHashTableIter iter;
  void *name;

  g_hash_table_iter_init(&iter, walk->witnesses);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    recovery_verdict_missing(walk->verdict, NOWHERE, name,
                             "its head is not in the bundle");
  g_hash_table_iter_init(&iter, walk->off);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    recovery_verdict_note(walk->verdict,
                          g_strdup_printf("the %s was switched off and not on "
                                          "again",
                                          (char *)name));
}

/* The whole */

/* Files alone, then what the exporter and the station say of them; digests
 * before signatures. Each step tells its own first fault; with `fast` the
 * first of all ends it. */
static bool
judge_files(RecoveryWalk *walk, RecoveryCheckpoint *head)
{
  RecoveryVerdict *verdict = walk->verdict;
  g_autoptr(FidotoolJson) fields = NULL;
  bool good = recovery_bag_check_manifest(walk->bag, verdict);
  bool has_head;

  if (!good && verdict->fast)
    return false;
  fields = read_export(walk);
  if (fields == NULL && verdict->fast)
    return false;
  has_head = check_checkpoint(walk, head);
  if (has_head && fields != NULL && !check_export(walk, fields, head))
    has_head = false;
  good = good && fields != NULL && has_head;
  if (good || !verdict->fast)
    good = recovery_bag_check_names(walk->bag, verdict) && good;
  return good;
}

static void
judge_bundle(RecoveryWalk *walk, const RecoveryVerifyAnchor *anchors,
             size_t count)
{
  static const char *const folders[] = {"data/approvals/", "data/cosign/",
                                        "data/statements/"};
  RecoveryCheckpoint head = {0};
  bool good;

  if (!recovery_bag_check_layout(walk->bag, walk->verdict))
    return;
  good = judge_files(walk, &head);
  if (!good && walk->verdict->fast)
    return;
  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
    if (!read_papers(walk, folders[i]))
      return;
  if (!read_rosters(walk) || !recovery_walk_entries(walk) ||
      !check_roster_files(walk) || *head.origin == '\0')
    return;
  if (check_end(walk, &head) && check_anchors(walk, anchors, count) &&
      check_intents(walk) && check_places(walk) && check_named(walk)) {
    note_switches(walk);
    judge_export(walk);
  }
}

RecoveryVerdict *
recovery_verify_bag(const RecoveryBag *bag, const RecoveryTrust *trust,
                    const RecoveryVerifyAnchor *anchors, size_t count,
                    bool fast)
{
  RecoveryVerdict *verdict = recovery_verdict_new();
  g_autoptr(RecoveryWalk) walk = recovery_walk_new(verdict, bag, trust);

  verdict->fast = fast;
  for (unsigned i = 0; i < trust->lacking->len; i++)
    g_ptr_array_add(verdict->lacking,
                    g_strdup(g_ptr_array_index(trust->lacking, i)));
  judge_bundle(walk, anchors, count);
  verdict->practice = walk->practice == 1;
  verdict->entries = (int64_t)walk->tree.size;
  verdict->origin = g_strdup(walk->origin);
  if (walk->tree.size > 0)
    verdict->root = recovery_walk_root(walk, walk->tree.size);
  return verdict;
}
