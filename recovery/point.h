/* SPDX-License-Identifier: Apache-2.0 */
/* point.h - the decision point: programs that are registered as callers ask
 * whether a person may use a key somewhere. They bring the question and the
 * signals they are the source of; everything else the station knows itself. */
#pragma once

#include "recovery/trial.h"

/*
 * Both answer true when the request is theirs: one of act "decide", or any
 * other of a caller, who may ask nothing else. Then the answer or the refusal
 * is set.
 *
 * propose   {"act":"decide","subject":{"type":"user","id"}}: a challenge, for
 *           that person and this caller, once
 *           {"publicKey":{"challenge","rpId","timeout","userVerification",
 *             "allowCredentials":[{"type","id"}]},"origin","until"}
 * submit    an evaluation as OpenID AuthZEN has it (docs/policy.md), with "act"
 *           beside it: {"decision","context"}. With "evaluations", each of
 *           them over what stands beside: {"evaluations":[..]}.
 *           Whatever goes wrong is a decision, too: false, reason "error".
 */
bool recovery_point_propose(RecoveryTrial *trial, FidotoolJson **ret_answer,
                            RecoveryRefusal **ret_refusal);
bool recovery_point_submit(RecoveryTrial *trial, FidotoolJson **ret_answer,
                           RecoveryRefusal **ret_refusal);
/* The answer to a question while the record cannot be read or written: a
 * denial, too. NULL: the request is none of this connection's questions. */
char *recovery_point_deny(const RecoverySession *session, const char *request,
                          const GError *error);
/* A caller sees the station's status, and nothing else. NULL: may see it. */
RecoveryRefusal *recovery_point_refuse(const RecoveryTrial *trial,
                                       const char *query);
void recovery_point_free(RecoveryPoint *point);
