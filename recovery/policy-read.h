/* SPDX-License-Identifier: Apache-2.0 */
/* policy-read.h - what a policy is once it is read; for policy*.c, and for the
 * decision point, which decides by all of it. */
#pragma once

#include "recovery/policy.h"
#include "recovery/policy/decide.h"

struct RecoveryPolicy {
  int64_t serial; /* never that of another one of this process */
  RecoveryDocument *document;
  RecoveryDecide *decide; /* it, made ready */
  RecoveryPolicyTier standard;
  int64_t keep_personal_s;
};

/* policy-facts.c: as a decision takes them; texts stay the verdict's. */
RecoveryRequestFacts
recovery_policy_facts_request(const RecoveryPolicyFacts *facts);
/* policy-short.c: in which facts a key falls short of a class: a list of
 * messages, empty where it is of the class. */
FidotoolJson *recovery_policy_short_list(const RecoveryPolicy *policy,
                                         const RecoveryDocumentClass *class_of,
                                         const RecoveryPolicyFacts *facts,
                                         int64_t now_s);
/* What a class wants, in words; a list. */
FidotoolJson *recovery_policy_short_wants(const RecoveryPolicy *policy,
                                          const RecoveryDocumentClass *klass);

/* Of a document without an error of lint, which is taken: also one with parts
 * that a station does not carry out yet. */
RecoveryPolicy *recovery_policy_of(RecoveryDocument *document);
