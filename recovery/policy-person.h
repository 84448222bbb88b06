/* SPDX-License-Identifier: Apache-2.0 */
/* policy-person.h - whom a population takes in, and of which tier a person's
 * case is: from what the directory says of them. Private to policy*.c and to
 * the rules that ask for it. */
#pragma once

#include "recovery/policy.h"

/* What the directory does not say is neither yes nor no. */
typedef enum {
  RECOVERY_POLICY_OUT,
  RECOVERY_POLICY_UNKNOWN,
  RECOVERY_POLICY_IN,
} RecoveryPolicyIn;

/* What was asked for and is not known: the groups, or an attribute. */
typedef struct {
  bool groups;
  const char *attribute; /* the document's, or NULL */
} RecoveryPolicyMissing;

/* In any of the populations that a rule names; in, where it names none. */
RecoveryPolicyIn recovery_policy_person_in(const RecoveryDocument *document,
                                           const RecoveryDocumentRefs *refs,
                                           const RecoveryPolicyPerson *person,
                                           RecoveryPolicyMissing *ret_missing);
/* "the groups", "the attribute employment": as a message. */
FidotoolJson *recovery_policy_person_missing(RecoveryPolicyMissing missing);

/* What makes a person privileged (governance 6.6): a permit or a live fallback
 * that lets them administer, or do a journey of that risk other than
 * recovery. */
typedef struct {
  RecoveryPolicyIn in; /* OUT: nothing does; UNKNOWN: it may, and so it does */
  const char *permit, *journey;
  RecoveryPolicyMissing missing;
} RecoveryPolicyPrivilege;
RecoveryPolicyPrivilege
recovery_policy_privilege(const RecoveryPolicy *policy,
                          const RecoveryPolicyPerson *person, int64_t now_s);
