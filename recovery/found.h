/* SPDX-License-Identifier: Apache-2.0 */
/* found.h - the draft of a founding, for the three files that work on it. */
#pragma once

#include "recovery/deed.h"

typedef struct {
  char *person, *stmt_line;
  GBytes *sig, *machine_sig;
  uint8_t cred[32], machine[32], stmt[32];
  bool away; /* signed on another machine than the station */
} RecoveryFoundSignature;

struct RecoveryFound {
  char *origin, *rp_id, *rp_origin, *policy_text;
  GStrv founders;
  RecoveryRoster *roster;
  RecoveryPolicy *policy;
  FidotoolJson *ids;        /* hex cred -> base64 credential id */
  GPtrArray *registrations; /* GBytes */
  GHashTable *challenges;   /* person -> hex client data hash */
  GPtrArray *signatures;    /* RecoveryFoundSignature, in order */
  GPtrArray *roots;         /* GBytes, DER */
};

bool recovery_found_draft_bad(GError **error, const char *what,
                              const char *why);
/* station.found: takes the whole draft in, in place of an earlier one. */
bool recovery_found_draft_begin(RecoveryTrial *trial,
                                const FidotoolJson *request,
                                FidotoolJson **ret_answer,
                                RecoveryRefusal **ret_refusal, GError **error);
/* Certificates as PEM. */
char *recovery_found_draft_pem(GPtrArray *roots);
/* What the auditor is given, once entry 0 stands. */
bool recovery_found_trust_fill(RecoveryTrial *trial, FidotoolJson *answer,
                               GError **error);
RecoveryRosterKey *recovery_found_key_row(RecoveryFound *found,
                                          const char *person);
FidotoolJson *recovery_found_key_propose(RecoveryTrial *trial,
                                         RecoveryRefusal **ret_refusal);
bool recovery_found_key_submit(RecoveryTrial *trial,
                               const FidotoolJson *request,
                               FidotoolJson **ret_answer,
                               RecoveryRefusal **ret_refusal, GError **error);
