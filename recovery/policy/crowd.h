/* SPDX-License-Identifier: Apache-2.0 */
/* crowd.h - which sets of populations one person can be in. */
#pragma once

#include "recovery/policy/document.h"

/* Populations that are looked at together: one bit each. */
#define RECOVERY_CROWD_MAX 64
/* Sets that are looked at; beyond, only those that few facts make. */
#define RECOVERY_CROWD_SETS 4096

/*
 * Every set of these populations that one person can have, the empty one first:
 * a person may be in any groups and have any values of an attribute, so one
 * population may bring another with it, and none keeps another out.
 *
 * count      at most RECOVERY_CROWD_MAX
 * ret_whole  false: there are more sets than these
 * returns    of uint64_t, bit i for populations[i]; free with g_array_unref()
 */
GArray *
recovery_crowd_sets(const RecoveryDocumentPopulation *const *populations,
                    size_t count, bool *ret_whole);

/*
 * The same where nobody tells some of them apart: who is in one of these is in
 * all of them, so that each set stands for many.
 *
 * alike    for each the first that it is not told from, itself where there is
 *          none; asked of those alone that are one clause
 */
GArray *
recovery_crowd_sets_alike(const RecoveryDocumentPopulation *const *populations,
                          const uint32_t *alike, size_t count, bool *ret_whole);
/* One list of groups, or one attribute: met or not by a single fact. */
bool recovery_crowd_is_one_clause(const RecoveryDocumentPopulation *population);

/* How many are in a set. */
unsigned recovery_crowd_count(uint64_t set);
