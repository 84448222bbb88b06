/* SPDX-License-Identifier: Apache-2.0 */
/* waiver.h - an exception that was granted by acts of the record, put to the
 * rules of a policy: any policy, in force, past or a draft. */
#pragma once

#include "recovery/format/exception-line.h"
#include "recovery/policy/document.h"

/* The first id of its scope that the policy does not have, or NULL. */
const char *recovery_waiver_stray(const RecoveryDocument *document,
                                  const RecoveryExceptionLine *line,
                                  RecoveryExceptionLineScope *ret_scope);
/* The policy has all of its scope, and one at least of the requirements that it
 * waives; else it is idle there. */
bool recovery_waiver_applies(const RecoveryDocument *document,
                             const RecoveryExceptionLine *line);
/*
 * Adds it to a list of exceptions as that policy would have them. A requirement
 * that the policy does not have is left out of `waives`. Texts stay the line's.
 *
 * from_s   its beginning, or its last review
 * list     of RecoveryDocumentException
 * owned    takes what the new member points to; frees with g_free()
 * returns  the new member, until the list changes
 */
RecoveryDocumentException *
recovery_waiver_add(const RecoveryDocument *document,
                    const RecoveryExceptionLine *line, int64_t from_s,
                    GArray *list, GPtrArray *owned);
