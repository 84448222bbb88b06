/* SPDX-License-Identifier: Apache-2.0 */
/* drift-map.h - which names of other systems are which of the policy's: a small
 * JSON file that an administrator keeps. What it does not name is the same only
 * where the names are equal; nothing is guessed.
 *
 *   {"schema": "keyturn-drift-map/1",
 *    "together": {"admins": ["staff"]},
 *    "exports": {"entra": {
 *      "populations": {"staff": ["*"], "admins": ["62e90394-..."]},
 *      "apps":        {"wiki": ["00000003-..."]},
 *      "journeys":    {"step-up": ["c1"], "admin": []},
 *      "classes":     {"bound-key": ["windowsHelloForBusiness"]},
 *      "ignore":      ["break-glass"]}}}
 */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/document.h"

#define RECOVERY_DRIFT_MAP_MAX (1024 * 1024)

typedef struct RecoveryDriftMap RecoveryDriftMap;

/*
 * Reads the file; ids that the policy does not have are faults. text NULL: an
 * empty map.
 * returns  freed with recovery_drift_map_free(); NULL and error
 * errors   RECOVERY_ERROR_INVALID
 */
RecoveryDriftMap *recovery_drift_map_read(const char *text, size_t len,
                                          const RecoveryDocument *policy,
                                          GError **error);
void recovery_drift_map_free(RecoveryDriftMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftMap, recovery_drift_map_free)

typedef enum {
  RECOVERY_DRIFT_MAP_POPULATIONS,
  RECOVERY_DRIFT_MAP_APPS,
  RECOVERY_DRIFT_MAP_JOURNEYS,
  RECOVERY_DRIFT_MAP_CLASSES,
} RecoveryDriftMapKind;

/* In a name of people of Entra: a directory role, not a group; it is no part of
 * the name in an export. */
#define RECOVERY_DRIFT_MAP_ROLE "role:"

/* An export's names of one id, NULL-ended; NULL where the map says nothing of
 * it. Freed with g_free(), the texts stay the map's. */
const char **recovery_drift_map_names(const RecoveryDriftMap *map,
                                      const char *export,
                                      RecoveryDriftMapKind kind,
                                      const char *id);
/* The id of which this is a name; NULL where the map has none. */
const char *recovery_drift_map_id(const RecoveryDriftMap *map,
                                  const char *export, RecoveryDriftMapKind kind,
                                  const char *name);
/* Is the name (of people, of an app, of a rule that is not understood) left out
 * on purpose? */
bool recovery_drift_map_ignores(const RecoveryDriftMap *map, const char *export,
                                const char *name);
/* The populations that a person of this one is in, too; NULL-ended, freed with
 * g_free(). */
const char **recovery_drift_map_together(const RecoveryDriftMap *map,
                                         const char *population);
