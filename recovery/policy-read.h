/* SPDX-License-Identifier: Apache-2.0 */
/* policy-read.h - what a policy is once it is read; for policy.c alone. */
#pragma once

#include "recovery/policy.h"

/* An AAGUID on a list. until_s: first second at which it no longer stands
 * there; INT64_MAX: for ever. */
typedef struct {
  char *aaguid;
  int64_t until_s;
} RecoveryPolicyEntry;

typedef struct {
  char *id;
  GArray *entries; /* RecoveryPolicyEntry */
} RecoveryPolicyList;

/* What a class asks of a fact. */
typedef enum {
  RECOVERY_POLICY_ANY,
  RECOVERY_POLICY_NO,
  RECOVERY_POLICY_YES,
} RecoveryPolicyWant;

typedef struct {
  char *id;
  bool roster; /* use: roster; has no rank then */
  int64_t rank;
  RecoveryPolicyWant uv, be, bs, attested;
  char *aaguid_list; /* id, or NULL */
  int line;
} RecoveryPolicyClass;

typedef struct {
  char *id, *journey;
  char **accept; /* class ids */
  int line;
} RecoveryPolicyPermit;

struct RecoveryPolicy {
  char *id, *owner;
  int64_t version;
  int64_t valid_from_s, review_by_s; /* review_by_s 0: none */
  GPtrArray *lists, *classes, *permits;
  char *risk_analysis_ref;
  RecoveryPolicyTier standard;
  int64_t keep_personal_s;
};

const RecoveryPolicyClass *
recovery_policy_read_class(const RecoveryPolicy *policy, const char *id);
const RecoveryPolicyList *
recovery_policy_read_list(const RecoveryPolicy *policy, const char *id);
/* A permit of journey recovery accepts the class. */
bool recovery_policy_read_permitted(const RecoveryPolicy *policy,
                                    const char *klass);
