/* SPDX-License-Identifier: Apache-2.0 */
/* case.h - one case as its events made it. Plain values; model.c applies the
 * events, rule.c reads them. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "recovery/format/state.h"

/* A credential made in the case; the second is the spare. */
typedef struct {
  uint8_t cred[32], registration[32], assertion[32];
  char aaguid[37];
  bool weaker; /* of a restricted class */
} RecoveryCaseMade;

/* An approval in force. */
typedef struct {
  char *slot, *person, *team, *machine, *contact;
  uint8_t stmt[32], cred[32];
} RecoveryCaseApproval;

/* The private note of a step: sealed beside the record. */
typedef struct {
  uint8_t commitment[32];
  const char *act, *actor; /* interned */
  int64_t at_ms;
} RecoveryCaseNote;

typedef struct {
  char *id, *op, *tier, *sub;
  char *agent; /* actor of open */
  char *reason, *lost_at, *branch;
  int64_t ial;
  RecoveryState state, before_contest;
  GPtrArray *reported; /* uint8_t[32], the keys that were reported */
  GPtrArray *pii;      /* hex commitments of the case, in order */
  GPtrArray *evidence; /* hex commitments of the evidence, in order */
  GArray *notes;       /* RecoveryCaseNote, in order */
  GHashTable *staff;   /* persons: open, start_proofing, add_evidence, submit */
  GHashTable *verifiers; /* persons: start_proofing, add_evidence, submit */
  char *verifier;        /* actor of submit */
  uint8_t submit_stmt[32], digest[32], evidence_digest[32];
  int64_t submit_seq;
  uint8_t freeze_policy[32];
  /* What that policy asked for; a case is judged by the stricter of it and
   * the policy in force. */
  int off_kiosk;
  int64_t read_s, wait_h, window_h, check_pct;
  char **slots;
  GPtrArray *made;      /* RecoveryCaseMade */
  GPtrArray *approvals; /* RecoveryCaseApproval */
  bool weaker;          /* for more than the class of what was made */
  int contests_rejected;
  char *checker; /* who passed the routine check, or NULL */
  /* Wall clock, milliseconds UTC; counted_ms as in RecoveryModel. */
  int64_t opened_ms, since_ms, frozen_ms, first_approval_ms;
  int64_t not_before_ms, quorum_counted_ms, issued_counted_ms, issued_ms;
  int64_t told_ms; /* the last notice about it was ordered */
  int64_t last_seq;
} RecoveryCase;

RecoveryCase *recovery_case_new(const char *id);
void recovery_case_free(RecoveryCase *self);

/* Whether it is a weaker path, for whatever reason. */
bool recovery_case_is_weaker(const RecoveryCase *self);
/* Drops what a new submit makes void: digest, slots, made, approvals. */
void recovery_case_thaw(RecoveryCase *self);
const RecoveryCaseApproval *recovery_case_approval(const RecoveryCase *self,
                                                   const char *slot);
bool recovery_case_approved_by(const RecoveryCase *self, const char *person);
/* All named slots are filled. */
bool recovery_case_is_full(const RecoveryCase *self);
/* What approvals name: the hash of the credential made, with a spare the hash
 * over both; false where none was made. */
bool recovery_case_newkey(const RecoveryCase *self, uint8_t ret_newkey[32]);
/* Open: nothing final happened yet (one at a time for each subject). */
bool recovery_case_is_live(const RecoveryCase *self);
