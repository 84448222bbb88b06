/* SPDX-License-Identifier: Apache-2.0 */
/* found.c - the founding of a station: at least two officers sign, and entry 0
 * stands. Until then all of it is a draft in memory. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"
#include "recovery/found.h"
#include "recovery/staff-key.h"

/* Entry 0 */

static char *
roster_line(RecoveryFound *found, size_t *ret_len, GError **error)
{
  for (unsigned i = 0; i < found->roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(found->roster->keys, i);

    if (row->key_bytes == NULL) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE,
                  "%s has not made a key yet", row->person);
      return NULL;
    }
  }
  return recovery_roster_write(found->roster, ret_len, error);
}

static FidotoolJson *
init_statement(RecoveryTrial *trial, GError **error)
{
  RecoveryFound *found = trial->station->found;
  g_autoptr(FidotoolJson) statement = fidotool_json_new_object();
  g_autofree char *nonce = recovery_trial_random_hex(16);
  g_autofree char *roster = NULL, *digest = NULL, *policy = NULL;
  FidotoolJson *previous;
  uint8_t nothing[32];
  size_t len;

  roster = roster_line(found, &len, error);
  if (roster == NULL)
    return NULL;
  digest = fidotool_bytes_sha256_hex(roster, len);
  policy =
      fidotool_bytes_sha256_hex(found->policy_text, strlen(found->policy_text));
  fidotool_bytes_sha256("", 0, nothing);
  fidotool_json_set_int(statement, "v", 1);
  fidotool_json_set_text(statement, "act", "station.init");
  fidotool_json_set_text(statement, "log", found->origin);
  fidotool_json_set_int(statement, "head_size", 0);
  recovery_trial_set_hex(statement, "head_root", nothing, 32);
  fidotool_json_set_text(statement, "station", found->roster->station);
  fidotool_json_set_text(statement, "actor", trial->actor);
  fidotool_json_set_text(statement, "policy", policy);
  fidotool_json_set_text(statement, "policy_id",
                         recovery_policy_id(found->policy));
  fidotool_json_set_int(statement, "policy_version",
                        recovery_policy_version(found->policy));
  recovery_trial_set_time(statement, "iat", trial->now.now_ms);
  recovery_trial_set_time(statement, "exp",
                          trial->now.now_ms + RECOVERY_STATEMENT_LIFE_MS);
  fidotool_json_set_text(statement, "nonce", nonce);
  fidotool_json_set_text(statement, "object", digest);
  previous =
      fidotool_json_set(statement, "previous", fidotool_json_new_array());
  for (unsigned i = 0; i < found->signatures->len; i++) {
    const RecoveryFoundSignature *before =
        g_ptr_array_index(found->signatures, i);
    g_autofree char *hex = fidotool_bytes_hex(before->stmt, 32);

    fidotool_json_append_text(previous, hex);
  }
  return g_steal_pointer(&statement);
}

static FidotoolJson *
init_openings(RecoveryFound *found, GError **error)
{
  FidotoolJson *openings, *list;
  g_autofree char *roster = NULL, *policy = NULL, *object = NULL;
  size_t len;

  roster = roster_line(found, &len, error);
  if (roster == NULL)
    return NULL;
  policy =
      fidotool_bytes_base64(found->policy_text, strlen(found->policy_text));
  object = fidotool_bytes_base64(roster, len);
  openings = fidotool_json_new_object();
  fidotool_json_set_text(openings, "policy", policy);
  fidotool_json_set_text(openings, "object", object);
  if (found->signatures->len > 0) {
    list = fidotool_json_set(openings, "previous", fidotool_json_new_array());
    for (unsigned i = 0; i < found->signatures->len; i++) {
      const RecoveryFoundSignature *before =
          g_ptr_array_index(found->signatures, i);

      fidotool_json_append_text(list, before->stmt_line);
    }
  }
  return openings;
}

static FidotoolJson *
init_signers(RecoveryFound *found, const char *person)
{
  FidotoolJson *signers = fidotool_json_new_array();

  for (unsigned i = 0; i < found->roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(found->roster->keys, i);
    g_autofree char *hex = fidotool_bytes_hex(row->cred, 32);
    g_autofree char *key = NULL;
    FidotoolJson *signer;

    if (strcmp(row->person, person) != 0)
      continue;
    key = fidotool_bytes_base64(g_bytes_get_data(row->key_bytes, NULL),
                                g_bytes_get_size(row->key_bytes));
    signer = fidotool_json_append(signers, fidotool_json_new_object());
    fidotool_json_set_text(signer, "cred",
                           fidotool_json_get_text(found->ids, hex));
    fidotool_json_set_text(signer, "key", key);
  }
  return signers;
}

static bool
is_founder(const RecoveryFound *found, const char *person)
{
  return person != NULL &&
         g_strv_contains((const char *const *)found->founders, person);
}

static FidotoolJson *
propose_init(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
             GError **error)
{
  RecoveryFound *found = trial->station->found;
  g_autoptr(FidotoolJson) statement = NULL, answer = NULL;
  g_autofree char *line = NULL;
  FidotoolJson *openings;
  RecoveryPending *pending;

  if (!is_founder(found, trial->actor)) {
    *ret_refusal = recovery_refusal_new("role", "This is no founding officer.",
                                        "One of those station.found named.");
    return NULL;
  }
  statement = init_statement(trial, error);
  if (statement == NULL || !recovery_statement_check(statement, error))
    return NULL;
  line = recovery_jcs_write(statement, NULL, error);
  openings = line == NULL ? NULL : init_openings(found, error);
  if (openings == NULL)
    return NULL;
  answer = fidotool_json_new_object();
  fidotool_json_set_text(answer, "statement", line);
  fidotool_json_set(answer, "openings", openings);
  fidotool_json_set(answer, "signers", init_signers(found, trial->actor));
  fidotool_json_set_text(answer, "rp_id",
                         recovery_staff_key_rp_id(trial->station));
  pending = g_new0(RecoveryPending, 1);
  pending->request = fidotool_json_copy(statement);
  pending->draft = fidotool_json_new_object();
  pending->peer = trial->session->peer;
  pending->session = trial->session;
  pending->until_ms = trial->now.now_ms + RECOVERY_STATEMENT_LIFE_MS;
  g_hash_table_replace(trial->station->pending,
                       g_strdup(fidotool_json_get_text(statement, "nonce")),
                       pending);
  return g_steal_pointer(&answer);
}

static void
append_hex(FidotoolJson *array, const uint8_t digest[32])
{
  g_autofree char *hex = fidotool_bytes_hex(digest, 32);

  fidotool_json_append_text(array, hex);
}

static bool
store_founding(RecoveryTrial *trial, RecoveryFound *found, FidotoolJson *entry,
               GError **error)
{
  RecoveryStore *store = trial->station->store;
  FidotoolJson *actors, *stmts, *asrts;
  uint8_t digest[32];

  actors = fidotool_json_set(entry, "actors", fidotool_json_new_array());
  stmts = fidotool_json_set(entry, "stmt", fidotool_json_new_array());
  asrts = fidotool_json_set(entry, "asrt", fidotool_json_new_array());
  for (unsigned i = 0; i < found->signatures->len; i++) {
    const RecoveryFoundSignature *one = g_ptr_array_index(found->signatures, i);
    FidotoolJson *pair = fidotool_json_append(asrts, fidotool_json_new_array());
    g_autoptr(GBytes) line =
        g_bytes_new(one->stmt_line, strlen(one->stmt_line));

    fidotool_json_append_text(actors, one->person);
    if (!recovery_store_put_statement(store, line, digest, error))
      return false;
    append_hex(stmts, digest);
    if (!recovery_store_put_assertion(store, one->stmt, one->cred, one->sig,
                                      digest, error))
      return false;
    append_hex(pair, digest);
    if (!recovery_store_put_assertion(store, one->stmt, one->machine,
                                      one->machine_sig, digest, error))
      return false;
    append_hex(pair, digest);
  }
  return true;
}

static bool
keep_ids(RecoveryTrial *trial, const RecoveryFound *found, GError **error)
{
  for (unsigned i = 0; i < found->roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(found->roster->keys, i);
    g_autofree char *hex = fidotool_bytes_hex(row->cred, 32);

    if (!recovery_vault_keep(trial->station->vault, row->sub, row->cred,
                             fidotool_json_get_text(found->ids, hex),
                             row->valid_before_ms / 1000, error))
      return false;
  }
  return true;
}

/* Everything of the founding in one group of writes. */
static bool
record_init(RecoveryTrial *trial, G_GNUC_UNUSED void *data, GError **error)
{
  RecoveryStation *station = trial->station;
  RecoveryFound *found = station->found;
  g_autofree char *roster = roster_line(found, NULL, error);
  g_autofree char *vkey =
      recovery_checkpoint_vkey(found->origin, station->station_public);
  g_autoptr(GBytes) roster_bytes = NULL, policy_bytes = NULL;
  g_autoptr(FidotoolJson) entry = NULL;
  uint8_t digest[32];

  if (roster == NULL)
    return false;
  roster_bytes = g_bytes_new(roster, strlen(roster));
  policy_bytes = g_bytes_new(found->policy_text, strlen(found->policy_text));
  for (unsigned i = 0; i < found->registrations->len; i++)
    if (!recovery_store_put_object(station->store, "registration",
                                   g_ptr_array_index(found->registrations, i),
                                   digest, error))
      return false;
  entry = recovery_trial_entry("station.init", NULL, RECOVERY_STATE_NONE);
  if (!recovery_store_put_object(station->store, "policy", policy_bytes,
                                 station->model->policy_digest, error) ||
      !recovery_store_put_object(station->store, "roster", roster_bytes, digest,
                                 error) ||
      !recovery_record_start(station->record, found->origin, &trial->now,
                             error) ||
      !store_founding(trial, found, entry, error) ||
      !keep_ids(trial, found, error))
    return false;
  recovery_trial_set_hex(entry, "object", digest, 32);
  fidotool_json_set_text(entry, "station_key", vkey);
  fidotool_json_set_text(entry, "rp_id", found->rp_id);
  fidotool_json_set_text(entry, "origin", found->rp_origin);
  return recovery_trial_append(trial, g_steal_pointer(&entry), error);
}

static bool
finish(RecoveryTrial *trial, FidotoolJson *answer, GError **error)
{
  RecoveryStation *station = trial->station;
  RecoveryFound *found = station->found;
  g_autofree char *pem = recovery_found_draft_pem(found->roots);
  g_autoptr(GBytes) pem_bytes = g_bytes_new(pem, strlen(pem));

  /* The anchors first: a station without them judges nobody. */
  if (!station->config.hooks.save("roots.pem", pem_bytes,
                                  station->config.hooks.data, error) ||
      !recovery_submit_group(trial, record_init, NULL, error))
    return false;
  fidotool_json_set_int(answer, "seq", 0);
  g_clear_pointer(&station->found, recovery_found_free);
  return recovery_found_trust_fill(trial, answer, error);
}

/* The draft may have been changed since this statement was made: a key, the
 * policy, another officer's signature. */
static bool
is_unchanged(RecoveryTrial *trial)
{
  static const char *const moving[] = {"iat", "exp", "nonce"};
  g_autoptr(FidotoolJson) then = fidotool_json_copy(trial->statement);
  g_autoptr(FidotoolJson) now = init_statement(trial, NULL);
  g_autofree char *then_text = NULL, *now_text = NULL;

  if (now == NULL)
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(moving); i++) {
    fidotool_json_remove(then, moving[i]);
    fidotool_json_remove(now, moving[i]);
  }
  then_text = recovery_jcs_write(then, NULL, NULL);
  now_text = recovery_jcs_write(now, NULL, NULL);
  return g_strcmp0(then_text, now_text) == 0;
}

static RecoveryRefusal *
refuse_init(RecoveryTrial *trial)
{
  RecoveryFound *found = trial->station->found;
  const char *nonce = fidotool_json_get_text(trial->statement, "nonce");
  const RecoveryPending *pending =
      g_hash_table_lookup(trial->station->pending, nonce);
  g_autofree char *then = NULL;

  then = pending == NULL ? NULL : fidotool_json_write(pending->request, NULL);
  if (then == NULL || strcmp(then, trial->line) != 0)
    return recovery_refusal_new("statement-unknown",
                                "This station did not hand out this statement.",
                                "Ask for a new statement and sign that.");
  for (unsigned i = 0; i < found->signatures->len; i++) {
    const RecoveryFoundSignature *before =
        g_ptr_array_index(found->signatures, i);

    if (strcmp(before->person, trial->actor) == 0)
      return recovery_refusal_new("two-people", "This officer signed already.",
                                  "Another founding officer.");
  }
  if (!is_unchanged(trial))
    return recovery_refusal_new(
        "changed",
        "The draft is not the one this statement was made from, or another "
        "officer signed since.",
        "Ask for a new statement and sign that.");
  if (pending->until_ms < trial->now.now_ms)
    return recovery_refusal_new("statement-expired",
                                "The statement is older than 15 minutes.",
                                "Ask for a new statement and sign that.");
  return NULL;
}

static void
keep_signature(RecoveryTrial *trial)
{
  RecoveryFoundSignature *signature = g_new0(RecoveryFoundSignature, 1);
  GBytes *machine_key = trial->machine->key_bytes;

  signature->person = g_strdup(trial->actor);
  signature->stmt_line = g_strdup(trial->line);
  signature->sig = g_bytes_ref(trial->sig);
  signature->machine_sig = g_bytes_ref(trial->machine_sig);
  memcpy(signature->cred, trial->key->cred, 32);
  memcpy(signature->stmt, trial->stmt, 32);
  fidotool_bytes_sha256(g_bytes_get_data(machine_key, NULL),
                        g_bytes_get_size(machine_key), signature->machine);
  signature->away =
      strcmp(trial->machine->id, trial->station->found->roster->station) != 0;
  g_ptr_array_add(trial->station->found->signatures, signature);
}

static bool
submit_init(RecoveryTrial *trial, const FidotoolJson *request,
            FidotoolJson **ret_answer, RecoveryRefusal **ret_refusal,
            GError **error)
{
  static const RecoveryDeed init = {.act = "station.init"};
  RecoveryFound *found = trial->station->found;
  unsigned needed = g_strv_length(found->founders);
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  bool away = false;

  if (!recovery_submit_read(trial, request, error))
    return false;
  trial->deed = &init;
  trial->roster = found->roster;
  *ret_refusal = refuse_init(trial);
  if (*ret_refusal != NULL ||
      !recovery_rule_check_signatures(trial, ret_refusal, error))
    return false;
  for (unsigned i = 0; i < found->signatures->len; i++)
    away = away ||
           ((RecoveryFoundSignature *)g_ptr_array_index(found->signatures, i))
               ->away;
  if (found->signatures->len + 1 == needed && !away &&
      strcmp(trial->machine->id, found->roster->station) == 0) {
    *ret_refusal = recovery_refusal_new(
        "change-off-kiosk", "Every officer signed on this station.",
        "This one signs on another machine of the roster.");
    return false;
  }
  keep_signature(trial);
  fidotool_json_set_text(answer, "act", "station.init");
  fidotool_json_set_int(answer, "signatures", found->signatures->len);
  fidotool_json_set_int(answer, "needed", needed);
  if (found->signatures->len == needed && !finish(trial, answer, error)) {
    if (trial->station->found != NULL)
      g_ptr_array_remove_index(found->signatures, needed - 1);
    return false;
  }
  *ret_answer = g_steal_pointer(&answer);
  return true;
}

static RecoveryRefusal *
refuse_founding(const RecoveryTrial *trial)
{
  if (trial->station->model->roster != NULL)
    return recovery_refusal_new("state",
                                "This station was initialised already.",
                                "A change of the roster.");
  if (trial->session->peer != RECOVERY_PEER_ADMIN)
    return recovery_refusal_new("role", "A station is founded by root alone.",
                                "Run it as root.");
  return NULL;
}

bool
recovery_found_propose(RecoveryTrial *trial, FidotoolJson **ret_answer,
                       RecoveryRefusal **ret_refusal, GError **error)
{
  const char *act = fidotool_json_get_text(trial->request, "act");
  bool key = g_strcmp0(act, "roster.key") == 0;

  /* Later keys of staff are no founding (staff-key.c). */
  if (key ? trial->station->model->roster != NULL
          : g_strcmp0(act, "station.init") != 0)
    return false;
  *ret_refusal = refuse_founding(trial);
  if (*ret_refusal != NULL)
    return true;
  if (trial->station->found == NULL) {
    recovery_found_draft_bad(error, NULL,
                             "the founding has not begun: station.found");
    return true;
  }
  *ret_answer = key ? recovery_found_key_propose(trial, ret_refusal)
                    : propose_init(trial, ret_refusal, error);
  return true;
}

bool
recovery_found_submit(RecoveryTrial *trial, const FidotoolJson *request,
                      FidotoolJson **ret_answer, RecoveryRefusal **ret_refusal,
                      GError **error)
{
  const char *act = fidotool_json_get_text(request, "act");
  bool found = g_strcmp0(act, "station.found") == 0;
  bool key = g_strcmp0(act, "roster.key") == 0;

  if (!found && trial->station->model->roster != NULL)
    return false;
  *ret_refusal = refuse_founding(trial);
  if (*ret_refusal != NULL)
    return true;
  if (found)
    (void)recovery_found_draft_begin(trial, request, ret_answer, ret_refusal,
                                     error);
  else if (trial->station->found == NULL)
    recovery_found_draft_bad(error, NULL,
                             "the founding has not begun: station.found");
  else if (key)
    (void)recovery_found_key_submit(trial, request, ret_answer, ret_refusal,
                                    error);
  else if (fidotool_json_get_text(request, "statement") != NULL)
    (void)submit_init(trial, request, ret_answer, ret_refusal, error);
  else
    recovery_found_draft_bad(error, NULL, "this station was not initialised");
  return true;
}
