/* SPDX-License-Identifier: Apache-2.0 */
/* lint.h - findings L01 to L44: what a document that was read must hold. An
 * error keeps a policy from being signed; a warning is signed with it. */
#pragma once

#include "recovery/policy/document.h"

/* No time is known: nothing has ended, and nothing is overdue. */
#define RECOVERY_LINT_NO_TIME INT64_MIN

typedef struct {
  bool
      practice; /* zero read time, restriction and contest window are allowed */
  int64_t now_s;                /* or RECOVERY_LINT_NO_TIME */
  const RecoveryDocument *base; /* the minima it must keep; NULL: not known */
} RecoveryLintOptions;

/*
 * Adds the errors that there are at any time: what a policy that was loaded
 * once still passes when it is read again years later.
 */
void recovery_lint_check(const RecoveryDocument *document, bool practice,
                         RecoveryProblems *problems);
/* Adds everything: errors, warnings, and what could not be looked at. */
void recovery_lint_review(const RecoveryDocument *document,
                          const RecoveryLintOptions *options,
                          RecoveryProblems *problems);

/* How long data are kept, in seconds; 0 where no number says it. */
int64_t recovery_lint_keep_s(const RecoveryDocumentRetention *retention);
/* A permit of journey recovery accepts the class. */
bool recovery_lint_is_issuable(const RecoveryDocument *document,
                               uint32_t class_of);
