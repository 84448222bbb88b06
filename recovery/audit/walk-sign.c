/* SPDX-License-Identifier: Apache-2.0 */
/* walk-sign.c - the signatures of an entry: what was signed is what is
 * recorded, by a key that may, at a time that fits. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/walk-parts.h"
#include "recovery/error.h"
#include "recovery/format/statement.h"
#include "recovery/format/time.h"

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

static int64_t
time_of(const FidotoolJson *json, const char *name)
{
  int64_t ms = 0;

  (void)recovery_time_read(text_of(json, name), &ms); /* its form is checked */
  return ms;
}

static const void *
bytes_of(GBytes *bytes, size_t *ret_len)
{
  return g_bytes_get_data(bytes, ret_len);
}

/* A person's signature */

/* A counter that does not rise is a remark: between stations the order of
 * signatures is not known. */
static void
note_counter(RecoveryWalk *walk, const RecoveryPaper *paper, const char *actor)
{
  g_autoptr(GBytes) key = recovery_sshsig_write_key(&paper->seen.key);
  g_autofree char *name =
      fidotool_bytes_base64(g_bytes_get_data(key, NULL), g_bytes_get_size(key));
  size_t last = GPOINTER_TO_SIZE(g_hash_table_lookup(walk->counters, name));
  size_t next = (size_t)paper->seen.counter + 1;

  if (last > 0 && next <= last && (next > 1 || last > 1))
    recovery_verdict_note(
        walk->verdict,
        g_strdup_printf("entry %" G_GINT64_FORMAT
                        ": the sign counter of a key of %s does not rise (%u "
                        "after %zu)",
                        walk->seq, actor, paper->seen.counter, last - 1));
  g_hash_table_insert(walk->counters, g_steal_pointer(&name),
                      GSIZE_TO_POINTER(MAX(next, last)));
}

static bool
verify_person(RecoveryWalk *walk, const RecoveryPaper *paper, const char *actor,
              GError **error)
{
  RecoverySshsigSeen seen;
  size_t len, blob_len;
  const void *data = bytes_of(paper->data, &len);
  const void *blob = bytes_of(paper->blob, &blob_len);

  note_counter(walk, paper, actor);
  walk->verdict->signatures++;
  if (!recovery_sshsig_check(blob, blob_len, &paper->seen.key,
                             paper->seen.namespace, data, len, &seen, NULL))
    return recovery_walk_fail(error, "the signature of %s is not good", actor);
  return true;
}

static bool
check_form(const RecoveryWalk *walk, const RecoveryPaper *paper,
           const char *act, GError **error)
{
  g_autofree char *name = recovery_act_namespace(act, walk->practice == 1);
  const char *application = walk->practice == 1
                                ? RECOVERY_SSHSIG_APPLICATION_PRACTICE
                                : RECOVERY_SSHSIG_APPLICATION;

  if (strcmp(paper->seen.key.application, application) != 0 ||
      strcmp(paper->seen.namespace, name) != 0)
    return recovery_walk_fail(error,
                              "is signed for another application or namespace");
  if (!recovery_sshsig_flags_ok(paper->seen.flags))
    return recovery_walk_fail(error, "is signed without user verification, or "
                                     "with flags that may not be set");
  return true;
}

/* roster.enrol is judged with the key in the registration it names. */
static bool
check_new_key(RecoveryWalk *walk, const RecoveryPaper *paper, const char *actor,
              const RecoveryRosterKey *row, GBytes *key, GError **error)
{
  g_autofree char *text =
      fidotool_bytes_base64(g_bytes_get_data(key, NULL), g_bytes_get_size(key));
  GError *reason = NULL;
  const FidotoolJson *facts =
      recovery_walk_key_facts(walk, text_of(paper->fields, "object"), &reason);

  if (reason != NULL) {
    g_propagate_error(error, reason);
    return false;
  }
  if (facts == NULL)
    return true;
  if (g_strcmp0(text, text_of(facts, "ssh_key")) != 0)
    return recovery_walk_fail(error,
                              "is not signed by the key in its registration");
  if (row != NULL &&
      (strcmp(row->person, actor) != 0 ||
       !recovery_roster_valid_at(row->valid_after_ms, row->valid_before_ms,
                                 walk->now_ms)))
    return recovery_walk_fail(
        error, "enrols a key of another person, or outside its time");
  return verify_person(walk, paper, actor, error);
}

static bool
may_sign(const RecoveryRosterKey *row, const char *act)
{
  for (char **role = row->roles; *role != NULL; role++)
    if (recovery_act_role_may(*role, act))
      return true;
  return false;
}

static bool
check_row(RecoveryWalk *walk, const RecoveryRosterKey *row, const char *act,
          const char *actor, GError **error)
{
  g_autofree char *registration = NULL;

  if (row == NULL || strcmp(row->person, actor) != 0)
    return recovery_walk_fail(
        error, "is signed with a key that is not %s's in the roster in force",
        actor);
  if (!recovery_roster_valid_at(row->valid_after_ms, row->valid_before_ms,
                                walk->now_ms))
    return recovery_walk_fail(
        error, "is signed with a key of %s outside its time", actor);
  if (!may_sign(row, act))
    return recovery_walk_fail(
        error, "is signed by %s, whose roles do not permit %s", actor, act);
  registration = fidotool_bytes_hex(row->registration, 32);
  if (strcmp(act, "station.init") != 0 &&
      !g_hash_table_contains(walk->enrolled, registration))
    return recovery_walk_fail(
        error, "is signed with a key of %s that was never enrolled", actor);
  return true;
}

static bool
judge_person(RecoveryWalk *walk, const RecoveryPaper *paper, const char *act,
             const char *actor, const RecoveryRosterKey **ret_row,
             GError **error)
{
  g_autoptr(GBytes) key = recovery_sshsig_write_key(&paper->seen.key);
  const RecoveryRosterKey *row;

  if (!check_form(walk, paper, act, error))
    return false;
  row = recovery_roster_find_key(walk->roster, g_bytes_get_data(key, NULL),
                                 g_bytes_get_size(key));
  *ret_row = row;
  if (strcmp(act, "roster.enrol") == 0)
    return check_new_key(walk, paper, actor, row, key, error);
  return check_row(walk, row, act, actor, error) &&
         verify_person(walk, paper, actor, error);
}

/* A machine's signature */

static bool
judge_machine(RecoveryWalk *walk, const RecoveryPaper *paper,
              const RecoveryRosterMachine **ret_machine, GError **error)
{
  g_autoptr(GBytes) key = recovery_sshsig_write_key(&paper->machine_seen.key);
  g_autofree char *name =
      recovery_act_namespace("machine", walk->practice == 1);
  const RecoveryRosterMachine *machine = recovery_roster_find_machine_key(
      walk->roster, g_bytes_get_data(key, NULL), g_bytes_get_size(key));
  RecoverySshsigSeen seen;
  uint8_t message[64];
  size_t len, blob_len;
  const void *data = bytes_of(paper->data, &len);
  const void *blob = bytes_of(paper->blob, &blob_len);

  if (machine == NULL)
    return recovery_walk_fail(
        error, "is signed on a machine that is not in the roster in force");
  if (!recovery_roster_valid_at(machine->valid_after_ms,
                                machine->valid_before_ms, walk->now_ms))
    return recovery_walk_fail(error, "is signed on %s outside its time",
                              machine->id);
  if (strcmp(paper->machine_seen.namespace, name) != 0)
    return recovery_walk_fail(
        error, "has a machine's signature for another namespace");
  recovery_sshsig_machine_message(data, len, blob, blob_len, message);
  blob = bytes_of(paper->machine_blob, &blob_len);
  walk->verdict->signatures++;
  if (!recovery_sshsig_check(blob, blob_len, &machine->key, name, message,
                             sizeof(message), &seen, NULL))
    return recovery_walk_fail(error, "the signature of %s is not good",
                              machine->id);
  *ret_machine = machine;
  return true;
}

/* The statement */

static bool
check_head(const RecoveryWalk *walk, const FidotoolJson *fields, GError **error)
{
  int64_t size = fidotool_json_get_int(fields, "head_size", -1);
  g_autofree char *root =
      size > walk->seq ? NULL : recovery_walk_root(walk, (uint64_t)size);

  if (g_strcmp0(root, text_of(fields, "head_root")) != 0)
    return recovery_walk_fail(error,
                              "has a statement about another record (its head "
                              "of size %" G_GINT64_FORMAT " differs)",
                              size);
  return true;
}

/* One policy digest goes with one id and version in the whole record. */
static bool
check_policy(RecoveryWalk *walk, const FidotoolJson *fields, GError **error)
{
  const char *digest = text_of(fields, "policy");
  g_autofree char *name =
      g_strdup_printf("%s %" G_GINT64_FORMAT, text_of(fields, "policy_id"),
                      fidotool_json_get_int(fields, "policy_version", 0));
  const char *before = g_hash_table_lookup(walk->policies, digest);

  if (before != NULL && strcmp(before, name) != 0)
    return recovery_walk_fail(
        error,
        "has a statement that calls the policy by another id or version");
  if (before != NULL)
    return true;
  g_hash_table_insert(walk->policies, g_strdup(digest), g_steal_pointer(&name));
  return recovery_walk_policy_named(walk, fields, error);
}

bool
recovery_walk_sign_paper(RecoveryWalk *walk, RecoveryPaper *paper,
                         const char *act, const char *actor,
                         RecoveryWalkSigned *ret_signed, GError **error)
{
  const FidotoolJson *fields = paper->fields;
  const char *genesis = text_of(fields, "genesis");
  RecoveryWalkSigned by = {
      .actor = g_string_chunk_insert_const(walk->strings, actor),
      .digest = paper->digest,
      .fields = fields};

  if (!recovery_walk_use_nonce(walk, text_of(fields, "nonce"), paper->path,
                               error) ||
      !check_head(walk, fields, error))
    return false;
  if (genesis != NULL && strcmp(genesis, walk->genesis) != 0)
    return recovery_walk_fail(error,
                              "has a statement of another station (genesis)");
  if (strcmp(text_of(fields, "log"), walk->origin) != 0)
    return recovery_walk_fail(error, "has a statement of another log");
  if (!check_policy(walk, fields, error))
    return false;
  *ret_signed = by;
  if (walk->roster == NULL)
    return true;
  if (strcmp(text_of(fields, "station"), walk->roster->station) != 0)
    return recovery_walk_fail(error, "has a statement of another station");
  return judge_person(walk, paper, act, actor, &ret_signed->row, error) &&
         judge_machine(walk, paper, &ret_signed->machine, error);
}

/* asrt: SHA-256 of the person's blob, then of the machine's. */
static bool
check_asrt(const RecoveryPaper *paper, const FidotoolJson *asrt, GError **error)
{
  if (g_strcmp0(fidotool_json_text(fidotool_json_at(asrt, 0)),
                paper->blob_digest) != 0 ||
      g_strcmp0(fidotool_json_text(fidotool_json_at(asrt, 1)),
                paper->machine_digest) != 0)
    return recovery_walk_fail(error, "names other signatures than those of %s",
                              paper->path);
  return true;
}

bool
recovery_walk_sign_judge(RecoveryWalk *walk, const FidotoolJson *entry,
                         const char *actor, const char *digest,
                         const FidotoolJson *asrt,
                         RecoveryWalkSigned *ret_signed, GError **error)
{
  const RecoveryAct *act = recovery_act_find(text_of(entry, "act"));
  RecoveryPaper *paper = g_hash_table_lookup(walk->papers, digest);

  *ret_signed = (RecoveryWalkSigned){
      .actor = g_string_chunk_insert_const(walk->strings, actor),
      .digest = g_string_chunk_insert_const(walk->strings, digest)};
  if (paper == NULL) {
    g_autofree char *place =
        g_strdup_printf("entry %" G_GINT64_FORMAT, walk->seq);
    g_autofree char *text =
        g_strdup_printf("its statement %s is not in the bundle", digest);

    recovery_verdict_missing(walk->verdict, walk->seq, place, text);
    return true;
  }
  if (paper->seq >= 0)
    return recovery_walk_fail(
        error, "names the statement of entry %" G_GINT64_FORMAT " again",
        paper->seq);
  paper->seq = walk->seq;
  if (strcmp(text_of(paper->fields, "actor"), actor) != 0)
    return recovery_walk_fail(
        error, "is not what was signed: the actor differs in %s", paper->path);
  if (!recovery_statement_match(paper->fields, entry, error) ||
      !check_asrt(paper, asrt, error))
    return false;
  if (walk->now_ms < time_of(paper->fields, "iat") ||
      walk->now_ms > time_of(paper->fields, "exp"))
    return recovery_walk_fail(
        error, "was recorded before or after the statement's time");
  return recovery_walk_sign_paper(walk, paper, act->name, actor, ret_signed,
                                  error);
}
