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
/* The counts from before a restart are taken up again: once, when the station
 * opens. */
void recovery_beside_open(RecoveryStation *station);
/* Writes them down where it is time for that, or where the station closes. */
void recovery_beside_keep(RecoveryStation *station, bool closing);
/* {"trial"?:{"object","entry","from","until","actor","ended":0|1,"version",
 * "id"},"text"?,"decisions"?:as recovery_beside_counts_write() does} */
FidotoolJson *recovery_beside_query(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);
