/* SPDX-License-Identifier: Apache-2.0 */
/* explain.h - a decision in words: what decided, and what would be enough. */
#pragma once

#include "recovery/policy/decide.h"

/* Lines of text, each ended by a newline; free with g_free(). */
char *recovery_explain_write(const RecoveryDocument *document,
                             const RecoveryRequest *request,
                             const RecoveryDecision *decision);
