/* SPDX-License-Identifier: Apache-2.0 */
/* statement.h - what a person signs: one line that says what will happen. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

/* Life of a statement in milliseconds: 15 minutes. */
#define RECOVERY_STATEMENT_LIFE_MS (15 * 60 * 1000)
/* Life of a .proposed: 24 hours. */
#define RECOVERY_STATEMENT_PROPOSED_MS (24 * 60 * 60 * 1000)

/*
 * Reads a statement strictly: the JCS subset, exactly the fields of its act
 * (S and its row), each with the right form (ids, hex, times, exp - iat).
 * errors  RECOVERY_ERROR_INVALID, naming the field
 */
FidotoolJson *recovery_statement_read(const void *line, size_t len,
                                      GError **error);
/* The same check on a tree that was built here. */
bool recovery_statement_check(const FidotoolJson *statement, GError **error);
/* Of an entry: E and its row; `out` other than ok may lack fields. */
FidotoolJson *recovery_statement_read_entry(const void *line, size_t len,
                                            GError **error);
bool recovery_statement_check_entry(const FidotoolJson *entry, GError **error);

/*
 * Every field that statement and entry share is equal (act without
 * .proposed, actor, case, sub, slot, object, policy, op, evidence, ...).
 * errors  RECOVERY_ERROR_INVALID, naming the field
 */
bool recovery_statement_match(const FidotoolJson *statement,
                              const FidotoolJson *entry, GError **error);
