/* SPDX-License-Identifier: Apache-2.0 */
/* judge-rows.h - tables of registrations with the verdict each must get; a row
 * is a test, and its name is the rule it guards. */
#pragma once

#include "tests/testing.h"

#include "make-registration.h"

typedef struct {
  const char *name;
  MakeRegistration spec;
  const char *failed;    /* ids joined with blanks; NULL: none */
  const char *statement; /* NULL: "invalid" where a check failed */
  const char *trust;     /* NULL: not looked at */
} JudgeRow;

#define JUDGE_FIELDS(...)                                                      \
  {                                                                            \
    __VA_ARGS__                                                                \
  }
/* A good one; one that a HARD check refuses; one that nobody vouches for. */
#define GOOD(name, ...)                                                        \
  {                                                                            \
    name, JUDGE_FIELDS(__VA_ARGS__), NULL, NULL, NULL                          \
  }
#define BAD(id, name, ...)                                                     \
  {                                                                            \
    id ": " name, JUDGE_FIELDS(__VA_ARGS__), id, NULL, NULL                    \
  }
#define UNTRUSTED(name, ...)                                                   \
  {                                                                            \
    name, JUDGE_FIELDS(__VA_ARGS__), "registration/R21", "valid", "untrusted"  \
  }

/* Runs the rows and more tests (may be NULL); for main() to return. */
int judge_rows_run(const JudgeRow *rows, size_t count,
                   const struct CMUnitTest *more, size_t more_count);
