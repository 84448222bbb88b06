/* SPDX-License-Identifier: Apache-2.0 */
/* point-private.h - what the files of the decision point share. */
#pragma once

#include "recovery/consent.h"
#include "recovery/exception-rules.h"
#include "recovery/point.h"

/* A challenge that was handed out. */
typedef struct {
  const RecoveryCaller *caller; /* compared alone */
  char *sub;
  int64_t made_ms, until_ms;
} RecoveryPointChallenge;

/* A registration, judged again as of today. */
typedef struct {
  FidotoolJson *facts; /* as a request has them; NULL: not good any more */
  char *why;           /* then: why */
  char *public_key;    /* base64 of the COSE key */
  int64_t be, sign_count;
} RecoveryPointFacts;

/* What the questions of one request have in common: one assertion. */
typedef struct {
  char *challenge, *assertion; /* NULL: none yet */
  char *sub, *cred;
  bool uv, bs;
  int64_t proved_ms;
} RecoveryPointProof;

/* A question that waits for an approval. */
typedef struct {
  char *sub, *caller, *journey, *app, *transaction, *reference;
  int64_t asked_ms;
  int64_t approvals; /* what would be enough: of so many persons, ... */
  char **slots;      /* ... each of these */
} RecoveryPointWaiting;

struct RecoveryPoint {
  GHashTable *challenges; /* base64url -> RecoveryPointChallenge */
  GHashTable *facts;      /* hex registration -> RecoveryPointFacts */
  uint8_t facts_of[32];   /* what they were judged by, and on which day */
  GHashTable *employees;  /* employee -> sub */
  guint n_subs;           /* of the model, when that was made */
  const void *model;      /* compared alone */
  RecoveryExceptionRules rules;
  RecoveryPointProof proof;
  GPtrArray *waiting; /* RecoveryPointWaiting, the oldest first */
};

/* A question as it was read; texts and values are the request's. */
typedef struct {
  const char *subject, *journey, *app;
  /* NULL: left out */
  const char *id, *transaction, *reference, *key, *challenge;
  const FidotoolJson *policy_version, *signals, *assertion;
} RecoveryPointAsk;

/* One question on its way to its answer. */
typedef struct {
  RecoveryTrial *trial;
  const RecoveryCaller *caller;
  RecoveryPointAsk ask;
  char *sub;
  char *cred; /* hex, of the key that was named */
  /* Of an assertion that was judged here. */
  bool proved, uv, bs;
  int64_t proved_ms;
  FidotoolJson *input;     /* the whole of it, in the form of request.h */
  FidotoolJson *approvals; /* statements behind those in it; NULL: none */
  char *error;             /* what is wrong, with its place */
} RecoveryPointQuestion;

void recovery_point_question_clear(RecoveryPointQuestion *question);
/* Notes what is wrong; false. */
bool recovery_point_wrong(RecoveryPointQuestion *question, const char *format,
                          ...) G_GNUC_PRINTF(2, 3);

/* The station's; made when it is first needed. */
RecoveryPoint *recovery_point_of(RecoveryStation *station);

/* point-ask.c: reads the question strictly. */
bool recovery_point_ask_read(RecoveryPointQuestion *question,
                             const FidotoolJson *evaluation);
/* The person of {"type":"user","id"}, or NULL. */
const char *recovery_point_ask_subject(RecoveryPointQuestion *question,
                                       const FidotoolJson *subject);

/* point-challenge.c */
FidotoolJson *recovery_point_challenge_make(RecoveryTrial *trial,
                                            const char *sub);
/* Judges the question's assertion, and that it answers a challenge of ours. */
bool recovery_point_challenge_judge(RecoveryPointQuestion *question);
void recovery_point_challenge_forget(RecoveryPointProof *proof);

/* point-facts.c: what a key of the register is; NULL and error where it could
 * not be judged. A key without a registration has no facts. */
const RecoveryPointFacts *recovery_point_facts(RecoveryTrial *trial,
                                               const RecoveryModelKey *key,
                                               GError **error);
void recovery_point_facts_free(RecoveryPointFacts *facts);

/* point-input.c */
/* The subject id of an employee number; NULL: nobody of the directory. */
const char *recovery_point_input_sub(RecoveryTrial *trial,
                                     const char *employee);
/* Makes question->input out of the question and all that the station knows. */
bool recovery_point_input_make(RecoveryPointQuestion *question);

/* point-rules.c: the policy in force and what is live. */
RecoveryExceptionRules *recovery_point_rules(RecoveryTrial *trial);
/* The document that they decide by. */
const RecoveryDocument *
recovery_point_rules_document(const RecoveryTrial *trial,
                              const RecoveryExceptionRules *rules);

/* point-consent.c */
RecoveryConsentOf
recovery_point_consent_of(const RecoveryPointQuestion *question);
/* Those that count for the question: RecoveryModelConsent, not owned. */
GPtrArray *recovery_point_consent_find(const RecoveryPointQuestion *question);
/* Puts them into its input. False: there are none. */
bool recovery_point_consent_add(RecoveryPointQuestion *question);
/* What was given so far and what is missing, into an answer. */
void recovery_point_consent_explain(const RecoveryPointQuestion *question,
                                    FidotoolJson *context);

/* point-waiting.c */
void recovery_point_waiting_free(void *waiting);
void recovery_point_waiting_note(const RecoveryPointQuestion *question,
                                 const RecoveryDecision *decision);
void recovery_point_waiting_forget(const RecoveryPointQuestion *question);
/* RecoveryPointWaiting, none of them too old. */
const GPtrArray *recovery_point_waiting_list(RecoveryTrial *trial);

/* point-record.c: records a weaker path, and an allow that was approved.
 * Afterwards nothing of the rules is
 * there any more where it failed. */
bool recovery_point_record(RecoveryPointQuestion *question,
                           const RecoveryRequest *request,
                           const RecoveryDecision *decision,
                           const RecoveryDocument *document, int64_t *ret_seq,
                           GError **error);
