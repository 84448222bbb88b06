/* SPDX-License-Identifier: Apache-2.0 */
/* registration.h - judges a registration: the checks R1 to R26 in order. */
#pragma once

#include "fidotool/judge/chain.h"
#include "fidotool/judge/options.h"
#include "fidotool/judge/verdict.h"

/* Longest credential id (WebAuthn Level 3, 7.1). */
#define FIDOTOOL_REGISTRATION_MAX_ID 1023

/*
 * Judges a RegistrationResponseJSON; where the options hold a client data
 * hash, an object with `attestationObject` alone.
 *
 * anchors   who may vouch; NULL or none: trust is not checked
 * cache     of chains, or NULL
 * at        the time of the ceremony, seconds UTC; no clock is read
 * returns   a verdict, freed with fidotool_verdict_free(); "not trusted" and
 *           "unreadable" are verdicts too
 * standard  WebAuthn Level 3, 7.1
 */
FidotoolVerdict *fidotool_registration_judge(const FidotoolOptions *options,
                                             const FidotoolJson *response,
                                             const FidotoolAnchors *anchors,
                                             FidotoolChainCache *cache,
                                             int64_t at);
