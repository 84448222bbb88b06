/* SPDX-License-Identifier: Apache-2.0 */
/* point-challenge.c - that the key is in the person's hand now: a challenge is
 * handed out, for one person and one caller, once, for a few minutes; the judge
 * worker checks what the key answers over our own relying party. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/time.h"
#include "recovery/format/words.h"
#include "recovery/point-private.h"

#define LIFE_MS (3 * 60 * INT64_C(1000))
/* Not answered yet: of one caller, and of all. */
#define CALLER_MAX 256
#define ALL_MAX 4096

typedef RecoveryPointQuestion Question;
typedef RecoveryPointChallenge Challenge;

/* ---- handed out ---- */

static gboolean
is_over(G_GNUC_UNUSED void *name, void *value, void *data)
{
  return ((const Challenge *)value)->until_ms <= *(const int64_t *)data;
}

static guint
count_of(RecoveryPoint *point, const RecoveryCaller *caller)
{
  GHashTableIter iter;
  void *value;
  guint n = 0;

  g_hash_table_iter_init(&iter, point->challenges);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    n += ((const Challenge *)value)->caller == caller;
  return n;
}

/* The credential id behind its hash, base64url; NULL where it was erased. */
static char *
open_id(RecoveryStation *station, const uint8_t cred[32])
{
  g_autofree char *text = NULL;
  g_autoptr(GBytes) id = NULL;
  uint8_t salt[32];

  if (!recovery_vault_open(station->vault, cred, salt, &text, NULL))
    return NULL;
  id = fidotool_bytes_unbase64(text);
  return id == NULL ? NULL
                    : fidotool_bytes_base64url(g_bytes_get_data(id, NULL),
                                               g_bytes_get_size(id));
}

static FidotoolJson *
list_allowed(RecoveryStation *station, const char *sub)
{
  FidotoolJson *list = fidotool_json_new_array();
  GHashTableIter iter;
  void *value;

  g_hash_table_iter_init(&iter, station->model->keys);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryModelKey *key = value;
    g_autofree char *id = NULL;
    FidotoolJson *row;

    if (strcmp(key->sub, sub) != 0 || key->state != RECOVERY_KEY_ACTIVE)
      continue;
    id = open_id(station, key->cred);
    if (id == NULL)
      continue;
    row = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(row, "type", "public-key");
    fidotool_json_set_text(row, "id", id);
  }
  return list;
}

static FidotoolJson *
new_options(RecoveryStation *station, const char *text, const char *sub)
{
  FidotoolJson *options = fidotool_json_new_object();

  fidotool_json_set_text(options, "challenge", text);
  fidotool_json_set_text(options, "rpId", station->model->rp_id);
  fidotool_json_set_int(options, "timeout", LIFE_MS);
  fidotool_json_set_text(options, "userVerification", "preferred");
  fidotool_json_set(options, "allowCredentials", list_allowed(station, sub));
  return options;
}

FidotoolJson *
recovery_point_challenge_make(RecoveryTrial *trial, const char *sub)
{
  RecoveryPoint *point = recovery_point_of(trial->station);
  const RecoveryCaller *caller = trial->session->caller;
  int64_t now_ms = trial->now.now_ms;
  g_autofree char *hex = NULL, *text = NULL;
  FidotoolJson *answer;
  Challenge *challenge;
  uint8_t bytes[32];

  (void)g_hash_table_foreach_remove(point->challenges, is_over, &now_ms);
  if (count_of(point, caller) >= CALLER_MAX ||
      g_hash_table_size(point->challenges) >= ALL_MAX)
    return NULL;
  hex = recovery_trial_random_hex(32);
  (void)fidotool_bytes_unhex(hex, bytes, 32); /* our own digits */
  text = fidotool_bytes_base64url(bytes, 32);
  challenge = g_new0(Challenge, 1);
  challenge->caller = caller;
  challenge->sub = g_strdup(sub);
  challenge->made_ms = now_ms;
  challenge->until_ms = now_ms + LIFE_MS;
  g_hash_table_insert(point->challenges, g_strdup(text), challenge);
  answer = fidotool_json_new_object();
  fidotool_json_set(answer, "publicKey",
                    new_options(trial->station, text, sub));
  fidotool_json_set_text(answer, "origin", trial->station->model->rp_origin);
  recovery_trial_set_time(answer, "until", challenge->until_ms);
  return answer;
}

/* ---- answered ---- */

/* It is spent, whatever the answer is; that of another caller is not theirs to
 * spend. */
static bool
spend(Question *question)
{
  RecoveryTrial *trial = question->trial;
  RecoveryPoint *point = recovery_point_of(trial->station);
  const char *text = question->ask.challenge;
  const Challenge *found = g_hash_table_lookup(point->challenges, text);
  bool ok = found != NULL && found->caller == question->caller;
  bool in_time = ok && trial->now.now_ms < found->until_ms &&
                 trial->now.now_ms >= found->made_ms;
  bool theirs = ok && strcmp(found->sub, question->sub) == 0;

  if (ok) {
    question->proved_ms = found->made_ms;
    g_hash_table_remove(point->challenges, text);
  }
  if (!ok)
    return recovery_point_wrong(question,
                                "context.challenge: was not handed out to this "
                                "caller, or was used before");
  if (!in_time)
    return recovery_point_wrong(question, "context.challenge: is over");
  return theirs || recovery_point_wrong(
                       question, "context.challenge: is for another person");
}

static FidotoolJson *
new_expectations(const Question *question)
{
  const RecoveryModel *model = question->trial->station->model;
  FidotoolJson *options = fidotool_json_new_object();
  FidotoolJson *origins =
      fidotool_json_set(options, "origins", fidotool_json_new_array());

  fidotool_json_append_text(origins, model->rp_origin);
  fidotool_json_set_text(options, "challenge", question->ask.challenge);
  fidotool_json_set_text(options, "rp_id", model->rp_id);
  fidotool_json_set_int(options, "require_uv", 0);
  fidotool_json_set_int(options, "user_known", 1);
  return options;
}

static FidotoolJson *
new_stored(const Question *question, const RecoveryPointFacts *facts)
{
  FidotoolJson *stored = fidotool_json_new_object();
  g_autofree char *user =
      fidotool_bytes_base64(question->sub, strlen(question->sub));

  fidotool_json_set_text(stored, "public_key", facts->public_key);
  fidotool_json_set_text(stored, "user", user);
  fidotool_json_set_int(stored, "sign_count", facts->sign_count);
  fidotool_json_set_int(stored, "be", facts->be);
  return stored;
}

/* ---- one assertion for all questions of a request ---- */

void
recovery_point_challenge_forget(RecoveryPointProof *proof)
{
  g_free(proof->challenge);
  g_free(proof->assertion);
  g_free(proof->sub);
  g_free(proof->cred);
  *proof = (RecoveryPointProof){0};
}

static void
remember(const Question *question)
{
  RecoveryPointProof *proof =
      &recovery_point_of(question->trial->station)->proof;

  recovery_point_challenge_forget(proof);
  *proof = (RecoveryPointProof){
      .challenge = g_strdup(question->ask.challenge),
      .assertion = fidotool_json_write(question->ask.assertion, NULL),
      .sub = g_strdup(question->sub),
      .cred = g_strdup(question->cred),
      .uv = question->uv,
      .bs = question->bs,
      .proved_ms = question->proved_ms};
}

/* It was judged for the question before, of this very request. */
static bool
was_judged(Question *question)
{
  const RecoveryPointProof *proof =
      &recovery_point_of(question->trial->station)->proof;
  g_autofree char *text = fidotool_json_write(question->ask.assertion, NULL);

  if (g_strcmp0(proof->challenge, question->ask.challenge) != 0 ||
      strcmp(proof->assertion, text) != 0 ||
      strcmp(proof->sub, question->sub) != 0 ||
      strcmp(proof->cred, question->cred) != 0)
    return false;
  question->proved = true;
  question->uv = proof->uv;
  question->bs = proof->bs;
  question->proved_ms = proof->proved_ms;
  return true;
}

static bool
take_verdict(Question *question, const RecoveryJudging *judging)
{
  g_autofree char *hex = fidotool_bytes_hex(judging->cred, 32);

  if (strcmp(hex, question->cred) != 0)
    return recovery_point_wrong(question,
                                "context.assertion: is of another key");
  question->proved = true;
  question->uv = judging->facts.uv;
  question->bs = judging->facts.bs;
  remember(question);
  return true;
}

bool
recovery_point_challenge_judge(Question *question)
{
  RecoveryTrial *trial = question->trial;
  const RecoveryModelKey *key =
      recovery_model_key(trial->station->model, question->cred);
  const RecoveryPointFacts *facts;
  g_autoptr(RecoveryRefusal) refusal = NULL;
  g_autoptr(RecoveryJudging) judging = NULL;
  g_autoptr(GError) error = NULL;

  if (was_judged(question))
    return true;
  if (!spend(question))
    return false;
  facts = recovery_point_facts(trial, key, &error);
  if (facts == NULL)
    return recovery_point_wrong(question, "context.key: %s", error->message);
  if (facts->facts == NULL)
    return recovery_point_wrong(question, "context.key: %s", facts->why);
  judging = recovery_judging_ask(
      trial->station, "assertion", new_expectations(question),
      fidotool_json_copy(question->ask.assertion), new_stored(question, facts),
      trial->now.now_ms / 1000, &refusal, &error);
  if (judging != NULL)
    return take_verdict(question, judging);
  return recovery_point_wrong(question, "context.assertion: %s",
                              refusal != NULL ? refusal->text : error->message);
}
