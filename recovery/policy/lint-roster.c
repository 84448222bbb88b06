/* SPDX-License-Identifier: Apache-2.0 */
/* lint-roster.c - are there the people that a policy counts on: for its slots,
 * for a recovery from end to end, for break-glass. */
#include "recovery/policy/eligible.h"
#include "recovery/policy/lint-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentTier Tier;
typedef RecoveryLint Lint;

typedef struct {
  const Lint *lint;
  const RecoveryEligible *eligible;
  GHashTable *seen; /* slots that were looked at, by name */
} Check;

guint
recovery_lint_least(bool practice)
{
  return practice ? 1 : 2;
}

static const char *
name_slot(const Check *check, const RecoveryDocumentRef *ref)
{
  return recovery_document_id(check->lint->document, RECOVERY_DOCUMENT_SLOTS,
                              ref->index);
}

/* ---- slots ---- */

/* L06 */
static void
check_slot(Check *check, const RecoveryDocumentRef *ref)
{
  const Lint *lint = check->lint;
  const char *slot = name_slot(check, ref);
  const guint least = recovery_lint_least(lint->options.practice);
  const guint count = recovery_eligible_count(check->eligible, slot);

  if (!g_hash_table_add(check->seen, (void *)slot))
    return;
  if (count < least)
    recovery_problem_error(lint->problems, "L06", ref->at,
                           "slot %s: %u of the roster can fill it, and %u are "
                           "the least, so that nobody waits for one person. "
                           "Give another person the role %s",
                           slot, count, least, slot);
  else if (count < least + 1)
    recovery_problem_warn(lint->problems, "L06", ref->at,
                          "slot %s: %u of the roster can fill it; %u are "
                          "better. Give another person the role %s",
                          slot, count, least + 1, slot);
}

static void
check_slots(Check *check, const Refs *slots)
{
  for (uint32_t i = 0; i < slots->count; i++)
    check_slot(check, &slots->items[i]);
}

/* L05 */
static void
check_tier(Check *check, const char *name, const Tier *tier)
{
  const Lint *lint = check->lint;
  guint filled;

  if (tier->at.line == 0)
    return;
  filled =
      recovery_eligible_fill(check->eligible, lint->document, &tier->slots);
  if (filled < tier->slots.count)
    recovery_problem_error(lint->problems, "L05", tier->at,
                           "%s has %u slots, and different persons of "
                           "different teams fill %u of them at once. Give the "
                           "roles to people of more teams",
                           name, tier->slots.count, filled);
  check_slots(check, &tier->slots);
}

/* ---- from end to end ---- */

/* L07: what a recovery takes besides approvals. */
static void
check_steps(const Check *check)
{
  static const struct {
    const char *act, *what, *role;
  } steps[] = {
      {"case.open", "opens a case", "agent"},
      {"case.submit", "records what proves who somebody is", "agent"},
      {"case.activate", "releases a new key", "releaser"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
    if (recovery_eligible_may(check->eligible, steps[i].act, NULL) == 0)
      recovery_problem_error(check->lint->problems, "L07",
                             check->lint->document->recovery.at,
                             "no way back for anybody: nobody of the roster "
                             "%s. Give somebody the role %s",
                             steps[i].what, steps[i].role);
}

/* L10 */
static void
check_break_glass(const Check *check)
{
  RecoveryProblems *problems = check->lint->problems;
  const RecoveryProblemPlace at = check->lint->document->recovery.at;
  g_autoptr(GList) holders =
      recovery_eligible_persons(check->eligible, "break-glass");

  if (holders == NULL)
    recovery_problem_warn(problems, "L10", at,
                          "nobody of the roster holds a break-glass key: when "
                          "the approvers are out of reach there is no way in. "
                          "Give somebody the role break-glass");
  for (GList *l = holders; l != NULL; l = l->next) {
    guint others = recovery_eligible_may(check->eligible, "bg.review", l->data);

    if (others < 2)
      recovery_problem_warn(problems, "L10", at,
                            "%s holds a break-glass key, and %u besides can "
                            "review its use; two do. Give others the role "
                            "security or auditor",
                            (const char *)l->data, others);
  }
}

void
recovery_lint_roster(const Lint *lint)
{
  const RecoveryDocumentRecovery *recovery = &lint->document->recovery;
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(RecoveryEligible) eligible =
      recovery_eligible_new(lint->options.roster, lint->options.now_s);
  Check check = {.lint = lint, .eligible = eligible, .seen = seen};

  check_tier(&check, "recovery.standard", &recovery->standard);
  check_tier(&check, "recovery.remote", &recovery->remote);
  check_tier(&check, "recovery.privileged", &recovery->privileged);
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, REQUIRES); i++)
    check_slots(
        &check,
        &RECOVERY_DOCUMENT_AT(lint->document, REQUIRES, Require, i)->slots);
  check_steps(&check);
  check_break_glass(&check);
}
