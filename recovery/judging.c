/* SPDX-License-Identifier: Apache-2.0 */
/* judging.c - asks the judge worker and keeps what it judged as evidence. It
 * parses no registration: what it reads is the worker's answer. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/words.h"
#include "recovery/trial.h"

/* The root of the software keys that ship with the practice station: SHA-256
 * of its certificate. Never an anchor on a real station. */
#include "softkey-root.h"

void
recovery_judging_free(RecoveryJudging *judging)
{
  if (judging == NULL)
    return;
  fidotool_json_free(judging->answer);
  fidotool_json_free(judging->result);
  fidotool_json_free(judging->transports);
  g_free(judging->options);
  g_free(judging->anchor);
  g_free(judging);
}

static FidotoolJson *
anchors_of(const RecoveryStation *station)
{
  FidotoolJson *anchors = fidotool_json_new_array();

  for (unsigned i = 0; i < station->roots->len; i++) {
    GBytes *der = g_ptr_array_index(station->roots, i);
    g_autofree char *text = fidotool_bytes_base64(g_bytes_get_data(der, NULL),
                                                  g_bytes_get_size(der));

    fidotool_json_append_text(anchors, text);
  }
  return anchors;
}

/* The first checks that failed, in words. */
static RecoveryRefusal *
refuse_verdict(const FidotoolJson *answer)
{
  const FidotoolJson *failed = fidotool_json_get(answer, "failed");
  const char *first = fidotool_json_text(fidotool_json_at(failed, 0));
  const char *statement = fidotool_json_get_text(answer, "statement");
  FidotoolJson *text =
      first == NULL
          ? recovery_message_new("The key's answer was judged {verdict}.")
          : recovery_message_new("The key's answer was judged {verdict}, check "
                                 "{check}.");

  recovery_message_put_text(text, "verdict", statement);
  if (first != NULL)
    recovery_message_put_text(text, "check", first);
  return recovery_refusal_say(
      first == NULL ? "judged" : first, text,
      recovery_message_new("A genuine key that answers this request."));
}

/* The judge could not read it: why, in its own words. */
static RecoveryRefusal *
refuse_unread(const char *why)
{
  FidotoolJson *text =
      recovery_message_new("The key's answer cannot be judged: {why}.");

  recovery_message_put_text(text, "why", why);
  return recovery_refusal_say(
      "judged", text,
      recovery_message_new("A genuine key that answers this request."));
}

static bool
take_facts(RecoveryJudging *judging, GError **error)
{
  const FidotoolJson *answer = judging->answer;
  const char *cred = fidotool_json_get_text(answer, "cred");
  const char *anchor = fidotool_json_get_text(answer, "anchor");
  const char *result = fidotool_json_get_text(answer, "result");
  g_autoptr(GBytes) id = fidotool_bytes_unbase64(cred);

  if (id == NULL || g_bytes_get_size(id) > 1023) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "the judge worker's answer has no credential");
    return false;
  }
  fidotool_bytes_sha256(g_bytes_get_data(id, NULL), g_bytes_get_size(id),
                        judging->cred);
  judging->anchor = g_strdup(anchor);
  if (result == NULL)
    result = "";
  judging->result = fidotool_json_parse(result, strlen(result), error);
  if (judging->result == NULL)
    return false;
  judging->facts = (RecoveryPolicyFacts){
      .uv = fidotool_json_get_int(answer, "uv", 0) == 1,
      .be = fidotool_json_get_int(answer, "be", 1) == 1,
      .bs = fidotool_json_get_int(answer, "bs", 1) == 1,
      .attested =
          g_strcmp0(fidotool_json_get_text(answer, "trust"), "anchored") == 0,
      .aaguid = fidotool_json_get_text(answer, "aaguid"),
      .anchor = judging->anchor,
  };
  recovery_policy_facts_take(&judging->facts, judging->result);
  return true;
}

/* A certificate that was revoked, or a model that stands badly. No list of
 * models overrules what its maker or the certifiers say of it. */
static RecoveryRefusal *
refuse_standing(const RecoveryJudging *judging)
{
  const FidotoolJson *then =
      fidotool_json_get(fidotool_json_get(judging->result, "metadata"), "then");
  const FidotoolJson *bad = fidotool_json_get(then, "bad");
  const FidotoolJson *trust = fidotool_json_get(judging->result, "trust");
  FidotoolJson *text, *names;

  if (g_strcmp0(fidotool_json_get_text(trust, "revocation"), "revoked") == 0)
    return recovery_refusal_new(
        "revoked", "The certificate that vouches for this key was revoked.",
        "A key whose maker still vouches for it.");
  if (fidotool_json_size(bad) == 0)
    return NULL;
  text =
      recovery_message_new("The metadata say of this key's model: {statuses}.");
  names = recovery_message_list(N_("{one}, {other}"));
  for (size_t i = 0; i < fidotool_json_size(bad); i++) {
    const char *name = fidotool_json_text(fidotool_json_at(bad, i));

    recovery_message_add(names, fidotool_json_new_text(name ? name : ""));
  }
  recovery_message_put(text, "statuses", names);
  return recovery_refusal_say(
      "registration/R20", text,
      recovery_message_new("A key of a model that nothing is said against."));
}

/* Nothing else of a response is judged, and nothing else kept; takes it. */
static FidotoolJson *
clean_response(FidotoolJson *response)
{
  static const char *const outer[] = {"id", "rawId", "type"};
  static const char *const inner[] = {"attestationObject", "clientDataJSON",
                                      "transports"};
  FidotoolJson *from = fidotool_json_get(response, "response");
  FidotoolJson *clean = fidotool_json_new_object(), *into;

  for (size_t i = 0; i < G_N_ELEMENTS(outer); i++) {
    FidotoolJson *member = fidotool_json_take(response, outer[i]);

    if (member != NULL)
      fidotool_json_set(clean, outer[i], member);
  }
  into = fidotool_json_set(clean, "response", fidotool_json_new_object());
  for (size_t i = 0; i < G_N_ELEMENTS(inner); i++) {
    FidotoolJson *member = fidotool_json_take(from, inner[i]);

    if (member != NULL)
      fidotool_json_set(into, inner[i], member);
  }
  fidotool_json_free(response);
  return clean;
}

static FidotoolJson *
copy_transports(const FidotoolJson *response)
{
  const FidotoolJson *list =
      fidotool_json_get(fidotool_json_get(response, "response"), "transports");
  FidotoolJson *copy;

  if (fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY)
    return NULL;
  copy = fidotool_json_new_array();
  for (size_t i = 0; i < MIN(fidotool_json_size(list), 16); i++) {
    const char *name = fidotool_json_text(fidotool_json_at(list, i));

    if (recovery_jcs_is_id(name))
      fidotool_json_append_text(copy, name);
  }
  return copy;
}

/* What verdicts that are kept may lean on: another list, another policy or
 * another day is another generation, with a worker of its own. */
static char *
new_generation(const RecoveryStation *station, int64_t at_s)
{
  const RecoveryModel *model = station->model;
  const int64_t day = at_s / 86400;
  const FidotoolPiece pieces[] = {{model->trust_digest, 32},
                                  {model->policy_digest, 32},
                                  {&day, sizeof(day)}};
  uint8_t digest[32];

  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), digest);
  return fidotool_bytes_hex(digest, sizeof(digest));
}

static char *
request_text(RecoveryStation *station, const char *kind, FidotoolJson *options,
             FidotoolJson *response, FidotoolJson *stored, int64_t at_s)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *generation = new_generation(station, at_s);

  fidotool_json_set_text(request, "generation", generation);
  fidotool_json_set_text(request, "kind", kind);
  fidotool_json_set(request, "options", options);
  fidotool_json_set(request, "response", response);
  if (stored != NULL)
    fidotool_json_set(request, "stored", stored);
  fidotool_json_set(request, "anchors", anchors_of(station));
  fidotool_json_set_int(request, "at", at_s);
  return fidotool_json_write(request, NULL);
}

RecoveryJudging *
recovery_judging_ask(RecoveryStation *station, const char *kind,
                     FidotoolJson *options, FidotoolJson *response,
                     FidotoolJson *stored, int64_t at_s,
                     RecoveryRefusal **ret_refusal, GError **error)
{
  const bool registration = strcmp(kind, "registration") == 0;
  g_autofree char *request = NULL;
  g_autofree char *text = NULL;
  g_autoptr(RecoveryJudging) judging = g_new0(RecoveryJudging, 1);
  const char *why;

  if (registration) {
    response = clean_response(response);
    judging->transports = copy_transports(response);
  }
  judging->options = fidotool_json_write(options, NULL);
  judging->at_s = at_s;
  request = request_text(station, kind, options, response, stored, at_s);
  if (!recovery_known_use(station, error))
    return NULL;

  text = station->config.hooks.judge(request, strlen(request),
                                     station->config.hooks.data, error);
  if (text == NULL)
    return NULL;
  judging->answer = fidotool_json_parse(text, strlen(text), error);
  if (judging->answer == NULL)
    return NULL;
  why = fidotool_json_get_text(judging->answer, "error");
  if (why != NULL && *why != '\0') {
    *ret_refusal = refuse_unread(why);
    return NULL;
  }
  if (g_strcmp0(fidotool_json_get_text(judging->answer, "statement"),
                "valid") != 0) {
    *ret_refusal = refuse_verdict(judging->answer);
    return NULL;
  }
  if (!take_facts(judging, error))
    return NULL;
  if (!station->config.practice && judging->anchor != NULL &&
      strcmp(judging->anchor, SOFTKEY_ROOT_SHA256) == 0) {
    *ret_refusal = recovery_refusal_new(
        "software-key", "This is a practice key made of software.",
        "A hardware key; software keys are for practice stations.");
    return NULL;
  }
  *ret_refusal = registration ? refuse_standing(judging) : NULL;
  if (*ret_refusal != NULL)
    return NULL;
  return g_steal_pointer(&judging);
}

/* Canonical CBOR (CTAP 2, section 8), as far as these two maps need it. */

static void
put_head(GByteArray *out, uint8_t major, size_t n)
{
  uint8_t head[5];
  unsigned len;

  head[0] = (uint8_t)(major << 5);
  if (n < 24) {
    head[0] |= (uint8_t)n;
    len = 1;
  } else if (n < 256) {
    head[0] |= 24;
    head[1] = (uint8_t)n;
    len = 2;
  } else if (n < 65536) {
    head[0] |= 25;
    head[1] = (uint8_t)(n >> 8);
    head[2] = (uint8_t)n;
    len = 3;
  } else {
    head[0] |= 26;
    head[1] = (uint8_t)(n >> 24);
    head[2] = (uint8_t)(n >> 16);
    head[3] = (uint8_t)(n >> 8);
    head[4] = (uint8_t)n;
    len = 5;
  }
  g_byte_array_append(out, head, len);
}

static void
put_bytes(GByteArray *out, const char *name, const void *data, size_t len)
{
  put_head(out, 3, strlen(name));
  g_byte_array_append(out, (const guint8 *)name, (guint)strlen(name));
  put_head(out, 2, len);
  g_byte_array_append(out, data, (guint)len);
}

static void
put_value(GByteArray *out, const char *name, GBytes *value)
{
  put_bytes(out, name, g_bytes_get_data(value, NULL), g_bytes_get_size(value));
}

GBytes *
recovery_judging_registration(GBytes *att, const uint8_t cdh[32], GBytes *cdj)
{
  GByteArray *out = g_byte_array_new();

  put_head(out, 5, cdj == NULL ? 2 : 3);
  put_value(out, "att", att);
  put_bytes(out, "cdh", cdh, 32);
  if (cdj != NULL)
    put_value(out, "cdj", cdj);
  return g_byte_array_free_to_bytes(out);
}

GBytes *
recovery_judging_assertion(GBytes *auth_data, const uint8_t cdh[32],
                           GBytes *cdj, GBytes *sig, GBytes *cred)
{
  GByteArray *out = g_byte_array_new();

  put_head(out, 5, 5);
  put_bytes(out, "cdh", cdh, 32);
  put_value(out, "cdj", cdj);
  put_value(out, "sig", sig);
  put_value(out, "cred", cred);
  put_value(out, "authData", auth_data);
  return g_byte_array_free_to_bytes(out);
}

/* Reads back what recovery_judging_registration() wrote, that form alone: the
 * bytes are our own, from our own store. */
static bool
take_bytes(const uint8_t **p, const uint8_t *end, const char *name,
           GBytes **ret_value)
{
  size_t name_len = strlen(name), n = 0, extra;
  uint8_t info;

  if ((size_t)(end - *p) < name_len + 2 || **p != 0x60 + name_len ||
      memcmp(*p + 1, name, name_len) != 0)
    return false;
  *p += 1 + name_len;
  if (**p >> 5 != 2)
    return false;
  info = **p & 31;
  (*p)++;
  extra = info < 24 ? 0 : info == 24 ? 1 : info == 25 ? 2 : 4;
  if (info > 26 || (size_t)(end - *p) < extra)
    return false;
  n = info < 24 ? info : 0;
  for (size_t i = 0; i < extra; i++)
    n = n << 8 | *(*p)++;
  if ((size_t)(end - *p) < n)
    return false;
  *ret_value = g_bytes_new(*p, n);
  *p += n;
  return true;
}

RecoveryJudging *
recovery_judging_again(RecoveryStation *station, const uint8_t registration[32],
                       const char *rp_id, int64_t at_s,
                       RecoveryRefusal **ret_refusal, GError **error)
{
  g_autoptr(GBytes) body = NULL, att = NULL, cdh = NULL;
  FidotoolJson *options, *response, *inner;
  const uint8_t *p, *end;
  g_autofree char *att_text = NULL;

  if (!recovery_store_object(station->store, registration, &body, NULL, error))
    return NULL;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "a registration is missing from the store");
    return NULL;
  }
  p = g_bytes_get_data(body, NULL);
  end = p + g_bytes_get_size(body);
  p++; /* the map's head */
  if (!take_bytes(&p, end, "att", &att) || !take_bytes(&p, end, "cdh", &cdh)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "a registration in the store is damaged");
    return NULL;
  }
  options = fidotool_json_new_object();
  fidotool_json_set_text(options, "rp_id", rp_id);
  recovery_trial_set_hex(options, "cdh", g_bytes_get_data(cdh, NULL), 32);
  fidotool_json_set_int(options, "require_uv", 1);
  fidotool_json_set_int(options, "model_needed", 1);
  response = fidotool_json_new_object();
  inner = fidotool_json_set(response, "response", fidotool_json_new_object());
  att_text = fidotool_bytes_base64url(g_bytes_get_data(att, NULL),
                                      g_bytes_get_size(att));
  fidotool_json_set_text(inner, "attestationObject", att_text);
  return recovery_judging_ask(station, "registration", options, response, NULL,
                              at_s, ret_refusal, error);
}
