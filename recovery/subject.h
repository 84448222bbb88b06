/* SPDX-License-Identifier: Apache-2.0 */
/* subject.h - whom a case is for, as a policy asks: what the directory says of
 * them, and when they were last given a key in place of another. */
#pragma once

#include "recovery/trial.h"

typedef struct {
  RecoveryPolicyPerson person; /* points into the rest */
  FidotoolJson *known;
} RecoverySubject;

void recovery_subject_clear(RecoverySubject *subject);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecoverySubject, recovery_subject_clear)

/* Of a subject id; one that nobody has is a person of whom nothing is known. */
void recovery_subject_fill(RecoveryStation *station, const char *sub,
                           RecoverySubject *ret_subject);
/* The last case in which they were given a key in place of another one; NULL:
 * there is none. */
const RecoveryCase *recovery_subject_last(const RecoveryModel *model,
                                          const char *sub);
