/* SPDX-License-Identifier: Apache-2.0 */
/* job-fingerprint.c - jobs fingerprint-list, -add, -rename and -delete. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/fingerprint.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"

/* A finger that is put on so often without end is no use. */
#define TRIES_MAX 50
/* Waits in a row in which nobody put a finger on. */
#define IDLE_MAX 3
#define SAMPLE_NO_FINGER 0x0d

/* What is done with the token. */
typedef FidotoolJson *(*Act)(FidotoolJob *job, const FidotoolToken *token,
                             GError **error);

static FidotoolJson *
act_with_token(FidotoolJob *job, const FidotoolSecret *pin, gpointer data,
               GError **error)
{
  const Act *act = data;
  g_autoptr(FidotoolToken) token = fidotool_token_buy(
      job->key, pin, FIDOTOOL_TOKEN_FINGERPRINTS, NULL, job->timeout_ms, error);

  return token ? (*act)(job, token, error) : NULL;
}

static FidotoolJson *
run(FidotoolJob *job, Act act, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);

  if (!fidotool_fingerprint_is_supported(info)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key has no fingerprints");
    return NULL;
  }
  return fidotool_job_unlock(job,
                             fidotool_info_option(info, "uvBioEnroll") != 1,
                             act_with_token, &act, error);
}

static FidotoolJson *
write_one(const FidotoolFingerprint *one)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_job_set_bytes(json, "id", one->id);
  if (one->name)
    fidotool_json_set_text(json, "name", one->name);
  return json;
}

/* --- list ----------------------------------------------------------------- */

static FidotoolJson *
write_sensor(const FidotoolFingerprintSensor *sensor)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_text(json, "kind", sensor->swipe ? "swipe" : "touch");
  if (sensor->samples > 0)
    fidotool_json_set_int(json, "samples", sensor->samples);
  fidotool_json_set_int(json, "name_max", sensor->name_max);
  return json;
}

static FidotoolJson *
list_all(FidotoolJob *job, const FidotoolToken *token, GError **error)
{
  g_autoptr(GPtrArray) list = NULL;
  FidotoolFingerprintSensor sensor;
  FidotoolJson *json, *array;

  if (!fidotool_fingerprint_sensor(job->key, &sensor, error))
    return NULL;
  list = fidotool_fingerprint_list(job->key, token, error);
  if (!list)
    return NULL;
  json = fidotool_json_new_object();
  fidotool_json_set(json, "sensor", write_sensor(&sensor));
  array = fidotool_json_set(json, "fingerprints", fidotool_json_new_array());
  for (guint i = 0; i < list->len; i++)
    fidotool_json_append(array, write_one(list->pdata[i]));
  return json;
}

FidotoolJson *
fidotool_job_fingerprint_list(FidotoolJob *job, GError **error)
{
  return run(job, list_all, error);
}

/* --- naming one ----------------------------------------------------------- */

static bool
is_named(const FidotoolFingerprint *one, const char *text)
{
  gsize len;
  const void *data = g_bytes_get_data(one->id, &len);
  g_autofree char *base64url = fidotool_bytes_base64url(data, len);
  g_autofree char *hex = fidotool_bytes_hex(data, len);

  return strcmp(base64url, text) == 0 || strcmp(hex, text) == 0 ||
         g_strcmp0(one->name, text) == 0;
}

/* The one of the list that has this id or this name. */
static FidotoolFingerprint *
find_one(GPtrArray *list, const char *text, GError **error)
{
  FidotoolFingerprint *found = NULL;
  guint n = 0;

  for (guint i = 0; text && i < list->len; i++)
    if (is_named(list->pdata[i], text)) {
      found = list->pdata[i];
      n++;
    }
  if (n == 1)
    return found;
  if (n == 0)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "no fingerprint on this key has this id or name");
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "%u fingerprints have this name: give the id", n);
  return NULL;
}

/* The same in a fresh list; NULL without error where it is gone. */
static bool
find_again(FidotoolJob *job, const FidotoolToken *token, GBytes *id,
           GPtrArray **ret_list, FidotoolFingerprint **ret_one, GError **error)
{
  *ret_one = NULL;
  *ret_list = fidotool_fingerprint_list(job->key, token, error);
  for (guint i = 0; *ret_list && i < (*ret_list)->len; i++) {
    FidotoolFingerprint *one = (*ret_list)->pdata[i];

    if (g_bytes_equal(one->id, id))
      *ret_one = one;
  }
  return *ret_list != NULL;
}

static bool
check_name(FidotoolJob *job, const char *name, GError **error)
{
  FidotoolFingerprintSensor sensor;

  if (!fidotool_fingerprint_sensor(job->key, &sensor, error))
    return false;
  if (name && *name && strlen(name) <= (size_t)sensor.name_max)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "a fingerprint's name has 1 to %d bytes", sensor.name_max);
  return false;
}

/* --- add ------------------------------------------------------------------ */

static void
tell_sample(FidotoolJob *job, const FidotoolFingerprintSample *sample)
{
  FidotoolJson *fields = fidotool_json_new_object();

  fidotool_json_set_text(fields, "sample",
                         fidotool_fingerprint_sample_name(sample->status));
  fidotool_json_set_int(fields, "remaining", sample->remaining);
  fidotool_session_event(job->session, "progress", fields);
}

/* Takes samples until none remains. */
static bool
take_samples(FidotoolJob *job, const FidotoolToken *token, GBytes **ret_id,
             int *ret_samples, GError **error)
{
  FidotoolFingerprintSample sample = {.remaining = 1};
  int idle = 0;

  for (int i = 0; i < TRIES_MAX; i++) {
    bool ok = i == 0
                  ? fidotool_fingerprint_begin(job->key, token, job->timeout_ms,
                                               ret_id, &sample, error)
                  : fidotool_fingerprint_next(job->key, token, *ret_id,
                                              job->timeout_ms, &sample, error);

    if (!ok)
      return false;
    tell_sample(job, &sample);
    *ret_samples = i + 1;
    if (sample.remaining == 0 && sample.status == 0)
      return true;
    idle = sample.status == SAMPLE_NO_FINGER ? idle + 1 : 0;
    if (idle == IDLE_MAX) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_TIMEOUT,
                  "no finger was put on in time");
      return false;
    }
  }
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UV,
              "the fingerprint could not be taken");
  return false;
}

/* Names it, and looks whether it is there. */
static FidotoolJson *
settle(FidotoolJob *job, const FidotoolToken *token, GBytes *id, int samples,
       GError **error)
{
  const char *name = fidotool_json_get_text(job->request, "name");
  g_autoptr(GPtrArray) list = NULL;
  FidotoolFingerprint *one;
  FidotoolJson *json;

  if (name && !fidotool_fingerprint_rename(job->key, token, id, name, error)) {
    g_prefix_error(error, "the fingerprint is stored, but not its name: ");
    return NULL;
  }
  if (!find_again(job, token, id, &list, &one, error))
    return NULL;
  if (!one) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the key said yes, but does not list the fingerprint");
    return NULL;
  }
  json = fidotool_json_new_object();
  fidotool_json_set(json, "fingerprint", write_one(one));
  fidotool_json_set_int(json, "samples", samples);
  fidotool_json_set_bool(json, "changed", true);
  return json;
}

static FidotoolJson *
add_one(FidotoolJob *job, const FidotoolToken *token, GError **error)
{
  const char *name = fidotool_json_get_text(job->request, "name");
  g_autoptr(GBytes) id = NULL;
  int samples = 0;

  if (name && !check_name(job, name, error))
    return NULL;
  if (take_samples(job, token, &id, &samples, error))
    return settle(job, token, id, samples, error);
  /* What was begun would wait for ever; our own reason stands. */
  if (id)
    (void)fidotool_fingerprint_cancel(job->key, NULL);
  return NULL;
}

FidotoolJson *
fidotool_job_fingerprint_add(FidotoolJob *job, GError **error)
{
  return run(job, add_one, error);
}

/* --- rename and delete ---------------------------------------------------- */

static FidotoolJson *
rename_one(FidotoolJob *job, const FidotoolToken *token, GError **error)
{
  const char *name = fidotool_json_get_text(job->request, "name");
  g_autoptr(GPtrArray) list = NULL, after = NULL;
  FidotoolFingerprint *one = NULL;
  bool changed;
  FidotoolJson *json;

  if (!check_name(job, name, error))
    return NULL;
  list = fidotool_fingerprint_list(job->key, token, error);
  if (list)
    one = find_one(list, fidotool_json_get_text(job->request, "fingerprint"),
                   error);
  if (!one)
    return NULL;
  changed = g_strcmp0(one->name, name) != 0;
  if (changed &&
      (!fidotool_fingerprint_rename(job->key, token, one->id, name, error) ||
       !find_again(job, token, one->id, &after, &one, error)))
    return NULL;
  if (!one || g_strcmp0(one->name, name) != 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the key said yes, but it did not take the name");
    return NULL;
  }
  json = fidotool_json_new_object();
  fidotool_json_set(json, "fingerprint", write_one(one));
  fidotool_json_set_bool(json, "changed", changed);
  return json;
}

FidotoolJson *
fidotool_job_fingerprint_rename(FidotoolJob *job, GError **error)
{
  return run(job, rename_one, error);
}

static FidotoolJson *
delete_one(FidotoolJob *job, const FidotoolToken *token, GError **error)
{
  g_autoptr(GPtrArray) list = fidotool_fingerprint_list(job->key, token, error);
  g_autoptr(GPtrArray) after = NULL;
  FidotoolFingerprint *one = NULL, *left;
  FidotoolJson *json;

  if (list)
    one = find_one(list, fidotool_json_get_text(job->request, "fingerprint"),
                   error);
  if (!one ||
      !fidotool_job_confirm(job, "fingerprint-delete", write_one(one), error) ||
      !fidotool_fingerprint_delete(job->key, token, one->id, error) ||
      !find_again(job, token, one->id, &after, &left, error))
    return NULL;
  if (left) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the key said yes, but the fingerprint is still there");
    return NULL;
  }
  json = fidotool_json_new_object();
  fidotool_json_set(json, "fingerprint", write_one(one));
  fidotool_json_set_bool(json, "changed", true);
  return json;
}

FidotoolJson *
fidotool_job_fingerprint_delete(FidotoolJob *job, GError **error)
{
  return run(job, delete_one, error);
}
