/* SPDX-License-Identifier: Apache-2.0 */
/* issue.c - rules of journey recovery, by the id of the journey. */
#include "recovery/policy/issue.h"

#include <string.h>

#define RECOVERY "recovery"

static bool
names_recovery(const RecoveryDocument *document,
               const RecoveryDocumentScope *scope)
{
  for (uint32_t i = 0; i < scope->journey.count; i++)
    if (strcmp(recovery_document_id(document, RECOVERY_DOCUMENT_JOURNEYS,
                                    scope->journey.items[i].index),
               RECOVERY) == 0)
      return true;
  return false;
}

static bool
is_anywhere(const RecoveryDocumentScope *scope)
{
  return scope->app.count == 0 && scope->transaction.count == 0;
}

bool
recovery_issue_opens(const RecoveryDocument *document,
                     const RecoveryDocumentScope *scope)
{
  return is_anywhere(scope) &&
         (scope->journey.count == 0 || names_recovery(document, scope));
}

bool
recovery_issue_binds(const RecoveryDocument *document,
                     const RecoveryDocumentScope *scope)
{
  return is_anywhere(scope) && names_recovery(document, scope);
}
