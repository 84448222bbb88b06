/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.h - the answer of a judgement: three layers, never one boolean, and
 * the checks that led to it. The policy's layer is added by who has one. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/json.h"

typedef enum {
  FIDOTOOL_STATEMENT_VALID,
  FIDOTOOL_STATEMENT_INVALID,
  FIDOTOOL_STATEMENT_RETIRED_FORMAT,
  FIDOTOOL_STATEMENT_UNSUPPORTED_ALG,
  FIDOTOOL_STATEMENT_MALFORMED_KEY,
} FidotoolStatementResult;

typedef enum {
  FIDOTOOL_ATTESTATION_UNKNOWN,
  FIDOTOOL_ATTESTATION_BASIC,
  FIDOTOOL_ATTESTATION_ATTCA,
  FIDOTOOL_ATTESTATION_ANONCA,
  FIDOTOOL_ATTESTATION_SELF,
  FIDOTOOL_ATTESTATION_NONE,
} FidotoolAttestationType;

typedef enum {
  FIDOTOOL_TRUST_NOT_CHECKED, /* no anchors were given, or it came not so far */
  FIDOTOOL_TRUST_ANCHORED,
  FIDOTOOL_TRUST_SELF,
  FIDOTOOL_TRUST_NONE,
  FIDOTOOL_TRUST_UNTRUSTED,
} FidotoolTrust;

typedef enum {
  FIDOTOOL_CHECK_HARD,   /* must hold, no switch */
  FIDOTOOL_CHECK_POLICY, /* a fact for the policy */
  FIDOTOOL_CHECK_INFO,   /* recorded */
  FIDOTOOL_CHECK_WARN,   /* recorded and shown; never fails */
} FidotoolCheckKind;

typedef struct {
  const char *id;   /* "registration/R10" */
  const char *text; /* own, or one that outlives the result */
  char *own;        /* or NULL */
  FidotoolCheckKind kind;
  bool ok;
} FidotoolCheckResult;

typedef struct {
  const char *id;
  char *text;
} FidotoolWarning;

typedef struct {
  FidotoolStatementResult statement;
  FidotoolAttestationType type;
  FidotoolTrust trust;
  const char *trust_reason; /* static; NULL unless UNTRUSTED */
  int64_t trust_at;         /* seconds UTC; when the chain was judged */
  const char *revocation;   /* static; NULL: not checked */
  char *anchor;             /* SHA-256 of the anchor's DER, hex; or NULL */

  GArray *checks;   /* FidotoolCheckResult, in the order in which they ran */
  GArray *warnings; /* FidotoolWarning */

  bool is_registration;
  char *format; /* NULL for an assertion, or before it is known */
  bool has_auth_data;
  uint8_t flags;
  uint32_t sign_count;
  bool has_credential; /* AAGUID, id */
  uint8_t aaguid[16];
  GBytes *id;
  GBytes *public_key; /* COSE_Key as received; NULL unless it is good */
  int64_t alg;        /* 0 where it is unknown */
  GBytes *ssh_key;    /* NULL where there is none */
  char *serial;       /* of an enterprise attestation, hex; or NULL */
  GPtrArray *parts;   /* FidotoolVerdict: of a compound statement; or NULL */
  FidotoolJson *attested; /* what else the statement says of the key */
  bool has_model;         /* the certificate names the AAGUID */

  char *facts;            /* facts.h, of a registration; or NULL */
  FidotoolJson *metadata; /* of the model, then and now; NULL: not consulted */

  /* No part of what is written: for who asked (request.h). */
  char *entry;              /* of the model, JSON; NULL: none, or not taught */
  FidotoolJson *advisories; /* NULL: not taught */
} FidotoolVerdict;

FidotoolVerdict *fidotool_verdict_new(void);
void fidotool_verdict_free(FidotoolVerdict *verdict);

/* Records one check that was run; text is taken. */
void fidotool_verdict_check(FidotoolVerdict *verdict, const char *id,
                            FidotoolCheckKind kind, bool ok, char *text);
/* The same with a text that outlives the verdict. */
void fidotool_verdict_check_static(FidotoolVerdict *verdict, const char *id,
                                   FidotoolCheckKind kind, bool ok,
                                   const char *text);
void fidotool_verdict_warn(FidotoolVerdict *verdict, const char *id,
                           const char *text);
/* A fact that the statement's signatures cover ("firmware", "tpm_model"). */
void fidotool_verdict_attest_text(FidotoolVerdict *verdict, const char *name,
                                  const char *text);
void fidotool_verdict_attest_int(FidotoolVerdict *verdict, const char *name,
                                 int64_t value);

/* The id of the first HARD check that failed; NULL where none did. */
const char *fidotool_verdict_first_failed(const FidotoolVerdict *verdict);

/* The names in JSON: "unsupported-credential-alg", "basic", "anchored". */
const char *fidotool_verdict_statement_name(FidotoolStatementResult result);
const char *fidotool_verdict_type_name(FidotoolAttestationType type);
const char *fidotool_verdict_trust_name(FidotoolTrust trust);

/* An AAGUID as UUID text; free with g_free(). */
char *fidotool_verdict_uuid(const uint8_t aaguid[16]);

/* The `result` member as text: JSON in our spelling (json.h), and the same
 * verdict always gives the same bytes. Free with g_free(). */
char *fidotool_verdict_write(const FidotoolVerdict *verdict);
void fidotool_verdict_write_to(GString *out, const FidotoolVerdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolVerdict, fidotool_verdict_free)
