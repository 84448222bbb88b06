/* SPDX-License-Identifier: Apache-2.0 */
/* policy-input.h - a policy that has to be without error, and the map of names
 * that goes with it. */
#pragma once

#include "recovery/policy/drift/drift-map.h"

/*
 * returns  the policy, freed with recovery_document_free(); NULL and error,
 * which has every fault, one a line errors   FIDOTOOL_ERROR_USAGE (unreadable),
 * FIDOTOOL_ERROR_INVALID
 */
RecoveryDocument *fidotool_policy_input_read(const char *path, GError **error);

/* The map in a file, or with NULL an empty one; freed with
 * recovery_drift_map_free(). */
RecoveryDriftMap *fidotool_policy_input_read_map(const char *path,
                                                 const RecoveryDocument *policy,
                                                 GError **error);
