/* SPDX-License-Identifier: Apache-2.0 */
/* base.c - what lint asks of a policy beside a base, for whoever has both. */
#include "recovery/policy/base.h"

#include "recovery/policy/lint-private.h"

char *
recovery_base_name(const RecoveryDocument *base)
{
  return g_strdup_printf("%s/%" G_GINT64_FORMAT, base->policy.id,
                         base->policy.version);
}

RecoveryDocument *
recovery_base_read(const char *yaml, size_t len, RecoveryProblems *problems)
{
  g_autoptr(RecoveryDocument) base =
      recovery_document_read(yaml, len, problems);

  if (base == NULL)
    return NULL;
  if (base->policy.base != NULL)
    recovery_problem_error(problems, "L31", base->policy.at,
                           "a base names no base of its own");
  return problems->errors == 0 ? g_steal_pointer(&base) : NULL;
}

void
recovery_base_keeps(const RecoveryDocument *policy,
                    const RecoveryDocument *base, RecoveryProblems *problems)
{
  const RecoveryLint lint = {
      .document = policy,
      .options = {.now_s = RECOVERY_LINT_NO_TIME, .base = base},
      .problems = problems,
  };

  recovery_lint_base(&lint);
}

void
recovery_base_check(const RecoveryDocument *policy,
                    const RecoveryDocument *base, RecoveryProblems *problems)
{
  const char *named = policy->policy.base;
  g_autofree char *name = base == NULL ? NULL : recovery_base_name(base);

  if (base == NULL && named != NULL)
    recovery_problem_error(problems, "L31", policy->policy.at,
                           "it names the base %s, and none is in force", named);
  if (base == NULL)
    return;
  if (g_strcmp0(named, name) != 0)
    recovery_problem_error(problems, "L31", policy->policy.at,
                           "it does not name the base in force; base: %s",
                           name);
  recovery_base_keeps(policy, base, problems);
}
