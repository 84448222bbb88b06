/* SPDX-License-Identifier: Apache-2.0 */
/* walk-base.c - the base of all policies, in force a day after three signed it;
 * every policy after that names it and keeps all of it. The verifier in Python
 * reads no policy: it takes the base that both signed. */
#include <string.h>

#include "recovery/audit/walk-parts.h"
#include "recovery/policy/base.h"

/* A base may be vetoed for a day. */
#define VETO_MS INT64_C(86400000)

/* The base in force, read; NULL: none, or recorded as missing. */
static const RecoveryDocument *
find_base(RecoveryWalk *walk)
{
  return walk->base == NULL ? NULL
                            : recovery_walk_policy_read(walk, walk->base);
}

bool
recovery_walk_base_effect(RecoveryWalk *walk, const RecoveryWalkChange *change,
                          GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  const RecoveryDocument *policy =
      recovery_walk_policy_read(walk, walk->policy);
  const RecoveryDocument *base;

  g_free(walk->base);
  walk->base = g_strdup(change->object);
  if (walk->now_ms - change->at_ms < VETO_MS)
    return recovery_walk_fail(error, "puts a base in force less than 24 hours "
                                     "after it was signed");
  base = find_base(walk);
  if (base == NULL)
    return true;
  if (base->policy.base != NULL)
    return recovery_walk_fail(error, "puts a base in force that names another");
  if (base->policy.version <= walk->base_highest)
    return recovery_walk_fail(error, "puts a base in force whose version is "
                                     "not higher than those before");
  walk->base_highest = base->policy.version;
  if (policy != NULL)
    recovery_base_keeps(policy, base, problems);
  return problems->errors == 0 ||
         recovery_walk_fail(error, "puts a base in force that the policy in "
                                   "force does not keep");
}

bool
recovery_walk_base_policy(RecoveryWalk *walk, const RecoveryWalkChange *change,
                          GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  const RecoveryDocument *base = find_base(walk);
  const RecoveryDocument *policy;

  if (g_strcmp0(fidotool_json_get_text(change->fields, "base"), walk->base) !=
      0)
    return recovery_walk_fail(error, "puts a policy in force that was weighed "
                                     "against another base than the one in "
                                     "force");
  policy = recovery_walk_policy_read(walk, change->object);
  if (policy != NULL && (base != NULL || walk->base == NULL))
    recovery_base_check(policy, base, problems);
  return problems->errors == 0 ||
         recovery_walk_fail(error, "puts a policy in force that does not name "
                                   "the base in force, or does not keep it");
}
