/* SPDX-License-Identifier: Apache-2.0 */
/* drift-set-private.h - settings at work; for drift-set*.c. */
#pragma once

#include "recovery/policy/drift/drift-set.h"
#include "recovery/policy/drift/drift-want.h"

typedef struct {
  const RecoveryDriftSetRequest *request;
  const RecoveryDocument *document;
  const char *title; /* "acme-keys/7" */
  uint32_t app;      /* RECOVERY_DOCUMENT_NONE: all */
  RecoveryDriftSetting *setting;
  GHashTable *told; /* what was said to be impossible */
} RecoveryDriftSetter;

/* Says once what the system cannot do. */
G_GNUC_PRINTF(3, 4)
void recovery_drift_set_cannot(RecoveryDriftSetter *setter, const char *name,
                               const char *format, ...);

/* The system's names of an id by the map, NULL-ended, freed with g_free();
 * where it has none: NULL, and that is said. */
const char **recovery_drift_set_names(RecoveryDriftSetter *setter,
                                      RecoveryDriftMapKind kind,
                                      const char *id);
/* The same, and where the map has none: the id. */
const char **recovery_drift_set_names_or_id(RecoveryDriftSetter *setter,
                                            RecoveryDriftMapKind kind,
                                            const char *id);

/* Is this app asked for? */
bool recovery_drift_set_wants_app(const RecoveryDriftSetter *setter,
                                  uint32_t app);
RecoveryDriftWant *recovery_drift_set_want(RecoveryDriftSetter *setter,
                                           uint32_t journey,
                                           uint32_t population, uint32_t app);
/* The populations that get in at an app, the one that the map puts together
 * with most others first: uint32_t; freed with g_array_unref(). */
GArray *recovery_drift_set_people(RecoveryDriftSetter *setter, uint32_t journey,
                                  uint32_t app);
/* The index of sign-in. */
uint32_t recovery_drift_set_sign_in(const RecoveryDriftSetter *setter);

/* A list of texts. */
FidotoolJson *recovery_drift_set_texts(const GPtrArray *texts);

void recovery_drift_set_entra(RecoveryDriftSetter *setter);
void recovery_drift_set_okta(RecoveryDriftSetter *setter);
void recovery_drift_set_keycloak(RecoveryDriftSetter *setter);
void recovery_drift_set_sshd(RecoveryDriftSetter *setter);
void recovery_drift_set_pam(RecoveryDriftSetter *setter);
