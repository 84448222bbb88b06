/* SPDX-License-Identifier: Apache-2.0 */
/* decide.h - may this authenticator be used: something must permit it, nothing
 * may forbid it, and every requirement that applies must be met. The order of
 * rules never matters; any error is a denial. */
#pragma once

#include "recovery/policy/document.h"
#include "recovery/policy/request.h"

typedef enum {
  RECOVERY_DECIDE_DENY,
  RECOVERY_DECIDE_STEP_UP,
  RECOVERY_DECIDE_NEED_APPROVAL,
  RECOVERY_DECIDE_ALLOW,
} RecoveryDecideOutcome;

typedef enum {
  RECOVERY_DECIDE_ERROR,
  RECOVERY_DECIDE_FORBID,
  RECOVERY_DECIDE_NO_PERMIT,
  RECOVERY_DECIDE_CLASS,
  RECOVERY_DECIDE_REQUIREMENT,
  RECOVERY_DECIDE_PERMIT,
} RecoveryDecideReason;

/* Why a path was weaker, in the order of their names. */
typedef enum {
  RECOVERY_DECIDE_BREAK_GLASS = 1,
  RECOVERY_DECIDE_EXCEPTION = 2,
  RECOVERY_DECIDE_FALLBACK = 4,
  RECOVERY_DECIDE_RESTRICTED_CLASS = 8,
  RECOVERY_DECIDE_STRONGER_KEY_NOT_USED = 16,
} RecoveryDecideWeaker;

/* Ids, sorted. */
typedef struct {
  const char *const *items;
  size_t count;
} RecoveryDecideIds;

/* What would be enough: all of it together. */
typedef struct {
  RecoveryDecideIds classes; /* one of them */
  int64_t max_age_s;         /* -1: any */
  RecoveryDecideIds lists;   /* on every one */
  int64_t approvals;         /* of so many persons */
  RecoveryDecideIds slots;   /* each of them */
  RecoveryDecideIds signals; /* all of them good, and nothing else */
} RecoveryDecideEnough;

typedef struct {
  RecoveryDecideOutcome outcome;
  RecoveryDecideReason reason;
  const char *error;          /* of reason error: what, with its place */
  RecoveryDecideIds decided;  /* rules */
  RecoveryDecideIds waived;   /* requirements */
  RecoveryDecideIds waivers;  /* exceptions that waived them */
  const char *class_of;       /* NULL: none */
  RecoveryDecideIds accepted; /* classes */
  RecoveryDecideIds why;      /* of the forbids, in the order of decided */
  RecoveryDecideEnough enough[2];
  size_t n_enough;
  unsigned weaker; /* RecoveryDecideWeaker */
  bool stale_policy;
  int64_t next_review_s; /* 0: none */
} RecoveryDecision;

/* A document, made ready; and what one decision after another is worked out in,
 * so that none of them asks for memory. One worker a thread. */
typedef struct RecoveryDecide RecoveryDecide;
typedef struct RecoveryDecideWorker RecoveryDecideWorker;

/* document: without an error of lint; outlives it. */
RecoveryDecide *recovery_decide_new(const RecoveryDocument *document);
void recovery_decide_free(RecoveryDecide *decide);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDecide, recovery_decide_free)

RecoveryDecideWorker *recovery_decide_worker_new(const RecoveryDecide *decide);
void recovery_decide_worker_free(RecoveryDecideWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDecideWorker, recovery_decide_worker_free)

/* The decision belongs to the worker, until its next one. */
const RecoveryDecision *recovery_decide_run(RecoveryDecideWorker *worker,
                                            const RecoveryRequest *request);
/* What is answered to a request that could not be read. */
const RecoveryDecision *recovery_decide_refuse(RecoveryDecideWorker *worker,
                                               const char *error);

/* The index of the class of highest rank that matches, or
 * RECOVERY_DOCUMENT_NONE. */
uint32_t recovery_decide_class(const RecoveryDecide *decide,
                               const RecoveryRequestFacts *facts,
                               int64_t now_s);
/* Whether one class matches, that of the roster too. */
bool recovery_decide_matches(const RecoveryDecide *decide, uint32_t class_of,
                             const RecoveryRequestFacts *facts, int64_t now_s);

/* Whether the model is on a list, attested and new enough. */
bool recovery_decide_on_list(const RecoveryDecide *decide, uint32_t list,
                             const RecoveryRequestFacts *facts, int64_t now_s);

/* The restriction after a recovery of the tier, in seconds; -1: no such. */
int64_t recovery_decide_restriction(const RecoveryDocument *document,
                                    const char *tier);

/* The answer, with the id of its request where there is one. */
FidotoolJson *recovery_decide_write(const RecoveryDecision *decision,
                                    const char *id);
const char *recovery_decide_outcome_word(RecoveryDecideOutcome outcome);
const char *recovery_decide_reason_word(RecoveryDecideReason reason);
