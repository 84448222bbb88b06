/* SPDX-License-Identifier: Apache-2.0 */
/* job-sign.c - jobs sign and prove: for our own RP ID the helper takes the
 * statement and makes the signed bytes itself. */
#include <string.h>

#include "fidotool/device/credential.h"
#include "fidotool/device/presence.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/signer.h"
#include "fidotool/helper/unlock.h"
#include "fidotool/types.h"
#include "recovery/format/act.h"
#include "recovery/format/sshsig.h"
#include "recovery/format/statement.h"

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

FidotoolJson *
fidotool_job_prove(FidotoolJob *job, GError **error)
{
  const FidotoolJson *rows = fidotool_json_get(job->request, "signers");
  const char *rp_id = fidotool_json_get_text(job->request, "rp_id");
  g_autoptr(GArray) signers =
      rows ? fidotool_signer_read_list(rows, rp_id, error)
           : fidotool_signer_read_one(job->request, rp_id, error);
  FidotoolJson *result;
  size_t index;

  if (!signers || !fidotool_signer_prove(job, signers, &index, error))
    return NULL;
  result = fidotool_json_new_object();
  if (rows)
    fidotool_json_set_int(result, "index", (int64_t)index);
  return result;
}

/* The client data hash, from the statement's own words. */
static bool
hash_statement(const FidotoolJob *job, const FidotoolSigner *signer,
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
  FidotoolJob *job;
  const GArray *signers;
  FidotoolCredentialAssert ask;
  FidotoolCredentialAsserted *given;
} Signing;

static bool
ask_signature(gpointer data, GError **error)
{
  Signing *signing = data;

  signing->given =
      fidotool_credential_assert(signing->job->key, &signing->ask, error);
  return signing->given != NULL;
}

/* A key that was lifted for it proves once more that it is the one. */
static bool
prove_again(gpointer data, GError **error)
{
  const Signing *signing = data;
  size_t index; /* 0: there is one */

  return fidotool_signer_prove(signing->job, signing->signers, &index, error);
}

static bool
run_signing(FidotoolKey *key, FidotoolCredentialUv uv,
            const FidotoolSecret *pin, gpointer data, GError **error)
{
  Signing *signing = data;
  const FidotoolPresence presence = {.run = ask_signature,
                                     .prove = prove_again,
                                     .data = signing,
                                     .timeout_ms = signing->ask.timeout_ms};

  signing->ask.uv = uv;
  signing->ask.pin = pin;
  return fidotool_presence_run(key, &presence, error);
}

static FidotoolJson *
write_signed(const FidotoolJob *job, const FidotoolCredentialAsserted *given)
{
  const uint8_t *auth_data = g_bytes_get_data(given->auth_data, NULL);
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_job_set_bytes(json, "auth_data", given->auth_data);
  fidotool_job_set_bytes(json, "signature", given->signature);
  fidotool_json_set_int(json, "flags", auth_data[32]);
  fidotool_json_set_int(json, "counter",
                        (int64_t)auth_data[33] << 24 | auth_data[34] << 16 |
                            auth_data[35] << 8 | auth_data[36]);
  fidotool_job_set_bytes(json, "info_cbor", fidotool_key_raw_info(job->key));
  return json;
}

FidotoolJson *
fidotool_job_sign(FidotoolJob *job, GError **error)
{
  g_autoptr(GArray) signers = fidotool_signer_read_one(
      job->request, fidotool_json_get_text(job->request, "rp_id"), error);
  g_autoptr(GPtrArray) allow = g_ptr_array_new();
  g_autoptr(FidotoolCredentialAsserted) given = NULL;
  const FidotoolSigner *signer;
  Signing signing = {.job = job, .signers = signers};
  const FidotoolUnlock how = {.want = FIDOTOOL_UNLOCK_REQUIRED,
                              .skip_retries = job->skip_retries};
  size_t index; /* 0: there is one */

  if (!signers)
    return NULL;
  signer = &g_array_index(signers, FidotoolSigner, 0);
  g_ptr_array_add(allow, signer->cred);
  signing.ask = (FidotoolCredentialAssert){.rp_id = signer->rp_id,
                                           .allow = allow,
                                           .touch = true,
                                           .timeout_ms = job->timeout_ms};
  /* The proof comes first: a look-alike never sees a PIN. */
  if (!hash_statement(job, signer, signing.ask.client_data_hash, error) ||
      !fidotool_signer_prove(job, signers, &index, error) ||
      !fidotool_unlock_run(job->session, job->key, &how, run_signing, &signing,
                           error))
    return NULL;
  given = signing.given;
  if (!fidotool_signer_check(signer, given, signing.ask.client_data_hash, 0xdd,
                             FIDOTOOL_FLAG_UP | FIDOTOOL_FLAG_UV, error))
    return NULL;
  return write_signed(job, given);
}
