/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - reads a request, has it judged, writes the answer. */
#include "fidotool/judge/request.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/judge/assertion.h"
#include "fidotool/judge/facts.h"
#include "fidotool/judge/metadata-facts.h"
#include "fidotool/judge/metadata-source.h"
#include "fidotool/judge/registration.h"
#include "fidotool/judge/taught.h"
#include "fidotool/types.h"

struct FidotoolRequests {
  FidotoolChainCache *cache;
  FidotoolAnchors *anchors;       /* of the last request that had any */
  uint8_t digest[32];             /* of how they were written */
  int64_t at;                     /* when they are asked */
  FidotoolSlice index;            /* of metadata, where one was given */
  FidotoolMetadataSource *source; /* NULL: no metadata are asked */
  FidotoolJson *list, *crls;      /* as the request has them, where they are */
  FidotoolTaught *taught;         /* NULL: requests bring all that they need */
};

FidotoolRequests *
fidotool_request_state_new(void)
{
  FidotoolRequests *state = g_new0(FidotoolRequests, 1);

  state->cache = fidotool_chain_cache_new();
  return state;
}

void
fidotool_request_state_free(FidotoolRequests *state)
{
  if (state == NULL)
    return;
  fidotool_chain_cache_free(state->cache);
  fidotool_chain_anchors_free(state->anchors);
  fidotool_metadata_source_free(state->source);
  fidotool_json_free(state->list);
  fidotool_json_free(state->crls);
  fidotool_taught_free(state->taught);
  g_free(state);
}

void
fidotool_request_state_use_index(FidotoolRequests *state, FidotoolSlice index)
{
  state->index = index;
}

/* Nothing that was found under what was known before is used again. */
static void
forget_all(FidotoolRequests *state)
{
  g_clear_pointer(&state->anchors, fidotool_chain_anchors_free);
  g_clear_pointer(&state->source, fidotool_metadata_source_free);
  g_clear_pointer(&state->taught, fidotool_taught_free);
  fidotool_chain_cache_free(state->cache);
  state->cache = fidotool_chain_cache_new();
}

char *
fidotool_request_state_teach(FidotoolRequests *state, GBytes *pack)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) said = NULL;

  forget_all(state);
  if (pack != NULL)
    state->taught = fidotool_taught_read(pack, &said, &error);
  if (said == NULL)
    said = fidotool_json_new_object();
  fidotool_json_set_text(said, "error", error ? error->message : "");
  fidotool_json_set_int(said, "error_code", error ? error->code : 0);
  return fidotool_json_write(said, NULL);
}

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

static bool
read_lists(const FidotoolJson *lists, FidotoolAnchors *anchors, GError **error)
{
  for (size_t i = 0; i < fidotool_json_size(lists); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(lists, i));
    g_autoptr(GBytes) der = text ? fidotool_bytes_unbase64(text) : NULL;

    if (der == NULL ||
        !fidotool_chain_anchors_add_list(anchors, fidotool_ceremony_slice(der)))
      return fail(error, FIDOTOOL_ERROR_USAGE,
                  "a revocation list is none, or there are too many");
  }
  return true;
}

static FidotoolAnchors *
read_anchors(const FidotoolJson *list, const FidotoolJson *lists,
             GError **error)
{
  g_autoptr(FidotoolAnchors) anchors = fidotool_chain_anchors_new();

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));
    g_autoptr(GBytes) der = text ? fidotool_bytes_unbase64(text) : NULL;

    if (der == NULL ||
        !fidotool_chain_anchors_add(anchors, fidotool_ceremony_slice(der))) {
      fail(error, FIDOTOOL_ERROR_USAGE,
           "an anchor is no certificate, or there are too many");
      return NULL;
    }
  }
  return read_lists(lists, anchors, error) ? g_steal_pointer(&anchors) : NULL;
}

/* What was taught comes before what a request brings. */
static const FidotoolJson *
get_lists(const FidotoolRequests *state, const FidotoolJson *request)
{
  return state->taught != NULL ? state->taught->crls
                               : fidotool_json_get(request, "crls");
}

/* The anchors of the request: the ones kept where they are written alike. */
static bool
load_anchors(FidotoolRequests *state, const FidotoolJson *request,
             GError **error)
{
  const FidotoolJson *list = fidotool_json_get(request, "anchors");
  const FidotoolJson *lists = get_lists(state, request);
  g_autofree char *text = list ? fidotool_json_write(list, NULL) : g_strdup("");
  g_autofree char *more =
      lists ? fidotool_json_write(lists, NULL) : g_strdup("");
  FidotoolPiece pieces[] = {{text, strlen(text) + 1}, {more, strlen(more)}};
  uint8_t digest[32];
  FidotoolAnchors *anchors;

  if (list != NULL && fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY)
    return fail(error, FIDOTOOL_ERROR_INVALID, "anchors is no array");
  if (lists != NULL && fidotool_json_type(lists) != FIDOTOOL_JSON_ARRAY)
    return fail(error, FIDOTOOL_ERROR_INVALID, "crls is no array");
  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), digest);
  if (state->anchors != NULL &&
      memcmp(digest, state->digest, sizeof(digest)) == 0)
    return true;
  anchors = read_anchors(list, lists, error);
  if (anchors == NULL)
    return false;
  fidotool_chain_anchors_free(state->anchors);
  state->anchors = anchors;
  memcpy(state->digest, digest, sizeof(digest));
  return true;
}

static void
keep_copy(FidotoolJson **place, const FidotoolJson *json)
{
  fidotool_json_free(*place);
  *place = json ? fidotool_json_copy(json) : NULL;
}

/* What was taught of models, judged as of the request's own time: so it says
 * the same whenever it is asked again. NULL where nothing was. */
static FidotoolJson *
new_taught_metadata(const FidotoolRequests *state, const FidotoolJson *request)
{
  FidotoolJson *metadata;

  if (state->taught == NULL || state->taught->metadata == NULL)
    return NULL;
  metadata = fidotool_json_copy(state->taught->metadata);
  fidotool_json_set_int(metadata, "now",
                        fidotool_json_get_int(request, "at", 0));
  return metadata;
}

/* Anchors are then each model's own, made of these. */
static bool
load_metadata(FidotoolRequests *state, const FidotoolJson *request,
              GError **error)
{
  g_autoptr(FidotoolJson) own = new_taught_metadata(state, request);
  const FidotoolJson *metadata = fidotool_json_get(request, "metadata");
  FidotoolSlice index = state->index;

  g_clear_pointer(&state->source, fidotool_metadata_source_free);
  if (own != NULL)
    metadata = own;
  if (metadata == NULL)
    return true;
  if (state->taught != NULL && state->taught->index != NULL)
    index = fidotool_ceremony_slice(state->taught->index);
  keep_copy(&state->list, fidotool_json_get(request, "anchors"));
  keep_copy(&state->crls, get_lists(state, request));
  state->source = fidotool_metadata_source_new(metadata, index, error);
  return state->source != NULL;
}

bool
fidotool_request_load(FidotoolRequests *state, const FidotoolJson *request,
                      GError **error)
{
  if (!load_anchors(state, request, error) ||
      !load_metadata(state, request, error))
    return false;
  state->at = 0;
  return fidotool_json_int(fidotool_json_get(request, "at"), &state->at) ||
         (fidotool_chain_anchors_size(state->anchors) == 0 &&
          state->source == NULL) ||
         fail(error, FIDOTOOL_ERROR_INVALID, "the time is missing");
}

static void
clear_stored(FidotoolStored *stored)
{
  g_clear_pointer(&stored->id, g_bytes_unref);
  g_clear_pointer(&stored->public_key, g_bytes_unref);
  g_clear_pointer(&stored->user, g_bytes_unref);
}

static bool
read_stored_bytes(const FidotoolJson *json, const char *name,
                  GBytes **ret_bytes, GError **error)
{
  const char *text = fidotool_json_get_text(json, name);

  if (fidotool_json_get(json, name) == NULL)
    return true;
  *ret_bytes = text ? fidotool_bytes_unbase64(text) : NULL;
  return *ret_bytes != NULL ||
         fail(error, FIDOTOOL_ERROR_INVALID,
              "a member of the stored credential is not base64");
}

static bool
read_stored(const FidotoolJson *json, FidotoolStored *stored, GError **error)
{
  if (!read_stored_bytes(json, "public_key", &stored->public_key, error) ||
      !read_stored_bytes(json, "id", &stored->id, error) ||
      !read_stored_bytes(json, "user", &stored->user, error))
    return false;
  if (stored->public_key == NULL)
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the stored public key is missing");
  stored->sign_count = fidotool_json_get_int(json, "sign_count", -1);
  stored->be = fidotool_json_get_int(json, "be", -1);
  stored->bs = fidotool_json_get_int(json, "bs", -1);
  return true;
}

static FidotoolVerdict *
judge_assertion(const FidotoolJson *request, const FidotoolOptions *options,
                GError **error)
{
  FidotoolStored stored = {0};
  FidotoolVerdict *verdict = NULL;

  if (read_stored(fidotool_json_get(request, "stored"), &stored, error))
    verdict = fidotool_assertion_judge(
        options, fidotool_json_get(request, "response"), &stored);
  clear_stored(&stored);
  return verdict;
}

static FidotoolAnchors *
make_anchors(gpointer data, GError **error)
{
  const FidotoolRequests *state = data;

  return read_anchors(state->list, state->crls, error);
}

/* What only who asked is told: no part of the result. */
static void
add_taught(const FidotoolRequests *state, FidotoolVerdict *verdict,
           const FidotoolMetadataModel *model, const FidotoolJson *info)
{
  const FidotoolJson *entry =
      model != NULL ? fidotool_json_get(model->facts, "entry") : NULL;
  int64_t firmware = fidotool_json_get_int(
      verdict->attested, "firmware",
      fidotool_json_get_int(info, "firmware_version", -1));

  if (fidotool_json_type(entry) == FIDOTOOL_JSON_OBJECT)
    verdict->entry = fidotool_json_write(entry, NULL);
  verdict->advisories =
      fidotool_taught_advise(state->taught, verdict, firmware);
}

static FidotoolVerdict *
judge_registration(FidotoolRequests *state, const FidotoolJson *request,
                   const FidotoolOptions *options, GError **error)
{
  const FidotoolJson *response = fidotool_json_get(request, "response");
  g_autoptr(FidotoolVerdict) verdict = NULL;
  const FidotoolMetadataModel *model = NULL;

  if (state->source != NULL) {
    model = fidotool_metadata_source_find(state->source, response, make_anchors,
                                          state, error);
    if (model == NULL)
      return NULL;
  }
  verdict = fidotool_registration_judge(options, response,
                                        model ? model->anchors : state->anchors,
                                        state->cache, state->at);
  if (model != NULL && !fidotool_metadata_facts_add(verdict, model->facts,
                                                    response, state->at, error))
    return NULL;
  verdict->facts = fidotool_facts_write(verdict, response,
                                        fidotool_json_get(request, "info"));
  if (state->taught != NULL)
    add_taught(state, verdict, model, fidotool_json_get(request, "info"));
  return g_steal_pointer(&verdict);
}

FidotoolVerdict *
fidotool_request_verdict(FidotoolRequests *state, const FidotoolJson *request,
                         GError **error)
{
  const char *name = fidotool_json_get_text(request, "kind");
  g_autoptr(FidotoolOptions) options = NULL;
  FidotoolCeremonyKind kind = FIDOTOOL_CEREMONY_REGISTRATION;

  if (g_strcmp0(name, "assertion") == 0) {
    kind = FIDOTOOL_CEREMONY_ASSERTION;
  } else if (g_strcmp0(name, "registration") != 0) {
    fail(error, FIDOTOOL_ERROR_INVALID, "the kind of request is unknown");
    return NULL;
  }
  options = fidotool_options_parse(fidotool_json_get(request, "options"), kind,
                                   error);
  if (options == NULL)
    return NULL;
  if (kind == FIDOTOOL_CEREMONY_ASSERTION)
    return judge_assertion(request, options, error);
  return judge_registration(state, request, options, error);
}

static FidotoolVerdict *
judge(FidotoolRequests *state, const char *json, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) request = NULL;

  if (len > FIDOTOOL_REQUEST_MAX) {
    fail(error, FIDOTOOL_ERROR_INVALID, "the request is too large");
    return NULL;
  }
  request = fidotool_json_parse(json, len, error);
  if (request == NULL || !fidotool_request_load(state, request, error))
    return NULL;
  return fidotool_request_verdict(state, request, error);
}

static void
set_bytes(FidotoolJson *json, const char *name, GBytes *bytes)
{
  g_autofree char *text = NULL;

  if (bytes != NULL)
    text = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                 g_bytes_get_size(bytes));
  fidotool_json_set_text(json, name, text ? text : "");
}

static void
set_failed(FidotoolJson *json, const FidotoolVerdict *verdict)
{
  FidotoolJson *failed =
      fidotool_json_set(json, "failed", fidotool_json_new_array());

  for (guint i = 0; i < verdict->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(verdict->checks, FidotoolCheckResult, i);

    if (!check->ok)
      fidotool_json_append_text(failed, check->id);
  }
}

static void
set_facts(FidotoolJson *json, const FidotoolVerdict *verdict)
{
  g_autofree char *aaguid =
      verdict->has_credential ? fidotool_verdict_uuid(verdict->aaguid) : NULL;
  uint8_t flags = verdict->flags;

  fidotool_json_set_text(json, "aaguid", aaguid ? aaguid : "");
  fidotool_json_set_int(json, "alg", verdict->alg);
  fidotool_json_set_int(json, "up", (flags & FIDOTOOL_FLAG_UP) != 0);
  fidotool_json_set_int(json, "uv", (flags & FIDOTOOL_FLAG_UV) != 0);
  fidotool_json_set_int(json, "be", (flags & FIDOTOOL_FLAG_BE) != 0);
  fidotool_json_set_int(json, "bs", (flags & FIDOTOOL_FLAG_BS) != 0);
  fidotool_json_set_int(json, "sign_count", verdict->sign_count);
  fidotool_json_set_int(json, "model", verdict->has_model);
  fidotool_json_set_text(json, "serial",
                         verdict->serial ? verdict->serial : "");
  set_bytes(json, "cred", verdict->id);
  set_bytes(json, "public_key", verdict->public_key);
  set_bytes(json, "ssh_key", verdict->ssh_key);
}

static FidotoolJson *
new_answer(const FidotoolVerdict *verdict)
{
  FidotoolJson *json = fidotool_json_new_object();
  g_autofree char *text = fidotool_verdict_write(verdict);

  fidotool_json_set_text(json, "result", text);
  fidotool_json_set_text(json, "statement",
                         fidotool_verdict_statement_name(verdict->statement));
  fidotool_json_set_text(json, "type",
                         fidotool_verdict_type_name(verdict->type));
  fidotool_json_set_text(json, "trust",
                         fidotool_verdict_trust_name(verdict->trust));
  fidotool_json_set_text(json, "anchor",
                         verdict->anchor ? verdict->anchor : "");
  fidotool_json_set_text(json, "error", "");
  set_failed(json, verdict);
  set_facts(json, verdict);
  if (verdict->advisories != NULL) {
    fidotool_json_set_text(json, "entry", verdict->entry ? verdict->entry : "");
    fidotool_json_set(json, "advisories",
                      fidotool_json_copy(verdict->advisories));
  }
  return json;
}

char *
fidotool_request_judge_with(FidotoolRequests *state, const char *json,
                            size_t len, size_t *ret_len)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolRequests) own =
      state == NULL ? fidotool_request_state_new() : NULL;
  g_autoptr(FidotoolVerdict) verdict =
      judge(state != NULL ? state : own, json, len, &error);
  g_autoptr(FidotoolJson) answer = NULL;

  if (verdict != NULL) {
    answer = new_answer(verdict);
  } else {
    answer = fidotool_json_new_object();
    fidotool_json_set_text(answer, "error", error->message);
    fidotool_json_set_int(answer, "error_code", error->code);
  }
  return fidotool_json_write(answer, ret_len);
}

char *
fidotool_request_judge(const char *json, size_t len, size_t *ret_len)
{
  return fidotool_request_judge_with(NULL, json, len, ret_len);
}
