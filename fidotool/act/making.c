/* SPDX-License-Identifier: Apache-2.0 */
/* making.c - from the station's options to a credential and back. */
#include "fidotool/act/making.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"

/* Lists in options are short. */
#define MAX_ALGS 8
#define MAX_EXCLUDE 64

/* What an offer says; the texts belong to it. */
typedef struct {
  FidotoolClientJobsMake make;
  GBytes *user_id;
  GPtrArray *exclude;
  int algs[MAX_ALGS];
  uint8_t test_hash[32];
  char *client_data, *test_client_data;
} Offer;

static void
clear_offer(Offer *offer)
{
  g_clear_pointer(&offer->user_id, g_bytes_unref);
  g_clear_pointer(&offer->exclude, g_ptr_array_unref);
  g_free(offer->client_data);
  g_free(offer->test_client_data);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Offer, clear_offer)

static bool
bad_offer(GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "the station's options cannot be read");
  return false;
}

static bool
read_algs(const FidotoolJson *list, Offer *offer)
{
  size_t n = fidotool_json_size(list);

  if (n == 0 || n > MAX_ALGS)
    return false;
  for (size_t i = 0; i < n; i++) {
    int64_t value;

    if (!fidotool_json_int(fidotool_json_at(list, i), &value) ||
        value < INT32_MIN || value > INT32_MAX)
      return false;
    offer->algs[i] = (int)value;
  }
  offer->make.algs = offer->algs;
  offer->make.n_algs = n;
  return true;
}

static bool
read_exclude(const FidotoolJson *list, Offer *offer)
{
  offer->exclude =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  if (fidotool_json_size(list) > MAX_EXCLUDE)
    return false;
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    GBytes *id = fidotool_bytes_unbase64url(
        fidotool_json_text(fidotool_json_at(list, i)));

    if (!id)
      return false;
    g_ptr_array_add(offer->exclude, id);
  }
  offer->make.exclude = offer->exclude;
  return true;
}

static bool
read_options(const FidotoolJson *options, Offer *offer, GError **error)
{
  const FidotoolJson *user = fidotool_json_get(options, "user");

  offer->user_id =
      fidotool_bytes_unbase64url(fidotool_json_get_text(user, "id"));
  offer->make.rp_id = fidotool_json_get_text(options, "rp_id");
  offer->make.rp_name = fidotool_json_get_text(options, "rp_name");
  offer->make.user_id = offer->user_id;
  offer->make.user_name = fidotool_json_get_text(user, "name");
  offer->make.user_display_name = fidotool_json_get_text(user, "display_name");
  offer->make.discoverable = fidotool_json_get_int(options, "rk", 0) == 1;
  offer->make.uv = "required";
  offer->make.protect = (int)fidotool_json_get_int(options, "cred_protect", 0);
  if (!offer->user_id || !offer->make.rp_id ||
      !read_algs(fidotool_json_get(options, "algs"), offer) ||
      !read_exclude(fidotool_json_get(options, "exclude"), offer))
    return bad_offer(error);
  return true;
}

/* WebAuthn Level 3, section 5.8.1.1: the serialisation browsers use. */
static char *
write_client_data(const char *type, const FidotoolJson *from,
                  uint8_t ret_hash[32])
{
  const char *challenge = fidotool_json_get_text(from, "challenge");
  const char *origin = fidotool_json_get_text(from, "origin");
  g_autoptr(FidotoolJson) text = NULL;
  g_autofree char *quoted = NULL;
  g_autoptr(GBytes) bytes = fidotool_bytes_unbase64url(challenge);
  char *data;

  if (!bytes || !origin)
    return NULL;
  text = fidotool_json_new_text(origin);
  quoted = fidotool_json_write(text, NULL);
  data = g_strdup_printf("{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":%s,"
                         "\"crossOrigin\":false}",
                         type, challenge, quoted);
  fidotool_bytes_sha256(data, strlen(data), ret_hash);
  return data;
}

static void
give_device(FidotoolClientJobsMade *made, FidotoolJson **ret_device)
{
  if (ret_device)
    *ret_device = g_steal_pointer(&made->device);
}

static void
set_bytes(FidotoolJson *object, const char *name, GBytes *bytes)
{
  g_autofree char *text = fidotool_bytes_base64url(
      g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

  fidotool_json_set_text(object, name, text);
}

static void
set_text(FidotoolJson *object, const char *name, const char *text)
{
  g_autofree char *encoded = fidotool_bytes_base64url(text, strlen(text));

  fidotool_json_set_text(object, name, encoded);
}

/* The part that RegistrationResponseJSON and AuthenticationResponseJSON share;
 * returns its "response". */
static FidotoolJson *
start_response(FidotoolJson *whole, GBytes *cred, const char *client_data)
{
  FidotoolJson *response;

  set_bytes(whole, "id", cred);
  set_bytes(whole, "rawId", cred);
  fidotool_json_set_text(whole, "type", "public-key");
  fidotool_json_set(whole, "clientExtensionResults",
                    fidotool_json_new_object());
  response = fidotool_json_set(whole, "response", fidotool_json_new_object());
  set_text(response, "clientDataJSON", client_data);
  return response;
}

static FidotoolJson *
write_made(const Offer *offer, const FidotoolClientJobsMade *made)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *registration =
      fidotool_json_set(result, "registration", fidotool_json_new_object());
  FidotoolJson *test =
      fidotool_json_set(result, "test", fidotool_json_new_object());
  FidotoolJson *response =
      start_response(registration, made->cred, offer->client_data);
  g_autofree char *info = fidotool_bytes_base64(
      g_bytes_get_data(made->info, NULL), g_bytes_get_size(made->info));

  /* Its own word, kept beside what it proved. */
  fidotool_json_set_text(result, "info", info);

  set_bytes(response, "attestationObject", made->attestation);
  set_bytes(response, "authenticatorData", made->auth_data);
  fidotool_json_set_int(response, "publicKeyAlgorithm", made->alg);
  fidotool_json_set(response, "transports",
                    made->transports ? fidotool_json_copy(made->transports)
                                     : fidotool_json_new_array());
  if (made->public_key)
    set_bytes(response, "publicKey", made->public_key);
  response = start_response(test, made->test->cred, offer->test_client_data);
  set_bytes(response, "authenticatorData", made->test->auth_data);
  set_bytes(response, "signature", made->test->signature);
  if (made->test->user_id)
    set_bytes(response, "userHandle", made->test->user_id);
  return result;
}

FidotoolJson *
fidotool_making_case(const FidotoolClientJobs *how, const FidotoolJson *offer,
                     FidotoolJson **ret_device, GError **error)
{
  const FidotoolJson *options = fidotool_json_get(offer, "options");
  const FidotoolJson *test = fidotool_json_get(offer, "test");
  const char *nonce = fidotool_json_get_text(offer, "nonce");
  g_auto(Offer) read = {0};
  g_autoptr(FidotoolClientJobsMade) made = NULL;
  FidotoolJson *result;

  if (!read_options(options, &read, error))
    return NULL;
  read.client_data =
      write_client_data("webauthn.create", options, read.make.client_data_hash);
  read.test_client_data =
      write_client_data("webauthn.get", test, read.test_hash);
  if (!read.client_data || !read.test_client_data || !nonce) {
    (void)bad_offer(error);
    return NULL;
  }
  read.make.test_hash = read.test_hash;
  made = fidotool_client_jobs_make(how, &read.make, error);
  if (!made)
    return NULL;
  result = write_made(&read, made);
  fidotool_json_set_text(result, "nonce", nonce);
  give_device(made, ret_device);
  return result;
}

FidotoolJson *
fidotool_making_roster(const FidotoolClientJobs *how, const FidotoolJson *offer,
                       FidotoolJson **ret_device, GError **error)
{
  const FidotoolJson *options = fidotool_json_get(offer, "options");
  const char *cdh = fidotool_json_get_text(options, "cdh");
  g_auto(Offer) read = {0};
  g_autoptr(FidotoolClientJobsMade) made = NULL;
  g_autofree char *attestation = NULL;
  FidotoolJson *result;

  if (!read_options(options, &read, error))
    return NULL;
  if (!cdh || !fidotool_bytes_unhex(cdh, read.make.client_data_hash, 32)) {
    (void)bad_offer(error);
    return NULL;
  }
  made = fidotool_client_jobs_make(how, &read.make, error);
  if (!made)
    return NULL;
  attestation = fidotool_bytes_base64(g_bytes_get_data(made->attestation, NULL),
                                      g_bytes_get_size(made->attestation));
  result = fidotool_json_new_object();
  fidotool_json_set_text(result, "attestation", attestation);
  fidotool_json_set_text(result, "cdh", cdh);
  give_device(made, ret_device);
  return result;
}
