/* SPDX-License-Identifier: Apache-2.0 */
/* station.c - one station: opens what it stands on, takes requests in, gives
 * answers out. What may be done is rule.c's to say. */
#include "recovery/station.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/beside.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/known.h"
#include "recovery/point.h"

/* Steps that may follow one another by themselves in one go. */
#define SETTLE_MAX 1000

static void
free_pending(void *data)
{
  RecoveryPending *pending = data;

  fidotool_json_free(pending->request);
  fidotool_json_free(pending->draft);
  if (pending->files != NULL)
    g_ptr_array_unref(pending->files);
  g_free(pending);
}

void
recovery_station_free(RecoveryStation *station)
{
  if (station == NULL)
    return;
  recovery_found_free(station->found);
  recovery_model_free(station->model);
  recovery_vault_free(station->vault);
  recovery_record_free(station->record);
  recovery_store_free(station->store);
  g_hash_table_unref(station->pending);
  g_hash_table_unref(station->bundles);
  g_ptr_array_unref(station->roots);
  g_clear_pointer(&station->pack, g_bytes_unref);
  g_free(station->next_update);
  recovery_beside_free(station->beside);
  recovery_known_part_free(station->part);
  recovery_point_free(station->point);
  EVP_PKEY_free(station->config.station_key);
  EVP_PKEY_free(station->config.machine_key);
  EVP_PKEY_free(station->config.plan_key);
  OPENSSL_cleanse(station->config.kek, sizeof(station->config.kek));
  g_free(station->store_path);
  g_free(station->build);
  g_free((char *)station->config.judge_build);
  g_free(station);
}

/* Anchors are kept as PEM; between the two lines stands base64 alone. */
bool
recovery_station_load_roots(RecoveryStation *station, GError **error)
{
  static const char begin[] = "-----BEGIN CERTIFICATE-----\n";
  static const char end[] = "-----END CERTIFICATE-----\n";
  g_autoptr(GError) trouble = NULL;
  g_autoptr(GBytes) pem = station->config.hooks.load(
      "roots.pem", station->config.hooks.data, &trouble);
  g_autofree char *text = NULL;
  g_auto(GStrv) parts = NULL;

  g_ptr_array_set_size(station->roots, 0);
  if (trouble != NULL) {
    g_propagate_error(error, g_steal_pointer(&trouble));
    return false;
  }
  if (pem == NULL)
    return true;
  text = g_strndup(g_bytes_get_data(pem, NULL), g_bytes_get_size(pem));
  parts = g_strsplit(text, begin, -1);
  for (char **part = parts + 1; parts[0] != NULL && *part != NULL; part++) {
    char *stop = strstr(*part, end);
    g_auto(GStrv) lines = NULL;
    g_autofree char *base64 = NULL;
    GBytes *der;

    if (stop != NULL)
      *stop = '\0';
    lines = g_strsplit(*part, "\n", -1);
    base64 = g_strjoinv("", lines);
    der = fidotool_bytes_unbase64(base64);
    if (stop == NULL || der == NULL) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                  "roots.pem cannot be read");
      return false;
    }
    g_ptr_array_add(station->roots, der);
  }
  return true;
}

static bool
replay_entry(const RecoveryStoreEntry *stored, void *data, GError **error)
{
  g_autoptr(FidotoolJson) entry = recovery_jcs_read(
      g_bytes_get_data(stored->body, NULL), g_bytes_get_size(stored->body),
      RECOVERY_JCS_MAX, error);

  return entry != NULL && recovery_model_apply(data, entry, false, error);
}

/* Closes what is open and reads everything again from the file. */
bool
recovery_station_reload(RecoveryStation *station, GError **error)
{
  bool practice = station->config.practice;

  g_clear_pointer(&station->model, recovery_model_free);
  g_clear_pointer(&station->vault, recovery_vault_free);
  g_clear_pointer(&station->record, recovery_record_free);
  /* A store in memory lives in its handle alone. */
  if (strcmp(station->store_path, ":memory:") != 0)
    g_clear_pointer(&station->store, recovery_store_free);
  if (station->store == NULL)
    station->store = recovery_store_open(station->store_path, error);
  if (station->store == NULL)
    return false;
  station->record =
      recovery_record_open(station->store, station->station_public, error);
  if (station->record == NULL)
    return false;
  station->vault = recovery_vault_new(station->store, station->config.kek);
  station->model = recovery_model_new(station->store, practice);
  return recovery_store_each(station->store, 0,
                             recovery_record_size(station->record),
                             replay_entry, station->model, error);
}

static bool
project_entry(const RecoveryStoreEntry *stored, void *data, GError **error)
{
  g_autoptr(FidotoolJson) entry = recovery_jcs_read(
      g_bytes_get_data(stored->body, NULL), g_bytes_get_size(stored->body),
      RECOVERY_JCS_MAX, error);

  return entry != NULL && recovery_model_apply(data, entry, true, error);
}

bool
recovery_station_project(RecoveryStation *station, GError **error)
{
  g_autoptr(RecoveryModel) model =
      recovery_model_new(station->store, station->config.practice);

  if (!recovery_store_begin(station->store, error))
    return false;
  if (recovery_store_clear_projections(station->store, error) &&
      recovery_store_each(station->store, 0,
                          recovery_record_size(station->record), project_entry,
                          model, error))
    return recovery_store_commit(station->store, error);
  recovery_store_rollback(station->store);
  return false;
}

static bool
read_public(EVP_PKEY *key, uint8_t ret_public[32], GError **error)
{
  size_t len = 32;

  if (key != NULL && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
      EVP_PKEY_get_raw_public_key(key, ret_public, &len) == 1 && len == 32)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
              "a key of the station is missing, or not Ed25519");
  return false;
}

static RecoveryTrial
begin_trial(RecoveryStation *station, RecoverySession *session,
            const FidotoolJson *request)
{
  RecoveryTrial trial = {.station = station,
                         .session = session,
                         .request = request,
                         .draft = fidotool_json_new_object()};

  station->config.hooks.clock(&trial.now, station->config.hooks.data);
  trial.roster = station->model->roster;
  recovery_trial_find_actor(&trial);
  trial.of = recovery_model_case(station->model,
                                 fidotool_json_get_text(request, "case"));
  return trial;
}

static void
end_trial(RecoveryTrial *trial)
{
  fidotool_json_free(trial->draft);
  fidotool_json_free(trial->statement);
  recovery_roster_free(trial->newcomers);
  g_free(trial->newcomer_id);
  recovery_judging_free(trial->judging);
  g_clear_pointer(&trial->sig, g_bytes_unref);
  g_clear_pointer(&trial->machine_sig, g_bytes_unref);
  g_clear_pointer(&trial->info, g_bytes_unref);
}

static bool
settle(RecoveryStation *station, GError **error)
{
  bool more = true;

  for (int i = 0; more && i < SETTLE_MAX; i++) {
    RecoveryTrial trial = begin_trial(station, NULL, NULL);
    bool ok = recovery_submit_settle(&trial, &more, error);

    end_trial(&trial);
    if (!ok)
      return false;
  }
  return true;
}

/* A step by the station itself, outside any request. */
static bool
run_alone(RecoveryStation *station, const char *act, GError **error)
{
  RecoveryTrial trial = begin_trial(station, NULL, NULL);
  bool ok = act == NULL ? recovery_submit_heartbeat(&trial, error)
                        : recovery_submit_checkpoint(&trial, act, error);

  end_trial(&trial);
  return ok;
}

RecoveryStation *
recovery_station_open(const RecoveryStationConfig *config, GError **error)
{
  g_autoptr(RecoveryStation) station = g_new0(RecoveryStation, 1);
  uint8_t plan_public[32]; /* looked at alone */

  station->config = *config;
  (void)EVP_PKEY_up_ref(config->station_key); /* cannot fail */
  (void)EVP_PKEY_up_ref(config->machine_key);
  (void)EVP_PKEY_up_ref(config->plan_key);
  station->store_path = g_strdup(config->store_path);
  station->build = g_strdup(config->build);
  station->config.judge_build = g_strdup(config->judge_build);
  station->pending =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_pending);
  station->bundles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)g_ptr_array_unref);
  station->roots =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  if (!read_public(config->station_key, station->station_public, error) ||
      !read_public(config->machine_key, station->machine_public, error) ||
      !read_public(config->plan_key, plan_public, error) ||
      !recovery_station_reload(station, error) ||
      !recovery_station_load_roots(station, error))
    return NULL;
  if (station->model->started &&
      (!run_alone(station, "station.start", error) || !settle(station, error)))
    return NULL;
  recovery_beside_open(station);
  return g_steal_pointer(&station);
}

bool
recovery_station_close(RecoveryStation *station, GError **error)
{
  recovery_beside_keep(station, true);
  return station->broken || !station->model->started ||
         run_alone(station, "station.stop", error);
}

int64_t
recovery_station_size(const RecoveryStation *station)
{
  return station->broken ? 0 : recovery_record_size(station->record);
}

/* Requests */

static bool
check_usable(RecoveryStation *station, GError **error)
{
  if (!station->broken)
    return true;
  /* The disk may have been freed since. */
  station->broken = !recovery_station_reload(station, error);
  return !station->broken;
}

static char *
write_answer(FidotoolJson *answer, const char *wrap, RecoveryRefusal *refusal)
{
  g_autoptr(FidotoolJson) outer = fidotool_json_new_object();

  if (refusal != NULL) {
    FidotoolJson *list =
        fidotool_json_set(outer, "refused", fidotool_json_new_array());
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    recovery_refusal_write(refusal, row);
    return fidotool_json_write(outer, NULL);
  }
  if (wrap == NULL) {
    g_autoptr(FidotoolJson) taken = answer;

    return fidotool_json_write(taken, NULL);
  }
  fidotool_json_set(outer, wrap, answer);
  return fidotool_json_write(outer, NULL);
}

static FidotoolJson *
read_request(const char *text, GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_json_parse(text, strlen(text), NULL);

  if (fidotool_json_type(request) == FIDOTOOL_JSON_OBJECT)
    return g_steal_pointer(&request);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "the request is no JSON object");
  return NULL;
}

typedef FidotoolJson *(*Handler)(RecoveryTrial *trial,
                                 RecoveryRefusal **ret_refusal, GError **error);

static char *
handle(RecoveryStation *station, RecoverySession *session, const char *text,
       Handler handler, const char *wrap, GError **error)
{
  g_autoptr(FidotoolJson) request = read_request(text, error);
  g_autoptr(RecoveryRefusal) refusal = NULL;
  g_autoptr(GError) trouble = NULL;
  FidotoolJson *answer;
  RecoveryTrial trial;

  if (request == NULL || !check_usable(station, error))
    return NULL;
  trial = begin_trial(station, session, request);
  answer = handler(&trial, &refusal, &trouble);
  end_trial(&trial);
  if (trouble != NULL) {
    fidotool_json_free(answer);
    g_propagate_error(error, g_steal_pointer(&trouble));
    return NULL;
  }
  return write_answer(answer, wrap, refusal);
}

static RecoveryRefusal *
not_initialised(void)
{
  return recovery_refusal_new("state", "This station was not initialised.",
                              "fidotool station init.");
}

static FidotoolJson *
handle_propose(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
               GError **error)
{
  FidotoolJson *answer = NULL;

  if (recovery_point_propose(trial, &answer, ret_refusal) ||
      recovery_found_propose(trial, &answer, ret_refusal, error))
    return answer;
  if (trial->station->model->roster == NULL) {
    *ret_refusal = not_initialised();
    return NULL;
  }
  return recovery_propose_run(trial, ret_refusal, error);
}

static FidotoolJson *
handle_submit(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
              GError **error)
{
  FidotoolJson *answer = NULL;

  if (recovery_point_submit(trial, &answer, ret_refusal) ||
      recovery_found_submit(trial, trial->request, &answer, ret_refusal, error))
    return answer;
  return recovery_submit_run(trial, trial->request, ret_refusal, error);
}

char *
recovery_station_propose(RecoveryStation *station, RecoverySession *session,
                         const char *request, GError **error)
{
  return handle(station, session, request, handle_propose, NULL, error);
}

/* State of the case after everything that follows by itself. */
static char *
with_state(RecoveryStation *station, char *text)
{
  g_autofree char *taken = text;
  g_autoptr(FidotoolJson) answer =
      fidotool_json_parse(text, strlen(text), NULL);
  FidotoolJson *done = fidotool_json_get(answer, "done");
  const RecoveryCase *of =
      recovery_model_case(station->model, fidotool_json_get_text(done, "case"));

  if (of == NULL)
    return g_steal_pointer(&taken);
  fidotool_json_set_text(done, "state", recovery_state_name(of->state));
  if (of->slots != NULL)
    recovery_trial_set_hex(done, "case_digest", of->digest, 32);
  return fidotool_json_write(answer, NULL);
}

char *
recovery_station_submit(RecoveryStation *station, RecoverySession *session,
                        const char *request, GError **error)
{
  g_autoptr(GError) trouble = NULL;
  g_autofree char *answer =
      handle(station, session, request, handle_submit, "done", &trouble);
  g_autoptr(GError) later = NULL;

  if (answer == NULL) {
    answer = recovery_point_deny(session, request, trouble);
    if (answer == NULL)
      g_propagate_error(error, g_steal_pointer(&trouble));
    return g_steal_pointer(&answer);
  }
  /* It is recorded. What follows is tried again by the next tick. */
  if (!station->broken && !settle(station, &later))
    g_warning("after a submission: %s", later->message);
  return station->broken ? g_steal_pointer(&answer)
                         : with_state(station, g_steal_pointer(&answer));
}

char *
recovery_station_query(RecoveryStation *station, RecoverySession *session,
                       const char *request, GError **error)
{
  return handle(station, session, request, recovery_query_run, NULL, error);
}

/* Who may make a bundle may take it, on this connection. */
static bool
may_export(RecoveryStation *station, RecoverySession *session)
{
  RecoveryTrial trial = begin_trial(station, session, NULL);
  bool may = recovery_trial_has_role(&trial, "export.made");

  end_trial(&trial);
  return may;
}

GPtrArray *
recovery_station_export(RecoveryStation *station, RecoverySession *session,
                        const char *text, GError **error)
{
  g_autoptr(FidotoolJson) request = read_request(text, error);
  const char *statement;
  g_autofree char *key = NULL;
  GPtrArray *files = NULL;

  if (request == NULL || !check_usable(station, error))
    return NULL;
  if (!may_export(station, session)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_REFUSED,
                "a bundle is taken by an auditor, whose role is active on "
                "this connection");
    return NULL;
  }
  statement = fidotool_json_get_text(request, "statement");
  if (statement == NULL ||
      !g_hash_table_steal_extended(station->bundles, statement, (void **)&key,
                                   (void **)&files)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "there is no bundle of such a statement, or it was taken "
                "already");
    return NULL;
  }
  return files;
}

bool
recovery_station_tick(RecoveryStation *station, GError **error)
{
  if (!check_usable(station, error))
    return false;
  recovery_beside_keep(station, false);
  return !station->model->started ||
         (settle(station, error) && run_alone(station, NULL, error));
}
