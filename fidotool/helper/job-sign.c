/* SPDX-License-Identifier: Apache-2.0 */
/* job-sign.c - jobs sign and prove: for our own RP ID the helper takes the
 * statement and makes the signed bytes itself. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>
#include <sys/random.h>

#include "fidotool/bytes.h"
#include "fidotool/device/credential.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/unlock.h"
#include "fidotool/types.h"
#include "recovery/format/act.h"
#include "recovery/format/sshsig.h"
#include "recovery/format/statement.h"

#define AUTH_DATA 37

typedef struct {
  const char *rp_id;
  GBytes *cred;
  RecoverySshsigKey key;
} Signer;

static void
clear_signer(Signer *signer)
{
  g_clear_pointer(&signer->cred, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signer, clear_signer)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

static bool
read_signer(const FidotoolJson *request, Signer *signer, GError **error)
{
  const char *cred = fidotool_json_get_text(request, "cred");
  const char *key = fidotool_json_get_text(request, "key");
  g_autoptr(GBytes) bytes = key ? fidotool_bytes_unbase64(key) : NULL;

  signer->rp_id = fidotool_json_get_text(request, "rp_id");
  signer->cred = cred ? fidotool_bytes_unbase64(cred) : NULL;
  if (!bytes || !signer->cred || g_bytes_get_size(signer->cred) == 0)
    return set_error(error, FIDOTOOL_ERROR_USAGE,
                     "the request: \"cred\" or \"key\" is missing or wrong");
  if (!recovery_sshsig_read_key(g_bytes_get_data(bytes, NULL),
                                g_bytes_get_size(bytes), &signer->key, error))
    return false;
  return strcmp(signer->key.application, signer->rp_id) == 0 ||
         set_error(error, FIDOTOOL_ERROR_USAGE,
                   "the request: the public key is for another RP ID");
}

static EVP_PKEY *
new_p256(const uint8_t point[65])
{
  OSSL_PARAM params[3];
  g_autoptr(EVP_PKEY_CTX) context =
      EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  EVP_PKEY *pkey = NULL;
  char group[] = "prime256v1";
  uint8_t copy[65];

  memcpy(copy, point, sizeof(copy));
  params[0] =
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
  params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy,
                                                sizeof(copy));
  params[2] = OSSL_PARAM_construct_end();
  if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
    return NULL;
  return pkey;
}

/* Is it the key's signature over authenticator data and hash? */
static bool
verify(const RecoverySshsigKey *key, const FidotoolCredentialAsserted *given,
       const uint8_t hash[32])
{
  bool ecdsa = key->type == RECOVERY_SSHSIG_SK_ECDSA;
  g_autoptr(EVP_PKEY) pkey =
      ecdsa
          ? new_p256(key->point)
          : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->point, 32);
  g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
  uint8_t signed_bytes[AUTH_DATA + 32];

  if (!pkey || !context || g_bytes_get_size(given->auth_data) != AUTH_DATA)
    return false;
  memcpy(signed_bytes, g_bytes_get_data(given->auth_data, NULL), AUTH_DATA);
  memcpy(signed_bytes + AUTH_DATA, hash, 32);
  return EVP_DigestVerifyInit(context, NULL, ecdsa ? EVP_sha256() : NULL, NULL,
                              pkey) == 1 &&
         EVP_DigestVerify(context, g_bytes_get_data(given->signature, NULL),
                          g_bytes_get_size(given->signature), signed_bytes,
                          sizeof(signed_bytes)) == 1;
}

/* Signature, RP ID and flags: is this an answer of the signer's key? */
static bool
check_answer(const Signer *signer, const FidotoolCredentialAsserted *given,
             const uint8_t hash[32], uint8_t mask, uint8_t flags,
             GError **error)
{
  const uint8_t *auth_data = g_bytes_get_data(given->auth_data, NULL);
  uint8_t rp[32];

  fidotool_bytes_sha256(signer->rp_id, strlen(signer->rp_id), rp);
  if (!verify(&signer->key, given, hash) || memcmp(auth_data, rp, 32) != 0)
    return set_error(error, FIDOTOOL_ERROR_NOT_TRUSTED,
                     "this is not the key that it says it is");
  return (auth_data[32] & mask) == flags ||
         set_error(error, FIDOTOOL_ERROR_INVALID,
                   "the key's answer has the wrong flags");
}

static FidotoolCredentialAssert
new_ask(const Signer *signer, GPtrArray *allow, int timeout_ms)
{
  FidotoolCredentialAssert ask = {
      .rp_id = signer->rp_id, .allow = allow, .timeout_ms = timeout_ms};

  g_ptr_array_add(allow, signer->cred);
  return ask;
}

/* Without touch, PIN or fingerprint, over random bytes: is it the key? */
static bool
prove(FidotoolJob *job, const Signer *signer, GError **error)
{
  g_autoptr(GPtrArray) allow = g_ptr_array_new();
  FidotoolCredentialAssert ask = new_ask(signer, allow, FIDOTOOL_KEY_QUICK_MS);
  g_autoptr(FidotoolCredentialAsserted) given = NULL;

  if (getentropy(ask.client_data_hash, sizeof(ask.client_data_hash)) != 0)
    return set_error(error, FIDOTOOL_ERROR_FAILED, "no random bytes");
  given = fidotool_credential_assert(job->key, &ask, error);
  return given && check_answer(signer, given, ask.client_data_hash,
                               FIDOTOOL_FLAG_UP, 0, error);
}

FidotoolJson *
fidotool_job_prove(FidotoolJob *job, GError **error)
{
  g_auto(Signer) signer = {0};

  if (!read_signer(job->request, &signer, error) || !prove(job, &signer, error))
    return NULL;
  return fidotool_json_new_object();
}

/* The client data hash, from the statement's own words. */
static bool
hash_statement(const FidotoolJob *job, const Signer *signer,
               uint8_t ret_hash[32], GError **error)
{
  const char *line = fidotool_json_get_text(job->request, "statement");
  g_autoptr(FidotoolJson) statement = NULL;
  g_autofree char *name_space = NULL;
  bool practice =
      strcmp(signer->rp_id, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;

  if (!practice && strcmp(signer->rp_id, RECOVERY_SSHSIG_APPLICATION) != 0)
    return set_error(error, FIDOTOOL_ERROR_POLICY,
                     "statements are signed under Keyturn's RP IDs alone");
  if (!line)
    return set_error(error, FIDOTOOL_ERROR_USAGE,
                     "the request: \"statement\" is missing");
  statement = recovery_statement_read(line, strlen(line), error);
  if (!statement)
    return false;
  name_space = recovery_act_namespace(fidotool_json_get_text(statement, "act"),
                                      practice);
  recovery_sshsig_client_data_hash(name_space, line, strlen(line), ret_hash);
  return true;
}

/* One sign job. */
typedef struct {
  FidotoolCredentialAssert ask;
  FidotoolCredentialAsserted *given;
} Signing;

static bool
run_signing(FidotoolKey *key, FidotoolCredentialUv uv,
            const FidotoolSecret *pin, gpointer data, GError **error)
{
  Signing *signing = data;

  signing->ask.uv = uv;
  signing->ask.pin = pin;
  signing->given = fidotool_credential_assert(key, &signing->ask, error);
  return signing->given != NULL;
}

static FidotoolJson *
write_signed(const FidotoolCredentialAsserted *given)
{
  const uint8_t *auth_data = g_bytes_get_data(given->auth_data, NULL);
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_job_set_bytes(json, "auth_data", given->auth_data);
  fidotool_job_set_bytes(json, "signature", given->signature);
  fidotool_json_set_int(json, "flags", auth_data[32]);
  fidotool_json_set_int(json, "counter",
                        (int64_t)auth_data[33] << 24 | auth_data[34] << 16 |
                            auth_data[35] << 8 | auth_data[36]);
  return json;
}

FidotoolJson *
fidotool_job_sign(FidotoolJob *job, GError **error)
{
  g_auto(Signer) signer = {0};
  g_autoptr(GPtrArray) allow = g_ptr_array_new();
  g_autoptr(FidotoolCredentialAsserted) given = NULL;
  Signing signing = {.given = NULL};
  const FidotoolUnlock how = {FIDOTOOL_UNLOCK_REQUIRED, job->skip_retries};

  if (!read_signer(job->request, &signer, error))
    return NULL;
  signing.ask = new_ask(&signer, allow, job->timeout_ms);
  signing.ask.touch = true;
  /* The proof comes first: a look-alike never sees a PIN. */
  if (!hash_statement(job, &signer, signing.ask.client_data_hash, error) ||
      !prove(job, &signer, error) ||
      !fidotool_unlock_run(job->session, job->key, &how, run_signing, &signing,
                           error))
    return NULL;
  given = signing.given;
  if (!check_answer(&signer, given, signing.ask.client_data_hash, 0xdd,
                    FIDOTOOL_FLAG_UP | FIDOTOOL_FLAG_UV, error))
    return NULL;
  return write_signed(given);
}
