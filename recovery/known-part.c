/* SPDX-License-Identifier: Apache-2.0 */
/* known-part.c - a file comes in, in as many parts as its size needs: one
 * message holds half a megabyte, and metadata are several. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/known.h"

struct RecoveryKnownPart {
  const void *session; /* whose it is; compared alone */
  char *object;
  size_t size;
  GByteArray *bytes;
};

void
recovery_known_part_free(RecoveryKnownPart *part)
{
  if (part == NULL)
    return;
  g_free(part->object);
  g_byte_array_unref(part->bytes);
  g_free(part);
}

RecoveryRefusal *
recovery_known_refuse(RecoveryTrial *trial)
{
  if (!trial->station->model->started)
    return recovery_refusal_new(
        "enrol-first",
        "The keys of the first roster have not all been enrolled.",
        "Every person runs fidotool roster enrol with their key.");
  if (recovery_trial_has_role(trial, "trust.load"))
    return NULL;
  return recovery_refusal_new(
      "role-not-active",
      "What keys are judged by comes in where a security officer is: the role "
      "is not active on this connection.",
      "An officer activates the role with their key first.");
}

static bool
bad(GError **error, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE, "%s", what);
  return false;
}

/* One file at a time: who begins another gives the first up. */
static bool
begin(RecoveryTrial *trial, const char *object, int64_t size, GError **error)
{
  RecoveryStation *station = trial->station;

  if (!recovery_jcs_is_hex(object, 32) || size < 1 || size > FIDOTOOL_PACK_MAX)
    return bad(error, "a file has a digest, and a size that a judge takes in");
  g_clear_pointer(&station->part, recovery_known_part_free);
  station->part = g_new0(RecoveryKnownPart, 1);
  station->part->session = trial->session;
  station->part->object = g_strdup(object);
  station->part->size = (size_t)size;
  station->part->bytes = g_byte_array_new();
  return true;
}

static bool
keep(RecoveryStation *station, GBytes *bytes, GError **error)
{
  uint8_t digest[32];

  if (!recovery_store_begin(station->store, error))
    return false;
  if (recovery_store_put_object(station->store, "metadata", bytes, digest,
                                error))
    return recovery_store_commit(station->store, error);
  recovery_store_rollback(station->store);
  return false;
}

/* The whole file is there: is it the one that was announced? */
static bool
finish(RecoveryStation *station, GError **error)
{
  RecoveryKnownPart *part = station->part;
  g_autofree char *object = g_steal_pointer(&part->object);
  g_autoptr(GBytes) bytes =
      g_byte_array_free_to_bytes(g_steal_pointer(&part->bytes));
  g_autofree char *found = fidotool_bytes_sha256_hex(
      g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

  part->bytes = g_byte_array_new();
  g_clear_pointer(&station->part, recovery_known_part_free);
  if (strcmp(found, object) != 0)
    return bad(error, "the file has another digest than was announced");
  return keep(station, bytes, error);
}

bool
recovery_known_part(RecoveryTrial *trial, const FidotoolJson *request,
                    RecoveryRefusal **ret_refusal, GError **error)
{
  RecoveryStation *station = trial->station;
  const char *object = fidotool_json_get_text(request, "object");
  int64_t at = fidotool_json_get_int(request, "at", -1);
  const char *data = fidotool_json_get_text(request, "data");
  g_autoptr(GBytes) bytes = data ? fidotool_bytes_unbase64(data) : NULL;
  RecoveryKnownPart *part;

  *ret_refusal = recovery_known_refuse(trial);
  if (*ret_refusal != NULL)
    return false;
  if (at == 0 &&
      !begin(trial, object, fidotool_json_get_int(request, "size", -1), error))
    return false;
  part = station->part;
  if (part == NULL || part->session != trial->session || bytes == NULL ||
      g_strcmp0(part->object, object) != 0 || at != part->bytes->len ||
      g_bytes_get_size(bytes) == 0 ||
      g_bytes_get_size(bytes) > part->size - part->bytes->len)
    return bad(error, "this part does not follow the one before");
  g_byte_array_append(part->bytes, g_bytes_get_data(bytes, NULL),
                      (guint)g_bytes_get_size(bytes));
  fidotool_json_set_text(trial->done, "act", "trust.part");
  fidotool_json_set_int(trial->done, "have", part->bytes->len);
  return part->bytes->len < part->size || finish(station, error);
}
