/* SPDX-License-Identifier: Apache-2.0 */
/* drift-probe.h - every authenticator that makes a difference: all facts, and
 * of the models one of each kind, a kind being the models that stand on the
 * same lists of the policy and of an export. Who compares these has compared
 * all. */
#pragma once

#include "recovery/policy/drift/drift-expect.h"

/* Kinds of models that are compared; more are told, and not compared. */
#define RECOVERY_DRIFT_PROBE_MODELS 64

/* Which facts set two authenticators apart. */
enum {
  RECOVERY_DRIFT_PROBE_UV = 1 << 0,
  RECOVERY_DRIFT_PROBE_BE = 1 << 1,
  RECOVERY_DRIFT_PROBE_ATTESTED = 1 << 2,
  RECOVERY_DRIFT_PROBE_MODEL = 1 << 3,
};

typedef struct {
  GArray *probes;      /* RecoveryDriftProbe; WebAuthn's first */
  guint n_webauthn;    /* so many */
  bool is_cut;         /* there were more kinds of models */
  GHashTable *methods; /* all others, owned here */
} RecoveryDriftProbes;

RecoveryDriftProbes *recovery_drift_probe_new(const RecoveryDriftPolicy *policy,
                                              const RecoveryDriftTable *table);
void recovery_drift_probe_free(RecoveryDriftProbes *probes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftProbes, recovery_drift_probe_free)

/* Does an export's offer let it in? */
bool recovery_drift_probe_is_in(const RecoveryDriftProbe *probe,
                                const RecoveryDriftOffer *offer);
unsigned recovery_drift_probe_differ(const RecoveryDriftProbe *a,
                                     const RecoveryDriftProbe *b);
