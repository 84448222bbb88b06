/* SPDX-License-Identifier: Apache-2.0 */
/* policy-role.c - what a policy makes of a role of staff. */
#include <string.h>

#include "recovery/policy-read.h"

/* A role is active for so long at most (governance, 5). */
#define ACTIVE_MIN 60

typedef RecoveryDocumentRole Role;

static const Role *
find_role(const RecoveryPolicy *policy, const char *id, uint32_t *ret_index)
{
  *ret_index =
      recovery_document_find(policy->document, RECOVERY_DOCUMENT_ROLES, id);
  return *ret_index == RECOVERY_DOCUMENT_NONE
             ? NULL
             : RECOVERY_DOCUMENT_AT(policy->document, ROLES, Role, *ret_index);
}

bool
recovery_policy_role_may(const RecoveryPolicy *policy, const char *role,
                         const char *act)
{
  uint32_t index;
  const Role *found = find_role(policy, role, &index);

  if (found == NULL || found->grants.count == 0 ||
      !g_str_has_prefix(act, "case."))
    return true;
  for (uint32_t i = 0; i < found->grants.count; i++)
    if (strcmp(found->grants.items[i], act) == 0)
      return true;
  return false;
}

int64_t
recovery_policy_role_active_s(const RecoveryPolicy *policy, const char *role)
{
  uint32_t index;
  const Role *found = find_role(policy, role, &index);
  int64_t minutes =
      found == NULL || found->max_min == 0 ? ACTIVE_MIN : found->max_min;

  return MIN(minutes, ACTIVE_MIN) * 60;
}

bool
recovery_policy_role_takes_reason(const RecoveryPolicy *policy,
                                  const char *role)
{
  uint32_t index;
  const Role *found = find_role(policy, role, &index);

  return found != NULL && found->reason == RECOVERY_DOCUMENT_YES;
}

static bool
names(const Role *role, uint32_t other)
{
  for (uint32_t i = 0; i < role->conflicts_with.count; i++)
    if (role->conflicts_with.items[i].index == other)
      return true;
  return false;
}

bool
recovery_policy_role_conflicts(const RecoveryPolicy *policy, const char *one,
                               const char *other)
{
  uint32_t first_index, second_index;
  const Role *first = find_role(policy, one, &first_index);
  const Role *second = find_role(policy, other, &second_index);

  return first != NULL && second != NULL &&
         (names(first, second_index) || names(second, first_index));
}
