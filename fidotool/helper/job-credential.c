/* SPDX-License-Identifier: Apache-2.0 */
/* job-credential.c - job make: for relying parties that take a client data
 * hash. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/credential.h"
#include "fidotool/device/presence.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/unlock.h"
#include "fidotool/types.h"

/* Longest user handle (WebAuthn, section 5.4.3). */
#define USER_ID_MAX 64
/* Most algorithms that are asked for. */
#define ALGS_MAX 32

/* One make job: what is asked of the key, and what it gave. */
typedef struct {
  FidotoolSession *session;
  FidotoolKey *key;
  FidotoolCredentialMake make;
  FidotoolCredentialAssert test;
  bool with_test;
  FidotoolCredentialMade *made;
  FidotoolCredentialAsserted *tested;
} Making;

static void
clear_making(Making *making)
{
  g_clear_pointer(&making->make.user_id, g_bytes_unref);
  g_clear_pointer(&making->make.algs, g_array_unref);
  g_clear_pointer(&making->make.exclude, g_ptr_array_unref);
  g_clear_pointer(&making->make.extensions.blob, g_bytes_unref);
  g_clear_pointer(&making->test.allow, g_ptr_array_unref);
  g_clear_pointer(&making->made, fidotool_credential_made_free);
  g_clear_pointer(&making->tested, fidotool_credential_asserted_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Making, clear_making)

static bool
read_user(const FidotoolJson *request, FidotoolCredentialMake *make,
          GError **error)
{
  const FidotoolJson *user = fidotool_json_get(request, "user");

  make->user_id = fidotool_job_bytes(user, "id", error);
  if (!make->user_id)
    return false;
  if (g_bytes_get_size(make->user_id) == 0 ||
      g_bytes_get_size(make->user_id) > USER_ID_MAX)
    return fidotool_job_refuse(error, "the user id has 1 to 64 bytes");
  make->user_name = fidotool_json_get_text(user, "name");
  make->user_display_name = fidotool_json_get_text(user, "display_name");
  return true;
}

static bool
read_make_extensions(const FidotoolJson *wanted, FidotoolExtensionMake *make,
                     GError **error)
{
  make->hmac_secret = fidotool_json_get_bool(wanted, "hmac_secret", false);
  make->min_pin_length =
      fidotool_json_get_bool(wanted, "min_pin_length", false);
  if (!fidotool_json_get(wanted, "blob"))
    return true;
  make->blob = fidotool_job_bytes(wanted, "blob", error);
  if (!make->blob)
    return false;
  return g_bytes_get_size(make->blob) <= FIDOTOOL_EXTENSION_BLOB_MAX ||
         fidotool_job_refuse(error, "the credBlob is too long");
}

/* "required" or "preferred": kept for a discoverable credential alone. */
static bool
read_large_blob(const FidotoolJob *job, FidotoolCredentialMake *make,
                GError **error)
{
  const FidotoolJson *wanted = fidotool_json_get(job->request, "extensions");
  const char *support = fidotool_json_get_text(wanted, "large_blob");
  bool required = g_strcmp0(support, "required") == 0;
  bool able = fidotool_extension_has_blob_key(fidotool_key_info(job->key));

  if (!support)
    return true;
  if (!required && strcmp(support, "preferred") != 0)
    return fidotool_job_refuse(error, "large_blob is required or preferred");
  if (required && !make->discoverable)
    return fidotool_job_refuse(error,
                               "a large blob needs a discoverable credential");
  if (required && !able) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key keeps no large blobs");
    return false;
  }
  make->extensions.blob_key = able && make->discoverable;
  return true;
}

/* Which key it is, is asked of one that has the answer and may give it. */
static bool
read_enterprise(const FidotoolJob *job, FidotoolCredentialMake *make,
                GError **error)
{
  int64_t wanted = fidotool_json_get_int(job->request, "enterprise", 0);
  int ep = fidotool_info_option(fidotool_key_info(job->key), "ep");

  if (wanted < FIDOTOOL_CREDENTIAL_ENTERPRISE_NO ||
      wanted > FIDOTOOL_CREDENTIAL_ENTERPRISE_PLATFORM)
    return fidotool_job_refuse(
        error, "enterprise is 1 (its vendor) or 2 (the platform)");
  make->enterprise = (FidotoolCredentialEnterprise)wanted;
  if (wanted == FIDOTOOL_CREDENTIAL_ENTERPRISE_NO || ep == 1)
    return true;
  if (ep == 0)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY,
                "enterprise attestation is switched off in this key; fidotool "
                "key config set enterprise-attestation on");
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key has no enterprise attestation");
  return false;
}

static bool
read_algs(const FidotoolJson *request, FidotoolCredentialMake *make,
          GError **error)
{
  const FidotoolJson *list = fidotool_json_get(request, "algs");

  make->algs = g_array_new(FALSE, FALSE, sizeof(int));
  for (size_t i = 0; i < fidotool_json_size(list) && i < ALGS_MAX; i++) {
    int64_t alg;
    int value;

    if (!fidotool_json_int(fidotool_json_at(list, i), &alg))
      return fidotool_job_refuse(error, "an algorithm is a number");
    /* Those that the key library can ask for; RS1 never. */
    if (alg != FIDOTOOL_ALG_ES256 && alg != FIDOTOOL_ALG_EDDSA &&
        alg != FIDOTOOL_ALG_ES384 && alg != FIDOTOOL_ALG_RS256)
      continue;
    value = (int)alg;
    g_array_append_val(make->algs, value);
  }
  return make->algs->len > 0 ||
         fidotool_job_refuse(error, "none of the algorithms can be had");
}

/* true, false, or "preferred": then what the key can. */
static bool
is_discoverable(const FidotoolJob *job)
{
  const FidotoolJson *wish = fidotool_json_get(job->request, "discoverable");

  if (g_strcmp0(fidotool_json_text(wish), "preferred") == 0)
    return fidotool_info_option(fidotool_key_info(job->key), "rk") == 1;
  return fidotool_json_bool(wish, false);
}

static bool
read_making(const FidotoolJob *job, Making *making, GError **error)
{
  const FidotoolJson *request = job->request;
  const FidotoolJson *test = fidotool_json_get(request, "test");
  FidotoolCredentialMake *make = &making->make;
  int64_t protect = fidotool_json_get_int(request, "protect", 0);

  make->rp_id = fidotool_json_get_text(request, "rp_id");
  make->rp_name = fidotool_json_get_text(request, "rp_name");
  make->timeout_ms = job->timeout_ms;
  make->discoverable = is_discoverable(job);
  if (protect < 0 || protect > 3)
    return fidotool_job_refuse(error, "credProtect is 1 to 3");
  make->extensions.protect = (int)protect;
  if (!read_make_extensions(fidotool_json_get(request, "extensions"),
                            &make->extensions, error))
    return false;
  if (!read_user(request, make, error) || !read_algs(request, make, error) ||
      !fidotool_job_hash(request, make->client_data_hash, error))
    return false;
  make->exclude = fidotool_job_bytes_list(request, "exclude", error);
  if (!make->exclude || !read_large_blob(job, make, error) ||
      !read_enterprise(job, make, error))
    return false;
  making->with_test = test != NULL;
  if (!test)
    return true;
  making->test.rp_id = make->rp_id;
  making->test.touch = true;
  making->test.timeout_ms = job->timeout_ms;
  return fidotool_job_hash(test, making->test.client_data_hash, error);
}

/* A list longer than the key takes is asked in portions, silently; what is
 * found is left in the list alone, so that the key itself refuses. */
static bool
shorten_exclude(const FidotoolJob *job, FidotoolCredentialMake *make,
                GError **error)
{
  GBytes *found = NULL;

  if (make->exclude->len <=
      fidotool_credential_portion(job->key, make->exclude))
    return true;
  if (!fidotool_credential_find(job->key, make->rp_id, make->exclude, &found,
                                error))
    return false;
  g_ptr_array_set_size(make->exclude, 0);
  if (found)
    g_ptr_array_add(make->exclude, found);
  return true;
}

/* A spare is another key than the first: one that answers for the first's
 * credential, without touch or PIN, is not. */
static bool
check_spare(const FidotoolJob *job, const FidotoolCredentialMake *make,
            GError **error)
{
  g_autoptr(GPtrArray) first =
      fidotool_job_bytes_list(job->request, "spare_of", error);
  g_autoptr(GBytes) found = NULL;

  if (!first ||
      !fidotool_credential_find(job->key, make->rp_id, first, &found, error))
    return false;
  if (!found)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
              "this is the first key once more, and no spare");
  return false;
}

static bool
make_credential(gpointer data, GError **error)
{
  Making *making = data;

  making->made = fidotool_credential_make(making->key, &making->make, error);
  return making->made != NULL;
}

static bool
test_credential(gpointer data, GError **error)
{
  Making *making = data;

  making->tested =
      fidotool_credential_assert(making->key, &making->test, error);
  return making->tested != NULL;
}

/* A key that was lifted for its test shows that it is the one that has the new
 * credential, before it is given a PIN. One that answers for it with user
 * verification alone cannot be asked so. */
static bool
prove_credential(gpointer data, GError **error)
{
  Making *making = data;

  return making->make.extensions.protect == 3 ||
         fidotool_credential_prove(making->key, making->made,
                                   making->make.rp_id, error);
}

/* Makes the credential, and the test right after it. A PIN that is entered
 * serves for both. */
static bool
run_making(FidotoolKey *key, FidotoolCredentialUv uv, const FidotoolSecret *pin,
           gpointer data, GError **error)
{
  Making *making = data;
  FidotoolPresence presence = {.run = make_credential,
                               .data = making,
                               .timeout_ms = making->make.timeout_ms};

  making->key = key;
  making->make.uv = uv;
  making->make.pin = pin;
  if (!making->made && !fidotool_presence_run(key, &presence, error))
    return false;
  if (!making->with_test)
    return true;
  making->test.uv = uv;
  making->test.pin = pin;
  if (!making->test.allow) {
    making->test.allow =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_ptr_array_add(making->test.allow, g_bytes_ref(making->made->id));
    fidotool_session_event(making->session, "made", NULL);
  }
  presence.run = test_credential;
  presence.prove = prove_credential;
  if (fidotool_presence_run(key, &presence, error))
    return true;
  g_prefix_error(error, "the credential was made, but its test failed: ");
  return false;
}

static void
write_make_extensions(FidotoolJson *json, const FidotoolCredentialMade *made)
{
  const FidotoolExtensionOutput *given = &made->extensions;
  FidotoolJson *into =
      fidotool_json_set(json, "extensions", fidotool_json_new_object());

  fidotool_json_set_bool(into, "hmac_secret", given->hmac_secret);
  fidotool_json_set_bool(into, "blob", given->blob_kept);
  fidotool_json_set_bool(into, "large_blob", made->blob_key);
  if (given->protect > 0)
    fidotool_json_set_int(into, "protect", given->protect);
  if (given->min_pin_length > 0)
    fidotool_json_set_int(into, "min_pin_length", given->min_pin_length);
}

static FidotoolJson *
write_made(const FidotoolJob *job, const Making *making)
{
  const FidotoolJson *transports =
      fidotool_json_get(fidotool_key_info(job->key)->json, "transports");
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_job_set_bytes(json, "attestation", making->made->attestation);
  fidotool_job_set_bytes(json, "auth_data", making->made->auth_data);
  fidotool_job_set_bytes(json, "cred", making->made->id);
  fidotool_job_set_bytes(json, "public_key", making->made->public_key);
  fidotool_json_set_int(json, "alg", making->made->alg);
  write_make_extensions(json, making->made);
  if (making->make.enterprise != FIDOTOOL_CREDENTIAL_ENTERPRISE_NO)
    fidotool_json_set_bool(json, "enterprise", making->made->enterprise);
  if (transports)
    fidotool_json_set(json, "transports", fidotool_json_copy(transports));
  fidotool_json_set_bool(json, "discoverable", making->make.discoverable);
  fidotool_job_set_bytes(json, "info_cbor", fidotool_key_raw_info(job->key));
  fidotool_json_set_int(json, "messages", fidotool_key_messages(job->key));
  if (fidotool_key_is_u2f(job->key))
    fidotool_json_set_bool(json, "u2f", true);
  if (making->tested)
    fidotool_json_set(json, "test",
                      fidotool_job_write_asserted(making->tested));
  return json;
}

FidotoolJson *
fidotool_job_make(FidotoolJob *job, GError **error)
{
  g_auto(Making) making = {.session = job->session};
  FidotoolUnlock how = {
      .want = fidotool_unlock_parse(fidotool_json_get_text(job->request, "uv")),
      .skip_retries = job->skip_retries,
  };

  if (!read_making(job, &making, error) ||
      !check_spare(job, &making.make, error) ||
      !shorten_exclude(job, &making.make, error) ||
      !fidotool_unlock_run(job->session, job->key, &how, run_making, &making,
                           error))
    return NULL;
  return write_made(job, &making);
}
