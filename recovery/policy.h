/* SPDX-License-Identifier: Apache-2.0 */
/* policy.h - the acceptance policy as recoveryd carries it out: classes, the
 * rules of recovery, the standard tier. What else a document says is refused
 * as "not yet", by name. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "recovery/format/message.h"
#include "recovery/policy/document.h"

/* Facts about an authenticator, from a verdict; never self-declared. What is
 * not known is bad: CERT_NONE, false, an empty text. */
typedef struct {
  bool uv, be, bs;
  bool attested;             /* trust was "anchored" */
  const char *aaguid;        /* UUID text, or NULL */
  const char *anchor;        /* SHA-256 of the anchor in hex, or NULL */
  RecoveryDocumentCert cert; /* at the time of the verdict */
  bool mds_known, transports_known;
  uint32_t mds_status; /* of recovery_document_status() */
  uint32_t transports; /* of recovery_document_transport() */
  char fw[16];         /* "5.7.0" */
  /* Of the metadata in force: when the next are due (the day's first second),
   * 0 where none are in force, -1 where that cannot be read. */
  int64_t next_update_s;
} RecoveryPolicyFacts;

/* Whom a key is for, as directory and record know them. */
typedef struct {
  /* Nobody in particular: a permit for some is taken as for them, and what
   * depends on who it is and when is passed over. For a replay, which knows
   * nobody. */
  bool anybody;
  /* What the directory says, with "groups" and "attributes" where it has such
   * columns; NULL: nothing. */
  const FidotoolJson *known;
  /* The tier of their last recovery, and when it was; NULL: there was none. */
  const char *recovered_in;
  int64_t recovered_s;
} RecoveryPolicyPerson;

typedef struct {
  char *rule; /* id of the rule that refused, or that decided */
  char *text;
  char *enough; /* what would be enough */
  /* The two as messages, where they are more than one constant text. */
  FidotoolJson *text_says, *enough_says;
} RecoveryRefusal;
void recovery_refusal_free(RecoveryRefusal *refusal);
/* Of texts that are marked with N_() where they stand. */
RecoveryRefusal *recovery_refusal_of(const char *rule, const char *text,
                                     const char *enough);
/* Of literals: anything else does not compile. A text with something in it is
 * a message, so that there is no refusal that cannot be translated. */
#define recovery_refusal_new(rule, text, enough)                               \
  recovery_refusal_of(rule, "" text, "" enough)
/* Of messages, which are taken. */
RecoveryRefusal *recovery_refusal_say(const char *rule, FidotoolJson *text,
                                      FidotoolJson *enough);
/* Into a row of an answer: rule, text and enough, whole and in English, and
 * "text_says" and "enough_says", the messages behind them, where there are. */
void recovery_refusal_write(const RecoveryRefusal *refusal, FidotoolJson *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryRefusal, recovery_refusal_free)

/* A recovery tier. */
typedef struct {
  char **issue;  /* class ids */
  char **slots;  /* slot ids, at least 2 */
  int off_kiosk; /* signatures that must be made off the kiosk */
  int64_t wait_h, restrict_h, contest_h; /* hours */
  int64_t read_s; /* seconds between showing and signing an approval */
  char *evidence; /* "n21" */
  int min_keys;
  /* limits: count in a span of seconds; 0: none */
  int64_t subject_count, subject_span_s;
  int64_t agent_count, agent_span_s;
  int64_t approver_count, approver_span_s;
} RecoveryPolicyTier;

typedef struct RecoveryPolicy RecoveryPolicy;

/*
 * Reads the YAML document. practice: zero read time, restriction and contest
 * window are allowed in practice alone. A section of the final document that
 * this version does not carry out is refused by name ("not yet: policy.base").
 * errors  RECOVERY_ERROR_INVALID; all findings, one a line, each with its place
 */
RecoveryPolicy *recovery_policy_read(const char *yaml, size_t len,
                                     bool practice, GError **error);
void recovery_policy_free(RecoveryPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryPolicy, recovery_policy_free)

/* The document that it was read from. */
const RecoveryDocument *recovery_policy_document(const RecoveryPolicy *policy);
const char *recovery_policy_id(const RecoveryPolicy *policy);
int64_t recovery_policy_version(const RecoveryPolicy *policy);
const RecoveryPolicyTier *
recovery_policy_standard(const RecoveryPolicy *policy);
/* How long personal data of a case is kept after it is closed, in seconds. */
int64_t recovery_policy_keep_personal(const RecoveryPolicy *policy);

/* policy-facts.c: takes what the judge says of a model (its result) into the
 * facts: of it only what is attested. */
void recovery_policy_facts_take(RecoveryPolicyFacts *facts,
                                const FidotoolJson *result);
/* A date of the metadata as next_update_s has it. */
int64_t recovery_policy_facts_date(const char *next_update);
/* What is not known, as good as any class could want it: for advice alone. */
void recovery_policy_facts_hope(RecoveryPolicyFacts *facts);

/* Id of the class of highest rank that matches, or NULL. */
const char *recovery_policy_class(const RecoveryPolicy *policy,
                                  const RecoveryPolicyFacts *facts,
                                  int64_t now_s);
/* Its class is a restricted one: issuing it is a weaker path. */
bool recovery_policy_is_restricted(const RecoveryPolicy *policy,
                                   const RecoveryPolicyFacts *facts,
                                   int64_t now_s);
/* Some class asks for what only a registration shows, with the metadata. */
bool recovery_policy_asks_model(const RecoveryPolicy *policy);
/* May this authenticator be issued to the person in the tier: a permit of
 * journey recovery for them accepts its class, the tier issues it, no forbid
 * of that journey applies, and every requirement of it is met. NULL: yes. */
RecoveryRefusal *recovery_policy_issue(const RecoveryPolicy *policy,
                                       const RecoveryPolicyTier *tier,
                                       const RecoveryPolicyPerson *person,
                                       const RecoveryPolicyFacts *facts,
                                       int64_t now_s);
/* policy-role.c */
/* The role's grants name the act, or leave it alone: they narrow the acts of a
 * case, and no others. */
bool recovery_policy_role_may(const RecoveryPolicy *policy, const char *role,
                              const char *act);
/* How long it stays active, in seconds. */
int64_t recovery_policy_role_active_s(const RecoveryPolicy *policy,
                                      const char *role);
/* Whoever activates it says what for. */
bool recovery_policy_role_takes_reason(const RecoveryPolicy *policy,
                                       const char *role);
/* One of the two names the other in conflicts_with. */
bool recovery_policy_role_conflicts(const RecoveryPolicy *policy,
                                    const char *one, const char *other);

/* May it be a key of staff (the class with use: roster). NULL: yes. */
RecoveryRefusal *recovery_policy_roster(const RecoveryPolicy *policy,
                                        const RecoveryPolicyFacts *facts,
                                        int64_t now_s);
