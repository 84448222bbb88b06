/* SPDX-License-Identifier: Apache-2.0 */
/* exception-rules.h - the rules of a policy and the exceptions that are live in
 * the record, ready to decide by: of the policy in force, and of a draft. */
#pragma once

#include "recovery/exception.h"
#include "recovery/policy/decide.h"

/* Zeros: none yet. */
typedef struct {
  RecoveryDocument document; /* that of the policy, and live exceptions */
  RecoveryDecide *decide;    /* NULL: that of the policy will do */
  RecoveryDecideWorker *worker;
  RecoveryExceptionLive *live; /* of the record, into the policy */
  int64_t serial, in_force;    /* of the policy, of that in force */
  uint64_t exception_acts;     /* of the model, when they were made */
} RecoveryExceptionRules;

/* Makes them again where policy, record or time ask for it. */
void recovery_exception_rules_ready(RecoveryExceptionRules *rules,
                                    const RecoveryModel *model,
                                    const RecoveryPolicy *policy,
                                    int64_t now_s);
void recovery_exception_rules_clear(RecoveryExceptionRules *rules);
