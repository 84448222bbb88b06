/* SPDX-License-Identifier: Apache-2.0 */
/* policy-tier.h - two sections of the document; for policy-read.c. */
#pragma once

#include "recovery/policy-field.h"

/* Readers of the sections `recovery` and `retention`; into is the policy. */
void recovery_policy_tier_recovery(RecoveryPolicyFieldReader *reader,
                                   const RecoveryPolicyFileNode *node,
                                   void *into);
void recovery_policy_tier_retention(RecoveryPolicyFieldReader *reader,
                                    const RecoveryPolicyFileNode *node,
                                    void *into);
