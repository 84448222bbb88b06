/* SPDX-License-Identifier: Apache-2.0 */
/* staff-row.h - the roster in force with one more row, worded for two officers
 * to sign. */
#pragma once

#include "recovery/trial.h"

/* Role ids as a row has them: sorted, NULL at the end. */
char **recovery_staff_row_roles(const FidotoolJson *list);
/* {"what": "roster-with", "person", "employee"?, "team"?, "roles"?, "days"?}:
 * {"roster": line}. For an officer, about a person whose new key proved
 * itself; what the roster knows of a person already need not be said. */
FidotoolJson *recovery_staff_row_draft(RecoveryTrial *trial,
                                       RecoveryRefusal **ret_refusal,
                                       GError **error);
