/* SPDX-License-Identifier: Apache-2.0 */
/* job-blob.c - jobs blob-list, blob-get and blob-purge: whose each blob is can
 * be said only by trying the keys of the stored credentials on it. */
#include <string.h>

#include "fidotool/device/blob.h"
#include "fidotool/device/stored.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"

/* What lies on the key, and whose it is. */
typedef struct {
  FidotoolStored *stored;
  GPtrArray *credentials;
  FidotoolBlobArray *array;
  GPtrArray *owners; /* of each blob: a credential, or NULL */
} Place;

static void
clear_place(Place *place)
{
  g_clear_pointer(&place->stored, fidotool_stored_free);
  g_clear_pointer(&place->credentials, g_ptr_array_unref);
  g_clear_pointer(&place->array, fidotool_blob_array_free);
  g_clear_pointer(&place->owners, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, clear_place)

typedef FidotoolJson *(*Act)(FidotoolJob *job, Place *place, GError **error);

typedef struct {
  Act act;
  unsigned permissions; /* besides listing credentials */
} Work;

/* The credential whose key opens the blob; what is in it, if asked for. A
 * damaged blob has an owner too. */
static FidotoolStoredCredential *
find_owner(const FidotoolBlob *blob, GPtrArray *credentials)
{
  for (guint i = 0; i < credentials->len; i++) {
    FidotoolStoredCredential *credential = credentials->pdata[i];
    g_autoptr(GError) local = NULL;
    g_autoptr(GBytes) opened = NULL;

    if (!credential->blob_key)
      continue;
    opened = fidotool_blob_open(
        blob, g_bytes_get_data(credential->blob_key, NULL), &local);
    if (opened || local)
      return credential;
  }
  return NULL;
}

static bool
look(FidotoolJob *job, Place *place, GError **error)
{
  place->credentials = fidotool_stored_list(place->stored, NULL, error);
  if (!place->credentials)
    return false;
  place->array = fidotool_blob_read(job->key, error);
  /* Once more before a store is called damaged, and perhaps made anew. */
  if (place->array && place->array->damaged) {
    fidotool_blob_array_free(place->array);
    place->array = fidotool_blob_read(job->key, error);
  }
  if (!place->array)
    return false;
  place->owners = g_ptr_array_new();
  for (guint i = 0; i < place->array->blobs->len; i++)
    g_ptr_array_add(place->owners, find_owner(place->array->blobs->pdata[i],
                                              place->credentials));
  return true;
}

static FidotoolJson *
act_on_place(FidotoolJob *job, const FidotoolSecret *pin, gpointer data,
             GError **error)
{
  const Work *work = data;
  g_auto(Place) place = {.stored = NULL};

  place.stored = fidotool_stored_open_with(job->key, pin, work->permissions,
                                           job->timeout_ms, error);
  return place.stored && look(job, &place, error)
             ? work->act(job, &place, error)
             : NULL;
}

static FidotoolJson *
run(FidotoolJob *job, Act act, unsigned permissions, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);
  Work work = {act, permissions};

  if (!fidotool_blob_is_supported(info) ||
      !fidotool_stored_can_rename(info)) { /* the final command */
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key has no large blobs, or does not say whose they are");
    return NULL;
  }
  return fidotool_job_unlock(job, false, act_on_place, &work, error);
}

static FidotoolJson *
write_owner(const FidotoolStoredCredential *owner)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_job_set_bytes(json, "id", owner->id);
  fidotool_json_set_text(json, "rp_id", owner->rp_id);
  if (owner->user_name)
    fidotool_json_set_text(json, "user_name", owner->user_name);
  return json;
}

static FidotoolJson *
write_blob(const FidotoolBlob *blob, const FidotoolStoredCredential *owner)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_int(json, "stored_size",
                        (int64_t)g_bytes_get_size(blob->raw));
  if (blob->sealed)
    fidotool_json_set_int(json, "size",
                          (int64_t)MIN(blob->size, FIDOTOOL_JSON_INT_MAX));
  if (owner)
    fidotool_json_set(json, "credential", write_owner(owner));
  return json;
}

static FidotoolJson *
write_meter(const FidotoolJob *job, const FidotoolBlobArray *array)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_int(json, "used", (int64_t)array->used);
  fidotool_json_set_int(json, "capacity",
                        fidotool_blob_capacity(fidotool_key_info(job->key)));
  fidotool_json_set_bool(json, "damaged", array->damaged);
  return json;
}

static FidotoolJson *
list_all(FidotoolJob *job, Place *place, GError **error)
{
  FidotoolJson *json = write_meter(job, place->array);
  FidotoolJson *list =
      fidotool_json_set(json, "blobs", fidotool_json_new_array());

  (void)error;
  for (guint i = 0; i < place->array->blobs->len; i++)
    fidotool_json_append(list, write_blob(place->array->blobs->pdata[i],
                                          place->owners->pdata[i]));
  return json;
}

FidotoolJson *
fidotool_job_blob_list(FidotoolJob *job, GError **error)
{
  return run(job, list_all, 0, error);
}

static FidotoolJson *
get_one(FidotoolJob *job, Place *place, GError **error)
{
  const FidotoolStoredCredential *credential = fidotool_job_find_credential(
      place->credentials, fidotool_json_get_text(job->request, "cred"), error);

  if (!credential)
    return NULL;
  for (guint i = 0; i < place->array->blobs->len; i++) {
    g_autoptr(GBytes) opened = NULL;
    FidotoolJson *json;

    if (place->owners->pdata[i] != credential)
      continue;
    opened =
        fidotool_blob_open(place->array->blobs->pdata[i],
                           g_bytes_get_data(credential->blob_key, NULL), error);
    if (!opened)
      return NULL;
    json = fidotool_json_new_object();
    fidotool_json_set(json, "credential", write_owner(credential));
    fidotool_job_set_bytes(json, "data", opened);
    return json;
  }
  if (place->array->damaged)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the store of large blobs is damaged");
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "nothing is stored for this credential");
  return NULL;
}

FidotoolJson *
fidotool_job_blob_get(FidotoolJob *job, GError **error)
{
  return run(job, get_one, 0, error);
}

/* What stays: with all nothing, else what belongs to somebody. */
static GPtrArray *
find_kept(const Place *place, bool all)
{
  GPtrArray *kept = g_ptr_array_new();

  for (guint i = 0; !all && i < place->array->blobs->len; i++)
    if (place->owners->pdata[i])
      g_ptr_array_add(kept, place->array->blobs->pdata[i]);
  return kept;
}

/* Writes what stays, and looks whether no more is there. */
static bool
write_kept(FidotoolJob *job, const Place *place, const GPtrArray *kept,
           FidotoolBlobArray **ret_after, GError **error)
{
  if (!fidotool_blob_write(job->key, fidotool_stored_token(place->stored), kept,
                           error))
    return false;
  *ret_after = fidotool_blob_read(job->key, error);
  if (!*ret_after)
    return false;
  if (!(*ret_after)->damaged && (*ret_after)->blobs->len == kept->len)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "the key said yes, but it holds something else");
  return false;
}

static FidotoolJson *
purge(FidotoolJob *job, Place *place, GError **error)
{
  bool all = fidotool_json_get_bool(job->request, "all", false);
  g_autoptr(GPtrArray) kept = find_kept(place, all);
  g_autoptr(FidotoolBlobArray) after = NULL;
  guint lost = place->array->blobs->len - kept->len;
  FidotoolJson *target, *json;

  if (lost > 0 || place->array->damaged) {
    target = write_meter(job, place->array);
    fidotool_json_set_int(target, "blobs_lost", lost);
    fidotool_json_set_int(target, "blobs_kept", kept->len);
    if (!fidotool_job_confirm(job, "blob-purge", target, error) ||
        !write_kept(job, place, kept, &after, error))
      return NULL;
  }
  json = write_meter(job, after ? after : place->array);
  fidotool_json_set_int(json, "blobs_lost", lost);
  fidotool_json_set_int(json, "blobs_kept", kept->len);
  fidotool_json_set_bool(json, "changed", after != NULL);
  return json;
}

FidotoolJson *
fidotool_job_blob_purge(FidotoolJob *job, GError **error)
{
  return run(job, purge, FIDOTOOL_TOKEN_BLOB_WRITE, error);
}
