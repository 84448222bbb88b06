/* SPDX-License-Identifier: Apache-2.0 */
/* lint.h - findings L01 to L40: what a document that was read must hold. */
#pragma once

#include "recovery/policy/document.h"

/*
 * Adds what does not hold to problems; an error keeps a policy from being
 * signed.
 *
 * practice  zero read time, restriction and contest window are allowed
 */
void recovery_lint_check(const RecoveryDocument *document, bool practice,
                         RecoveryProblems *problems);

/* How long data are kept, in seconds; 0 where no number says it. */
int64_t recovery_lint_keep_s(const RecoveryDocumentRetention *retention);
/* A permit of journey recovery accepts the class. */
bool recovery_lint_is_issuable(const RecoveryDocument *document,
                               uint32_t class_of);
