/* SPDX-License-Identifier: Apache-2.0 */
/* rule-import.h - the rules of key.import, for the table in rule.c. */
#pragma once

#include "recovery/trial.h"

/*
 * A directory brings active keys, and giving a key takes two people: so keys
 * come in once, right after the founding, and from the station's owner. Later
 * imports bring people alone.
 */
RecoveryRefusal *recovery_rule_import_owner(RecoveryTrial *trial,
                                            GError **error);
RecoveryRefusal *recovery_rule_import_once(RecoveryTrial *trial,
                                           GError **error);
