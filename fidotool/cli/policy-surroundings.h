/* SPDX-License-Identifier: Apache-2.0 */
/* policy-surroundings.h - what lint can be told beside the policy itself: the
 * base, the people, the keys in use, the metadata. */
#pragma once

#include "fidotool/cli/metadata-store.h"
#include "recovery/policy/lint.h"

typedef struct {
  RecoveryLintOptions lint; /* points into the rest */
  RecoveryDocument *base;
  RecoveryRoster *roster;
  RecoveryColumns *columns;
  char **models;
  FidotoolMetadataStore *metadata;
} FidotoolPolicySurroundings;
void fidotool_policy_surroundings_clear(FidotoolPolicySurroundings *around);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolPolicySurroundings,
                                 fidotool_policy_surroundings_clear)

/* Each of them adds one thing. */

/* errors  FIDOTOOL_ERROR_USAGE, RECOVERY_ERROR_REFUSED */
bool fidotool_policy_surroundings_add_base(FidotoolPolicySurroundings *around,
                                           const char *path, GError **error);
/* A roster as a bundle has it (data/roster), or as `roster show --json` prints
 * it. errors  FIDOTOOL_ERROR_USAGE, RECOVERY_ERROR_INVALID */
bool
fidotool_policy_surroundings_add_roster_file(FidotoolPolicySurroundings *around,
                                             const char *path, GError **error);
/* The line. errors  RECOVERY_ERROR_INVALID */
bool fidotool_policy_surroundings_add_roster(FidotoolPolicySurroundings *around,
                                             const char *line, GError **error);
/* The models of the active keys of a station's register (query "register"). */
void
fidotool_policy_surroundings_add_register(FidotoolPolicySurroundings *around,
                                          const FidotoolJson *answer);
/* Those of the directory (query "directory-columns"). */
void
fidotool_policy_surroundings_add_columns(FidotoolPolicySurroundings *around,
                                         const FidotoolJson *answer);
/* What was imported. errors  as fidotool_metadata_store_open() */
bool
fidotool_policy_surroundings_add_metadata(FidotoolPolicySurroundings *around,
                                          GError **error);
