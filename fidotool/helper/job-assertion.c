/* SPDX-License-Identifier: Apache-2.0 */
/* job-assertion.c - job assert, and what is kept in a large blob for the
 * credential that answers. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/blob.h"
#include "fidotool/device/credential.h"
#include "fidotool/device/pin.h"
#include "fidotool/device/presence.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/unlock.h"

/* One assert job. */
typedef struct {
  FidotoolJob *job;
  FidotoolCredentialAssert ask;
  FidotoolCredentialAsserted *given;
  GBytes *write; /* the large blob to be kept; NULL: it is read, if at all */
  GBytes *read;  /* the one that was there; or NULL */
} Asserting;

static void
clear_asserting(Asserting *asserting)
{
  g_clear_pointer(&asserting->ask.allow, g_ptr_array_unref);
  g_clear_pointer(&asserting->given, fidotool_credential_asserted_free);
  g_clear_pointer(&asserting->write, g_bytes_unref);
  g_clear_pointer(&asserting->read, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asserting, clear_asserting)

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

/* --- the request ---------------------------------------------------------- */

static bool
read_extensions(const FidotoolJson *wanted, FidotoolExtensionAssert *ask,
                GError **error)
{
  const FidotoolJson *salts = fidotool_json_get(wanted, "salts");

  ask->blob = fidotool_json_get_bool(wanted, "blob", false);
  if (!salts)
    return true;
  if (fidotool_json_size(salts) < 1 ||
      fidotool_json_size(salts) > G_N_ELEMENTS(ask->salts))
    return fidotool_job_refuse(error, "one salt, or two");
  for (size_t i = 0; i < fidotool_json_size(salts); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(salts, i));
    g_autoptr(GBytes) salt = text ? fidotool_bytes_unbase64url(text) : NULL;

    if (!salt || g_bytes_get_size(salt) != FIDOTOOL_EXTENSION_SALT)
      return fidotool_job_refuse(error, "a salt has 32 bytes");
    memcpy(ask->salts[i], g_bytes_get_data(salt, NULL),
           FIDOTOOL_EXTENSION_SALT);
    ask->n_salts++;
  }
  return true;
}

/* {read: true} or {write}: never both. Writing is for one credential, and for
 * a key that can. */
static bool
read_large_blob(const FidotoolJob *job, Asserting *asserting, GError **error)
{
  const FidotoolJson *wanted = fidotool_json_get(
      fidotool_json_get(job->request, "extensions"), "large_blob");
  bool read = fidotool_json_get_bool(wanted, "read", false);
  bool write = fidotool_json_get(wanted, "write") != NULL;

  if (!wanted)
    return true;
  if (read == write)
    return fidotool_job_refuse(error, "a large blob is read, or it is written");
  asserting->ask.extensions.blob_key = true;
  if (!write)
    return true;
  asserting->write = fidotool_job_bytes(wanted, "write", error);
  if (!asserting->write)
    return false;
  if (asserting->ask.allow->len != 1)
    return fidotool_job_refuse(error,
                               "a large blob is written for one credential");
  return fidotool_extension_has_blob_key(fidotool_key_info(job->key)) ||
         set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                   "this key keeps no large blobs");
}

static bool
read_asserting(FidotoolJob *job, Asserting *asserting, GError **error)
{
  FidotoolCredentialAssert *ask = &asserting->ask;

  ask->rp_id = fidotool_json_get_text(job->request, "rp_id");
  ask->touch = true;
  ask->timeout_ms = job->timeout_ms;
  ask->allow = fidotool_job_bytes_list(job->request, "allow", error);
  return ask->allow &&
         read_extensions(fidotool_json_get(job->request, "extensions"),
                         &ask->extensions, error) &&
         read_large_blob(job, asserting, error) &&
         fidotool_job_hash(job->request, ask->client_data_hash, error);
}

/* --- the large blob ------------------------------------------------------- */

static const uint8_t *
get_blob_key(const Asserting *asserting)
{
  const FidotoolSecret *key = asserting->given->blob_key;

  return key && fidotool_secret_len(key) == FIDOTOOL_BLOB_KEY
             ? (const uint8_t *)fidotool_secret_text(key)
             : NULL;
}

/* Once more before a store counts as empty because it is damaged. */
static FidotoolBlobArray *
read_array(FidotoolKey *key, GError **error)
{
  FidotoolBlobArray *array = fidotool_blob_read(key, error);

  if (!array || !array->damaged)
    return array;
  fidotool_blob_array_free(array);
  return fidotool_blob_read(key, error);
}

static void
warn_damaged(const FidotoolJob *job)
{
  FidotoolJson *fields = fidotool_json_new_object();

  fidotool_json_set_text(fields, "code", "large-blobs-damaged");
  fidotool_json_set_text(fields, "text",
                         "the key's store of large blobs is damaged and counts "
                         "as empty");
  fidotool_session_event(job->session, "warning", fields);
}

static bool
read_blob(Asserting *asserting, const uint8_t *blob_key, GError **error)
{
  g_autoptr(FidotoolBlobArray) array = read_array(asserting->job->key, error);

  if (!array)
    return false;
  if (array->damaged)
    warn_damaged(asserting->job);
  for (guint i = 0; i < array->blobs->len && !asserting->read; i++) {
    g_autoptr(GError) local = NULL;

    asserting->read =
        fidotool_blob_open(array->blobs->pdata[i], blob_key, &local);
    if (local) {
      g_propagate_error(error, g_steal_pointer(&local));
      return false;
    }
  }
  return true;
}

/* What others keep there. */
static GPtrArray *
find_others(const FidotoolBlobArray *array, const uint8_t *blob_key)
{
  GPtrArray *others = g_ptr_array_new();

  for (guint i = 0; i < array->blobs->len; i++) {
    g_autoptr(GError) local = NULL;
    g_autoptr(GBytes) opened =
        fidotool_blob_open(array->blobs->pdata[i], blob_key, &local);

    if (!opened && !local) /* a damaged one of ours is ours, too */
      g_ptr_array_add(others, array->blobs->pdata[i]);
  }
  return others;
}

/* NULL without error for a key that has nothing to verify its user by. */
static bool
buy_token(const Asserting *asserting, FidotoolToken **ret_token, GError **error)
{
  const FidotoolCredentialAssert *ask = &asserting->ask;

  if (ask->uv == FIDOTOOL_CREDENTIAL_UV_NONE)
    return true;
  if (ask->uv == FIDOTOOL_CREDENTIAL_UV_BUILTIN) /* another finger */
    fidotool_session_event(asserting->job->session, "uv_needed", NULL);
  *ret_token = fidotool_token_buy(asserting->job->key, ask->pin,
                                  FIDOTOOL_TOKEN_BLOB_WRITE, NULL,
                                  ask->timeout_ms, error);
  return *ret_token != NULL;
}

/* Whether it lies there now, as it was given. */
static bool
check_written(Asserting *asserting, const uint8_t *blob_key, GError **error)
{
  bool same;

  if (!read_blob(asserting, blob_key, error))
    return false;
  same = asserting->read && g_bytes_equal(asserting->read, asserting->write);
  g_clear_pointer(&asserting->read, g_bytes_unref);
  return same || set_error(error, FIDOTOOL_ERROR_FAILED,
                           "the key said yes, but it holds something else");
}

static bool
write_blob(Asserting *asserting, const uint8_t *blob_key, GError **error)
{
  FidotoolKey *key = asserting->job->key;
  g_autoptr(FidotoolBlobArray) array = read_array(key, error);
  g_autoptr(FidotoolBlob) blob = NULL;
  g_autoptr(GPtrArray) blobs = NULL;
  g_autoptr(FidotoolToken) token = NULL;
  size_t room = (size_t)fidotool_blob_capacity(fidotool_key_info(key));

  if (!array)
    return false;
  if (array->damaged)
    warn_damaged(asserting->job);
  blob = fidotool_blob_seal(asserting->write, blob_key, error);
  if (!blob)
    return false;
  blobs = find_others(array, blob_key);
  g_ptr_array_add(blobs, blob);
  if (fidotool_blob_size(blobs) > room) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FULL,
                "the key has room for %zu bytes of large blobs, and %zu are "
                "needed",
                room, fidotool_blob_size(blobs));
    return false;
  }
  return buy_token(asserting, &token, error) &&
         fidotool_blob_write(key, token, blobs, error) &&
         check_written(asserting, blob_key, error);
}

static bool
run_blob(Asserting *asserting, GError **error)
{
  const uint8_t *blob_key = get_blob_key(asserting);
  bool ok;

  if (!asserting->ask.extensions.blob_key || (!blob_key && !asserting->write))
    return true;
  if (!blob_key)
    ok = set_error(error, FIDOTOOL_ERROR_NOT_FOUND,
                   "this credential was made without one");
  else
    ok = asserting->write ? write_blob(asserting, blob_key, error)
                          : read_blob(asserting, blob_key, error);
  if (!ok)
    g_prefix_error(error,
                   "the assertion was made, but its large blob was not "
                   "%s: ",
                   asserting->write ? "written" : "read");
  return ok;
}

/* --- the job -------------------------------------------------------------- */

static bool
ask_assertion(gpointer data, GError **error)
{
  Asserting *asserting = data;

  asserting->given =
      fidotool_credential_assert(asserting->job->key, &asserting->ask, error);
  return asserting->given != NULL;
}

/* Where a blob alone wanted the PIN, the assertion is there already. */
static bool
run_asserting(FidotoolKey *key, FidotoolCredentialUv uv,
              const FidotoolSecret *pin, gpointer data, GError **error)
{
  Asserting *asserting = data;
  const FidotoolPresence presence = {.run = ask_assertion,
                                     .data = asserting,
                                     .timeout_ms = asserting->ask.timeout_ms};

  asserting->ask.uv = uv;
  asserting->ask.pin = pin;
  return (asserting->given || fidotool_presence_run(key, &presence, error)) &&
         run_blob(asserting, error);
}

static void
write_extensions(FidotoolJson *json, const FidotoolCredentialAsserted *asserted)
{
  FidotoolJson *into, *secrets;
  const uint8_t *data;

  if (!asserted->blob && !asserted->secrets)
    return;
  into = fidotool_json_set(json, "extensions", fidotool_json_new_object());
  fidotool_job_set_bytes(into, "blob", asserted->blob);
  if (!asserted->secrets)
    return;
  data = (const uint8_t *)fidotool_secret_text(asserted->secrets);
  secrets = fidotool_json_set(into, "secrets", fidotool_json_new_array());
  for (size_t at = 0;
       at + FIDOTOOL_EXTENSION_SALT <= fidotool_secret_len(asserted->secrets);
       at += FIDOTOOL_EXTENSION_SALT) {
    g_autofree char *text =
        fidotool_bytes_base64url(data + at, FIDOTOOL_EXTENSION_SALT);

    fidotool_json_append_text(secrets, text);
  }
}

FidotoolJson *
fidotool_job_write_asserted(const FidotoolCredentialAsserted *asserted)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_job_set_bytes(json, "cred", asserted->id);
  fidotool_job_set_bytes(json, "auth_data", asserted->auth_data);
  fidotool_job_set_bytes(json, "signature", asserted->signature);
  fidotool_job_set_bytes(json, "user_id", asserted->user_id);
  fidotool_json_set_int(json, "accounts", (int64_t)asserted->count);
  write_extensions(json, asserted);
  return json;
}

/* What only some assertions have besides. */
static void
write_names(const Asserting *asserting, FidotoolJson *json)
{
  const FidotoolJob *job = asserting->job;
  const char *app_id = fidotool_json_get_text(job->request, "app_id");

  if (fidotool_key_is_u2f(job->key))
    fidotool_json_set_bool(json, "u2f", true);
  if (app_id)
    fidotool_json_set_bool(json, "app_id", asserting->ask.rp_id == app_id);
}

static FidotoolJson *
write_result(const Asserting *asserting)
{
  FidotoolJson *json = fidotool_job_write_asserted(asserting->given);
  FidotoolJson *blob;

  write_names(asserting, json);
  if (!asserting->ask.extensions.blob_key)
    return json;
  blob = fidotool_json_set(json, "large_blob", fidotool_json_new_object());
  fidotool_job_set_bytes(blob, "data", asserting->read);
  if (asserting->write)
    fidotool_json_set_bool(blob, "written", true);
  return json;
}

/* A credential that was made for the application of U2F, by a key that has none
 * of the list for the RP ID, is asked for under that name (WebAuthn, section
 * 10.1.1). Without a touch, so that there is only one. */
static bool
choose_name(const FidotoolJob *job, FidotoolCredentialAssert *ask,
            GError **error)
{
  const char *names[] = {ask->rp_id,
                         fidotool_json_get_text(job->request, "app_id")};

  for (size_t i = 0; names[1] && i < G_N_ELEMENTS(names); i++) {
    g_autoptr(GBytes) found = NULL;

    if (!fidotool_credential_find(job->key, names[i], ask->allow, &found,
                                  error))
      return false;
    if (!found)
      continue;
    ask->rp_id = names[i];
    return true;
  }
  return true;
}

FidotoolJson *
fidotool_job_assert(FidotoolJob *job, GError **error)
{
  g_auto(Asserting) asserting = {.job = job};
  const FidotoolUnlock how = {
      .want = fidotool_unlock_parse(fidotool_json_get_text(job->request, "uv")),
      .skip_retries = job->skip_retries,
  };

  return read_asserting(job, &asserting, error) &&
                 choose_name(job, &asserting.ask, error) &&
                 fidotool_unlock_run(job->session, job->key, &how,
                                     run_asserting, &asserting, error)
             ? write_result(&asserting)
             : NULL;
}
