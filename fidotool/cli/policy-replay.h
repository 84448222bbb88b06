/* SPDX-License-Identifier: Apache-2.0 */
/* policy-replay.h - past judgements, from a station or out of a bundle, decided
 * again under a draft. */
#pragma once

#include "fidotool/cli/policy-past.h"
#include "recovery/policy/document.h"

/*
 * Replays everything that was judged from entry `from` on, and before `until`
 * (a time as in the record; NULL: to the end).
 *
 * draft     taken
 * governed  open, unless options name a bundle
 * returns   {"counts":{..},"rows":[{"entry","act","case"?,"sub"?,"actor"?,
 *           "at","registration","change","before","after"}],"skipped"?}:
 *           skipped were those whose policy cannot be read any more
 */
FidotoolJson *fidotool_policy_replay_run(
    FidotoolGoverned *governed, const FidotoolPolicyPastOptions *options,
    RecoveryDocument *draft, int64_t from, const char *until, GError **error);
/* Prints who comes out otherwise, with the rule, and how many there are. */
void fidotool_policy_replay_print(const FidotoolJson *replayed);
