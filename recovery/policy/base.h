/* SPDX-License-Identifier: Apache-2.0 */
/* base.h - the base: a document of the same form whose forbids and recovery
 * minima every policy keeps, and which policies name. */
#pragma once

#include "recovery/policy/document.h"

/* "acme-base/3", as a policy names it; free with g_free(). */
char *recovery_base_name(const RecoveryDocument *base);
/* Reads a base: it names none itself. NULL and what is wrong. */
RecoveryDocument *recovery_base_read(const char *yaml, size_t len,
                                     RecoveryProblems *problems);
/* Adds what the policy has less of than the base (L31). */
void recovery_base_keeps(const RecoveryDocument *policy,
                         const RecoveryDocument *base,
                         RecoveryProblems *problems);
/* The same, and whether it names this very base. base: NULL, none is in
 * force; then none may be named. */
void recovery_base_check(const RecoveryDocument *policy,
                         const RecoveryDocument *base,
                         RecoveryProblems *problems);
