/* SPDX-License-Identifier: Apache-2.0 */
/* roster-row.h - one row of a roster as JSON; used by roster.c alone. */
#pragma once

#include "fidotool/json.h"
#include "recovery/format/roster.h"

/* An object with exactly these members (sorted by name, NULL at the end). */
bool recovery_roster_row_has_members(const FidotoolJson *json,
                                     const char *const *names);
/* Adds the row to the roster; rules over several rows are not its matter.
 * errors RECOVERY_ERROR_INVALID, naming the row */
bool recovery_roster_row_read_key(RecoveryRoster *roster,
                                  const FidotoolJson *row, GError **error);
bool recovery_roster_row_read_machine(RecoveryRoster *roster,
                                      const FidotoolJson *row, GError **error);
/* Appends the row to an array. */
void recovery_roster_row_write_key(FidotoolJson *rows,
                                   const RecoveryRosterKey *key);
void recovery_roster_row_write_machine(FidotoolJson *rows,
                                       const RecoveryRosterMachine *machine);
