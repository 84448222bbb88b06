/* SPDX-License-Identifier: Apache-2.0 */
/* model-case.h - the events of a case, for model.c alone. */
#pragma once

#include "recovery/model.h"

/* Applies an entry whose act begins with "case.". DAMAGED where it does not
 * fit what came before. */
bool recovery_model_case_apply(RecoveryModel *model, const FidotoolJson *entry,
                               GError **error);
/* Moves a key of the register along one row of its table. */
bool recovery_model_case_move_key(RecoveryModel *model, const char *cred_hex,
                                  RecoveryKeyState to, int64_t at_ms,
                                  int64_t seq, GError **error);
