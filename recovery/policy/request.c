/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - a request read strictly, by tables: each field has a row, any
 * other is an error, and so is one that is missing or of another type. */
#include "recovery/policy/request.h"

#include <stddef.h>
#include <string.h>

#include "recovery/policy/request-field.h"

typedef RecoveryRequest Request;
typedef RecoveryRequestFacts Facts;
typedef RecoveryRequestReader Reader;
typedef RecoveryRequestField Field;

#define READ_OBJECT(reader, json, fields, into)                                \
  recovery_request_field_object(reader, json, fields, G_N_ELEMENTS(fields),    \
                                into)

/* ---- authenticators ---- */

static bool
read_method(Reader *reader, const FidotoolJson *json, void *into)
{
  const char *text = fidotool_json_text(json);

  if (text == NULL || !recovery_document_is_id(text))
    return recovery_request_field_expect(reader, json,
                                         "a method like webauthn");
  memcpy(into, &text, sizeof(text));
  return true;
}

static bool
read_aaguid(Reader *reader, const FidotoolJson *json, void *into)
{
  const char *text = fidotool_json_text(json);

  if (text == NULL || !recovery_document_is_aaguid(text))
    return recovery_request_field_expect(
        reader, json, "an AAGUID: 8-4-4-4-12 lower-case hex digits");
  memcpy(into, &text, sizeof(text));
  return true;
}

static bool
read_firmware(Reader *reader, const FidotoolJson *json, void *into)
{
  const char *text = fidotool_json_text(json);

  if (text == NULL || !recovery_document_is_firmware(text))
    return recovery_request_field_expect(reader, json,
                                         "a version like \"5.7.0\"");
  memcpy(into, &text, sizeof(text));
  return true;
}

static bool
read_cert(Reader *reader, const FidotoolJson *json, void *into)
{
  const char *text = fidotool_json_text(json);
  RecoveryDocumentCert cert =
      text != NULL ? recovery_document_cert(text) : RECOVERY_DOCUMENT_CERT_NONE;

  if (cert == RECOVERY_DOCUMENT_CERT_NONE)
    return recovery_request_field_expect(
        reader, json, "one of L1, L1plus, L2, L2plus, L3, L3plus");
  memcpy(into, &cert, sizeof(cert));
  return true;
}

/* Words that no policy can name say nothing. */
static bool
read_set(Reader *reader, const FidotoolJson *json,
         uint32_t (*bit)(const char *word), bool *ret_known, uint32_t *ret_set)
{
  const char **words =
      recovery_request_field_texts(reader, json, "a list of words");

  if (words == NULL)
    return false;
  for (size_t i = 0; words[i] != NULL; i++)
    *ret_set |= bit(words[i]);
  *ret_known = true;
  return true;
}

static bool
read_statuses(Reader *reader, const FidotoolJson *json, void *into)
{
  Facts *facts = into;

  return read_set(reader, json, recovery_document_status, &facts->mds_known,
                  &facts->mds_status);
}

static bool
read_transports(Reader *reader, const FidotoolJson *json, void *into)
{
  Facts *facts = into;

  return read_set(reader, json, recovery_document_transport,
                  &facts->transports_known, &facts->transports);
}

static const Field facts_fields[] = {
    {"method", false, read_method, offsetof(Facts, method)},
    {"uv", false, recovery_request_field_truth, offsetof(Facts, uv)},
    {"be", false, recovery_request_field_truth, offsetof(Facts, be)},
    {"bs", false, recovery_request_field_truth, offsetof(Facts, bs)},
    {"attested", false, recovery_request_field_truth,
     offsetof(Facts, attested)},
    {"aaguid", false, read_aaguid, offsetof(Facts, aaguid)},
    {"fw", false, read_firmware, offsetof(Facts, fw)},
    {"cert", false, read_cert, offsetof(Facts, cert)},
    {"mds_status", false, read_statuses, 0},
    {"transports", false, read_transports, 0},
    {"at", false, recovery_request_field_time, offsetof(Facts, at_s)},
};

static bool
read_facts(Reader *reader, const FidotoolJson *json, void *into)
{
  *(Facts *)into = (Facts){.at_s = RECOVERY_REQUEST_UNKNOWN};
  return READ_OBJECT(reader, json, facts_fields, into);
}

/* ---- persons ---- */

static bool
read_state(Reader *reader, const FidotoolJson *json, void *into)
{
  static const char *const states[] = {"stock",     "pending", "active",
                                       "suspended", "lost",    "revoked",
                                       "retired",   NULL};
  const char *text = fidotool_json_text(json);

  if (text == NULL || !g_strv_contains(states, text))
    return recovery_request_field_expect(
        reader, json,
        "one of stock, pending, active, suspended, lost, revoked, "
        "retired");
  memcpy(into, &text, sizeof(text));
  return true;
}

static bool
read_active(Reader *reader, const FidotoolJson *json, void *into)
{
  const char *state = NULL;
  bool active;

  if (!read_state(reader, json, &state))
    return false;
  active = strcmp(state, "active") == 0;
  memcpy(into, &active, sizeof(active));
  return true;
}

static const Field key_fields[] = {
    {"state", true, read_active, offsetof(RecoveryRequestKey, active)},
    {"facts", true, read_facts, offsetof(RecoveryRequestKey, facts)},
};

static bool
read_key(Reader *reader, const FidotoolJson *json, const char *name, void *into)
{
  (void)name;
  return READ_OBJECT(reader, json, key_fields, into);
}

static bool
read_keys(Reader *reader, const FidotoolJson *json, void *into)
{
  Request *request = into;
  RecoveryRequestKey *keys;

  if (fidotool_json_type(json) != FIDOTOOL_JSON_ARRAY)
    return recovery_request_field_expect(reader, json, "a list of keys");
  request->n_keys = fidotool_json_size(json);
  keys =
      recovery_request_field_allocate(reader, request->n_keys, sizeof(*keys));
  request->keys = keys;
  return recovery_request_field_each(reader, json, sizeof(*keys), (char *)keys,
                                     read_key);
}

static bool
read_groups(Reader *reader, const FidotoolJson *json, void *into)
{
  Request *request = into;

  request->groups_known = true;
  if (fidotool_json_type(json) == FIDOTOOL_JSON_NULL)
    return true;
  request->groups =
      recovery_request_field_texts(reader, json, "a list of groups, or null");
  request->n_groups = fidotool_json_size(json);
  return request->groups != NULL;
}

/* A text, some, or null: there is none. */
static bool
read_attribute(Reader *reader, const FidotoolJson *json, const char *name,
               void *into)
{
  RecoveryRequestAttribute *attribute = into;
  const char **one;

  attribute->name = name;
  attribute->none = fidotool_json_type(json) == FIDOTOOL_JSON_NULL;
  if (attribute->none)
    return true;
  if (fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY) {
    attribute->values =
        recovery_request_field_texts(reader, json, "a list of texts");
    attribute->n_values = fidotool_json_size(json);
    return attribute->values != NULL;
  }
  one = recovery_request_field_allocate(reader, 1, sizeof(*one));
  attribute->values = one;
  attribute->n_values = 1;
  if (fidotool_json_text(json) == NULL)
    return recovery_request_field_expect(reader, json,
                                         "a text, a list of texts, or null");
  return recovery_request_field_text(reader, json, one);
}

static bool
read_attributes(Reader *reader, const FidotoolJson *json, void *into)
{
  Request *request = into;
  RecoveryRequestAttribute *attributes;

  request->attributes_known = true;
  if (fidotool_json_type(json) == FIDOTOOL_JSON_NULL)
    return true;
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return recovery_request_field_expect(reader, json, "an object, or null");
  request->n_attributes = fidotool_json_size(json);
  attributes = recovery_request_field_allocate(reader, request->n_attributes,
                                               sizeof(*attributes));
  request->attributes = attributes;
  return recovery_request_field_each(reader, json, sizeof(*attributes),
                                     (char *)attributes, read_attribute);
}

static const Field person_fields[] = {
    {"id", true, recovery_request_field_text, offsetof(Request, person)},
    {"groups", false, read_groups, 0},
    {"attributes", false, read_attributes, 0},
    {"keys", false, read_keys, 0},
};

static bool
read_person(Reader *reader, const FidotoolJson *json, void *into)
{
  return READ_OBJECT(reader, json, person_fields, into);
}

/* ---- signals, record, approvals ---- */

static bool
read_value(Reader *reader, const FidotoolJson *json, void *into)
{
  RecoveryRequestSignal *signal = into;

  if (fidotool_json_type(json) == FIDOTOOL_JSON_BOOL) {
    signal->kind = RECOVERY_DOCUMENT_GOOD_TRUTH;
    signal->number = fidotool_json_bool(json, false);
    return true;
  }
  if (fidotool_json_int(json, &signal->number)) {
    signal->kind = RECOVERY_DOCUMENT_GOOD_NUMBER;
    return true;
  }
  signal->kind = RECOVERY_DOCUMENT_GOOD_TEXT;
  signal->text = fidotool_json_text(json);
  return signal->text != NULL ||
         recovery_request_field_expect(reader, json,
                                       "true, false, a whole number or a text");
}

static const Field signal_fields[] = {
    {"value", true, read_value, 0},
    {"at", true, recovery_request_field_time,
     offsetof(RecoveryRequestSignal, at_s)},
    {"source", true, recovery_request_field_text,
     offsetof(RecoveryRequestSignal, source)},
};

static bool
read_signal(Reader *reader, const FidotoolJson *json, const char *name,
            void *into)
{
  ((RecoveryRequestSignal *)into)->id = name;
  return READ_OBJECT(reader, json, signal_fields, into);
}

static bool
read_signals(Reader *reader, const FidotoolJson *json, void *into)
{
  Request *request = into;
  RecoveryRequestSignal *signals;

  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return recovery_request_field_expect(reader, json, "an object");
  request->n_signals = fidotool_json_size(json);
  signals = recovery_request_field_allocate(reader, request->n_signals,
                                            sizeof(*signals));
  request->signals = signals;
  return recovery_request_field_each(reader, json, sizeof(*signals),
                                     (char *)signals, read_signal);
}

static bool
read_recovered_at(Reader *reader, const FidotoolJson *json, void *into)
{
  RecoveryRequestRecord *record = into;

  record->recovered_known = true;
  record->recovered_at_s = RECOVERY_REQUEST_UNKNOWN;
  return fidotool_json_type(json) == FIDOTOOL_JSON_NULL ||
         recovery_request_field_time(reader, json, &record->recovered_at_s);
}

static bool
read_tier(Reader *reader, const FidotoolJson *json, void *into)
{
  return fidotool_json_type(json) == FIDOTOOL_JSON_NULL ||
         recovery_request_field_text(reader, json, into);
}

static const Field record_fields[] = {
    {"key_state", false, read_state,
     offsetof(RecoveryRequestRecord, key_state)},
    {"recovered_at", false, read_recovered_at, 0},
    {"recovered_tier", false, read_tier,
     offsetof(RecoveryRequestRecord, recovered_in)},
};

static bool
read_record(Reader *reader, const FidotoolJson *json, void *into)
{
  return READ_OBJECT(reader, json, record_fields, into);
}

static const Field approval_fields[] = {
    {"by", true, recovery_request_field_text,
     offsetof(RecoveryRequestApproval, by)},
    {"slot", false, recovery_request_field_text,
     offsetof(RecoveryRequestApproval, slot)},
};

static bool
read_approval(Reader *reader, const FidotoolJson *json, const char *name,
              void *into)
{
  (void)name;
  return READ_OBJECT(reader, json, approval_fields, into);
}

static bool
read_approvals(Reader *reader, const FidotoolJson *json, void *into)
{
  Request *request = into;
  RecoveryRequestApproval *approvals;

  if (fidotool_json_type(json) != FIDOTOOL_JSON_ARRAY)
    return recovery_request_field_expect(reader, json, "a list of approvals");
  request->n_approvals = fidotool_json_size(json);
  approvals = recovery_request_field_allocate(reader, request->n_approvals,
                                              sizeof(*approvals));
  request->approvals = approvals;
  return recovery_request_field_each(reader, json, sizeof(*approvals),
                                     (char *)approvals, read_approval);
}

/* ---- uses and reviews ---- */

static bool
read_use(Reader *reader, const FidotoolJson *json, const char *name, void *into)
{
  RecoveryRequestCount *count = into;

  count->id = name;
  return recovery_request_field_count(reader, json, &count->value);
}

static bool
read_review(Reader *reader, const FidotoolJson *json, const char *name,
            void *into)
{
  RecoveryRequestCount *count = into;

  count->id = name;
  return recovery_request_field_time(reader, json, &count->value);
}

static const RecoveryRequestCount *
read_counts(Reader *reader, const FidotoolJson *json, size_t *ret_count,
            bool (*read)(Reader *reader, const FidotoolJson *json,
                         const char *name, void *into))
{
  RecoveryRequestCount *counts;

  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT) {
    recovery_request_field_expect(reader, json, "an object");
    return NULL;
  }
  *ret_count = fidotool_json_size(json);
  counts = recovery_request_field_allocate(reader, *ret_count, sizeof(*counts));
  if (!recovery_request_field_each(reader, json, sizeof(*counts),
                                   (char *)counts, read))
    return NULL;
  return counts;
}

static bool
read_uses(Reader *reader, const FidotoolJson *json, void *into)
{
  Request *request = into;

  request->uses = read_counts(reader, json, &request->n_uses, read_use);
  return request->uses != NULL;
}

static bool
read_reviews(Reader *reader, const FidotoolJson *json, void *into)
{
  Request *request = into;

  request->reviews =
      read_counts(reader, json, &request->n_reviews, read_review);
  return request->reviews != NULL;
}

/* ---- the request ---- */

static const Field fields[] = {
    {"id", true, recovery_request_field_text, offsetof(Request, id)},
    {"time", true, recovery_request_field_time, offsetof(Request, now_s)},
    {"journey", true, recovery_request_field_text, offsetof(Request, journey)},
    {"app", true, recovery_request_field_text, offsetof(Request, app)},
    {"transaction", false, recovery_request_field_text,
     offsetof(Request, transaction)},
    {"policy_version", false, recovery_request_field_version,
     offsetof(Request, policy_version)},
    {"person", true, read_person, 0},
    {"authenticator", true, read_facts, offsetof(Request, authenticator)},
    {"signals", false, read_signals, 0},
    {"record", false, read_record, offsetof(Request, record)},
    {"approvals", false, read_approvals, 0},
    {"uses", false, read_uses, 0},
    {"reviews", false, read_reviews, 0},
    {"break_glass", false, recovery_request_field_flag,
     offsetof(Request, break_glass)},
};

/* What a request is freed by: its lists come after it. */
typedef struct {
  Request request;
  GPtrArray *memory;
} Whole;

G_STATIC_ASSERT(offsetof(Whole, request) == 0);

Request *
recovery_request_read(const FidotoolJson *json, char **ret_error)
{
  g_autoptr(GString) path = g_string_new(NULL);
  Whole *whole = g_new0(Whole, 1);
  Reader reader = {.request = &whole->request, .path = path};

  whole->memory = g_ptr_array_new_with_free_func(g_free);
  reader.memory = whole->memory;
  if (READ_OBJECT(&reader, json, fields, &whole->request))
    return &whole->request;
  *ret_error = reader.error;
  recovery_request_free(&whole->request);
  return NULL;
}

void
recovery_request_free(Request *request)
{
  Whole *whole = (Whole *)request;

  if (whole == NULL)
    return;
  g_ptr_array_unref(whole->memory);
  g_free(whole);
}
