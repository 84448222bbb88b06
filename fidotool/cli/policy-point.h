/* SPDX-License-Identifier: Apache-2.0 */
/* policy-point.h - decisions of a station, for programs that are registered
 * there as callers. */
#pragma once

#include "fidotool/cli/cmd.h"

/*
 * fidotool policy decide without a policy of a file. All of them end the verb.
 * returns  the exit code
 */
/* One evaluation; or why it could not be read, which is a denial. */
int fidotool_policy_point_decide(FidotoolCmd *cmd, const char *text, size_t len,
                                 const char *unread);
/* A challenge for the person of that employee number. */
int fidotool_policy_point_challenge(FidotoolCmd *cmd, const char *employee);

/* Many evaluations over one connection. */
typedef struct FidotoolPolicyPoint FidotoolPolicyPoint;
FidotoolPolicyPoint *fidotool_policy_point_open(FidotoolCmd *cmd,
                                                GError **error);
void fidotool_policy_point_close(FidotoolPolicyPoint *station);
/* What answers a line that is no evaluation. */
FidotoolJson *fidotool_policy_point_deny(const char *why);
/* Never NULL: what could not be asked is denied. */
FidotoolJson *fidotool_policy_point_ask(FidotoolPolicyPoint *station,
                                        const char *text, size_t len);
