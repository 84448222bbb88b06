/* SPDX-License-Identifier: Apache-2.0 */
/* assertion.h - judges an assertion: the checks A1 to A18 in order. */
#pragma once

#include "fidotool/judge/ceremony.h"

/*
 * Judges an AuthenticationResponseJSON against the stored credential; where
 * the options hold a client data hash (approvals), an object with
 * `authenticatorData` and `signature`, and extensions are refused.
 *
 * returns   a verdict, freed with fidotool_verdict_free()
 * standard  WebAuthn Level 3, 7.2
 */
FidotoolVerdict *fidotool_assertion_judge(const FidotoolOptions *options,
                                          const FidotoolJson *response,
                                          const FidotoolStored *stored);
