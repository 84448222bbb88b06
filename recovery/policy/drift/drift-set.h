/* SPDX-License-Identifier: Apache-2.0 */
/* drift-set.h - what should be set in another system, so that it does as the
 * policy says: in that system's own format, beside what it cannot express. */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/drift/drift-expect.h"
#include "recovery/policy/drift/drift-map.h"

typedef struct {
  const RecoveryDriftPolicy *policy;
  const RecoveryDriftMap *map;
  const char *export; /* whose names of the map are used */
  const char *app;    /* this one alone, or NULL; sshd and PAM need one */
} RecoveryDriftSetRequest;

typedef struct {
  FidotoolJson *json;   /* the settings, or */
  char *text;           /* these lines */
  FidotoolJson *cannot; /* [{name, why}] */
} RecoveryDriftSetting;

/*
 * returns  freed with recovery_drift_set_free(); NULL and error
 * errors   RECOVERY_ERROR_USAGE: no such system; an app is missing;
 *          RECOVERY_ERROR_NOT_FOUND: the policy has no such app
 */
RecoveryDriftSetting *recovery_drift_set(const char *system,
                                         const RecoveryDriftSetRequest *request,
                                         GError **error);
void recovery_drift_set_free(RecoveryDriftSetting *setting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftSetting, recovery_drift_set_free)

/* "entra, okta, keycloak, sshd, pam" */
const char *recovery_drift_set_systems(void);
