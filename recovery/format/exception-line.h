/* SPDX-License-Identifier: Apache-2.0 */
/* exception-line.h - an exception as two people sign it (exception.grant): one
 * line of the JCS subset that says which requirements are waived, for whom and
 * where, why, and until when. What it names is known to the policy alone.
 *
 *   {"app"?,"compensating","from","id","journey"?,"owner","population"?,
 *    "reason","review_every_d","schema":"keyturn-exception/1","transaction"?,
 *    "until","waives":[]} */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest line, most ids of one list, longest text. */
#define RECOVERY_EXCEPTION_LINE_MAX (16 * 1024)
#define RECOVERY_EXCEPTION_LINE_IDS 64
#define RECOVERY_EXCEPTION_LINE_TEXT 1024
#define RECOVERY_EXCEPTION_LINE_REVIEW_MAX 3660 /* that the form takes */

/* Floors: no exception lives longer, or is looked at less often. */
#define RECOVERY_EXCEPTION_LINE_DAY_S INT64_C(86400)
#define RECOVERY_EXCEPTION_LINE_LIFE_D 90
#define RECOVERY_EXCEPTION_LINE_REVIEW_D 30

/* Where it applies: NULL everywhere, else ids, any of them. */
typedef enum {
  RECOVERY_EXCEPTION_LINE_JOURNEY,
  RECOVERY_EXCEPTION_LINE_POPULATION,
  RECOVERY_EXCEPTION_LINE_APP,
  RECOVERY_EXCEPTION_LINE_TRANSACTION,
  RECOVERY_EXCEPTION_LINE_SCOPES,
} RecoveryExceptionLineScope;

typedef struct {
  char *id;
  char **waives; /* ids of requirements, sorted */
  char **scope[RECOVERY_EXCEPTION_LINE_SCOPES];
  char *owner; /* a person of the roster or a subject of the directory */
  char *reason, *compensating;
  int64_t from_s, until_s; /* [from, until) */
  int64_t review_every_d;
} RecoveryExceptionLine;

void recovery_exception_line_free(RecoveryExceptionLine *line);

/* An id, as those of a policy are; a text that says something, in one line. */
bool recovery_exception_line_is_id(const char *text);
bool recovery_exception_line_is_words(const char *text);
/* The form alone; the floors are recovery_exception_line_flaw()'s.
 * errors  RECOVERY_ERROR_INVALID */
RecoveryExceptionLine *recovery_exception_line_read(const char *text,
                                                    size_t len, GError **error);
/* Lists are sorted; what reads it must take it. errors  INVALID */
char *recovery_exception_line_write(const RecoveryExceptionLine *line,
                                    GError **error);
/* "journey", "population", "app", "transaction". */
const char *recovery_exception_line_scope(RecoveryExceptionLineScope scope);

/* What no signature can make good. */
typedef enum {
  RECOVERY_EXCEPTION_LINE_SOUND,
  RECOVERY_EXCEPTION_LINE_BACKWARDS, /* ends before it begins */
  RECOVERY_EXCEPTION_LINE_LONG,      /* more than 90 days */
  RECOVERY_EXCEPTION_LINE_UNSEEN,    /* reviewed less than every 30 days */
} RecoveryExceptionLineFlaw;
RecoveryExceptionLineFlaw
recovery_exception_line_flaw(const RecoveryExceptionLine *line);

/* From when on it is not there without a signed review: review_every_d days
 * after its beginning or its last review (0: none), whichever is later. */
int64_t recovery_exception_line_due(const RecoveryExceptionLine *line,
                                    int64_t reviewed_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryExceptionLine,
                              recovery_exception_line_free)
