/* SPDX-License-Identifier: Apache-2.0 */
/* policy-lint.h - findings L01 to L40 that take more than one section. */
#pragma once

#include "recovery/policy-field.h"

/* Notes what does not hold together in a policy that is read whole. root: the
 * document, for its lines. */
void recovery_policy_lint_all(RecoveryPolicyFieldReader *reader,
                              const RecoveryPolicyFileNode *root);
