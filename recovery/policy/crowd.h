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

/* How many are in a set. */
unsigned recovery_crowd_count(uint64_t set);
