/* SPDX-License-Identifier: Apache-2.0 */
/* policy-draft.h - two random policies, the second of which differs from the
 * first in a few rules, or in what they speak of. Journeys sign-in, admin,
 * enrol, recovery and step-up; apps a0 and a1; transaction t0 of both; signals
 * s0 and s1; groups g0 to g3, an attribute a of v or w. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define POLICY_DRAFT_KINDS 5
#define POLICY_DRAFT_PARTS 4

typedef struct {
  char *rules[POLICY_DRAFT_KINDS][4]; /* without their ids; NULL: none */
  bool others[POLICY_DRAFT_PARTS];    /* people, a class, a list, an app */
} PolicyDraft;

void policy_draft_pair(GRand *rand, PolicyDraft drafts[2]);
/* The document; free with g_free(). */
char *policy_draft_write(const PolicyDraft *draft);
void policy_draft_clear(PolicyDraft *draft);
