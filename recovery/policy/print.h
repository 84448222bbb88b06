/* SPDX-License-Identifier: Apache-2.0 */
/* print.h - a policy in words: which authenticators are accepted, from whom,
 * for what (the document that NIST SP 800-63B-4, 4.1.3 asks for). */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/document.h"

/* A row of the decision table: what one set of populations needs in a cell, or
 * in cells that are alike. */
typedef struct {
  char *journey, *app;
  char *transaction; /* "-": plain access */
  char *who;         /* "staff and admins", or "anybody" */
  char *accepted;    /* classes, weakest first; "nothing" */
  char *needs;       /* age, approvals, lists; "-" */
  char *unless;      /* what is asked for while a signal is not good; "-" */
  char *weaker;      /* why it is a weaker path; "-" */
} RecoveryPrintRow;

/*
 * The decision table. A set of populations has a row where something else holds
 * for it than for those that it is made of.
 *
 * now_s    what has ended by then is not there, nor an exception whose first
 *          review is due: the policy alone knows of no review
 * returns  of RecoveryPrintRow *, freed with g_ptr_array_unref(); NULL where
 * the policy is too large for a table
 */
GPtrArray *recovery_print_table(const RecoveryDocument *document,
                                int64_t now_s);
/* The table as rows of objects; NULL where there is none. */
FidotoolJson *recovery_print_json(const RecoveryDocument *document,
                                  int64_t now_s);

/* The whole policy as Markdown; free with g_free(). */
char *recovery_print_write(const RecoveryDocument *document, int64_t now_s);

/* ---- words that others use, too; free with g_free() ---- */

/* "user verification, device-bound, attested" */
char *recovery_print_class(const RecoveryDocument *document,
                           const RecoveryDocumentClass *class_of);
/* "15 minutes", "12 hours" */
char *recovery_print_span(int64_t seconds);
/* "2026-11-01", with the time where it is not midnight */
char *recovery_print_time(int64_t seconds);
