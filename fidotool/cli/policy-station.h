/* SPDX-License-Identifier: Apache-2.0 */
/* policy-station.h - the policy in force at a station, for verbs that take a
 * FILE as well. */
#pragma once

#include "fidotool/cli/governed.h"
#include "fidotool/cli/policy-file.h"

/* Connects, and takes on a role, any (security where none is named). Takes the
 * texts of who.
 * errors  as fidotool_governed_open() and _activate() */
bool fidotool_policy_station_open(FidotoolGoverned *governed, FidotoolCmd *cmd,
                                  FidotoolGovernedOptions *who, GError **error);
/* What is in force, on a connection that is open. */
bool fidotool_policy_station_read(FidotoolGoverned *governed,
                                  FidotoolPolicyText *ret_policy,
                                  GError **error);
/*
 * The FILE, where there is one (the connection is left as it is), else what is
 * in force at the station.
 */
bool fidotool_policy_station_take(FidotoolGoverned *governed, FidotoolCmd *cmd,
                                  FidotoolGovernedOptions *who,
                                  const char *path,
                                  FidotoolPolicyText *ret_policy,
                                  GError **error);
