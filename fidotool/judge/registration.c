/* SPDX-License-Identifier: Apache-2.0 */
/* registration.c - the rows of WebAuthn Level 3, 7.1. */
#include "fidotool/judge/registration.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/attestation.h"
#include "fidotool/judge/client-checks.h"
#include "fidotool/judge/vouch.h"
#include "fidotool/types.h"

/* Longest identifier of a format (RFC 8809). */
#define FORMAT_MAX 32

/* The object that holds the bytes: `response` inside a full response. */
static const FidotoolJson *
find_inner(const FidotoolCeremony *ceremony)
{
  const FidotoolJson *inner = fidotool_json_get(ceremony->response, "response");

  return inner != NULL ? inner : ceremony->response;
}

/* Without client data nothing but the attestation object travels. */
static const char *
read_envelope(FidotoolCeremony *ceremony)
{
  const FidotoolJson *response = ceremony->response;
  const char *id = fidotool_json_get_text(response, "id");
  const char *raw_id = fidotool_json_get_text(response, "rawId");

  if (g_strcmp0(fidotool_json_get_text(response, "type"), "public-key") != 0)
    return "its type is not \"public-key\"";
  if (id == NULL || raw_id == NULL || strcmp(id, raw_id) != 0)
    return "id and rawId are missing, or differ";
  ceremony->raw_id = fidotool_ceremony_bytes(ceremony, response, "rawId",
                                             FIDOTOOL_CEREMONY_OBJECT_MAX);
  ceremony->client_json =
      fidotool_ceremony_bytes(ceremony, find_inner(ceremony), "clientDataJSON",
                              FIDOTOOL_CLIENT_DATA_MAX);
  if (ceremony->raw_id == NULL || ceremony->client_json == NULL)
    return "rawId or clientDataJSON is missing, too long or not base64url";
  return NULL;
}

static FidotoolOutcome
check_response(FidotoolCeremony *ceremony)
{
  ceremony->object = fidotool_ceremony_bytes(ceremony, find_inner(ceremony),
                                             "attestationObject",
                                             FIDOTOOL_CEREMONY_OBJECT_MAX);
  if (ceremony->object == NULL)
    ceremony->detail =
        "attestationObject is missing, too long or not base64url";
  else if (!ceremony->options->has_hash)
    ceremony->detail = read_envelope(ceremony);
  return ceremony->detail == NULL ? FIDOTOOL_OUTCOME_PASS
                                  : FIDOTOOL_OUTCOME_STOP;
}

static FidotoolOutcome
check_type(FidotoolCeremony *ceremony)
{
  return fidotool_client_checks_type(ceremony, "webauthn.create");
}

/* Three members with these names; integer keys are CTAP's and stay there. */
static const char *
read_object(FidotoolCeremony *ceremony, const FidotoolCbor *map)
{
  FidotoolCbor auth;

  if (map->type != FIDOTOOL_CBOR_MAP || map->argument != 3)
    return "it is no map of three members";
  if (!fidotool_cbor_find_text(map, "fmt", &ceremony->fmt) ||
      ceremony->fmt.type != FIDOTOOL_CBOR_TEXT)
    return "fmt is missing, or is no text";
  if (!fidotool_cbor_find_text(map, "attStmt", &ceremony->statement) ||
      (ceremony->statement.type != FIDOTOOL_CBOR_MAP &&
       ceremony->statement.type != FIDOTOOL_CBOR_ARRAY)) /* compound */
    return "attStmt is missing, or is neither map nor array";
  if (!fidotool_cbor_find_text(map, "authData", &auth) ||
      auth.type != FIDOTOOL_CBOR_BYTES)
    return "authData is missing, or is no byte string";
  if (!fidotool_auth_data_head(auth.body, &ceremony->auth))
    return "authData is shorter than 37 bytes";
  return NULL;
}

static FidotoolOutcome
check_object(FidotoolCeremony *ceremony)
{
  FidotoolSlice bytes = fidotool_ceremony_slice(ceremony->object);
  FidotoolVerdict *verdict = ceremony->verdict;
  bool canonical;
  FidotoolCbor map;
  FidotoolCborFault fault = fidotool_cbor_scan(bytes, &map, &canonical);

  if (fault != FIDOTOOL_CBOR_OK)
    ceremony->detail = fidotool_cbor_fault_text(fault);
  else if (map.raw.len != bytes.len)
    ceremony->detail = "bytes are left over";
  else
    ceremony->detail = read_object(ceremony, &map);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  verdict->has_auth_data = true;
  verdict->flags = ceremony->auth.flags;
  verdict->sign_count = ceremony->auth.sign_count;
  if (canonical)
    return FIDOTOOL_OUTCOME_PASS;
  if (ceremony->options->strict)
    return fidotool_ceremony_outcome(ceremony, "it is not canonical CBOR");
  fidotool_verdict_warn(verdict, "registration/R9",
                        "the attestation object is not canonical CBOR");
  return FIDOTOOL_OUTCOME_PASS;
}

static FidotoolOutcome
check_rp_id_hash(FidotoolCeremony *ceremony)
{
  uint8_t digest[32];
  const char *rp_id = ceremony->options->rp_id;

  fidotool_bytes_sha256(rp_id, strlen(rp_id), digest);
  return fidotool_ceremony_outcome(
      ceremony, memcmp(digest, ceremony->auth.rp_id_hash.data, 32) == 0
                    ? NULL
                    : "it is another one");
}

static FidotoolOutcome
check_backup_eligible(FidotoolCeremony *ceremony)
{
  bool be = ceremony->auth.flags & FIDOTOOL_FLAG_BE;

  return fidotool_ceremony_outcome(
      ceremony, be && ceremony->options->device_bound ? "it is" : NULL);
}

static FidotoolOutcome
check_backed_up(FidotoolCeremony *ceremony)
{
  bool bs = ceremony->auth.flags & FIDOTOOL_FLAG_BS;

  return fidotool_ceremony_outcome(
      ceremony, bs && ceremony->options->device_bound ? "it is" : NULL);
}

static void
record_credential(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  const FidotoolAuthData *auth = &ceremony->auth;

  verdict->has_credential = true;
  memcpy(verdict->aaguid, auth->aaguid.data, sizeof(verdict->aaguid));
  verdict->id = g_bytes_new(auth->id.data, auth->id.len);
}

static FidotoolOutcome
check_auth_data(FidotoolCeremony *ceremony)
{
  const char *why;

  fidotool_client_checks_reserved(ceremony, "registration/R16");
  if (!(ceremony->auth.flags & FIDOTOOL_FLAG_AT)) {
    ceremony->detail = "AT is not set";
    return FIDOTOOL_OUTCOME_STOP;
  }
  why = fidotool_auth_data_rest(&ceremony->auth);
  if (ceremony->auth.aaguid.data != NULL)
    record_credential(ceremony);
  if (why == NULL)
    return ceremony->auth.key.raw.data != NULL ? FIDOTOOL_OUTCOME_PASS
                                               : FIDOTOOL_OUTCOME_SKIP;
  /* A key of early firmware is followed by bytes of its own: the key is what
   * is wrong, and R17 says so. */
  if (ceremony->auth.key_result == FIDOTOOL_COSE_MALFORMED &&
      ceremony->auth.key.raw.data != NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  ceremony->detail = why;
  return ceremony->auth.key.raw.data != NULL ? FIDOTOOL_OUTCOME_FAIL
                                             : FIDOTOOL_OUTCOME_STOP;
}

static bool
was_requested(const FidotoolOptions *options, int64_t alg)
{
  for (guint i = 0; options->algs != NULL && i < options->algs->len; i++)
    if (g_array_index(options->algs, int64_t, i) == alg)
      return true;
  return options->algs == NULL;
}

static void
record_key(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  const FidotoolCose *key = &ceremony->auth.key;

  verdict->alg = key->alg;
  if (ceremony->auth.key_result != FIDOTOOL_COSE_GOOD)
    return;
  verdict->public_key = g_bytes_new(key->raw.data, key->raw.len);
  verdict->ssh_key = fidotool_cose_ssh_key(key, ceremony->options->rp_id);
}

static FidotoolOutcome
check_key(FidotoolCeremony *ceremony)
{
  FidotoolAuthData *auth = &ceremony->auth;
  FidotoolVerdict *verdict = ceremony->verdict;

  record_key(ceremony);
  ceremony->detail = auth->key_why;
  if (auth->key_result == FIDOTOOL_COSE_MALFORMED) {
    verdict->statement = FIDOTOOL_STATEMENT_MALFORMED_KEY;
    return FIDOTOOL_OUTCOME_STOP;
  }
  if (!was_requested(ceremony->options, auth->key.alg))
    return fidotool_ceremony_outcome(ceremony,
                                     "the algorithm was not asked for");
  if (auth->key_result == FIDOTOOL_COSE_UNSUPPORTED) {
    verdict->statement = FIDOTOOL_STATEMENT_UNSUPPORTED_ALG;
    return FIDOTOOL_OUTCOME_FAIL;
  }
  if (!auth->key.canonical && ceremony->options->strict)
    return fidotool_ceremony_outcome(ceremony, "it is not canonical CBOR");
  if (!auth->key.canonical)
    fidotool_verdict_warn(verdict, "registration/R17",
                          "the public key is not canonical CBOR");
  if (ceremony->options->algs == NULL)
    fidotool_verdict_warn(verdict, "registration/R17",
                          "it is not known which algorithms were asked for");
  return FIDOTOOL_OUTCOME_PASS;
}

static bool
is_printable(FidotoolSlice text)
{
  for (size_t i = 0; i < text.len; i++)
    if (!g_ascii_isgraph((char)text.data[i]))
      return false;
  return text.len > 0 && text.len <= FORMAT_MAX;
}

static FidotoolOutcome
check_format(FidotoolCeremony *ceremony)
{
  FidotoolSlice name = ceremony->fmt.body;
  FidotoolVerdict *verdict = ceremony->verdict;

  if (is_printable(name))
    verdict->format = g_strndup((const char *)name.data, name.len);
  ceremony->format = fidotool_attestation_find(&ceremony->fmt);
  if (ceremony->format == NULL)
    return fidotool_ceremony_outcome(ceremony, "there is no such format");
  if (ceremony->format->best == FIDOTOOL_STATEMENT_VALID)
    return FIDOTOOL_OUTCOME_PASS;
  verdict->statement = ceremony->format->best;
  return fidotool_ceremony_outcome(ceremony, "it is retired");
}

/* Where the certificate has to name the model, it has to in any format that
 * has one; packed/P7 speaks for its own. */
static bool
misses_model(const FidotoolCeremony *ceremony)
{
  const FidotoolVerdict *verdict = ceremony->verdict;

  return ceremony->options->model_needed && !verdict->has_model &&
         (verdict->type == FIDOTOOL_ATTESTATION_BASIC ||
          verdict->type == FIDOTOOL_ATTESTATION_ATTCA ||
          verdict->type == FIDOTOOL_ATTESTATION_ANONCA) &&
         strcmp(ceremony->format->name, "packed") != 0;
}

/* R19 is listed as the checks of the format. */
static FidotoolOutcome
check_statement(FidotoolCeremony *ceremony)
{
  const FidotoolCheck *checks;
  size_t count;

  if (ceremony->format == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  checks = ceremony->format->checks(&count);
  (void)fidotool_ceremony_run(ceremony, checks, count); /* R21 may still say
                                                           what it knows */
  ceremony->detail = NULL;
  g_clear_pointer(&ceremony->detail_owned, g_free);
  if (misses_model(ceremony))
    return fidotool_ceremony_outcome(ceremony,
                                     "the certificate does not name the model");
  return FIDOTOOL_OUTCOME_SKIP;
}

static FidotoolOutcome
check_trust(FidotoolCeremony *ceremony)
{
  const char *why;

  return fidotool_vouch_judge(ceremony, &why)
             ? fidotool_ceremony_outcome(ceremony, why)
             : FIDOTOOL_OUTCOME_SKIP;
}

static FidotoolOutcome
check_id(FidotoolCeremony *ceremony)
{
  FidotoolSlice id = ceremony->auth.id;
  const char *why = NULL;

  if (id.len == 0 || id.len > FIDOTOOL_REGISTRATION_MAX_ID)
    why = "it is empty, or longer than 1023 bytes";
  else if (ceremony->raw_id != NULL &&
           !fidotool_bytes_equal(id.data, id.len,
                                 g_bytes_get_data(ceremony->raw_id, NULL),
                                 g_bytes_get_size(ceremony->raw_id)))
    why = "the response has another one";
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_new(FidotoolCeremony *ceremony)
{
  const GPtrArray *known = ceremony->options->known;

  for (guint i = 0; i < known->len; i++)
    if (g_bytes_equal(g_ptr_array_index(known, i), ceremony->verdict->id))
      return fidotool_ceremony_outcome(ceremony, "it is known");
  return FIDOTOOL_OUTCOME_PASS;
}

/* An output that is there, of an extension that was asked for. */
static const char *
check_outputs(const FidotoolCeremony *ceremony)
{
  const FidotoolOptions *options = ceremony->options;
  const FidotoolCbor *outputs = &ceremony->auth.extensions;
  bool any = ceremony->auth.has_extensions;
  FidotoolCbor value;
  int64_t level = 0;

  if (any && fidotool_cbor_find_text(outputs, "credProtect", &value) &&
      (!fidotool_cbor_int(&value, &level) || level < 1 || level > 3))
    return "credProtect is out of range";
  if (level < options->cred_protect)
    return "credProtect is lower than asked for";
  if (options->hmac_secret &&
      !(any && fidotool_cbor_find_text(outputs, "hmac-secret", &value) &&
        fidotool_cbor_is_true(&value)))
    return "hmac-secret was asked for and not given";
  if (options->min_pin_length &&
      !(any && fidotool_cbor_find_text(outputs, "minPinLength", &value) &&
        value.type == FIDOTOOL_CBOR_UNSIGNED))
    return "minPinLength was asked for and not given";
  return NULL;
}

static FidotoolOutcome
check_extensions(FidotoolCeremony *ceremony)
{
  const FidotoolJson *results =
      fidotool_json_get(ceremony->response, "clientExtensionResults");
  const FidotoolJson *props = fidotool_json_get(results, "credProps");
  const char *why = check_outputs(ceremony);

  if (why == NULL && ceremony->options->resident_key &&
      !fidotool_json_get_bool(props, "rk", true))
    why = "the credential is not discoverable";
  return fidotool_ceremony_outcome(ceremony, why);
}

/*
 * R8 is the hash that R2 takes of the bytes as received; R19 is listed as the
 * format's own checks; R20 is the caller's choice of anchors; R24 is what the
 * verdict carries; R26 is the caller's: it stores where the statement is
 * valid, in one transaction with its record.
 */
/* clang-format off */
static const FidotoolCheck checks[] = {
  { "registration/R1",  FIDOTOOL_CHECK_HARD, check_response,                   "response and its members" },
  { "registration/R2",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_read,      "client data" },
  { "registration/R3",  FIDOTOOL_CHECK_HARD, check_type,                       "type is webauthn.create" },
  { "registration/R4",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_challenge, "challenge" },
  { "registration/R5",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_origin,    "origin" },
  { "registration/R6",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_cross,     "crossOrigin" },
  { "registration/R7",  FIDOTOOL_CHECK_HARD, fidotool_client_checks_top,       "topOrigin" },
  { "registration/R9",  FIDOTOOL_CHECK_HARD, check_object,                     "attestation object" },
  { "registration/R10", FIDOTOOL_CHECK_HARD, check_rp_id_hash,                 "RP ID hash" },
  { "registration/R11", FIDOTOOL_CHECK_HARD, fidotool_client_checks_up,        "user was present" },
  { "registration/R12", FIDOTOOL_CHECK_HARD, fidotool_client_checks_uv,        "user was verified" },
  { "registration/R13", FIDOTOOL_CHECK_HARD, fidotool_client_checks_backup,    "backup flags agree" },
  { "registration/R14", FIDOTOOL_CHECK_POLICY, check_backup_eligible,          "backup eligible only where that is wanted" },
  { "registration/R15", FIDOTOOL_CHECK_POLICY, check_backed_up,                "backed up only where that is wanted" },
  { "registration/R16", FIDOTOOL_CHECK_HARD, check_auth_data,                  "authenticator data up to the last byte" },
  { "registration/R17", FIDOTOOL_CHECK_HARD, check_key,                        "public key and algorithm" },
  { "registration/R18", FIDOTOOL_CHECK_HARD, check_format,                     "attestation format" },
  { "registration/R19", FIDOTOOL_CHECK_HARD, check_statement,                  "attestation statement" },
  { "registration/R21", FIDOTOOL_CHECK_POLICY, check_trust,                    "an anchor vouches for it" },
  { "registration/R22", FIDOTOOL_CHECK_HARD, check_id,                         "credential id" },
  { "registration/R23", FIDOTOOL_CHECK_HARD, check_new,                        "the credential is new" },
  { "registration/R25", FIDOTOOL_CHECK_POLICY, check_extensions,               "extensions that were asked for" },
};
/* clang-format on */

FidotoolVerdict *
fidotool_registration_judge(const FidotoolOptions *options,
                            const FidotoolJson *response,
                            const FidotoolAnchors *anchors,
                            FidotoolChainCache *cache, int64_t at)
{
  g_autoptr(FidotoolVerdict) verdict = fidotool_verdict_new();
  FidotoolCeremony ceremony = {.options = options,
                               .response = response,
                               .anchors = anchors,
                               .cache = cache,
                               .at = at,
                               .verdict = verdict};

  verdict->is_registration = true;
  (void)fidotool_ceremony_run(&ceremony, checks, G_N_ELEMENTS(checks));
  fidotool_ceremony_settle(&ceremony);
  fidotool_ceremony_clear(&ceremony);
  return g_steal_pointer(&verdict);
}
