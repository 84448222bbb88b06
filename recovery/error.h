/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - what can go wrong in the governed part; each code is also the
 * exit code of the command line (fidotool/error.h has the others). */
#pragma once

#include <glib.h>

#define RECOVERY_ERROR (recovery_error_quark())

GQuark recovery_error_quark(void);

typedef enum {
  RECOVERY_ERROR_FAILED = 1,       /* internal, unclassified; I/O */
  RECOVERY_ERROR_USAGE = 2,        /* a request that makes no sense */
  RECOVERY_ERROR_NOT_FOUND = 17,   /* no such person, case, statement */
  RECOVERY_ERROR_INVALID = 19,     /* bytes, a signature or a bundle is wrong */
  RECOVERY_ERROR_NOT_TRUSTED = 20, /* attestation does not reach an anchor */
  RECOVERY_ERROR_REFUSED = 21,     /* a rule or the policy says no */
  RECOVERY_ERROR_APPROVAL = 22,    /* approval missing or expired */
  RECOVERY_ERROR_RECORD = 24,      /* the record could not be written */
  RECOVERY_ERROR_INCOMPLETE = 25,  /* evidence incomplete, or not anchored */
  RECOVERY_ERROR_STATION = 26,     /* the station does not answer */
  RECOVERY_ERROR_STATE = 27,       /* not possible in this state */
  RECOVERY_ERROR_DAMAGED = 28,     /* the record is damaged, or locked */
} RecoveryError;

/* Stable lower-case name of a code for JSON; what to do next, or NULL. */
const char *recovery_error_name(int code);
const char *recovery_error_hint(int code);
