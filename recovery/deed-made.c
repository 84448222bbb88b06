/* SPDX-License-Identifier: Apache-2.0 */
/* deed-made.c - the new key answers: it makes its credential for our own
 * relying party, tied to the frozen case, and proves that it works. Here too:
 * what a person may do with a code from a notice. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/types.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/statement.h"
#include "recovery/rule.h"

/* Credentials made in one case: the key and a spare. */
#define MADE_MAX 2
/* How long after its issue a key can be contested (governance, 6.1). */
#define CONTEST_MS (7 * 24 * INT64_C(3600000))

static void
challenge_of(const RecoveryCase *of, const char *tag, const uint8_t nonce[16],
             uint8_t ret_challenge[32])
{
  FidotoolPiece pieces[] = {
      {tag, strlen(tag)}, {"", 1}, {of->digest, 32}, {nonce, 16}};

  fidotool_bytes_sha256_of(pieces, 4, ret_challenge);
}

static void
set_base64url(FidotoolJson *object, const char *name, const void *data,
              size_t len)
{
  g_autofree char *text = fidotool_bytes_base64url(data, len);

  fidotool_json_set_text(object, name, text);
}

RecoveryRefusal *
recovery_deed_made_refuse(RecoveryTrial *trial)
{
  RecoveryState to;

  if (!recovery_trial_has_role(trial, NULL))
    return recovery_refusal_new("role-not-active",
                                "No role is active on this connection.",
                                "Staff activate a role with their key first.");
  if (trial->now.now_ms < trial->station->model->last_ms - 120000)
    return recovery_refusal_new(
        "clock", "The station's clock stands before the last event.",
        "Two officers accept the clock, once it is right.");
  if (trial->of == NULL)
    return recovery_refusal_new("case-unknown", "There is no such case.",
                                "fidotool case list shows them.");
  if (!recovery_state_next(trial->of->state, "case.made",
                           RECOVERY_STATE_AWAITING_APPROVAL, &to))
    return recovery_refusal_new("state",
                                "The new key is made right after the case "
                                "was submitted, and not in this state.",
                                "fidotool case acts shows what is open now.");
  if (trial->of->approvals->len > 0)
    return recovery_refusal_new("made-after-approval",
                                "The case has an approval already; it names "
                                "the credential that was there.",
                                "Amend the case, and submit it again.");
  if (trial->of->made->len >= MADE_MAX)
    return recovery_refusal_new("made-already",
                                "The new key and its spare were made.",
                                "Go on to the approvals.");
  return NULL;
}

/* Keys this person has or had: none of them may come back as the new one. */
static FidotoolJson *
exclude_list(RecoveryTrial *trial)
{
  FidotoolJson *list = fidotool_json_new_array();
  GHashTableIter iter;
  void *value;

  g_hash_table_iter_init(&iter, trial->station->model->keys);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryModelKey *key = value;
    g_autofree char *id = NULL;
    uint8_t salt[32];
    g_autoptr(GBytes) bytes = NULL;

    if (strcmp(key->sub, trial->of->sub) != 0 ||
        !recovery_vault_open(trial->station->vault, key->cred, salt, &id, NULL))
      continue;
    bytes = fidotool_bytes_unbase64(id);
    if (bytes != NULL) {
      g_autofree char *text = fidotool_bytes_base64url(
          g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

      fidotool_json_append_text(list, text);
    }
  }
  return list;
}

static FidotoolJson *
creation_options(RecoveryTrial *trial, const uint8_t challenge[32])
{
  const RecoveryModel *model = trial->station->model;
  FidotoolJson *options = fidotool_json_new_object();
  FidotoolJson *user, *algs;
  g_autoptr(FidotoolJson) person =
      recovery_directory_find(trial->station, trial->of->sub);
  const char *name = fidotool_json_get_text(person, "name");

  fidotool_json_set_text(options, "rp_id", model->rp_id);
  fidotool_json_set_text(options, "rp_name", "Keyturn");
  fidotool_json_set_text(options, "origin", model->rp_origin);
  set_base64url(options, "challenge", challenge, 32);
  user = fidotool_json_set(options, "user", fidotool_json_new_object());
  set_base64url(user, "id", trial->of->sub, strlen(trial->of->sub));
  fidotool_json_set_text(user, "name", name == NULL ? trial->of->sub : name);
  fidotool_json_set_text(user, "display_name",
                         name == NULL ? trial->of->sub : name);
  algs = fidotool_json_set(options, "algs", fidotool_json_new_array());
  fidotool_json_append(algs, fidotool_json_new_int(FIDOTOOL_ALG_ES256));
  fidotool_json_append(algs, fidotool_json_new_int(FIDOTOOL_ALG_EDDSA));
  fidotool_json_set_int(options, "uv", 1);
  fidotool_json_set_int(options, "rk", 0);
  fidotool_json_set_int(options, "cred_protect", 2);
  fidotool_json_set_text(options, "attestation", "direct");
  fidotool_json_set(options, "exclude", exclude_list(trial));
  return options;
}

FidotoolJson *
recovery_deed_made_propose(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                           G_GNUC_UNUSED GError **error)
{
  RecoveryPending *pending;
  FidotoolJson *answer, *test;
  g_autofree char *nonce_hex = NULL;
  uint8_t nonce[16], challenge[32];

  *ret_refusal = recovery_deed_made_refuse(trial);
  if (*ret_refusal != NULL)
    return NULL;
  nonce_hex = recovery_trial_random_hex(16);
  (void)fidotool_bytes_unhex(nonce_hex, nonce, 16); /* our own digits */
  pending = g_new0(RecoveryPending, 1);
  pending->request = fidotool_json_copy(trial->request);
  pending->draft = fidotool_json_new_object();
  pending->peer = trial->session->peer;
  pending->session = trial->session;
  pending->until_ms = trial->now.now_ms + RECOVERY_STATEMENT_LIFE_MS;
  g_hash_table_replace(trial->station->pending, g_strdup(nonce_hex), pending);
  answer = fidotool_json_new_object();
  challenge_of(trial->of, "keyturn-made@v1", nonce, challenge);
  fidotool_json_set(answer, "options", creation_options(trial, challenge));
  test = fidotool_json_set(answer, "test", fidotool_json_new_object());
  challenge_of(trial->of, "keyturn-test@v1", nonce, challenge);
  set_base64url(test, "challenge", challenge, 32);
  fidotool_json_set_text(test, "rp_id", trial->station->model->rp_id);
  fidotool_json_set_text(test, "origin", trial->station->model->rp_origin);
  fidotool_json_set_text(answer, "nonce", nonce_hex);
  return answer;
}

/* Everything that submit hands in, read once. */
typedef struct {
  char *nonce_hex;
  GBytes *att, *cdj, *auth_data, *test_cdj, *sig, *cred;
  uint8_t cdh[32], test_cdh[32];
  GBytes *info; /* what the key says of itself; NULL: nothing came */
  RecoveryJudging *judging, *test;
} Answer;

static void
clear_answer(Answer *answer)
{
  g_free(answer->nonce_hex);
  g_clear_pointer(&answer->att, g_bytes_unref);
  g_clear_pointer(&answer->cdj, g_bytes_unref);
  g_clear_pointer(&answer->auth_data, g_bytes_unref);
  g_clear_pointer(&answer->test_cdj, g_bytes_unref);
  g_clear_pointer(&answer->sig, g_bytes_unref);
  g_clear_pointer(&answer->cred, g_bytes_unref);
  g_clear_pointer(&answer->info, g_bytes_unref);
  recovery_judging_free(answer->judging);
  recovery_judging_free(answer->test);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, clear_answer)

static GBytes *
take_member(const FidotoolJson *whole, const char *name)
{
  const FidotoolJson *response = fidotool_json_get(whole, "response");

  return fidotool_bytes_unbase64url(fidotool_json_get_text(response, name));
}

static bool
read_answer(const FidotoolJson *request, Answer *answer)
{
  const FidotoolJson *registration = fidotool_json_get(request, "registration");
  const FidotoolJson *test = fidotool_json_get(request, "test");
  const char *info = fidotool_json_get_text(request, "info");

  answer->info = info == NULL ? NULL : fidotool_bytes_unbase64(info);
  answer->nonce_hex = g_strdup(fidotool_json_get_text(request, "nonce"));
  answer->att = take_member(registration, "attestationObject");
  answer->cdj = take_member(registration, "clientDataJSON");
  answer->auth_data = take_member(test, "authenticatorData");
  answer->test_cdj = take_member(test, "clientDataJSON");
  answer->sig = take_member(test, "signature");
  answer->cred = fidotool_bytes_unbase64url(fidotool_json_get_text(test, "id"));
  if (answer->att == NULL || answer->cdj == NULL || answer->auth_data == NULL ||
      answer->test_cdj == NULL || answer->sig == NULL || answer->cred == NULL)
    return false;
  fidotool_bytes_sha256(g_bytes_get_data(answer->cdj, NULL),
                        g_bytes_get_size(answer->cdj), answer->cdh);
  fidotool_bytes_sha256(g_bytes_get_data(answer->test_cdj, NULL),
                        g_bytes_get_size(answer->test_cdj), answer->test_cdh);
  return true;
}

static FidotoolJson *
judge_options(RecoveryTrial *trial, const char *tag, const uint8_t nonce[16])
{
  FidotoolJson *options = fidotool_json_new_object();
  FidotoolJson *origins, *algs;
  uint8_t challenge[32];

  challenge_of(trial->of, tag, nonce, challenge);
  set_base64url(options, "challenge", challenge, 32);
  origins = fidotool_json_set(options, "origins", fidotool_json_new_array());
  fidotool_json_append_text(origins, trial->station->model->rp_origin);
  fidotool_json_set_text(options, "rp_id", trial->station->model->rp_id);
  fidotool_json_set_int(options, "require_uv", 1);
  fidotool_json_set_int(options, "model_needed", 1);
  algs = fidotool_json_set(options, "algs", fidotool_json_new_array());
  fidotool_json_append(algs, fidotool_json_new_int(FIDOTOOL_ALG_ES256));
  fidotool_json_append(algs, fidotool_json_new_int(FIDOTOOL_ALG_EDDSA));
  return options;
}

static bool
judge_registration(RecoveryTrial *trial, const FidotoolJson *request,
                   Answer *answer, const uint8_t nonce[16],
                   RecoveryRefusal **ret_refusal, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  int64_t at_s = trial->now.now_ms / 1000;
  g_autoptr(GError) trouble = NULL;
  g_autofree char *hex = NULL;

  answer->judging = recovery_judging_ask(
      trial->station, "registration",
      judge_options(trial, "keyturn-made@v1", nonce),
      fidotool_json_copy(fidotool_json_get(request, "registration")), NULL,
      at_s, ret_refusal, error);
  if (answer->judging == NULL)
    return false;
  hex = fidotool_bytes_hex(answer->judging->cred, 32);
  if (recovery_model_key(model, hex) != NULL) {
    *ret_refusal = recovery_refusal_new(
        "registration/R23", "This credential was registered here before.",
        "A new key.");
    return false;
  }
  *ret_refusal = recovery_rule_issue(trial, &answer->judging->facts, &trouble);
  if (trouble == NULL)
    return *ret_refusal == NULL;
  g_propagate_error(error, g_steal_pointer(&trouble));
  return false;
}

static bool
judge_test(RecoveryTrial *trial, const FidotoolJson *request, Answer *answer,
           const uint8_t nonce[16], RecoveryRefusal **ret_refusal,
           GError **error)
{
  const FidotoolJson *made = answer->judging->answer;
  FidotoolJson *stored = fidotool_json_new_object();

  fidotool_json_set_text(stored, "public_key",
                         fidotool_json_get_text(made, "public_key"));
  fidotool_json_set_int(stored, "sign_count",
                        fidotool_json_get_int(made, "sign_count", 0));
  fidotool_json_set_int(stored, "be", answer->judging->facts.be);
  answer->test = recovery_judging_ask(
      trial->station, "assertion",
      judge_options(trial, "keyturn-test@v1", nonce),
      fidotool_json_copy(fidotool_json_get(request, "test")), stored,
      trial->now.now_ms / 1000, ret_refusal, error);
  if (answer->test == NULL)
    return false;
  if (memcmp(answer->test->cred, answer->judging->cred, 32) == 0)
    return true;
  *ret_refusal = recovery_refusal_new(
      "assertion/A1", "The test was answered by another credential.",
      "The same key answers both.");
  return false;
}

/* Said to whoever stands there; nothing is decided by it. */
static void
add_advisories(RecoveryTrial *trial, const FidotoolJson *answer)
{
  const FidotoolJson *advisories = fidotool_json_get(answer, "advisories");

  if (fidotool_json_size(advisories) > 0)
    fidotool_json_set(trial->done, "advisories",
                      fidotool_json_copy(advisories));
}

/* A class that only had to do, for want of a better one: for ever so. */
static void
mark_restricted(const RecoveryTrial *trial, const RecoveryPolicyFacts *facts,
                FidotoolJson *entry)
{
  if (!recovery_policy_is_restricted(trial->station->model->policy, facts,
                                     trial->now.now_ms / 1000))
    return;
  fidotool_json_set_int(entry, "weaker", 1);
  fidotool_json_set_text(entry, "why", "restricted-class");
}

static bool
record_made(RecoveryTrial *trial, void *data, GError **error)
{
  const Answer *answer = data;
  RecoveryStore *store = trial->station->store;
  g_autoptr(GBytes) registration =
      recovery_judging_registration(answer->att, answer->cdh, answer->cdj);
  g_autoptr(GBytes) assertion =
      recovery_judging_assertion(answer->auth_data, answer->test_cdh,
                                 answer->test_cdj, answer->sig, answer->cred);
  FidotoolJson *entry =
      recovery_trial_entry("case.made", trial->of, trial->of->state);
  uint8_t digest[32];

  g_autoptr(FidotoolJson) taken = entry;
  if (!recovery_store_put_object(store, "registration", registration, digest,
                                 error))
    return false;
  recovery_trial_set_hex(entry, "registration", digest, 32);
  if (!recovery_judgement_keep(trial, answer->judging, digest, answer->info,
                               entry, error) ||
      !recovery_store_put_object(store, "assertion", assertion, digest, error))
    return false;
  recovery_trial_set_hex(entry, "assertion", digest, 32);
  recovery_trial_set_hex(entry, "cred", answer->judging->cred, 32);
  fidotool_json_set_text(entry, "aaguid", answer->judging->facts.aaguid);
  fidotool_json_set_text(entry, "nonce", answer->nonce_hex);
  mark_restricted(trial, &answer->judging->facts, entry);
  add_advisories(trial, answer->judging->answer);
  return recovery_vault_keep(
             trial->station->vault, trial->of->sub, answer->judging->cred,
             fidotool_json_get_text(answer->judging->answer, "cred"),
             trial->now.now_ms / 1000 + 10 * 365 * INT64_C(86400), error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error);
}

/* What a key or the judge worker did wrong is an event too. */
static bool
record_failure(RecoveryTrial *trial, void *data, GError **error)
{
  const RecoveryRefusal *refusal = data;
  FidotoolJson *entry =
      recovery_trial_entry("case.made", trial->of, trial->of->state);

  fidotool_json_set_text(entry, "out", refusal == NULL ? "error" : "denied");
  fidotool_json_set_text(entry, "why",
                         refusal == NULL ? "judge-worker" : refusal->rule);
  return recovery_trial_append(trial, entry, error);
}

static bool
judge_and_record(RecoveryTrial *trial, const FidotoolJson *request,
                 Answer *answer, const uint8_t nonce[16],
                 RecoveryRefusal **ret_refusal, GError **error)
{
  g_autoptr(GError) trouble = NULL;

  if (judge_registration(trial, request, answer, nonce, ret_refusal,
                         &trouble) &&
      judge_test(trial, request, answer, nonce, ret_refusal, &trouble))
    return recovery_submit_group(trial, record_made, answer, error);
  /* The answer stays what it is, recorded or not. */
  (void)recovery_submit_group(trial, record_failure, *ret_refusal, NULL);
  if (trouble != NULL)
    g_propagate_error(error, g_steal_pointer(&trouble));
  return false;
}

bool
recovery_deed_made_submit(RecoveryTrial *trial, const FidotoolJson *request,
                          RecoveryRefusal **ret_refusal, GError **error)
{
  g_auto(Answer) answer = {0};
  const RecoveryPending *pending;
  uint8_t nonce[16];

  *ret_refusal = recovery_deed_made_refuse(trial);
  if (*ret_refusal != NULL)
    return false;
  if (!read_answer(request, &answer) ||
      !fidotool_bytes_unhex(answer.nonce_hex, nonce, 16)) {
    *ret_refusal = recovery_refusal_new(
        "registration/R1", "The key's answer is incomplete.",
        "A registration and a test assertion, as WebAuthn JSON.");
    return false;
  }
  pending = g_hash_table_lookup(trial->station->pending, answer.nonce_hex);
  if (pending == NULL || pending->until_ms < trial->now.now_ms ||
      pending->peer != trial->session->peer ||
      g_strcmp0(fidotool_json_get_text(pending->request, "case"),
                trial->of->id) != 0) {
    *ret_refusal = recovery_refusal_new(
        "statement-unknown", "These creation options are not ours, or too old.",
        "Ask for new ones.");
    return false;
  }
  if (!judge_and_record(trial, request, &answer, nonce, ret_refusal, error))
    return false;
  g_hash_table_remove(trial->station->pending, answer.nonce_hex);
  return true;
}

/* Codes */

static bool
record_code(RecoveryTrial *trial, void *data, GError **error)
{
  const char *act = data;
  bool contest = strcmp(act, "case.contest") == 0;
  FidotoolJson *entry = recovery_trial_entry(act, NULL, RECOVERY_STATE_NONE);
  g_autoptr(FidotoolJson) taken = entry;
  bool issued = trial->of->state == RECOVERY_STATE_ISSUED;

  fidotool_json_set_text(entry, "method", "code");
  if (!recovery_trial_in_case(trial, entry,
                              contest ? RECOVERY_STATE_CONTESTED
                                      : RECOVERY_STATE_WITHDRAWN,
                              error) ||
      !recovery_trial_append(trial, g_steal_pointer(&taken), error))
    return false;
  for (unsigned i = 0; contest && issued && i < trial->of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(trial->of->made, i);
    g_autofree char *hex = fidotool_bytes_hex(made->cred, 32);

    if (!recovery_effect_key(trial, "key.suspend", trial->of, hex, error))
      return false;
  }
  return recovery_effect_notice(trial, trial->of,
                                contest ? "contested" : "withdrawn", error);
}

bool
recovery_deed_code_submit(RecoveryTrial *trial, const FidotoolJson *request,
                          RecoveryRefusal **ret_refusal, GError **error)
{
  const char *act = fidotool_json_get_text(request, "act");
  const char *named = fidotool_json_get_text(request, "case");
  RecoveryState to;

  trial->of =
      recovery_effect_code(trial, fidotool_json_get_text(request, "code"));
  if (trial->of == NULL ||
      (named != NULL && strcmp(named, trial->of->id) != 0)) {
    *ret_refusal = recovery_refusal_new(
        "code", "This is not a code of a notice about this case.",
        "The 32 digits behind \"Contest code\", as they stand there.");
    return false;
  }
  if (!recovery_state_next(trial->of->state, act,
                           strcmp(act, "case.contest") == 0
                               ? RECOVERY_STATE_CONTESTED
                               : RECOVERY_STATE_WITHDRAWN,
                           &to)) {
    *ret_refusal = recovery_refusal_new(
        "state", "The case is past the point where this helps.",
        "Go to the help desk, with somebody who knows you.");
    return false;
  }
  if (trial->of->state == RECOVERY_STATE_ISSUED &&
      trial->now.now_ms - trial->of->issued_ms > CONTEST_MS) {
    *ret_refusal = recovery_refusal_new(
        "contest-late", "The key was issued more than seven days ago.",
        "Go to the help desk, with somebody who knows you.");
    return false;
  }
  if (trial->of->contests_rejected > 0) {
    *ret_refusal = recovery_refusal_new(
        "contested-before",
        "A contest of this case was looked at and rejected; a code alone no "
        "longer stops it.",
        "Go to the help desk; a security officer is told.");
    return false;
  }
  return recovery_submit_group(trial, record_code, (void *)act, error);
}
