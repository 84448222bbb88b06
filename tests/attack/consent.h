/* SPDX-License-Identifier: Apache-2.0 */
/* consent.h - what the tests of approvals share: a station whose policy asks
 * for them, a program that asks, and people who approve. */
#pragma once

#include "recovery/consent.h"
#include "tests/attack/world.h"

/* An approval, by p-lead as helpdesk-lead of what is asked, unless it says
 * otherwise; "" leaves a member out. */
typedef struct {
  const char *by, *slot; /* p-lead as helpdesk-lead */
  const char *employee, *caller, *journey, *app, *transaction, *reference;
  int minutes; /* 0: left out */
  bool away;
  bool blank; /* the reference is there, and empty */
} AttackConsent;

/* A question about a payment, unless it says otherwise. */
typedef struct {
  const RecoveryCaller *caller;
  const char *journey, *app, *transaction, *reference;
  bool full; /* the disk is, when it is answered */
} AttackConsentAsk;

/* A second program that asks. */
extern const RecoveryCaller attack_world_consent_other;

/* Sam has a key that was given in a case; p-both is a subject as well. */
AttackWorld *attack_world_consent_new(void);
void attack_world_consent_come(AttackWorld *world, RecoveryPeer peer,
                               const RecoveryCaller *caller);
/* The request; free with g_free(). */
char *attack_world_consent_request(const AttackConsent *one);
FidotoolJson *attack_world_consent_approve(AttackWorld *world,
                                           AttackConsent one);
/* The decision. The connection is one of staff afterwards. */
FidotoolJson *attack_world_consent_ask(AttackWorld *world,
                                       AttackConsentAsk one);
/* The answer (taken) has this outcome; its context. */
#define attack_world_consent_context(answer, outcome)                          \
  attack_world_consent_context_at(answer, outcome, __FILE__, __LINE__)
FidotoolJson *attack_world_consent_context_at(FidotoolJson *answer,
                                              const char *outcome,
                                              const char *file, int line);
/* Likewise, and no more of it. */
#define attack_world_consent_expect(answer, outcome)                           \
  fidotool_json_free(attack_world_consent_context(answer, outcome))
