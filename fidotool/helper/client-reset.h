/* SPDX-License-Identifier: Apache-2.0 */
/* client-reset.h - the ceremony of a reset: shown what is lost, the key pulled
 * out, put in again and touched. Three jobs of keyhelper, one after another. */
#pragma once

#include "fidotool/helper/client-jobs.h"

/*
 * Runs it. The hooks hear "waiting_remove" and "waiting_insert" besides
 * what the jobs say ("touch_needed", "countdown" {seconds, long_touch?}), and
 * are asked for a yes once, before the key is pulled out. how->timeout_s counts
 * for each of the three waits.
 *
 * offer       {list?: true, signed?: {plan, signature}}: the PIN is asked for,
 *             to show what is stored; the station's leave
 * ret_device  the key that was reset, or NULL; set on success
 * returns     {lost, changed}, see fidotool_job_reset_plan()
 * errors      FIDOTOOL_ERROR_RESET_WINDOW (too late, or another key came back:
 *             nothing was done), _TIMEOUT, and those of fidotool_client_run()
 */
FidotoolJson *fidotool_client_reset(const FidotoolClientJobs *how,
                                    const FidotoolJson *offer,
                                    FidotoolJson **ret_device, GError **error);
