/* SPDX-License-Identifier: Apache-2.0 */
/* drift-pam.h - a stack of PAM modules, and the least that gets somebody
 * through it; for drift-pam.c. */
#pragma once

#include "recovery/policy/drift/drift-reader.h"

/* Modules of one stack; and of these such as may go either way. */
#define RECOVERY_DRIFT_PAM_MODULES 64
#define RECOVERY_DRIFT_PAM_FACTORS 10

/* What libpam does on an answer of a module; above these: jump. */
typedef enum {
  RECOVERY_DRIFT_PAM_IGNORE,
  RECOVERY_DRIFT_PAM_BAD,
  RECOVERY_DRIFT_PAM_DIE,
  RECOVERY_DRIFT_PAM_OK,
  RECOVERY_DRIFT_PAM_DONE,
  RECOVERY_DRIFT_PAM_RESET,
  RECOVERY_DRIFT_PAM_JUMP, /* over action - JUMP modules */
} RecoveryDriftPamAction;

typedef enum {
  RECOVERY_DRIFT_PAM_FACTOR,    /* succeeds when the person has it */
  RECOVERY_DRIFT_PAM_CONDITION, /* succeeds or not, whatever the person has */
  RECOVERY_DRIFT_PAM_NEUTRAL,   /* says neither yes nor no */
  RECOVERY_DRIFT_PAM_PERMITS,
  RECOVERY_DRIFT_PAM_DENIES,
  RECOVERY_DRIFT_PAM_ROOT,  /* succeeds for root alone, who is not looked at */
  RECOVERY_DRIFT_PAM_STACK, /* a stack in it, of its own */
} RecoveryDriftPamKind;

typedef struct {
  RecoveryDriftPamKind kind;
  const char *name;   /* "pam_u2f" */
  const char *method; /* of a factor */
  bool uv;            /* it asks the key for PIN or fingerprint */
  bool skips;         /* it succeeds, too, for who has none registered */
  int on_success, on_failure, on_ignore; /* RecoveryDriftPamAction */
  GArray *stack;                         /* RecoveryDriftPamModule */
  guint bit; /* which answer is its, among factors or conditions */
} RecoveryDriftPamModule;

/* Frees the stacks in it, too. */
GArray *recovery_drift_pam_stack_new(void);

/*
 * The least sets of factors that get somebody through, whatever the conditions
 * say.
 * returns  RecoveryDriftOffer, freed with g_ptr_array_unref(); NULL where there
 *          are too many modules
 */
GPtrArray *recovery_drift_pam_stack_ways(GArray *stack);
