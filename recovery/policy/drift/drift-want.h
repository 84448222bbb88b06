/* SPDX-License-Identifier: Apache-2.0 */
/* drift-want.h - what the policy lets in at one cell, in the terms that other
 * systems can be set by. */
#pragma once

#include "recovery/policy/drift/drift-expect.h"
#include "recovery/policy/drift/drift-map.h"

typedef struct {
  bool open;
  bool webauthn;      /* some class of it is taken; of all these: */
  bool synced;        /* one may be synced */
  bool attested;      /* each asks for attestation */
  bool uv;            /* each asks for user verification */
  GPtrArray *models;  /* the only AAGUIDs; NULL: any */
  GPtrArray *methods; /* other methods, each once */
  int64_t max_age_s;  /* RECOVERY_DRIFT_NO_AGE: none */
} RecoveryDriftWant;

/* For a person of this population and of those that the map puts together with
 * it. Texts are the policy's. Freed with recovery_drift_want_free(). */
RecoveryDriftWant *recovery_drift_want_new(const RecoveryDriftPolicy *policy,
                                           const RecoveryDriftMap *map,
                                           uint32_t journey,
                                           uint32_t population, uint32_t app);
void recovery_drift_want_free(RecoveryDriftWant *want);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftWant, recovery_drift_want_free)

/* What either of them lets in, into a: the looser of each. */
void recovery_drift_want_join(RecoveryDriftWant *a, const RecoveryDriftWant *b);
bool recovery_drift_want_is_same(const RecoveryDriftWant *a,
                                 const RecoveryDriftWant *b);
