/* SPDX-License-Identifier: Apache-2.0 */
/* ceremony.h - one registration or assertion while it is judged, and how the
 * rows of checks run over it. Inside the judge only. */
#pragma once

#include "fidotool/judge/auth-data.h"
#include "fidotool/judge/chain.h"
#include "fidotool/judge/client-data.h"
#include "fidotool/judge/key-description.h"
#include "fidotool/judge/options.h"
#include "fidotool/judge/verdict.h"

/* Largest attestation object, and signature, that are read. */
#define FIDOTOOL_CEREMONY_OBJECT_MAX 65536
#define FIDOTOOL_CEREMONY_SIGNATURE_MAX 1024
/* What all signatures of one request may cost (fidotool_cose_cost()): eight
 * certificates with the dearest keys. */
#define FIDOTOOL_CEREMONY_MAX_COST 96

typedef struct FidotoolFormat FidotoolFormat;

/* What the relying party has stored of a credential. */
typedef struct {
  GBytes *id;         /* NULL: not told */
  GBytes *public_key; /* COSE_Key */
  GBytes *user;       /* the owner's user handle; NULL: not told */
  int64_t sign_count; /* these three: -1 where not told */
  int64_t be;
  int64_t bs;
} FidotoolStored;

typedef struct {
  const FidotoolOptions *options;
  const FidotoolJson *response;   /* as received */
  const FidotoolAnchors *anchors; /* none in it: trust is not checked */
  const FidotoolStored *stored;   /* assertions */
  FidotoolChainCache *cache;      /* or NULL */
  int64_t at;                     /* seconds UTC */
  FidotoolVerdict *verdict;

  /* What the checks have read so far, each slot filled by one of them. */
  GBytes *raw_id;
  GBytes *client_json;
  GBytes *object; /* attestation object */
  GBytes *auth_bytes;
  GBytes *sig;
  GBytes *user_handle; /* NULL where the response has none */
  FidotoolClientData *client;
  uint8_t hash[32]; /* of the client data */
  FidotoolAuthData auth;
  FidotoolCbor fmt, statement;
  const FidotoolFormat *format;
  FidotoolCose stored_key;

  /* The attestation statement's parts. */
  int64_t statement_alg;
  FidotoolSlice statement_sig;
  FidotoolSlice x5c[FIDOTOOL_CERTIFICATE_MAX_COUNT];
  size_t x5c_count;
  bool has_x5c;
  FidotoolSlice cert_info, pub_area;  /* tpm */
  FidotoolKeyDescription description; /* android-key */
  bool has_description;
  FidotoolCertificates *certificates;
  unsigned cost; /* of the signatures under them, so far */

  const char *detail; /* words for this check's outcome, static */
  char *detail_owned; /* or made for it */
} FidotoolCeremony;

typedef enum {
  FIDOTOOL_OUTCOME_PASS,
  FIDOTOOL_OUTCOME_FAIL,
  FIDOTOOL_OUTCOME_SKIP, /* does not apply: it is not listed */
  FIDOTOOL_OUTCOME_STOP, /* failed, and the rest means nothing */
  FIDOTOOL_OUTCOME_END,  /* not listed, and the rest means nothing */
} FidotoolOutcome;

/* One row: what can be switched off by taking out one line. */
typedef struct {
  const char *id;
  FidotoolCheckKind kind;
  FidotoolOutcome (*run)(FidotoolCeremony *ceremony);
  const char *text;
} FidotoolCheck;

/*
 * Runs rows in order and records each in the verdict.
 * returns  false where a row has stopped it
 */
bool fidotool_ceremony_run(FidotoolCeremony *ceremony,
                           const FidotoolCheck *checks, size_t count);
void fidotool_ceremony_clear(FidotoolCeremony *ceremony);

/* Settles the statement's result: invalid where a HARD check has failed, save
 * that one check alone may have given a result a name of its own. */
void fidotool_ceremony_settle(FidotoolCeremony *ceremony);

/* FAIL with words (static) where why is set, else PASS. */
FidotoolOutcome fidotool_ceremony_outcome(FidotoolCeremony *ceremony,
                                          const char *why);

/* A member of the response in base64url; NULL where it is missing, no such
 * text, or longer than max. */
GBytes *fidotool_ceremony_bytes(const FidotoolCeremony *ceremony,
                                const FidotoolJson *object, const char *name,
                                size_t max);

/* GBytes as a slice. */
FidotoolSlice fidotool_ceremony_slice(GBytes *bytes);
