/* SPDX-License-Identifier: Apache-2.0 */
/* known.c - what the judge knows beside its requests: files out of the store,
 * handed on as they are. None of them is read here. */
#include "recovery/known.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/time.h"

static GBytes *
fetch(const RecoveryTrustListFile *file, void *data, GError **error)
{
  RecoveryStation *station = data;
  GBytes *body = NULL;
  uint8_t digest[32];

  (void)fidotool_bytes_unhex(file->digest, digest, 32); /* its form was read */
  if (!recovery_store_object(station->store, digest, &body, NULL, error))
    return NULL;
  if (body == NULL)
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "the file %s is not here: hand it in first", file->digest);
  return body;
}

/* Taken, and what the judge says of it. */
static FidotoolJson *
teach(RecoveryStation *station, GBytes *pack, GError **error)
{
  const RecoveryHooks *hooks = &station->config.hooks;
  g_autofree char *text = NULL;
  g_autoptr(FidotoolJson) said = NULL;
  const char *why;

  if (hooks->teach == NULL && pack == NULL)
    return fidotool_json_new_object();
  text = hooks->teach(pack, hooks->data, error);
  if (text == NULL)
    return NULL;
  said = fidotool_json_parse(text, strlen(text), error);
  why = fidotool_json_get_text(said, "error");
  if (said == NULL || why == NULL || *why == '\0')
    return g_steal_pointer(&said);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "the judge does not take it: %s", why);
  return NULL;
}

bool
recovery_known_use(RecoveryStation *station, GError **error)
{
  const RecoveryTrustList *list = station->model->trust;
  g_autoptr(FidotoolJson) said = NULL;

  if (list == NULL) {
    g_clear_pointer(&station->pack, g_bytes_unref);
  } else if (station->pack == NULL ||
             memcmp(station->pack_of, station->model->trust_digest, 32) != 0) {
    g_clear_pointer(&station->pack, g_bytes_unref);
    station->pack = recovery_trust_list_pack(list, -1, fetch, station, error);
    memcpy(station->pack_of, station->model->trust_digest, 32);
    if (station->pack == NULL)
      return false;
  }
  said = teach(station, station->pack, error);
  if (said == NULL)
    return false;
  g_free(station->next_update);
  station->next_update = g_strdup(fidotool_json_get_text(said, "next_update"));
  return true;
}

/* Whoever is judged next is judged by what is in force again. */
static FidotoolJson *
try_list(RecoveryStation *station, const RecoveryTrustList *list,
         GError **error)
{
  int64_t known = recovery_trust_list_number(station->model->metadata_numbers,
                                             list->signer);
  g_autoptr(GBytes) pack =
      recovery_trust_list_pack(list, known, fetch, station, error);

  return pack == NULL ? NULL : teach(station, pack, error);
}

bool
recovery_known_check(RecoveryStation *station, const RecoveryTrustList *list,
                     GError **error)
{
  g_autoptr(FidotoolJson) said = try_list(station, list, error);

  if (said == NULL)
    return false;
  if (list->blob == NULL ||
      fidotool_json_get_int(said, "no", -1) == list->blob_no)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "the list says another number than the metadata have");
  return false;
}

/* Wording a list */

static bool
bad_request(GError **error, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE, "%s", what);
  return false;
}

static bool
take_digest(const FidotoolJson *request, const char *name, char **digest,
            GError **error)
{
  const char *text = fidotool_json_get_text(request, name);

  if (fidotool_json_get(request, name) == NULL)
    return true;
  if (text == NULL || (*text != '\0' && !recovery_jcs_is_hex(text, 32)))
    return bad_request(error, "a file is named by its digest");
  g_free(*digest);
  *digest = *text == '\0' ? NULL : g_strdup(text);
  return true;
}

static bool
take_digests(const FidotoolJson *request, const char *name, GPtrArray *digests,
             GError **error)
{
  const FidotoolJson *list = fidotool_json_get(request, name);

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));

    if (!recovery_jcs_is_hex(text, 32))
      return bad_request(error, "a file is named by its digest");
    (void)recovery_trust_list_add(digests, text); /* it may be there */
  }
  return true;
}

static void
drop_digests(const FidotoolJson *request, GPtrArray *digests)
{
  const FidotoolJson *list = fidotool_json_get(request, "drop");

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));
    unsigned at;

    if (text != NULL &&
        g_ptr_array_find_with_equal_func(digests, text, g_str_equal, &at))
      g_ptr_array_remove_index(digests, at);
  }
}

static RecoveryTrustList *
copy_list(const RecoveryTrustList *list)
{
  g_autofree char *line = NULL;

  if (list == NULL)
    return recovery_trust_list_new();
  line = recovery_trust_list_write(list, NULL);
  return recovery_trust_list_read(line, strlen(line), NULL);
}

/* Metadata that go, go with all that was said of them. */
static void
clear_blob(RecoveryTrustList *list)
{
  g_clear_pointer(&list->blob, g_free);
  g_clear_pointer(&list->signer, g_free);
  g_ptr_array_set_size(list->roots, 0);
  list->blob_no = -1;
  list->blob_at = 0;
}

static bool
change_blob(RecoveryTrustList *list, const RecoveryTrial *trial, GError **error)
{
  const FidotoolJson *request = trial->request;
  const char *signer = fidotool_json_get_text(request, "signer");

  if (!take_digest(request, "blob", &list->blob, error))
    return false;
  if (list->blob == NULL) {
    clear_blob(list);
    return true;
  }
  if (fidotool_json_get(request, "roots") != NULL)
    g_ptr_array_set_size(list->roots, 0);
  if (!take_digests(request, "roots", list->roots, error))
    return false;
  if (signer != NULL) {
    g_free(list->signer);
    list->signer = g_strdup(signer);
  }
  if (fidotool_json_get(request, "blob") != NULL)
    list->blob_at = trial->now.now_ms / 1000;
  if (list->signer == NULL || list->roots->len == 0)
    return bad_request(error, "metadata need a signer, and a root for it");
  return true;
}

static RecoveryTrustList *
word_list(RecoveryTrial *trial, FidotoolJson **ret_said, GError **error)
{
  const FidotoolJson *request = trial->request;
  g_autoptr(RecoveryTrustList) list = copy_list(trial->station->model->trust);

  if (!change_blob(list, trial, error) ||
      !take_digest(request, "vendor", &list->vendor, error) ||
      !take_digest(request, "advisories", &list->advisories, error) ||
      !take_digests(request, "crls", list->crls, error))
    return NULL;
  drop_digests(request, list->crls);
  *ret_said = try_list(trial->station, list, error);
  if (*ret_said == NULL)
    return NULL;
  if (list->blob != NULL)
    list->blob_no = fidotool_json_get_int(*ret_said, "no", -1);
  return g_steal_pointer(&list);
}

FidotoolJson *
recovery_known_query_with(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                          GError **error)
{
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  g_autoptr(RecoveryTrustList) list = NULL;
  g_autofree char *line = NULL;
  FidotoolJson *said = NULL;

  *ret_refusal = recovery_known_refuse(trial);
  if (*ret_refusal != NULL)
    return NULL;
  list = word_list(trial, &said, error);
  if (said != NULL)
    fidotool_json_set(answer, "holds", said);
  line = list == NULL ? NULL : recovery_trust_list_write(list, error);
  if (line == NULL)
    return NULL;
  fidotool_json_set_text(answer, "trust", line);
  fidotool_json_set_int(
      answer, "at_once",
      recovery_trust_list_tightens(list, trial->station->model->trust));
  return g_steal_pointer(&answer);
}

/* Telling of it */

int64_t
recovery_known_next_update(RecoveryStation *station)
{
  const RecoveryTrustList *list = station->model->trust;

  /* With own anchors it depends on the model. */
  if (list == NULL || list->blob == NULL || list->vendor != NULL)
    return 0;
  if (station->next_update == NULL ||
      memcmp(station->pack_of, station->model->trust_digest, 32) != 0)
    (void)recovery_known_use(station, NULL); /* advice goes without */
  return station->next_update == NULL
             ? 0
             : recovery_policy_facts_date(station->next_update);
}

/* The judge alone can read when the next metadata should be out; it is asked
 * once for each list. */
static void
add_metadata(RecoveryTrial *trial, FidotoolJson *trust)
{
  RecoveryStation *station = trial->station;
  const RecoveryTrustList *list = station->model->trust;
  g_autofree char *today = recovery_time_write(trial->now.now_ms);

  fidotool_json_set_int(trust, "metadata_no", list->blob_no);
  fidotool_json_set_text(trust, "metadata_signer", list->signer);
  recovery_trial_set_time(trust, "metadata_since", list->blob_at * 1000);
  if (station->next_update == NULL ||
      memcmp(station->pack_of, station->model->trust_digest, 32) != 0)
    (void)recovery_known_use(station, NULL); /* a status is told without */
  if (station->next_update == NULL)
    return;
  fidotool_json_set_text(trust, "metadata_next", station->next_update);
  today[strlen("2026-03-01")] = '\0';
  fidotool_json_set_int(trust, "metadata_overdue",
                        strcmp(today, station->next_update) > 0);
}

void
recovery_known_status(RecoveryTrial *trial, FidotoolJson *answer)
{
  const RecoveryStation *station = trial->station;
  const RecoveryTrustList *list = station->model->trust;
  FidotoolJson *trust =
      fidotool_json_set(answer, "trust", fidotool_json_new_object());

  fidotool_json_set_int(trust, "roots", station->roots->len);
  if (list == NULL)
    return;
  recovery_trial_set_hex(trust, "list", station->model->trust_digest, 32);
  if (list->blob != NULL)
    add_metadata(trial, trust);
  fidotool_json_set_int(trust, "revocation_lists", list->crls->len);
  fidotool_json_set_int(trust, "own_anchors", list->vendor != NULL);
  fidotool_json_set_int(trust, "own_advisories", list->advisories != NULL);
}

/* What is in force, and which of the files asked for are not here. */
FidotoolJson *
recovery_known_query(RecoveryTrial *trial,
                     G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                     GError **error)
{
  RecoveryStation *station = trial->station;
  const FidotoolJson *asked = fidotool_json_get(trial->request, "objects");
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  FidotoolJson *missing;

  recovery_known_status(trial, answer);
  if (station->model->trust != NULL) {
    g_autofree char *line =
        recovery_trust_list_write(station->model->trust, error);

    if (line == NULL)
      return NULL;
    fidotool_json_set_text(answer, "line", line);
  }
  missing = fidotool_json_set(answer, "missing", fidotool_json_new_array());
  for (size_t i = 0; i < fidotool_json_size(asked); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(asked, i));
    g_autoptr(GBytes) body = NULL;
    uint8_t digest[32];

    if (text == NULL || !fidotool_bytes_unhex(text, digest, 32))
      continue;
    if (!recovery_store_object(station->store, digest, &body, NULL, error))
      return NULL;
    if (body == NULL)
      fidotool_json_append_text(missing, text);
  }
  return g_steal_pointer(&answer);
}
