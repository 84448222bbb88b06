/* SPDX-License-Identifier: Apache-2.0 */
/* known.h - what the judge knows beside its requests, from the store to the
 * judge: lists of it are worded, tried and put in force here. */
#pragma once

#include "recovery/format/jcs.h"
#include "recovery/trial.h"

/* The part of trial.h that is about it: recovery_known_use(), _check(). */

/* Who may hand files in and word lists: an officer whose role is active. */
RecoveryRefusal *recovery_known_refuse(RecoveryTrial *trial);
/*
 * A part of a file: {"act":"trust.part","object","size","at","data"}. Parts
 * follow one another from 0; after the last the file is in the store, where
 * nothing names it until a list does.
 */
bool recovery_known_part(RecoveryTrial *trial, const FidotoolJson *request,
                         RecoveryRefusal **ret_refusal, GError **error);
void recovery_known_part_free(RecoveryKnownPart *part);

/* The queries "trust-files" and "trust-with" (query.h). */
FidotoolJson *recovery_known_query(RecoveryTrial *trial,
                                   RecoveryRefusal **ret_refusal,
                                   GError **error);
FidotoolJson *recovery_known_query_with(RecoveryTrial *trial,
                                        RecoveryRefusal **ret_refusal,
                                        GError **error);
/* When the metadata in force have to be followed, as in RecoveryPolicyFacts: 0
 * where there are none, or the judge does not say now. */
int64_t recovery_known_next_update(RecoveryStation *station);
/* What everybody may know: the member "trust" of a status. */
void recovery_known_status(RecoveryTrial *trial, FidotoolJson *answer);
