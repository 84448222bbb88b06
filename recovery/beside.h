/* SPDX-License-Identifier: Apache-2.0 */
/* beside.h - the draft that is tried beside the policy in force. It never
 * decides anything: what it would have said is counted. */
#pragma once

#include "recovery/policy/decide.h"
#include "recovery/trial.h"

void recovery_beside_free(RecoveryBeside *beside);
/*
 * Where the decision point joins: each request, right after it was decided by
 * the policy in force, is decided by the draft as well, where one is tried now.
 * Nothing of the answer is changed, and nothing can fail.
 */
void recovery_beside_note(RecoveryStation *station, int64_t now_ms,
                          const RecoveryRequest *request,
                          RecoveryDecideOutcome outcome);
/* {"trial"?:{"object","entry","from","until","actor","ended":0|1,"version",
 * "id"},"text"?,"decisions"?:{"decided","refused","less","more","same"}} */
FidotoolJson *recovery_beside_query(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);
