/* SPDX-License-Identifier: Apache-2.0 */
/* problem.h - what is wrong with a policy, and where. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* As many errors are told, and as many warnings; the rest is counted. */
#define RECOVERY_PROBLEM_MAX 20

typedef struct {
  uint32_t line, column; /* from 1; line 0: nowhere */
} RecoveryProblemPlace;

typedef struct {
  RecoveryProblemPlace at;
  const char *rule;   /* "L01" */
  bool error;         /* else a warning */
  bool unchecked;     /* a warning that something could not be looked at */
  const char *option; /* then: who asks with it has it looked at; or NULL */
  char *text;
} RecoveryProblem;

typedef struct {
  GPtrArray *items; /* RecoveryProblem */
  uint64_t errors, warnings, unchecked;
} RecoveryProblems;

RecoveryProblems *recovery_problem_new(void);
void recovery_problem_free(RecoveryProblems *problems);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryProblems, recovery_problem_free)

/* rule: a literal of lint's table. */
G_GNUC_PRINTF(4, 5)
void recovery_problem_error(RecoveryProblems *problems, const char *rule,
                            RecoveryProblemPlace at, const char *format, ...);
G_GNUC_PRINTF(4, 5)
void recovery_problem_warn(RecoveryProblems *problems, const char *rule,
                           RecoveryProblemPlace at, const char *format, ...);
/* What could not be looked at, and what it would take: option is a literal that
 * says what to ask with; NULL where nothing would do. */
G_GNUC_PRINTF(4, 5)
void recovery_problem_unchecked(RecoveryProblems *problems, const char *rule,
                                const char *option, const char *format, ...);
/* By place, as a reader of the file meets them; last, what was not looked at.
 */
void recovery_problem_sort(RecoveryProblems *problems);
/* "line 3, column 9: L01: ..."; free with g_free(). */
char *recovery_problem_write(const RecoveryProblem *problem);
/* All errors, one a line, and how many more there are; free with g_free(). */
char *recovery_problem_write_errors(const RecoveryProblems *problems);
