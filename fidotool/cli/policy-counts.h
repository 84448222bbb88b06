/* SPDX-License-Identifier: Apache-2.0 */
/* policy-counts.h - what a station counted of a draft that is tried: decisions
 * over access, which are not in the record. */
#pragma once

#include "fidotool/json.h"

/* counts: as the query "policy-trial" has them. */
void fidotool_policy_counts_print(const FidotoolJson *counts);
