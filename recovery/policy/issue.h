/* SPDX-License-Identifier: Apache-2.0 */
/* issue.h - which rules of a document are asked when a key is issued. That is
 * journey recovery, at no app and for no transaction. A requirement or a forbid
 * has to name the journey: one that leaves it out is about access alone. */
#pragma once

#include "recovery/policy/document.h"

/* Of a permit: it opens recovery, for whom its population says. */
bool recovery_issue_opens(const RecoveryDocument *document,
                          const RecoveryDocumentScope *scope);
/* Of a requirement or a forbid. */
bool recovery_issue_binds(const RecoveryDocument *document,
                          const RecoveryDocumentScope *scope);
