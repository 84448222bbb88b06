/* SPDX-License-Identifier: Apache-2.0 */
/* policy-issue.h - the rules of journey recovery, asked for one person when a
 * key is issued. Private to policy*.c. */
#pragma once

#include "recovery/policy-person.h"
#include "recovery/policy/request.h"

/* Do permits let the person have a key of the class? UNKNOWN: one that would
 * (ret_rule) may be for them, and none is surely. */
RecoveryPolicyIn
recovery_policy_issue_accepts(const RecoveryPolicy *policy,
                              const RecoveryPolicyPerson *person,
                              uint32_t class_of, const char **ret_rule,
                              RecoveryPolicyMissing *ret_missing);
/* Is any permit for this person, or may it be? */
bool recovery_policy_issue_has_permit(const RecoveryPolicy *policy,
                                      const RecoveryPolicyPerson *person);
/* A forbid that applies, or may. NULL: none does. */
RecoveryRefusal *
recovery_policy_issue_forbid(const RecoveryPolicy *policy,
                             const RecoveryPolicyPerson *person, int64_t now_s);
/* The least rank that the requirements ask for; 0: any. */
int64_t recovery_policy_issue_min_rank(const RecoveryPolicy *policy,
                                       const RecoveryPolicyPerson *person,
                                       int64_t now_s);
/*
 * What a key falls short of, in words: the first requirement that applies and
 * is not met. NULL: none, or ret_unknown is set, for the directory does not say
 * whether one applies.
 */
FidotoolJson *recovery_policy_issue_short(const RecoveryPolicy *policy,
                                          const RecoveryPolicyPerson *person,
                                          const RecoveryRequestFacts *facts,
                                          uint32_t class_of, int64_t now_s,
                                          RecoveryRefusal **ret_unknown);
/* "the directory does not say the groups of this person, and rule P7 of the
 * policy asks for it". */
RecoveryRefusal *recovery_policy_issue_unknown(const char *rule,
                                               RecoveryPolicyMissing missing);
