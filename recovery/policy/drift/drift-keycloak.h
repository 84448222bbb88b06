/* SPDX-License-Identifier: Apache-2.0 */
/* drift-keycloak.h - the ways through a flow of Keycloak; for
 * drift-keycloak.c. */
#pragma once

#include "recovery/policy/drift/drift-reader.h"

/* Steps of flows that are followed for one export. */
#define RECOVERY_DRIFT_KEYCLOAK_STEPS 20000

/* No level was asked for. */
#define RECOVERY_DRIFT_KEYCLOAK_NO_LEVEL (-1)

typedef struct {
  RecoveryDriftReader *reader;
  const FidotoolJson *realm;
  GHashTable *flows;   /* alias -> FidotoolJson */
  GHashTable *configs; /* alias -> FidotoolJson, its config */
  GHashTable *told;    /* what was listed as unmapped already */
  GHashTable *sets;    /* of AAGUIDs, by the member that lists them */
  GHashTable *ways;    /* what was found: level and alias -> offers */
  GHashTable *levels;  /* and alias -> levels */
  bool has_providers;  /* there are identity providers */
  int steps;
} RecoveryDriftKeycloak;

/* The ways through a flow (by its alias) at a level of assurance, as
 * RecoveryDriftOffer; they belong to keycloak->ways. */
const GPtrArray *recovery_drift_keycloak_flow(RecoveryDriftKeycloak *keycloak,
                                              const char *alias, int64_t level);

/* What people can do by themselves: new credentials, new accounts. */
void recovery_drift_keycloak_read_reset(RecoveryDriftKeycloak *keycloak);
/* Grants of a client that sign somebody in who sits elsewhere. */
void recovery_drift_keycloak_read_grants(RecoveryDriftKeycloak *keycloak,
                                         const FidotoolJson *client);

/* The levels that a flow knows, in rising order: GArray of int64_t. */
GArray *recovery_drift_keycloak_flow_levels(RecoveryDriftKeycloak *keycloak,
                                            const char *alias);

/* How long the level holds in seconds; fallback where the flow has no levels.
 */
int64_t recovery_drift_keycloak_flow_age(RecoveryDriftKeycloak *keycloak,
                                         const char *alias, int64_t level,
                                         int64_t fallback);
