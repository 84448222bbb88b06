/* SPDX-License-Identifier: Apache-2.0 */
/* state.h - the states of a case and of a key as tables: what is not a row
 * cannot happen. Guards are elsewhere; auditors need the rows alone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
  RECOVERY_STATE_NONE, /* before case.open */
  RECOVERY_STATE_OPEN,
  RECOVERY_STATE_PROOFING,
  RECOVERY_STATE_AWAITING_APPROVAL,
  RECOVERY_STATE_ROUTINE_CHECK,
  RECOVERY_STATE_WAITING,
  RECOVERY_STATE_READY,
  RECOVERY_STATE_BINDING,
  RECOVERY_STATE_ISSUED,
  RECOVERY_STATE_COMPLETED,
  RECOVERY_STATE_CONTESTED,
  RECOVERY_STATE_UNDONE,
  RECOVERY_STATE_REFUSED,
  RECOVERY_STATE_EXPIRED,
  RECOVERY_STATE_WITHDRAWN,
} RecoveryState;

const char *recovery_state_name(RecoveryState state);
bool recovery_state_read(const char *name, RecoveryState *ret_state);

/*
 * The state after an act ("case.open", ...) in a state. Where a row allows
 * more than one outcome (quorum: waiting or routine_check; reject: the state
 * before the contest) `wanted` says which is meant and is checked.
 * returns false when there is no row
 */
bool recovery_state_next(RecoveryState from, const char *act,
                         RecoveryState wanted, RecoveryState *ret_to);
/* No act leads out of it but hold and purge. */
bool recovery_state_is_final(RecoveryState state);

typedef enum {
  RECOVERY_KEY_NONE,
  RECOVERY_KEY_STOCK,
  RECOVERY_KEY_PENDING,
  RECOVERY_KEY_ACTIVE,
  RECOVERY_KEY_SUSPENDED,
  RECOVERY_KEY_LOST,
  RECOVERY_KEY_REVOKED,
  RECOVERY_KEY_RETIRED,
} RecoveryKeyState;

const char *recovery_state_key_name(RecoveryKeyState state);
bool recovery_state_key_read(const char *name, RecoveryKeyState *ret_state);
/* True when the key may go from one state to the other (governance 9). */
bool recovery_state_key_may(RecoveryKeyState from, RecoveryKeyState to);
