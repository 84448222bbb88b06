/* SPDX-License-Identifier: Apache-2.0 */
/* client-jobs.c - requests written, results read. keyhelper reads hostile
 * bytes, so what it answers is checked for its form once more. */
#include "fidotool/helper/client-jobs.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"

#define AUTH_DATA 37

static FidotoolJson *
new_request(const FidotoolClientJobs *how, const char *job)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", job);
  if (how->device)
    fidotool_json_set_text(request, "device", how->device);
  fidotool_json_set_int(request, "timeout_s",
                        how->timeout_s > 0 ? how->timeout_s : 30);
  if (how->skip_retries)
    fidotool_json_set_bool(request, "skip_retries", true);
  return request;
}

static void
set_bytes(FidotoolJson *request, const char *name, GBytes *bytes)
{
  g_autofree char *text = fidotool_bytes_base64url(
      g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

  fidotool_json_set_text(request, name, text);
}

static void
set_hash(FidotoolJson *request, const uint8_t hash[32])
{
  g_autofree char *text = fidotool_bytes_hex(hash, 32);

  fidotool_json_set_text(request, "hash", text);
}

/* A member in base64url; NULL where it is missing or wrong. */
static GBytes *
take_bytes(const FidotoolJson *result, const char *name)
{
  const char *text = fidotool_json_get_text(result, name);

  return text ? fidotool_bytes_unbase64url(text) : NULL;
}

static FidotoolJson *
take_json(const FidotoolJson *result, const char *name)
{
  const FidotoolJson *json = fidotool_json_get(result, name);

  return json ? fidotool_json_copy(json) : NULL;
}

static void
set_nonsense(GError **error)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "keyhelper's answer makes no sense");
}

static FidotoolClientJobsSignature *
read_signature(const FidotoolJson *result, GError **error)
{
  g_autoptr(FidotoolClientJobsSignature) signature =
      g_new0(FidotoolClientJobsSignature, 1);
  g_autoptr(GBytes) auth_data = take_bytes(result, "auth_data");

  signature->signature = take_bytes(result, "signature");
  signature->info = take_bytes(result, "info_cbor");
  signature->device = take_json(result, "device");
  if (!signature->signature || !auth_data ||
      g_bytes_get_size(auth_data) != AUTH_DATA) {
    set_nonsense(error);
    return NULL;
  }
  memcpy(signature->auth_data, g_bytes_get_data(auth_data, NULL), AUTH_DATA);
  return g_steal_pointer(&signature);
}

FidotoolClientJobsSignature *
fidotool_client_jobs_sign(const FidotoolClientJobs *how, const char *statement,
                          const char *rp_id, const char *cred, const char *key,
                          GError **error)
{
  g_autoptr(FidotoolJson) request = new_request(how, "sign");
  g_autoptr(FidotoolJson) result = NULL;

  fidotool_json_set_text(request, "statement", statement);
  fidotool_json_set_text(request, "rp_id", rp_id);
  fidotool_json_set_text(request, "cred", cred);
  fidotool_json_set_text(request, "key", key);
  result = fidotool_client_run(request, how->hooks, how->report, error);
  return result ? read_signature(result, error) : NULL;
}

void
fidotool_client_jobs_signature_free(FidotoolClientJobsSignature *signature)
{
  if (!signature)
    return;
  g_clear_pointer(&signature->signature, g_bytes_unref);
  g_clear_pointer(&signature->info, g_bytes_unref);
  fidotool_json_free(signature->device);
  g_free(signature);
}

/* The two members that keyhelper needs of each row. */
static FidotoolJson *
copy_signers(const FidotoolJson *signers, GError **error)
{
  g_autoptr(FidotoolJson) list = fidotool_json_new_array();
  size_t n = fidotool_json_size(signers);

  for (size_t i = 0; i < n && n <= FIDOTOOL_CLIENT_JOBS_SIGNERS; i++) {
    const FidotoolJson *row = fidotool_json_at(signers, i);
    const char *cred = fidotool_json_get_text(row, "cred");
    const char *key = fidotool_json_get_text(row, "key");
    FidotoolJson *copy = fidotool_json_append(list, fidotool_json_new_object());

    if (!cred || !key)
      break;
    fidotool_json_set_text(copy, "cred", cred);
    fidotool_json_set_text(copy, "key", key);
    if (i + 1 == n)
      return g_steal_pointer(&list);
  }
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "1 to %d signers are asked about, each with cred and key",
              FIDOTOOL_CLIENT_JOBS_SIGNERS);
  return NULL;
}

int
fidotool_client_jobs_find(const FidotoolClientJobs *how,
                          const FidotoolJson *signers, const char *rp_id,
                          GError **error)
{
  g_autoptr(FidotoolJson) request = new_request(how, "prove");
  FidotoolJson *list = copy_signers(signers, error);
  g_autoptr(FidotoolJson) result = NULL;
  int64_t index;

  if (!list)
    return -1;
  fidotool_json_set_text(request, "rp_id", rp_id);
  fidotool_json_set(request, "signers", list);
  result = fidotool_client_run(request, how->hooks, how->report, error);
  if (!result)
    return -1;
  index = fidotool_json_get_int(result, "index", -1);
  if (index >= 0 && index < (int64_t)fidotool_json_size(signers))
    return (int)index;
  set_nonsense(error);
  return -1;
}

static void
set_user(FidotoolJson *request, const FidotoolClientJobsMake *what)
{
  FidotoolJson *user =
      fidotool_json_set(request, "user", fidotool_json_new_object());

  set_bytes(user, "id", what->user_id);
  if (what->user_name)
    fidotool_json_set_text(user, "name", what->user_name);
  if (what->user_display_name)
    fidotool_json_set_text(user, "display_name", what->user_display_name);
}

static void
set_lists(FidotoolJson *request, const FidotoolClientJobsMake *what)
{
  FidotoolJson *algs =
      fidotool_json_set(request, "algs", fidotool_json_new_array());
  FidotoolJson *exclude =
      fidotool_json_set(request, "exclude", fidotool_json_new_array());

  for (size_t i = 0; i < what->n_algs; i++)
    fidotool_json_append(algs, fidotool_json_new_int(what->algs[i]));
  for (guint i = 0; what->exclude && i < what->exclude->len; i++) {
    GBytes *id = what->exclude->pdata[i];
    g_autofree char *text = fidotool_bytes_base64url(g_bytes_get_data(id, NULL),
                                                     g_bytes_get_size(id));

    fidotool_json_append_text(exclude, text);
  }
}

static FidotoolJson *
write_make(const FidotoolClientJobs *how, const FidotoolClientJobsMake *what)
{
  FidotoolJson *request = new_request(how, "make");

  fidotool_json_set_text(request, "rp_id", what->rp_id);
  if (what->rp_name)
    fidotool_json_set_text(request, "rp_name", what->rp_name);
  set_user(request, what);
  set_hash(request, what->client_data_hash);
  set_lists(request, what);
  fidotool_json_set_bool(request, "discoverable", what->discoverable);
  if (what->uv)
    fidotool_json_set_text(request, "uv", what->uv);
  if (what->protect > 0)
    fidotool_json_set_int(request, "protect", what->protect);
  if (what->test_hash)
    set_hash(fidotool_json_set(request, "test", fidotool_json_new_object()),
             what->test_hash);
  return request;
}

static FidotoolClientJobsAssertion *
read_test(const FidotoolJson *json)
{
  FidotoolClientJobsAssertion *test = g_new0(FidotoolClientJobsAssertion, 1);

  test->cred = take_bytes(json, "cred");
  test->auth_data = take_bytes(json, "auth_data");
  test->signature = take_bytes(json, "signature");
  test->user_id = take_bytes(json, "user_id");
  if (test->cred && test->auth_data && test->signature)
    return test;
  fidotool_client_jobs_assertion_free(test);
  return NULL;
}

static FidotoolClientJobsMade *
read_made(const FidotoolJson *result, bool with_test, GError **error)
{
  g_autoptr(FidotoolClientJobsMade) made = g_new0(FidotoolClientJobsMade, 1);

  made->attestation = take_bytes(result, "attestation");
  made->auth_data = take_bytes(result, "auth_data");
  made->cred = take_bytes(result, "cred");
  made->public_key = take_bytes(result, "public_key");
  made->alg = (int)fidotool_json_get_int(result, "alg", 0);
  made->info = take_bytes(result, "info_cbor");
  made->transports = take_json(result, "transports");
  made->device = take_json(result, "device");
  if (with_test)
    made->test = read_test(fidotool_json_get(result, "test"));
  if (!made->attestation || !made->auth_data || !made->cred || !made->info ||
      (with_test && !made->test)) {
    set_nonsense(error);
    return NULL;
  }
  return g_steal_pointer(&made);
}

FidotoolClientJobsMade *
fidotool_client_jobs_make(const FidotoolClientJobs *how,
                          const FidotoolClientJobsMake *what, GError **error)
{
  g_autoptr(FidotoolJson) request = write_make(how, what);
  g_autoptr(FidotoolJson) result =
      fidotool_client_run(request, how->hooks, how->report, error);

  return result ? read_made(result, what->test_hash != NULL, error) : NULL;
}

void
fidotool_client_jobs_assertion_free(FidotoolClientJobsAssertion *assertion)
{
  if (!assertion)
    return;
  g_clear_pointer(&assertion->cred, g_bytes_unref);
  g_clear_pointer(&assertion->auth_data, g_bytes_unref);
  g_clear_pointer(&assertion->signature, g_bytes_unref);
  g_clear_pointer(&assertion->user_id, g_bytes_unref);
  g_free(assertion);
}

void
fidotool_client_jobs_made_free(FidotoolClientJobsMade *made)
{
  if (!made)
    return;
  g_clear_pointer(&made->attestation, g_bytes_unref);
  g_clear_pointer(&made->auth_data, g_bytes_unref);
  g_clear_pointer(&made->cred, g_bytes_unref);
  g_clear_pointer(&made->public_key, g_bytes_unref);
  g_clear_pointer(&made->info, g_bytes_unref);
  g_clear_pointer(&made->transports, fidotool_json_free);
  g_clear_pointer(&made->test, fidotool_client_jobs_assertion_free);
  g_clear_pointer(&made->device, fidotool_json_free);
  g_free(made);
}
