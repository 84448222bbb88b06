/* SPDX-License-Identifier: Apache-2.0 */
/* lint-private.h - the parts of lint. For the files lint*.c. */
#pragma once

#include "recovery/policy/lint.h"

#define RECOVERY_LINT_DAY_S 86400
#define RECOVERY_LINT_COUNT(document, section)                                 \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)
#define RECOVERY_LINT_NOWHERE                                                  \
  (RecoveryProblemPlace)                                                       \
  {                                                                            \
    0, 0                                                                       \
  }

/* Each adds its errors, and its warnings where `warn` is set. */
typedef struct {
  const RecoveryDocument *document;
  RecoveryLintOptions options;
  bool warn;
  RecoveryProblems *problems;
} RecoveryLint;

void recovery_lint_classes(const RecoveryLint *lint);
void recovery_lint_methods(const RecoveryLint *lint);
void recovery_lint_texts(const RecoveryLint *lint);
void recovery_lint_unused(const RecoveryLint *lint);
void recovery_lint_rules(const RecoveryLint *lint);
void recovery_lint_public(const RecoveryLint *lint);
void recovery_lint_cells(const RecoveryLint *lint);
void recovery_lint_doors(const RecoveryLint *lint);
void recovery_lint_recovery(const RecoveryLint *lint);
void recovery_lint_roles(const RecoveryLint *lint);
void recovery_lint_retention(const RecoveryLint *lint);
void recovery_lint_base(const RecoveryLint *lint);
/* Each needs what its option says. */
void recovery_lint_roster(const RecoveryLint *lint);
void recovery_lint_columns(const RecoveryLint *lint);
void recovery_lint_models(const RecoveryLint *lint);
void recovery_lint_statuses(const RecoveryLint *lint);

/* "staff and admins": populations by the bits of a set, "anybody" for none. */
char *recovery_lint_who(const RecoveryDocument *document,
                        const GArray *populations, uint64_t set);
/* "attested-key or bound-key": the classes of a set. */
char *recovery_lint_classes_of(const RecoveryDocument *document, uint64_t set);
