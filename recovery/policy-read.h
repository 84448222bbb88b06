/* SPDX-License-Identifier: Apache-2.0 */
/* policy-read.h - what a policy is once it is read; for policy.c alone. */
#pragma once

#include "recovery/policy.h"
#include "recovery/policy/decide.h"

struct RecoveryPolicy {
  RecoveryDocument *document;
  RecoveryDecide *decide; /* it, made ready */
  RecoveryPolicyTier standard;
  int64_t keep_personal_s;
};
