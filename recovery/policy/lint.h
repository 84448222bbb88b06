/* SPDX-License-Identifier: Apache-2.0 */
/* lint.h - findings L01 to L51: what a document that was read must hold. An
 * error keeps a policy from being signed; a warning is signed with it. */
#pragma once

#include "recovery/format/roster.h"
#include "recovery/policy/columns.h"
#include "recovery/policy/decide.h"
#include "recovery/policy/document.h"

/* No time is known: nothing has ended, and nothing is overdue. */
#define RECOVERY_LINT_NO_TIME INT64_MIN

typedef struct {
  bool
      practice; /* zero read time, restriction and contest window are allowed */
  int64_t now_s;                  /* or RECOVERY_LINT_NO_TIME */
  const RecoveryDocument *base;   /* the minima it must keep; NULL: not known */
  int64_t version;                /* that is in force; 0: not known */
  const RecoveryRoster *roster;   /* the people there are; NULL: not known */
  const RecoveryColumns *columns; /* of the directory; NULL: not known */
  const char *const *models;      /* AAGUIDs of keys in use; NULL: not known */
  /* What the metadata say against a model ("REVOKED"), to be freed; NULL:
   * nothing. The function itself is NULL where there are no metadata. */
  char *(*find_bad)(void *data, const char *aaguid);
  void *find_bad_data;
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

/* How many persons a slot needs (L06). In practice one may do for all. */
guint recovery_lint_least(bool practice);
/* Whether a key of that model, at its best, is let in anywhere (L09). */
bool recovery_lint_takes_model(const RecoveryDocument *document,
                               const RecoveryDecide *decide, const char *aaguid,
                               int64_t now_s);
/* How long data are kept, in seconds; 0 where no number says it. */
int64_t recovery_lint_keep_s(const RecoveryDocumentRetention *retention);
/* A permit of journey recovery accepts the class, for some at least. */
bool recovery_lint_is_issuable(const RecoveryDocument *document,
                               uint32_t class_of);
