/* SPDX-License-Identifier: Apache-2.0 */
/* verdict-compare.h - two results of the judge, check by check. */
#pragma once

#include "fidotool/json.h"

/* What differs: an array of {what, then, now}; empty where nothing does. A
 * side that has it not is "-". Freed with fidotool_json_free(). */
FidotoolJson *fidotool_verdict_compare(const FidotoolJson *then,
                                       const FidotoolJson *now);
