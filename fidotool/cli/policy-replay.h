/* SPDX-License-Identifier: Apache-2.0 */
/* policy-replay.h - past judgements, from a station or out of a bundle, decided
 * again under a draft. */
#pragma once

#include "fidotool/cli/policy-past.h"
#include "recovery/policy/document.h"

/*
 * Replays everything that was judged from entry `from` on, and before `until`
 * (a time as in the record; NULL: to the end), with the exceptions of the
 * record as they were then.
 *
 * draft     taken
 * governed  open, unless options name a bundle
 * returns   {"counts":{..},"rows":[{"entry","act","case"?,"sub"?,"actor"?,
 *           "at","registration","change","before","after"}],"skipped"?,
 *           "sealed"?}
 *           skipped were those whose policy cannot be read any more; sealed are
 *           decisions on what is not for the one who asks, was erased, or is in
 *           a bundle, where nobody can read it
 */
FidotoolJson *fidotool_policy_replay_run(
    FidotoolGoverned *governed, const FidotoolPolicyPastOptions *options,
    RecoveryDocument *draft, int64_t from, const char *until, GError **error);
/* Prints who comes out otherwise, with the rule, and how many there are. */
void fidotool_policy_replay_print(const FidotoolJson *replayed);
