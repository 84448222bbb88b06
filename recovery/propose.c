/* SPDX-License-Identifier: Apache-2.0 */
/* propose.c - step one: what is wanted becomes a statement, with the openings
 * behind its digests. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"
#include "recovery/rule.h"
#include "recovery/staff-key.h"

/* Statements that may be out at a time: in all, and of one connection, whose
 * oldest gives way to the next. */
#define PENDING_MAX 1024
#define PENDING_OF_ONE 32

FidotoolJson *
recovery_propose_statement(RecoveryTrial *trial, GError **error)
{
  const RecoveryStation *station = trial->station;
  const RecoveryModel *model = station->model;
  g_autoptr(FidotoolJson) statement = fidotool_json_new_object();
  g_autofree char *nonce = recovery_trial_random_hex(16);
  uint8_t genesis[32], root[32];

  (void)recovery_record_genesis(station->record, genesis); /* it has a roster */
  recovery_record_root(station->record, root);
  fidotool_json_set_int(statement, "v", 1);
  fidotool_json_set_text(statement, "act", trial->deed->act);
  fidotool_json_set_text(statement, "log", model->origin);
  fidotool_json_set_int(statement, "head_size",
                        recovery_record_size(station->record));
  recovery_trial_set_hex(statement, "head_root", root, 32);
  recovery_trial_set_hex(statement, "genesis", genesis, 32);
  fidotool_json_set_text(statement, "station", model->station);
  fidotool_json_set_text(statement, "actor", trial->actor);
  recovery_trial_set_hex(statement, "policy", model->policy_digest, 32);
  fidotool_json_set_text(statement, "policy_id",
                         recovery_policy_id(model->policy));
  fidotool_json_set_int(statement, "policy_version",
                        recovery_policy_version(model->policy));
  recovery_trial_set_time(statement, "iat", trial->now.now_ms);
  recovery_trial_set_time(statement, "exp",
                          trial->now.now_ms + RECOVERY_STATEMENT_LIFE_MS);
  fidotool_json_set_text(statement, "nonce", nonce);
  if (!trial->deed->fill(trial, statement, error))
    return NULL;
  return g_steal_pointer(&statement);
}

static void
drop_old(RecoveryTrial *trial)
{
  GHashTableIter iter;
  void *value;

  g_hash_table_iter_init(&iter, trial->station->pending);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryPending *pending = value;

    if (pending->until_ms < trial->now.now_ms)
      g_hash_table_iter_remove(&iter);
  }
}

/* One connection cannot keep the others from proposing. */
static void
make_room(RecoveryTrial *trial)
{
  GHashTableIter iter;
  void *key, *value, *oldest = NULL;
  int64_t until_ms = INT64_MAX;
  unsigned n = 0;

  g_hash_table_iter_init(&iter, trial->station->pending);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    const RecoveryPending *pending = value;

    if (pending->session != trial->session)
      continue;
    n++;
    if (pending->until_ms < until_ms) {
      until_ms = pending->until_ms;
      oldest = key;
    }
  }
  if (n >= PENDING_OF_ONE)
    g_hash_table_remove(trial->station->pending, oldest);
}

/* The statement and its nonce are durable before they are handed out. */
static bool
store_statement(RecoveryTrial *trial, const char *nonce_hex, const char *line,
                size_t len, GError **error)
{
  RecoveryStore *store = trial->station->store;
  g_autoptr(GBytes) body = g_bytes_new(line, len);
  uint8_t nonce[16], stmt[32];

  (void)fidotool_bytes_unhex(nonce_hex, nonce, 16); /* our own digits */
  if (!recovery_store_begin(store, error))
    return false;
  if (recovery_store_put_statement(store, body, stmt, error) &&
      recovery_store_put_nonce(store, nonce, stmt, error))
    return recovery_store_commit(store, error);
  recovery_store_rollback(store);
  return false;
}

static void
keep_pending(RecoveryTrial *trial, const char *nonce, FidotoolJson *draft)
{
  RecoveryPending *pending = g_new0(RecoveryPending, 1);

  pending->request = fidotool_json_copy(trial->request);
  pending->draft = draft;
  pending->files = trial->files;
  pending->peer = trial->session->peer;
  pending->session = trial->session;
  pending->until_ms = trial->now.now_ms + RECOVERY_STATEMENT_LIFE_MS;
  g_hash_table_replace(trial->station->pending, g_strdup(nonce), pending);
}

/* The first of two signatures, where there is one to follow. */
const RecoveryModelProposed *
recovery_propose_first(RecoveryTrial *trial)
{
  static const struct {
    const char *act, *text;
  } changes[] = {
      {"roster.change", "roster"},
      {"roster.machine", "roster"},
      {"policy.load", "policy"},
      {"base.load", "base"},
      {"trust.load", "trust"},
      {"exception.grant", "exception"},
  };
  const char *act = trial->deed->act;
  g_autofree char *digest = NULL;
  const char *about = trial->of == NULL ? NULL : trial->of->id;
  const RecoveryModel *model = trial->station->model;
  const RecoveryModelProposed *first;

  for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
    const char *text = fidotool_json_get_text(trial->request, changes[i].text);

    if (strcmp(changes[i].act, act) != 0 || text == NULL)
      continue;
    digest = fidotool_bytes_sha256_hex(text, strlen(text));
    about = digest;
  }
  first = recovery_model_proposed(model, act, about, trial->now.now_ms);
  /* What the first signature says of a policy was said beside another. */
  if (first != NULL && strcmp(act, "policy.load") == 0 &&
      memcmp(first->policy, model->policy_digest, 32) != 0)
    return NULL;
  return first;
}

bool
recovery_propose_ready(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                       GError **error)
{
  if (strcmp(trial->deed->act, "roster.enrol") != 0)
    return true;
  return recovery_staff_key_find(trial, ret_refusal, error);
}

static FidotoolJson *
answer_of(RecoveryTrial *trial, const FidotoolJson *statement, const char *line,
          GError **error)
{
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  FidotoolJson *openings = recovery_opening_make(trial, statement, error);
  FidotoolJson *signers, *warnings;

  if (openings == NULL)
    return NULL;
  fidotool_json_set(answer, "openings", openings);
  signers = recovery_opening_signers(trial, error);
  if (signers == NULL)
    return NULL;
  fidotool_json_set(answer, "signers", signers);
  warnings = recovery_rule_directory_warnings(
      trial, recovery_rule_staffing_warnings(trial));
  if (warnings != NULL)
    fidotool_json_set(answer, "warnings", warnings);
  fidotool_json_set_text(answer, "statement", line);
  fidotool_json_set_text(answer, "rp_id", recovery_trial_approval_rp_id(trial));
  return g_steal_pointer(&answer);
}

/* Statement, openings, then the nonce is kept: nothing before all is there. */
static FidotoolJson *
make_answer(RecoveryTrial *trial, FidotoolJson *draft, GError **error)
{
  g_autoptr(FidotoolJson) taken = draft;
  g_autoptr(FidotoolJson) statement = recovery_propose_statement(trial, error);
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *line = NULL;
  const char *nonce;
  size_t len;

  if (statement == NULL || !recovery_statement_check(statement, error))
    return NULL;
  line = recovery_jcs_write(statement, &len, error);
  if (line == NULL)
    return NULL;
  answer = answer_of(trial, statement, line, error);
  nonce = fidotool_json_get_text(statement, "nonce");
  if (answer == NULL || !store_statement(trial, nonce, line, len, error))
    return NULL;
  keep_pending(trial, nonce, g_steal_pointer(&taken));
  return g_steal_pointer(&answer);
}

FidotoolJson *
recovery_propose_run(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                     GError **error)
{
  const char *act = fidotool_json_get_text(trial->request, "act");

  drop_old(trial);
  make_room(trial);
  if (g_hash_table_size(trial->station->pending) >= PENDING_MAX) {
    *ret_refusal = recovery_refusal_new(
        "busy", "Too many statements are waiting for a signature.",
        "Wait: each lives 15 minutes.");
    return NULL;
  }
  if (g_strcmp0(act, "case.made") == 0)
    return recovery_deed_made_propose(trial, ret_refusal, error);
  if (g_strcmp0(act, "roster.key") == 0)
    return recovery_staff_key_propose(trial, ret_refusal);
  trial->deed = recovery_deed_find(act);
  if (trial->deed == NULL && act != NULL && recovery_act_find(act) != NULL) {
    FidotoolJson *text =
        recovery_message_new("Not yet: this version does not carry out {act}.");

    recovery_message_put_text(text, "act", act);
    *ret_refusal = recovery_refusal_say(
        "not-yet", text, recovery_message_new("A later version."));
    return NULL;
  }
  if (trial->deed == NULL || trial->deed->fill == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "there is nothing to propose for %s",
                act == NULL ? "a request without an act" : act);
    return NULL;
  }
  trial->first = recovery_propose_first(trial);
  if (!recovery_propose_ready(trial, ret_refusal, error) ||
      !recovery_rule_check(trial, ret_refusal, error))
    return NULL;
  {
    FidotoolJson *answer = make_answer(trial, trial->draft, error);

    trial->draft = NULL; /* taken */
    return answer;
  }
}
