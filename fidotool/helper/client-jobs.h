/* SPDX-License-Identifier: Apache-2.0 */
/* client-jobs.h - the jobs of keyhelper as plain C values: what kiosk and the
 * governed subcommands ask for. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/helper/client.h"

/* What each job needs besides its own. */
typedef struct {
  const char *device; /* selector, or NULL: the only key, or the right one */
  int timeout_s;      /* for a touch; 0 means 30 */
  bool skip_retries;  /* do not ask the key for its tries before a PIN */
  const FidotoolClientHooks *hooks; /* may be NULL */
  FidotoolClientReport *report;     /* may be NULL */
} FidotoolClientJobs;

/* A staff member's signature, as the key gave it; see
 * recovery_sshsig_from_assertion(). */
typedef struct {
  uint8_t auth_data[37];
  GBytes *signature;
  GBytes *info; /* what the key says of itself, as it sent it; may be NULL */
  FidotoolJson *device;
} FidotoolClientJobsSignature;

/*
 * Signs a statement under rp_id with credential cred (base64) and public key
 * (base64 of the SSH form), after the key has proved to be the right one. With
 * several keys plugged in and no device named, the one that holds cred is
 * found without touch.
 */
FidotoolClientJobsSignature *
fidotool_client_jobs_sign(const FidotoolClientJobs *how, const char *statement,
                          const char *rp_id, const char *cred, const char *key,
                          GError **error);
void
fidotool_client_jobs_signature_free(FidotoolClientJobsSignature *signature);

/* Most rows for fidotool_client_jobs_find(). */
#define FIDOTOOL_CLIENT_JOBS_SIGNERS 512

/*
 * Which of the signers, rows {"cred","key"} (both base64, key of the SSH form)
 * under rp_id, does a key hold? Proved without touch or PIN; other members of
 * a row stay here. With several keys plugged in and no device named, the first
 * key that holds one.
 *
 * returns  the row's index; -1 and error set
 * errors   FIDOTOOL_ERROR_NOT_FOUND, _NOT_TRUSTED (a key that answers for a
 *          credential it does not hold), _USAGE
 */
int fidotool_client_jobs_find(const FidotoolClientJobs *how,
                              const FidotoolJson *signers, const char *rp_id,
                              GError **error);

/* What a new credential is for. */
typedef struct {
  const char *rp_id;
  const char *rp_name;
  GBytes *user_id;
  const char *user_name;
  const char *user_display_name;
  uint8_t client_data_hash[32];
  const int *algs;
  size_t n_algs;
  const GPtrArray *exclude; /* of GBytes; may be NULL */
  bool discoverable;
  const char *uv;           /* "required", "preferred", "discouraged" */
  int protect;              /* credProtect, 0 for none */
  const uint8_t *test_hash; /* 32 bytes: an assertion right after; or NULL */
} FidotoolClientJobsMake;

typedef struct {
  GBytes *cred;
  GBytes *auth_data;
  GBytes *signature;
  GBytes *user_id; /* or NULL */
} FidotoolClientJobsAssertion;

typedef struct {
  GBytes *attestation; /* attestation object, WebAuthn form */
  GBytes *auth_data;
  GBytes *cred;
  GBytes *public_key; /* SubjectPublicKeyInfo, or NULL */
  int alg;
  GBytes *info;                      /* raw getInfo */
  FidotoolJson *transports;          /* array of text, or NULL */
  FidotoolClientJobsAssertion *test; /* where test_hash was given */
  FidotoolJson *device;
} FidotoolClientJobsMade;

FidotoolClientJobsMade *
fidotool_client_jobs_make(const FidotoolClientJobs *how,
                          const FidotoolClientJobsMake *what, GError **error);
void fidotool_client_jobs_made_free(FidotoolClientJobsMade *made);

void
fidotool_client_jobs_assertion_free(FidotoolClientJobsAssertion *assertion);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolClientJobsSignature,
                              fidotool_client_jobs_signature_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolClientJobsMade,
                              fidotool_client_jobs_made_free)
