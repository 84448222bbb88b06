/* SPDX-License-Identifier: Apache-2.0 */
/* job-stored.c - jobs credential-list, -count, -rename and -delete: one PIN,
 * one token, however many messages it takes. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/stored.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/plan.h"

/* Longest new name; keys cut names to 64 bytes. */
#define NAME_MAX_BYTES 64

/* What is done once the store is open. */
typedef FidotoolJson *(*Act)(FidotoolJob *job, FidotoolStored *stored,
                             GError **error);

static FidotoolJson *
act_on_store(FidotoolJob *job, const FidotoolSecret *pin, gpointer data,
             GError **error)
{
  const Act *act = data;
  g_autoptr(FidotoolStored) stored =
      fidotool_stored_open(job->key, pin, job->timeout_ms, error);

  return stored ? (*act)(job, stored, error) : NULL;
}

static FidotoolJson *
run(FidotoolJob *job, Act act, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);

  if (!fidotool_stored_is_supported(info)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key does not list what it holds");
    return NULL;
  }
  return fidotool_job_unlock(job, fidotool_info_option(info, "credMgmt") != 1,
                             act_on_store, &act, error);
}

static void
set_text(FidotoolJson *json, const char *name, const char *text)
{
  if (text)
    fidotool_json_set_text(json, name, text);
}

static FidotoolJson *
write_credential(const FidotoolStoredCredential *credential)
{
  FidotoolJson *json = fidotool_json_new_object();
  g_autofree char *hash = fidotool_bytes_hex(credential->rp_hash, 32);
  FidotoolJson *user;

  fidotool_job_set_bytes(json, "id", credential->id);
  fidotool_json_set_text(json, "rp_id", credential->rp_id);
  fidotool_json_set_text(json, "rp_id_hash", hash);
  user = fidotool_json_set(json, "user", fidotool_json_new_object());
  fidotool_job_set_bytes(user, "id", credential->user_id);
  set_text(user, "name", credential->user_name);
  set_text(user, "display_name", credential->display_name);
  if (credential->alg != 0 && ABS(credential->alg) <= FIDOTOOL_JSON_INT_MAX)
    fidotool_json_set_int(json, "alg", credential->alg);
  if (credential->protect > 0)
    fidotool_json_set_int(json, "protect", credential->protect);
  fidotool_job_set_bytes(json, "public_key", credential->public_key);
  if (credential->blob_key)
    fidotool_json_set_bool(json, "large_blob_key", true);
  return json;
}

static FidotoolJson *
new_result(const FidotoolStored *stored)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_int(json, "existing", fidotool_stored_existing(stored));
  fidotool_json_set_int(json, "remaining", fidotool_stored_remaining(stored));
  return json;
}

static bool
has_beginning(GBytes *id, const char *text)
{
  gsize len;
  const void *data = g_bytes_get_data(id, &len);
  g_autofree char *base64url = fidotool_bytes_base64url(data, len);
  g_autofree char *hex = fidotool_bytes_hex(data, len);

  return g_str_has_prefix(base64url, text) || g_str_has_prefix(hex, text);
}

FidotoolStoredCredential *
fidotool_job_find_credential(GPtrArray *list, const char *text, GError **error)
{
  FidotoolStoredCredential *found = NULL;
  guint n = 0;

  for (guint i = 0; text && *text && i < list->len; i++) {
    FidotoolStoredCredential *credential = list->pdata[i];

    if (has_beginning(credential->id, text)) {
      found = credential;
      n++;
    }
  }
  if (n == 1)
    return found;
  if (n == 0)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "no credential on this key has an id that begins so");
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "%u credentials have an id that begins so: give more of it", n);
  return NULL;
}

/* The credential that the request names, out of the whole list. */
static FidotoolStoredCredential *
find_named(FidotoolJob *job, FidotoolStored *stored, GPtrArray **ret_list,
           GError **error)
{
  const char *text = fidotool_json_get_text(job->request, "cred");

  if (!text || !*text) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "the request: \"cred\" is missing or wrong");
    return NULL;
  }
  *ret_list = fidotool_stored_list(stored, NULL, error);
  return *ret_list ? fidotool_job_find_credential(*ret_list, text, error)
                   : NULL;
}

static FidotoolJson *
list_all(FidotoolJob *job, FidotoolStored *stored, GError **error)
{
  const char *rp_id = fidotool_json_get_text(job->request, "rp_id");
  g_autoptr(GPtrArray) list = NULL;
  FidotoolStoredCredential *only = NULL;
  FidotoolJson *json, *array;

  if (fidotool_json_get(job->request, "cred")) {
    only = find_named(job, stored, &list, error);
    if (!only)
      return NULL;
  } else
    list = fidotool_stored_list(stored, rp_id, error);
  if (!list)
    return NULL;
  json = new_result(stored);
  array = fidotool_json_set(json, "credentials", fidotool_json_new_array());
  for (guint i = 0; i < list->len; i++)
    if (!only || only == list->pdata[i])
      fidotool_json_append(array, write_credential(list->pdata[i]));
  return json;
}

FidotoolJson *
fidotool_job_credential_list(FidotoolJob *job, GError **error)
{
  return run(job, list_all, error);
}

static FidotoolJson *
count_all(FidotoolJob *job, FidotoolStored *stored, GError **error)
{
  g_autoptr(GPtrArray) rps = fidotool_stored_existing(stored) > 0
                                 ? fidotool_stored_rps(stored, true, error)
                                 : g_ptr_array_new();
  FidotoolJson *json, *array;

  (void)job;
  if (!rps)
    return NULL;
  json = new_result(stored);
  array = fidotool_json_set(json, "rps", fidotool_json_new_array());
  for (guint i = 0; i < rps->len; i++) {
    const FidotoolStoredRp *rp = rps->pdata[i];
    g_autofree char *hash = fidotool_bytes_hex(rp->rp_hash, 32);
    FidotoolJson *row = fidotool_json_append(array, fidotool_json_new_object());

    fidotool_json_set_text(row, "rp_id", rp->rp_id);
    fidotool_json_set_text(row, "rp_id_hash", hash);
    fidotool_json_set_int(row, "credentials", rp->credentials);
  }
  return json;
}

FidotoolJson *
fidotool_job_credential_count(FidotoolJob *job, GError **error)
{
  return run(job, count_all, error);
}

/* Reads the two new names; what is not given stays as it is. */
static bool
read_names(const FidotoolJson *request, const FidotoolStoredCredential *old,
           const char **ret_name, const char **ret_display_name, GError **error)
{
  const char *name = fidotool_json_get_text(request, "name");
  const char *display_name = fidotool_json_get_text(request, "display_name");

  if ((!name && !display_name) || (name && strlen(name) > NAME_MAX_BYTES) ||
      (display_name && strlen(display_name) > NAME_MAX_BYTES)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "a new name is wanted, of at most %d bytes", NAME_MAX_BYTES);
    return false;
  }
  *ret_name = name ? name : old->user_name;
  *ret_display_name = display_name ? display_name : old->display_name;
  return true;
}

static FidotoolJson *
write_renamed(const FidotoolStoredCredential *credential, bool changed)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set(json, "credential", write_credential(credential));
  fidotool_json_set_bool(json, "changed", changed);
  return json;
}

static FidotoolJson *
rename_one(FidotoolJob *job, FidotoolStored *stored, GError **error)
{
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(FidotoolStoredCredential) now = NULL;
  FidotoolStoredCredential *old = find_named(job, stored, &list, error);
  const char *name, *display_name;

  if (!old || !read_names(job->request, old, &name, &display_name, error))
    return NULL;
  if (g_strcmp0(name, old->user_name) == 0 &&
      g_strcmp0(display_name, old->display_name) == 0)
    return write_renamed(old, false);
  if (!fidotool_stored_rename(stored, old, name, display_name, error) ||
      !fidotool_stored_find(stored, old, &now, error))
    return NULL;
  if (!now || g_strcmp0(name, now->user_name) != 0 ||
      g_strcmp0(display_name, now->display_name) != 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the key said yes, but it did not take the names");
    return NULL;
  }
  return write_renamed(now, true);
}

FidotoolJson *
fidotool_job_credential_rename(FidotoolJob *job, GError **error)
{
  if (fidotool_stored_can_rename(fidotool_key_info(job->key)))
    return run(job, rename_one, error);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
              "this key does not take new names");
  return NULL;
}

static FidotoolJson *
delete_one(FidotoolJob *job, FidotoolStored *stored, GError **error)
{
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(FidotoolStoredCredential) left = NULL;
  FidotoolStoredCredential *target = find_named(job, stored, &list, error);
  FidotoolJson *json;

  if (!target || !fidotool_plan_check_key(job, target->id, error) ||
      !fidotool_job_confirm(job, "credential-delete", write_credential(target),
                            error) ||
      !fidotool_stored_delete(stored, target->id, error) ||
      !fidotool_stored_find(stored, target, &left, error))
    return NULL;
  if (left) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the key said yes, but the credential is still there");
    return NULL;
  }
  json = fidotool_json_new_object();
  fidotool_json_set(json, "credential", write_credential(target));
  fidotool_json_set_bool(json, "changed", true);
  return json;
}

FidotoolJson *
fidotool_job_credential_delete(FidotoolJob *job, GError **error)
{
  return run(job, delete_one, error);
}
