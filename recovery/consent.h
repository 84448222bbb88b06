/* SPDX-License-Identifier: Apache-2.0 */
/* consent.h - approvals of single decisions (decision.approve): what exactly is
 * approved, and whether an approval still counts. What the caller calls the
 * thing that is to be done may be personal: the record has a commitment to it.
 */
#pragma once

#include "recovery/trial.h"

/* Longest reference; how long an approval waits, unless it is said, and at
 * most. */
#define RECOVERY_CONSENT_REFERENCE 200
#define RECOVERY_CONSENT_MINUTES 60
#define RECOVERY_CONSENT_MINUTES_MAX (24 * 60)

/* What is approved: all of it, and nothing else. */
typedef struct {
  const char *sub, *caller, *journey, *app;
  const char *transaction; /* NULL: none */
  const char *reference;   /* never NULL where it is compared */
} RecoveryConsentOf;

/* One line, not empty, not too long. */
bool recovery_consent_is_reference(const char *text);
/* What the request on trial asks to approve; members may be NULL. */
RecoveryConsentOf recovery_consent_asked(RecoveryTrial *trial);
/* It was given for just this. */
bool recovery_consent_fits(const RecoveryTrial *trial,
                           const RecoveryModelConsent *consent,
                           const RecoveryConsentOf *of);
/* Not used, not over, and whoever gave it still holds the role today. */
bool recovery_consent_is_live(const RecoveryTrial *trial,
                              const RecoveryModelConsent *consent);
/* The reference in clear; NULL: erased. Free with g_free(). */
char *recovery_consent_reference(const RecoveryTrial *trial,
                                 const RecoveryModelConsent *consent);
