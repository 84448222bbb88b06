/* SPDX-License-Identifier: Apache-2.0 */
/* assertion.c - the rows of WebAuthn Level 3, 7.2. */
#include "fidotool/judge/assertion.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/client-checks.h"
#include "fidotool/types.h"

/* Longest credential id, and user handle. */
#define ID_MAX 1023
#define HANDLE_MAX 64

static const FidotoolJson *
find_inner(const FidotoolCeremony *ceremony)
{
  const FidotoolJson *inner = fidotool_json_get(ceremony->response, "response");

  return inner != NULL ? inner : ceremony->response;
}

static const char *
read_envelope(FidotoolCeremony *ceremony, const FidotoolJson *inner)
{
  const FidotoolJson *response = ceremony->response;
  const FidotoolJson *handle = fidotool_json_get(inner, "userHandle");
  const char *id = fidotool_json_get_text(response, "id");
  const char *raw_id = fidotool_json_get_text(response, "rawId");

  if (g_strcmp0(fidotool_json_get_text(response, "type"), "public-key") != 0)
    return "its type is not \"public-key\"";
  if (id == NULL || raw_id == NULL || strcmp(id, raw_id) != 0)
    return "id and rawId are missing, or differ";
  ceremony->raw_id =
      fidotool_ceremony_bytes(ceremony, response, "rawId", ID_MAX);
  ceremony->client_json = fidotool_ceremony_bytes(
      ceremony, inner, "clientDataJSON", FIDOTOOL_CLIENT_DATA_MAX);
  if (ceremony->raw_id == NULL || ceremony->client_json == NULL)
    return "rawId or clientDataJSON is missing, too long or not base64url";
  if (fidotool_json_type(handle) == FIDOTOOL_JSON_NULL)
    return NULL;
  ceremony->user_handle =
      fidotool_ceremony_bytes(ceremony, inner, "userHandle", HANDLE_MAX);
  return ceremony->user_handle == NULL ? "userHandle is not base64url" : NULL;
}

/* The parts, and whether this credential was asked for. */
static const char *
read_response(FidotoolCeremony *ceremony)
{
  const FidotoolJson *inner = find_inner(ceremony);
  const char *why = NULL;

  ceremony->auth_bytes = fidotool_ceremony_bytes(
      ceremony, inner, "authenticatorData", FIDOTOOL_CEREMONY_OBJECT_MAX);
  ceremony->sig = fidotool_ceremony_bytes(ceremony, inner, "signature",
                                          FIDOTOOL_CEREMONY_SIGNATURE_MAX);
  if (ceremony->auth_bytes == NULL || ceremony->sig == NULL)
    return "authenticatorData or signature is missing, too long or not "
           "base64url";
  if (!fidotool_auth_data_head(fidotool_ceremony_slice(ceremony->auth_bytes),
                               &ceremony->auth))
    return "authenticatorData is shorter than 37 bytes";
  if (ceremony->options->has_hash)
    ceremony->raw_id = fidotool_ceremony_bytes(ceremony, ceremony->response,
                                               "id", ID_MAX); /* may be none */
  else
    why = read_envelope(ceremony, inner);
  ceremony->verdict->has_auth_data = why == NULL;
  ceremony->verdict->flags = ceremony->auth.flags;
  ceremony->verdict->sign_count = ceremony->auth.sign_count;
  return why;
}

static bool
is_allowed(const FidotoolCeremony *ceremony)
{
  const GPtrArray *allowed = ceremony->options->allowed;

  for (guint i = 0; i < allowed->len; i++)
    if (g_bytes_equal(g_ptr_array_index(allowed, i), ceremony->raw_id))
      return true;
  return allowed->len == 0;
}

static FidotoolOutcome
check_response(FidotoolCeremony *ceremony)
{
  const FidotoolStored *stored = ceremony->stored;
  const char *why = NULL;

  ceremony->detail = read_response(ceremony);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  if (ceremony->raw_id == NULL)
    return FIDOTOOL_OUTCOME_PASS;
  ceremony->verdict->id = g_bytes_ref(ceremony->raw_id);
  if (stored->id != NULL && !g_bytes_equal(stored->id, ceremony->raw_id))
    why = "it is not the stored credential";
  else if (!is_allowed(ceremony))
    why = "this credential was not asked for";
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_known_user(FidotoolCeremony *ceremony)
{
  const FidotoolStored *stored = ceremony->stored;

  if (stored->user == NULL || !ceremony->options->user_known)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, ceremony->user_handle == NULL ||
                        g_bytes_equal(ceremony->user_handle, stored->user)
                    ? NULL
                    : "the user handle is another one's");
}

static FidotoolOutcome
check_named_user(FidotoolCeremony *ceremony)
{
  const FidotoolStored *stored = ceremony->stored;
  const char *why = NULL;

  if (stored->user == NULL || ceremony->options->user_known)
    return FIDOTOOL_OUTCOME_SKIP;
  if (ceremony->user_handle == NULL)
    why = "the user handle is missing";
  else if (!g_bytes_equal(ceremony->user_handle, stored->user))
    why = "the user handle is another one's";
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_type(FidotoolCeremony *ceremony)
{
  return fidotool_client_checks_type(ceremony, "webauthn.get");
}

static FidotoolOutcome
check_client(FidotoolCeremony *ceremony)
{
  FidotoolOutcome outcome = fidotool_client_checks_read(ceremony);

  return outcome == FIDOTOOL_OUTCOME_PASS ? check_type(ceremony) : outcome;
}

static FidotoolOutcome
check_embedding(FidotoolCeremony *ceremony)
{
  FidotoolOutcome outcome = fidotool_client_checks_cross(ceremony);
  FidotoolOutcome top;

  if (outcome != FIDOTOOL_OUTCOME_PASS)
    return outcome;
  top = fidotool_client_checks_top(ceremony);
  return top == FIDOTOOL_OUTCOME_SKIP ? outcome : top;
}

static bool
hash_is(const FidotoolCeremony *ceremony, const char *text)
{
  uint8_t digest[32];

  fidotool_bytes_sha256(text, strlen(text), digest);
  return memcmp(digest, ceremony->auth.rp_id_hash.data, sizeof(digest)) == 0;
}

static FidotoolOutcome
check_rp_id_hash(FidotoolCeremony *ceremony)
{
  const FidotoolJson *results =
      fidotool_json_get(ceremony->response, "clientExtensionResults");
  const FidotoolOptions *options = ceremony->options;
  bool good = hash_is(ceremony, options->rp_id);

  if (options->app_id != NULL &&
      fidotool_json_get_bool(results, "appid", false))
    good = hash_is(ceremony, options->app_id);
  return fidotool_ceremony_outcome(ceremony, good ? NULL : "it is another one");
}

static FidotoolOutcome
check_same_eligible(FidotoolCeremony *ceremony)
{
  int64_t be = (ceremony->auth.flags & FIDOTOOL_FLAG_BE) != 0;

  if (ceremony->stored->be < 0)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, be == ceremony->stored->be ? NULL : "it has changed");
}

static FidotoolOutcome
check_backed_up(FidotoolCeremony *ceremony)
{
  int64_t bs = (ceremony->auth.flags & FIDOTOOL_FLAG_BS) != 0;

  if (ceremony->stored->bs < 0)
    return FIDOTOOL_OUTCOME_SKIP;
  ceremony->detail = bs == ceremony->stored->bs ? "unchanged" : "changed";
  return FIDOTOOL_OUTCOME_PASS; /* recorded, never a reason */
}

static FidotoolOutcome
check_signature(FidotoolCeremony *ceremony)
{
  FidotoolSlice hash = {ceremony->hash, sizeof(ceremony->hash)};
  FidotoolCose *key = &ceremony->stored_key;
  FidotoolSlice stored = fidotool_ceremony_slice(ceremony->stored->public_key);
  const char *why;
  bool cut;
  FidotoolCoseResult result = fidotool_cose_parse(stored, key, &why, &cut);

  if (result == FIDOTOOL_COSE_GOOD && key->raw.len != stored.len) {
    result = FIDOTOOL_COSE_MALFORMED;
    why = "bytes are left over after the stored key";
  }
  ceremony->verdict->alg = key->alg;
  if (result == FIDOTOOL_COSE_UNSUPPORTED)
    ceremony->verdict->statement = FIDOTOOL_STATEMENT_UNSUPPORTED_ALG;
  if (result == FIDOTOOL_COSE_MALFORMED)
    ceremony->verdict->statement = FIDOTOOL_STATEMENT_MALFORMED_KEY;
  if (result == FIDOTOOL_COSE_GOOD)
    why = fidotool_cose_verify_own(key, ceremony->auth.raw, hash,
                                   fidotool_ceremony_slice(ceremony->sig));
  return fidotool_ceremony_outcome(ceremony, why);
}

/* Backwards is a clone signal, not a proof; 0 and 0 is a key without one. */
static FidotoolOutcome
check_counter(FidotoolCeremony *ceremony)
{
  int64_t stored = ceremony->stored->sign_count;
  int64_t count = ceremony->auth.sign_count;

  if (stored < 0)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, (stored == 0 && count == 0) || count > stored
                    ? NULL
                    : "it went back: perhaps a copy of the key");
}

static FidotoolOutcome
check_auth_data(FidotoolCeremony *ceremony)
{
  const char *why;

  fidotool_client_checks_reserved(ceremony, "assertion/A16");
  if (ceremony->auth.flags & FIDOTOOL_FLAG_AT)
    return fidotool_ceremony_outcome(ceremony, "AT is set");
  why = fidotool_auth_data_rest(&ceremony->auth);
  if (why == NULL && ceremony->options->has_hash &&
      ceremony->auth.has_extensions)
    why = "an approval has no extensions";
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_extensions(FidotoolCeremony *ceremony)
{
  FidotoolCbor value;
  bool given = ceremony->auth.has_extensions &&
               fidotool_cbor_find_text(&ceremony->auth.extensions,
                                       "hmac-secret", &value);

  return fidotool_ceremony_outcome(
      ceremony, ceremony->options->hmac_secret && !given
                    ? "hmac-secret was asked for and not given"
                    : NULL);
}

/* A18 is the caller's: signCount and BS are stored after all others passed,
 * in one transaction with its record. */
/* clang-format off */
static const FidotoolCheck checks[] = {
  { "assertion/A1",  FIDOTOOL_CHECK_HARD, check_response,                   "response and its credential" },
  { "assertion/A2",  FIDOTOOL_CHECK_HARD, check_known_user,                 "the credential is this user's" },
  { "assertion/A3",  FIDOTOOL_CHECK_HARD, check_named_user,                 "the credential is the named user's" },
  { "assertion/A4",  FIDOTOOL_CHECK_HARD, check_client,                     "client data of type webauthn.get" },
  { "assertion/A5",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_challenge, "challenge" },
  { "assertion/A6",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_origin,    "origin" },
  { "assertion/A7",  FIDOTOOL_CHECK_HARD, check_embedding,                  "crossOrigin and topOrigin" },
  { "assertion/A8",  FIDOTOOL_CHECK_HARD, check_rp_id_hash,                 "RP ID hash" },
  { "assertion/A9",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_up,        "user was present" },
  { "assertion/A10", FIDOTOOL_CHECK_HARD, fidotool_client_checks_uv,        "user was verified" },
  { "assertion/A11", FIDOTOOL_CHECK_HARD, fidotool_client_checks_backup,    "backup flags agree" },
  { "assertion/A12", FIDOTOOL_CHECK_HARD, check_same_eligible,              "backup eligible as at registration" },
  { "assertion/A13", FIDOTOOL_CHECK_INFO, check_backed_up,                  "backup state" },
  { "assertion/A14", FIDOTOOL_CHECK_HARD, check_signature,                  "signature" },
  { "assertion/A15", FIDOTOOL_CHECK_POLICY, check_counter,                  "sign counter" },
  { "assertion/A16", FIDOTOOL_CHECK_HARD, check_auth_data,                  "authenticator data up to the last byte" },
  { "assertion/A17", FIDOTOOL_CHECK_POLICY, check_extensions,               "extensions that were asked for" },
};
/* clang-format on */

FidotoolVerdict *
fidotool_assertion_judge(const FidotoolOptions *options,
                         const FidotoolJson *response,
                         const FidotoolStored *stored)
{
  g_autoptr(FidotoolVerdict) verdict = fidotool_verdict_new();
  FidotoolCeremony ceremony = {.options = options,
                               .response = response,
                               .stored = stored,
                               .verdict = verdict};

  (void)fidotool_ceremony_run(&ceremony, checks, G_N_ELEMENTS(checks));
  fidotool_ceremony_settle(&ceremony);
  fidotool_ceremony_clear(&ceremony);
  return g_steal_pointer(&verdict);
}
