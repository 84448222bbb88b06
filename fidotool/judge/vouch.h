/* SPDX-License-Identifier: Apache-2.0 */
/* vouch.h - who vouches for a statement, at the time of the ceremony. */
#pragma once

#include "fidotool/judge/ceremony.h"

/*
 * Sets the verdict's trust from the statement's type and certificates, and its
 * anchor or its reason. A compound statement's trust was set from its parts.
 *
 * ret_why  what the policy may hold against it (static), NULL: nothing
 * returns  false where nobody asked who vouches, or nothing can be said
 */
bool fidotool_vouch_judge(FidotoolCeremony *ceremony, const char **ret_why);
