/* SPDX-License-Identifier: Apache-2.0 */
/* walk.c - every entry in order: the rules of one entry by itself, then of its
 * kind. */
#include "recovery/audit/walk.h"

#include <stdarg.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/walk-parts.h"
#include "recovery/error.h"
#include "recovery/format/statement.h"
#include "recovery/format/time.h"
#include "recovery/policy/document.h"

/* An older wall clock than this behind the newest entry is doubt. */
#define CLOCK_BACK_MS 120000

bool
recovery_walk_fail(GError **error, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  g_propagate_error(error,
                    g_error_new_valist(RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                                       format, arguments));
  va_end(arguments);
  return false;
}

bool
recovery_walk_unknown(RecoveryWalk *walk, const char *text, GError **error)
{
  g_autofree char *place =
      g_strdup_printf("entry %" G_GINT64_FORMAT, walk->seq);
  g_autofree char *words = g_strconcat(text, ", or in an earlier epoch", NULL);

  if (!walk->later)
    return recovery_walk_fail(error, "%s", text);
  recovery_verdict_missing(walk->verdict, walk->seq, place, words);
  return true;
}

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

char *
recovery_walk_root(const RecoveryWalk *walk, uint64_t size)
{
  if (size == 0)
    return fidotool_bytes_sha256_hex("", 0);
  if (size > walk->tree.size)
    return NULL;
  return fidotool_bytes_hex(walk->roots->data + (size - 1) * RECOVERY_TREE_HASH,
                            RECOVERY_TREE_HASH);
}

const RecoveryBagFile *
recovery_walk_object(RecoveryWalk *walk, const char *folder, const char *suffix,
                     const char *digest)
{
  g_autofree char *path =
      g_strdup_printf("data/%s/%s.%s", folder, digest, suffix);
  const RecoveryBagFile *file = recovery_bag_find(walk->bag, path);

  if (file == NULL) {
    g_autofree char *text = g_strdup_printf(
        "is named by entry %" G_GINT64_FORMAT " and not there", walk->seq);

    recovery_verdict_missing(walk->verdict, walk->seq, path, text);
  }
  g_hash_table_add(walk->named, g_steal_pointer(&path));
  return file;
}

const RecoveryRoster *
recovery_walk_roster(RecoveryWalk *walk, const char *digest)
{
  if (recovery_walk_object(walk, "roster", "json", digest) == NULL)
    return NULL;
  return g_hash_table_lookup(walk->rosters, digest);
}

bool
recovery_walk_use_nonce(RecoveryWalk *walk, const char *nonce,
                        const char *place, GError **error)
{
  const char *before = g_hash_table_lookup(walk->nonces, nonce);

  if (before != NULL)
    return recovery_walk_fail(error, "the nonce was used before, in %s",
                              before);
  g_hash_table_insert(walk->nonces, g_strdup(nonce), g_strdup(place));
  return true;
}

RecoveryWalkCase *
recovery_walk_find_case(const RecoveryWalk *walk, const FidotoolJson *entry)
{
  const char *id = text_of(entry, "case");

  return id == NULL ? NULL : g_hash_table_lookup(walk->cases, id);
}

/* Every entry */

/* While the clock is behind an earlier entry no work is done, until two people
 * have accepted it. */
static bool
check_clock(RecoveryWalk *walk, const RecoveryAct *act,
            const FidotoolJson *entry, GError **error)
{
  bool accept = strcmp(act->name, "clock.accept") == 0;
  bool work = act->kind != RECOVERY_ACT_SYSTEM ||
              fidotool_json_get(entry, "state") != NULL ||
              strcmp(act->name, "change.effect") == 0;

  recovery_time_read(text_of(entry, "t"), &walk->now_ms);
  if (walk->latest_ms - walk->now_ms > CLOCK_BACK_MS && work && !accept)
    return recovery_walk_fail(error,
                              "was done while the clock was %" G_GINT64_FORMAT
                              " s behind an earlier entry",
                              (walk->latest_ms - walk->now_ms) / 1000);
  if (accept && !recovery_act_is_proposed(text_of(entry, "act")))
    walk->latest_ms = walk->now_ms;
  walk->latest_ms = MAX(walk->latest_ms, walk->now_ms);
  return true;
}

/* The policy in force; where a policy takes effect the new one is as good. */
static bool
check_policy(const RecoveryWalk *walk, const FidotoolJson *entry,
             GError **error)
{
  const char *policy = text_of(entry, "policy");

  if (strcmp(text_of(entry, "act"), "change.effect") == 0 &&
      strcmp(text_of(entry, "out"), "ok") == 0 &&
      strcmp(policy, text_of(entry, "object")) == 0)
    return true; /* the effect itself compares it */
  if (strcmp(policy, walk->policy) != 0)
    return recovery_walk_fail(error,
                              "names another policy than the one in force");
  return true;
}

/* Right after entry 0 each key of the first roster is enrolled. */
static bool
check_first_enrol(const RecoveryWalk *walk, const FidotoolJson *entry,
                  GError **error)
{
  const char *object = text_of(entry, "object");

  if (walk->first_enrol == NULL ||
      walk->seq > (int64_t)g_hash_table_size(walk->first_enrol))
    return true;
  if (strcmp(text_of(entry, "act"), "roster.enrol") != 0 ||
      strcmp(text_of(entry, "out"), "ok") != 0 ||
      !g_hash_table_contains(walk->first_enrol, object))
    return recovery_walk_fail(error, "is not the enrolment of a key of the "
                                     "first roster, which belongs here");
  return true;
}

/* What was not carried out changes nothing. */
static bool
judge_refused(RecoveryWalk *walk, const RecoveryAct *act,
              const FidotoolJson *entry, GError **error)
{
  const RecoveryWalkCase *of = recovery_walk_find_case(walk, entry);
  const char *state = text_of(entry, "state");

  if (g_str_has_suffix(act->name, ".outcome"))
    return recovery_walk_other_pair(walk, act, entry, error);
  if (of != NULL && state != NULL && strcmp(state, of->state) != 0)
    return recovery_walk_fail(
        error, "was not carried out and changes the state of its case");
  return true;
}

static bool
judge_entry(RecoveryWalk *walk, const RecoveryAct *act,
            const FidotoolJson *entry, GError **error)
{
  g_autoptr(GArray) signers = NULL;

  if (strcmp(text_of(entry, "out"), "ok") != 0)
    return judge_refused(walk, act, entry, error);
  if (act->kind == RECOVERY_ACT_SIGNED) {
    signers = recovery_walk_several_entry(walk, act, entry, error);
    if (signers == NULL)
      return false;
  }
  if (act->kind == RECOVERY_ACT_SESSION &&
      !recovery_walk_other_session(walk, entry, error))
    return false;
  if (text_of(entry, "case") != NULL &&
      !recovery_walk_case_judge(walk, act, entry, signers, error))
    return false;
  if (g_str_has_suffix(act->name, ".intent") ||
      g_str_has_suffix(act->name, ".outcome"))
    return recovery_walk_other_pair(walk, act, entry, error);
  if (strcmp(act->name, "checkpoint.made") == 0 ||
      strcmp(act->name, "checkpoint.cosign") == 0 ||
      strcmp(act->name, "log.close") == 0)
    return recovery_walk_other_head(walk, act, entry, error);
  return recovery_walk_other_judge(walk, act, entry, signers, error);
}

static void
append_leaf(RecoveryWalk *walk, const void *body, size_t len)
{
  uint8_t leaf[RECOVERY_TREE_HASH], root[RECOVERY_TREE_HASH];

  recovery_tree_leaf(body, len, leaf);
  recovery_tree_append(&walk->tree, leaf);
  recovery_tree_root(&walk->tree, root);
  g_byte_array_append(walk->roots, root, sizeof(root));
}

static bool
check_place(RecoveryWalk *walk, const FidotoolJson *entry, GError **error)
{
  const char *act = text_of(entry, "act");

  if (walk->closed && strcmp(act, "checkpoint.made") != 0)
    return recovery_walk_fail(error, "comes after log.close");
  if (fidotool_json_get_int(entry, "seq", -1) != walk->seq)
    return recovery_walk_fail(error, "has another seq");
  if (!g_hash_table_add(walk->ids, g_strdup(text_of(entry, "id"))))
    return recovery_walk_fail(error, "has an id that was used before");
  if (walk->seq == 0)
    return true;
  if (strcmp(text_of(entry, "log"), walk->origin) != 0)
    return recovery_walk_fail(error, "belongs to another log");
  if (strcmp(act, "station.init") == 0 || strcmp(act, "log.open") == 0)
    return recovery_walk_fail(error, "%s is the first entry alone", act);
  return true;
}

static bool
take_entry(RecoveryWalk *walk, const void *body, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) entry =
      recovery_statement_read_entry(body, len, error);
  const RecoveryAct *act;

  if (entry == NULL)
    return false;
  act = recovery_act_find(text_of(entry, "act"));
  if (!check_clock(walk, act, entry, error) || !check_place(walk, entry, error))
    return false;
  if (fidotool_json_get(entry, "weaker") != NULL)
    walk->verdict->weaker++;
  if (walk->seq == 0 &&
      !recovery_walk_first_judge(walk, entry, body, len, error))
    return false;
  append_leaf(walk, body, len);
  if (walk->seq == 0)
    return true;
  return check_policy(walk, entry, error) &&
         check_first_enrol(walk, entry, error) &&
         judge_entry(walk, act, entry, error);
}

bool
recovery_walk_entries(RecoveryWalk *walk)
{
  const RecoveryBagFile *file =
      recovery_bag_find(walk->bag, RECOVERY_BAG_ENTRIES);
  gsize left;
  const char *p = g_bytes_get_data(file->data, &left);
  g_autoptr(GError) error = NULL;

  while (left > 0 && error == NULL) {
    const char *end = memchr(p, '\n', left);

    walk->seq++;
    if (end == NULL) {
      recovery_walk_fail(&error, "does not end with a newline");
    } else if (take_entry(walk, p, (size_t)(end - p), &error)) {
      left -= (size_t)(end - p) + 1;
      p = end + 1;
    }
  }
  if (walk->seq < 0)
    recovery_walk_fail(&error, "is not there");
  if (error != NULL) {
    g_autofree char *place =
        g_strdup_printf("entry %" G_GINT64_FORMAT, MAX(walk->seq, 0));

    recovery_verdict_tampered(walk->verdict, MAX(walk->seq, 0), place,
                              error->message);
  }
  return error == NULL;
}

/* Life */

void
recovery_walk_free_case(RecoveryWalkCase *of)
{
  g_free(of->id);
  g_free(of->sub);
  g_free(of->op);
  g_free(of->tier);
  g_free(of->state);
  g_free(of->before);
  g_free(of->opener);
  g_hash_table_unref(of->creds);
  g_hash_table_unref(of->suspended);
  g_hash_table_unref(of->proofers);
  g_hash_table_unref(of->approvers);
  g_free(of->submit);
  g_free(of->digest);
  g_free(of->evidence);
  g_strfreev(of->slots);
  g_free(of->checker);
  g_ptr_array_unref(of->made);
  g_free(of->bound);
  g_array_unref(of->approvals);
  g_free(of);
}

static void
free_change(void *data)
{
  RecoveryWalkChange *change = data;

  g_free(change->object);
  g_free(change);
}

static void
free_proposed(void *data)
{
  RecoveryWalkProposed *proposed = data;

  g_array_unref(proposed->signers);
  g_free(proposed);
}

static void
free_key(void *data)
{
  RecoveryWalkKey *key = data;

  g_free(key->sub);
  g_free(key->public_key);
  g_clear_pointer(&key->id, g_bytes_unref);
  g_free(key);
}

static GHashTable *
new_table(GDestroyNotify free_value)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_value);
}

RecoveryWalk *
recovery_walk_new(RecoveryVerdict *verdict, const RecoveryBag *bag,
                  const RecoveryTrust *trust)
{
  RecoveryWalk *walk = g_new0(RecoveryWalk, 1);

  walk->verdict = verdict;
  walk->bag = bag;
  walk->trust = trust;
  walk->judge = fidotool_request_state_new();
  walk->strings = g_string_chunk_new(4096);
  walk->practice = trust->officers == NULL ? -1 : trust->practice;
  walk->seq = -1;
  walk->judged_seq = -1;
  walk->roots = g_byte_array_new();
  walk->papers = new_table((GDestroyNotify)recovery_paper_free);
  walk->numbers = recovery_trust_list_numbers_new();
  walk->rosters = new_table((GDestroyNotify)recovery_roster_free);
  walk->facts = new_table((GDestroyNotify)fidotool_json_free);
  walk->named = new_table(NULL);
  walk->ids = new_table(NULL);
  walk->nonces = new_table(g_free);
  walk->policies = new_table(g_free);
  walk->enrolled = new_table(NULL);
  walk->counters = new_table(NULL);
  walk->proposed = new_table(free_proposed);
  walk->changes = new_table(free_change);
  walk->cases = new_table((GDestroyNotify)recovery_walk_free_case);
  walk->intents = new_table((GDestroyNotify)g_array_unref);
  walk->keys = new_table(free_key);
  walk->restricted = new_table(NULL);
  walk->in_force = new_table(g_free);
  walk->off = new_table(NULL);
  walk->witnesses = new_table(NULL);
  walk->consents = new_table(recovery_walk_consent_free);
  walk->exceptions = new_table(recovery_walk_exception_free);
  walk->exception_ids = new_table(NULL);
  walk->documents = new_table((GDestroyNotify)recovery_document_free);
  walk->sessions = new_table(g_free);
  walk->revoked = new_table(g_free);
  return walk;
}

void
recovery_walk_free(RecoveryWalk *walk)
{
  GHashTable *tables[] = {
      walk->papers,     walk->rosters,       walk->facts,     walk->named,
      walk->ids,        walk->nonces,        walk->policies,  walk->enrolled,
      walk->counters,   walk->proposed,      walk->changes,   walk->cases,
      walk->intents,    walk->keys,          walk->in_force,  walk->off,
      walk->witnesses,  walk->sessions,      walk->revoked,   walk->consents,
      walk->exceptions, walk->exception_ids, walk->documents, walk->restricted,
  };

  for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
    g_hash_table_unref(tables[i]);
  g_clear_pointer(&walk->first_enrol, g_hash_table_unref);
  g_hash_table_unref(walk->numbers);
  recovery_trust_list_free(walk->known);
  g_free(walk->known_digest);
  fidotool_request_state_free(walk->judge);
  g_string_chunk_free(walk->strings);
  g_byte_array_unref(walk->roots);
  g_free(walk->origin);
  g_free(walk->genesis);
  g_free(walk->policy);
  g_free(walk->base);
  g_free(walk->rp_id);
  g_free(walk->web_origin);
  g_free(walk);
}
