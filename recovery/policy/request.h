/* SPDX-License-Identifier: Apache-2.0 */
/* request.h - what a decision is asked about: plain values, and how they are
 * read from JSON. What is unknown is left out; nothing is guessed. */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/document.h"

/* A time that is not known. */
#define RECOVERY_REQUEST_UNKNOWN INT64_MIN

/* Facts about an authenticator, from a judged registration or assertion; never
 * self-declared. ANY, NULL, CERT_NONE, false: not known. */
typedef struct {
  const char *method; /* "webauthn" */
  RecoveryDocumentWant uv, be, bs, attested;
  const char *aaguid; /* lower-case UUID */
  const char *fw;     /* "5.7.0" */
  RecoveryDocumentCert cert;
  bool mds_known, transports_known;
  uint32_t mds_status; /* of recovery_document_status() */
  uint32_t transports; /* of recovery_document_transport() */
  int64_t at_s;        /* authentication */
} RecoveryRequestFacts;

typedef struct {
  bool active;
  RecoveryRequestFacts facts;
} RecoveryRequestKey;

typedef struct {
  const char *name;
  bool none; /* null: there is none */
  const char *const *values;
  size_t n_values;
} RecoveryRequestAttribute;

typedef struct {
  const char *id;
  RecoveryDocumentGoodKind kind; /* TRUTH, NUMBER or TEXT */
  int64_t number;
  const char *text;
  int64_t at_s;
  const char *source;
} RecoveryRequestSignal;

typedef struct {
  const char *by;
  const char *slot; /* NULL: none */
} RecoveryRequestApproval;

/* A number or a time of a fallback or an exception. */
typedef struct {
  const char *id;
  int64_t value;
} RecoveryRequestCount;

/* What the record says of key and person. */
typedef struct {
  const char *key_state;    /* NULL: not known */
  bool recovered_known;     /* else: cannot be read */
  int64_t recovered_at_s;   /* UNKNOWN: there was no recovery */
  const char *recovered_in; /* the tier of it */
} RecoveryRequestRecord;

typedef struct {
  const char *id;
  int64_t now_s;
  const char *journey, *app;
  const char *transaction; /* NULL: plain access */
  int64_t policy_version;  /* 0: whichever is in force */
  const char *person;
  /* Groups and attributes: not known is an error where a policy asks. */
  bool groups_known, attributes_known;
  const char *const *groups;
  size_t n_groups;
  const RecoveryRequestAttribute *attributes;
  size_t n_attributes;
  const RecoveryRequestKey *keys;
  size_t n_keys;
  RecoveryRequestFacts authenticator;
  const RecoveryRequestSignal *signals;
  size_t n_signals;
  RecoveryRequestRecord record;
  const RecoveryRequestApproval *approvals;
  size_t n_approvals;
  const RecoveryRequestCount *uses; /* of fallbacks, in 30 days */
  size_t n_uses;
  const RecoveryRequestCount *reviews; /* of exceptions, seconds */
  size_t n_reviews;
  bool break_glass;
} RecoveryRequest;

/* Facts as a request has them; what is not known is left out, time too. */
FidotoolJson *recovery_request_facts_write(const RecoveryRequestFacts *facts);

/*
 * Reads a request; its texts belong to json, which has to outlive it.
 *
 * ret_error  what is wrong, with its place: "person.groups: expected ..."
 * returns    NULL where anything is wrong; freed with recovery_request_free()
 */
RecoveryRequest *recovery_request_read(const FidotoolJson *json,
                                       char **ret_error);
void recovery_request_free(RecoveryRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryRequest, recovery_request_free)
