/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - leave that the station gave to take something off a key
 * (recovery/format/key-plan.h), as it stands in a request: {"signed": {"plan",
 * "signature"}}. */
#pragma once

#include "fidotool/helper/job.h"
#include "fidotool/helper/rule.h"

/*
 * May the act be done now? On a station a plan is wanted, signed by the key of
 * its configuration. Elsewhere the client's own yes will do; where it brings a
 * plan all the same, that must fit, and who signed it is not asked. Looks at no
 * key: see fidotool_plan_check_key().
 *
 * act     RECOVERY_KEY_PLAN_RESET or _DELETE
 * errors  FIDOTOOL_ERROR_POLICY, _USAGE (no plan at all in what was given)
 */
bool fidotool_plan_check(const FidotoolRule *rule, const FidotoolJson *request,
                         const char *act, int64_t now_ms, GError **error);

/*
 * Is the plan of the job's request, which was checked before, for this very
 * key, and for this credential? True where the request has none.
 *
 * cred    the id of the credential that would be deleted, or NULL
 * errors  FIDOTOOL_ERROR_POLICY
 */
bool fidotool_plan_check_key(const FidotoolJob *job, GBytes *cred,
                             GError **error);
