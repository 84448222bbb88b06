/* SPDX-License-Identifier: Apache-2.0 */
/* key-run.h - one job of keyhelper for a subcommand: the common options go in,
 * events and prompts come out, the envelope is filled. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "fidotool/helper/client-jobs.h"
#include "fidotool/helper/client.h"

/*
 * Runs a job; takes request and adds device, timeout and the rest to it. On
 * success the envelope has the device, on failure what is known besides the
 * error.
 * errors  those of fidotool_client_run()
 */
FidotoolJson *fidotool_key_run_job(FidotoolCmd *cmd, FidotoolJson *request,
                                   GError **error);

/* {"job": job}, to be filled further. */
FidotoolJson *fidotool_key_run_request(const char *job);

/*
 * Runs a job and ends the subcommand with it: print shows the result in words
 * where no JSON is wanted; the result's "changed", if any, goes into the
 * envelope. Takes request.
 * returns  the exit code
 */
int fidotool_key_run_end(FidotoolCmd *cmd, FidotoolJson *request,
                         void (*print)(const FidotoolJson *result));

/* Whether what a key says of itself is that it knows U2F alone. */
bool fidotool_key_run_is_u2f(const FidotoolJson *info);

/* Warns where the job's result says that it was done with U2F. */
void fidotool_key_run_warn_u2f(FidotoolCmd *cmd, const FidotoolJson *result);

/* The end of it alone, for a result that was shown already. Takes result. */
int fidotool_key_run_done(FidotoolCmd *cmd, FidotoolJson *result);

/* The same for a caller of client-jobs.h: hooks and report, filled from cmd.
 * cmd, hooks and report outlive the job. */
FidotoolClientJobs fidotool_key_run_how(FidotoolCmd *cmd,
                                        FidotoolClientHooks *hooks,
                                        FidotoolClientReport *report);
/* After the job: report and device (may be NULL) into the envelope; clears
 * report. */
void fidotool_key_run_note(FidotoolCmd *cmd, FidotoolClientReport *report,
                           const FidotoolJson *device);

/* An offer of the station answered by a key: answer is a function of
 * fidotool/act/making.h. */
FidotoolJson *fidotool_key_run_answer(
    FidotoolCmd *cmd,
    FidotoolJson *(*answer)(const FidotoolClientJobs *how,
                            const FidotoolJson *offer,
                            FidotoolJson **ret_device, GError **error),
    const FidotoolJson *offer, GError **error);
