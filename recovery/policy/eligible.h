/* SPDX-License-Identifier: Apache-2.0 */
/* eligible.h - who of a roster can do what a policy asks for. Persons are
 * counted, not keys: a second key is not a second person. */
#pragma once

#include "recovery/format/roster.h"
#include "recovery/policy/document.h"

typedef struct RecoveryEligible RecoveryEligible;

/*
 * Who has a role at a time, by a row whose time has not run out and begins
 * within a day: as long as a change of the roster waits.
 *
 * roster  outlives it
 */
RecoveryEligible *recovery_eligible_new(const RecoveryRoster *roster,
                                        int64_t now_s);
void recovery_eligible_free(RecoveryEligible *eligible);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryEligible, recovery_eligible_free)

/* How many persons have the role, which is also the slot of that name. */
guint recovery_eligible_count(const RecoveryEligible *eligible,
                              const char *role);
/* How many have any role that may do the act. besides: not this person; may
 * be NULL. */
guint recovery_eligible_may(const RecoveryEligible *eligible, const char *act,
                            const char *besides);
/* The persons with the role, sorted; texts of the roster, freed with
 * g_list_free(). */
GList *recovery_eligible_persons(const RecoveryEligible *eligible,
                                 const char *role);
/* How many of the slots can be filled at once, by persons of different teams
 * (and so by different persons: whom a role keeps from another in the same
 * case, this keeps from it too). */
guint recovery_eligible_fill(const RecoveryEligible *eligible,
                             const RecoveryDocument *document,
                             const RecoveryDocumentRefs *slots);
