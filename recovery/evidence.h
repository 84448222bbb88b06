/* SPDX-License-Identifier: Apache-2.0 */
/* evidence.h - which evidence proves a person, and when it is enough: one
 * table, for the rule and for the list on the screen (rules N21, N26, N27 of
 * the governance rules). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Word i of each list; NULL at its end. */
const char *recovery_evidence_type(size_t i);
const char *recovery_evidence_method(size_t i);
const char *recovery_evidence_result(size_t i);
const char *recovery_evidence_branch(size_t i);
/* Assurance level i that a plan may have; 0 at the end. */
int recovery_evidence_ial(size_t i);
/* The result that counts. */
bool recovery_evidence_is_good(const char *result);

/* How much of each kind there is; what an evidence adds. */
typedef struct {
  int saved_code, issued_code, bound, fair, strong, superior;
} RecoveryEvidenceCount;
/* False for a type that is none. */
bool recovery_evidence_add(RecoveryEvidenceCount *count, const char *type,
                           const char *method);

/* A plan that a case may have: a branch of N21 at an assurance level. */
typedef struct {
  const char *branch;
  int ial;
  bool (*is_met)(const RecoveryEvidenceCount *count);
  const char *enough; /* what meets it, in words */
} RecoveryEvidencePlan;
/* Plan i, those of a branch together; NULL at the end. */
const RecoveryEvidencePlan *recovery_evidence_plan(size_t i);
const RecoveryEvidencePlan *recovery_evidence_find_plan(const char *branch,
                                                        int64_t ial);
