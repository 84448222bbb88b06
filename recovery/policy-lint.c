/* SPDX-License-Identifier: Apache-2.0 */
/* policy-lint.c - what must hold between the sections of a policy. */
#include "recovery/policy-lint.h"

typedef RecoveryPolicyFileNode Node;
typedef RecoveryPolicyField Field;
typedef RecoveryPolicyFieldReader Reader;

static void
check_classes(Reader *reader)
{
  const GPtrArray *classes = reader->policy->classes;
  int rosters = 0;

  for (guint i = 0; i < classes->len; i++) {
    const RecoveryPolicyClass *klass = g_ptr_array_index(classes, i);
    const Node at = {.line = klass->line};

    if (klass->aaguid_list != NULL &&
        recovery_policy_read_list(reader->policy, klass->aaguid_list) == NULL)
      recovery_policy_field_problem(reader, &at, "L01: unknown aaguid_list: %s",
                                    klass->aaguid_list);
    if (klass->roster && ++rosters > 1)
      recovery_policy_field_problem(reader, &at,
                                    "L37: a second class with use: roster");
    if (klass->roster && klass->attested != RECOVERY_POLICY_YES)
      recovery_policy_field_problem(
          reader, &at, "L37: the class for the roster lacks attested");
    for (guint j = 0; j < i; j++) {
      const RecoveryPolicyClass *other = g_ptr_array_index(classes, j);

      if (!klass->roster && !other->roster && klass->rank == other->rank)
        recovery_policy_field_problem(
            reader, &at, "L02: rank %" G_GINT64_FORMAT " twice", klass->rank);
    }
  }
  if (rosters == 0)
    recovery_policy_field_problem(reader, &(const Node){.line = 1},
                                  "L37: no class with use: roster");
}

static void
check_permits(Reader *reader)
{
  for (guint i = 0; i < reader->policy->permits->len; i++) {
    const RecoveryPolicyPermit *permit =
        g_ptr_array_index(reader->policy->permits, i);
    const Node at = {.line = permit->line};

    for (size_t j = 0; permit->accept != NULL && permit->accept[j] != NULL;
         j++) {
      const RecoveryPolicyClass *klass =
          recovery_policy_read_class(reader->policy, permit->accept[j]);

      if (klass == NULL)
        recovery_policy_field_problem(reader, &at, "L01: unknown class: %s",
                                      permit->accept[j]);
      else if (klass->roster)
        recovery_policy_field_problem(reader, &at,
                                      "L37: a permit names the class for the "
                                      "roster");
    }
  }
}

static void
check_issue(Reader *reader, const Node *root)
{
  const Node *recovery = recovery_policy_file_get(root, "recovery");
  const Node *standard = recovery_policy_file_get(recovery, "standard");
  const RecoveryPolicyTier *tier = &reader->policy->standard;
  bool any = false;

  for (size_t i = 0; tier->issue != NULL && tier->issue[i] != NULL; i++) {
    const RecoveryPolicyClass *klass =
        recovery_policy_read_class(reader->policy, tier->issue[i]);

    any = any || recovery_policy_read_permitted(reader->policy, tier->issue[i]);
    if (klass == NULL || klass->roster)
      recovery_policy_field_problem(
          reader, standard, "L01: unknown class to issue: %s", tier->issue[i]);
    else if (klass->attested != RECOVERY_POLICY_YES)
      recovery_policy_field_problem(reader, standard,
                                    "L37: class %s is issued and lacks "
                                    "attested",
                                    tier->issue[i]);
  }
  if (tier->issue != NULL && !any)
    recovery_policy_field_problem(reader, standard,
                                  "L03: no permit of journey recovery accepts "
                                  "what is issued");
}

void
recovery_policy_lint_all(Reader *reader, const Node *root)
{
  check_classes(reader);
  check_permits(reader);
  check_issue(reader, root);
}
