/* SPDX-License-Identifier: Apache-2.0 */
/* lint-recovery.c - the tiers of recovery, the roles, and retention. */
#include <string.h>

#include "recovery/format/act.h"
#include "recovery/policy/issue.h"
#include "recovery/policy/lint-private.h"
#include "recovery/policy/nearest.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentTier Tier;
typedef RecoveryDocumentRole Role;
typedef RecoveryLint Lint;

/* Activation of a signing role (governance: at most an hour). */
#define ACTIVE_MIN 60

/* ---- what is issued ---- */

bool
recovery_lint_is_issuable(const Document *document, uint32_t class_of)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, PERMITS); i++) {
    const RecoveryDocumentPermit *permit =
        RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, i);

    if (!recovery_issue_opens(document, &permit->scope))
      continue;
    for (uint32_t j = 0; j < permit->accept.count; j++)
      if (permit->accept.items[j].index == class_of)
        return true;
  }
  return false;
}

static void
check_issue(const Lint *lint, const Tier *tier)
{
  bool any = false;

  for (uint32_t i = 0; i < tier->issue.count; i++) {
    const RecoveryDocumentRef *issue = &tier->issue.items[i];
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(lint->document, CLASSES, Class, issue->index);

    any = any || recovery_lint_is_issuable(lint->document, issue->index);
    if (class_of->use == RECOVERY_DOCUMENT_FOR_ROSTER)
      recovery_problem_error(lint->problems, "L37", issue->at,
                             "issue: %s is the class for the roster. Name a "
                             "class with a rank",
                             class_of->id);
    else if (class_of->match.attested != RECOVERY_DOCUMENT_YES)
      recovery_problem_error(lint->problems, "L37", issue->at,
                             "class %s is issued and lacks attested: true in "
                             "its match",
                             class_of->id);
  }
  if (!any)
    recovery_problem_error(lint->problems, "L03", tier->at,
                           "no permit of journey recovery accepts what is "
                           "issued. Add one, like {id: ..., journey: recovery, "
                           "accept: [%s]}",
                           recovery_document_id(lint->document,
                                                RECOVERY_DOCUMENT_CLASSES,
                                                tier->issue.items[0].index));
}

/* ---- tiers ---- */

static void
check_windows(const Lint *lint, const Tier *tier)
{
  const struct {
    const char *name;
    int64_t value;
  } windows[] = {{"restrict_h", tier->restrict_h},
                 {"contest_h", tier->contest_h},
                 {"read_s", tier->read_s}};

  for (size_t i = 0; !lint->options.practice && i < G_N_ELEMENTS(windows); i++)
    if (windows[i].value == 0)
      recovery_problem_error(lint->problems, "L40", tier->at,
                             "%s is 0 outside practice. Give it some time",
                             windows[i].name);
}

/* "voice", "n21-a-or-voice": a part of the name. */
static bool
has_word(const char *name, const char *word)
{
  g_auto(GStrv) parts = g_strsplit_set(name, "-._", -1);

  return g_strv_contains((const char *const *)parts, word);
}

/* What proves who somebody is (NIST SP 800-63B-4, 4.2.2.2): two codes by
 * different methods, or one and an authenticator that is left, or proofing
 * again; the first or the last of these; proofing again, on site. */
static const char *const evidences[] = {"n21", "n21-a-or-c",
                                        "repeat-proofing-onsite", NULL};

/* L17, L49 */
static void
check_evidence(const Lint *lint, const Tier *tier)
{
  RecoveryNearest nearest = recovery_nearest_begin(tier->evidence);
  g_autofree char *all = NULL;

  if (has_word(tier->evidence, "voice")) {
    recovery_problem_error(lint->problems, "L17", tier->at,
                           "evidence: a voice is no evidence (NIST SP "
                           "800-63B-4, 3.2.3.2). Ask for another kind, like "
                           "n21");
    return;
  }
  /* What was loaded before there was a list stays readable. */
  if (!lint->warn || g_strv_contains(evidences, tier->evidence))
    return;
  for (size_t i = 0; evidences[i] != NULL; i++)
    recovery_nearest_try(&nearest, evidences[i]);
  all = g_strjoinv(", ", (char **)evidences);
  recovery_problem_error(
      lint->problems, "L49", tier->at, "evidence: \"%s\" is none of %s%s%s%s",
      tier->evidence, all, nearest.nearest != NULL ? "; did you mean \"" : "",
      nearest.nearest != NULL ? nearest.nearest : "",
      nearest.nearest != NULL ? "\"?" : "");
}

static void
check_tier(const Lint *lint, const Tier *tier, bool privileged)
{
  if (tier->at.line == 0)
    return;
  check_issue(lint, tier);
  if (tier->slots.count < 2)
    recovery_problem_error(lint->problems, "L05", tier->at,
                           "two slots are the least: two people approve");
  if (tier->off_kiosk > (int64_t)tier->slots.count)
    recovery_problem_error(lint->problems, "L03", tier->at,
                           "off_kiosk is more than there are slots");
  check_evidence(lint, tier);
  check_windows(lint, tier);
  if (lint->warn && tier->min_keys < 2)
    recovery_problem_warn(lint->problems, "L18", tier->at,
                          "min_keys is 1: %s (NIST SP 800-63B-4, 4.1.2.1). "
                          "Issue two",
                          privileged
                              ? "privileged people lose all access with one key"
                              : "who loses that one key comes back");
  if (lint->warn && tier->off_kiosk == 0)
    recovery_problem_warn(lint->problems, "L38", tier->at,
                          "off_kiosk is 0: both signatures may be made on one "
                          "screen, and every case is a weaker path. Set it to "
                          "1");
}

void
recovery_lint_recovery(const Lint *lint)
{
  const RecoveryDocumentRecovery *recovery = &lint->document->recovery;

  check_tier(lint, &recovery->standard, false);
  check_tier(lint, &recovery->remote, false);
  check_tier(lint, &recovery->privileged, true);
}

/* ---- roles ---- */

static bool
may_do(const char *role, const char *act)
{
  return recovery_act_find(act) != NULL &&
         (recovery_act_role_may(role, act) ||
          recovery_act_role_may_in_session(role, act));
}

static void
check_grant(const Lint *lint, const Role *role, const char *act)
{
  g_autofree char *whole = g_strconcat("case.", act, NULL);

  if (may_do(role->id, act))
    return;
  if (may_do(role->id, whole))
    recovery_problem_error(lint->problems, "L01", role->at,
                           "grants: %s is no act; did you mean %s?", act,
                           whole);
  else
    recovery_problem_error(lint->problems, "L01", role->at,
                           "grants: %s is no act that %s may do at all; "
                           "grants only narrow what the role has. Take it out",
                           act, role->id);
}

/* L07: a case that is drawn for the check waits for the only role that may pass
 * it. */
static void
check_checker(const Lint *lint, const Role *role)
{
  bool checks = role->grants.count == 0;

  for (uint32_t i = 0; i < role->grants.count; i++)
    checks = checks || strcmp(role->grants.items[i], "case.check") == 0;
  if (lint->document->recovery.routine_check_pct > 0 && !checks &&
      strcmp(role->id, "security") == 0)
    recovery_problem_error(lint->problems, "L07", role->at,
                           "no way back for who is drawn: nobody passes a "
                           "routine check. Add case.check to the grants, or "
                           "let routine_check_pct be 0");
}

static void
check_role(const Lint *lint, const Role *role, uint32_t index)
{
  check_checker(lint, role);
  for (uint32_t i = 0; i < role->grants.count; i++)
    check_grant(lint, role, role->grants.items[i]);
  if (role->max_min > ACTIVE_MIN)
    recovery_problem_error(lint->problems, "L34", role->at,
                           "%s stays active for %" G_GINT64_FORMAT
                           " minutes; 60 are the most",
                           role->id, role->max_min);
  for (uint32_t i = 0; i < role->conflicts_with.count; i++)
    if (role->conflicts_with.items[i].index == index)
      recovery_problem_error(lint->problems, "L34",
                             role->conflicts_with.items[i].at,
                             "%s is in conflict with itself: nobody could hold "
                             "it. Name other roles",
                             role->id);
}

void
recovery_lint_roles(const Lint *lint)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, ROLES); i++)
    check_role(lint, RECOVERY_DOCUMENT_AT(lint->document, ROLES, Role, i), i);
}
