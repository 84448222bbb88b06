/* SPDX-License-Identifier: Apache-2.0 */
/* policy-read.c - a document as recoveryd takes it: read whole, without a fault
 * of lint, and without anything that recoveryd does not carry out yet. */
#include "recovery/policy-read.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/issue.h"
#include "recovery/policy/lint.h"

/* What an act can carry. */
#define POLICY_MAX (1024 * 1024)

/* Of the last policy that was read. */
static int64_t last_serial;

typedef RecoveryDocument Document;
typedef RecoveryDocumentTier Tier;
typedef RecoveryProblemPlace Place;

/* ---- not yet ---- */

static void
not_yet(RecoveryProblems *problems, Place at, const char *what)
{
  recovery_problem_error(problems, "L01", at, "not yet: %s", what);
}

static void
check_roles(const Document *document, RecoveryProblems *problems)
{
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_ROLES); i++) {
    const RecoveryDocumentRole *role =
        RECOVERY_DOCUMENT_AT(document, ROLES, Role, i);

    if (role->approvals > 0)
      not_yet(problems, role->at, "roles.activation.approvals");
  }
}

/* A key of staff is never the one that had to do. */
static void
check_classes(const Document *document, RecoveryProblems *problems)
{
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES); i++) {
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    if (class_of->use == RECOVERY_DOCUMENT_FOR_ROSTER &&
        class_of->restricted.at.line != 0)
      recovery_problem_error(problems, "L37", class_of->restricted.at,
                             "the class for staff's keys cannot be restricted");
  }
}

static void
check_recovery(const Document *document, RecoveryProblems *problems)
{
  const RecoveryDocumentRecovery *recovery = &document->recovery;
  const Tier *standard = &recovery->standard;

  if (strcmp(standard->evidence, "n21") != 0)
    not_yet(problems, standard->at,
            "recovery.standard.evidence other than n21");
  if (standard->call_back != RECOVERY_DOCUMENT_ANY)
    not_yet(problems, standard->at, "recovery.standard.call_back");
  if (standard->present_at_issue != RECOVERY_DOCUMENT_ANY)
    not_yet(problems, standard->at, "recovery.standard.present_at_issue");
  if (standard->notices.count > 0)
    not_yet(problems, standard->at, "recovery.standard.notices");
  if (standard->wait_h_security_on_site >= 0)
    not_yet(problems, standard->at,
            "recovery.standard.wait_h_security_on_site");
}

/* In a document it could be neither reviewed nor ended by itself. */
static void
check_exceptions(const Document *document, RecoveryProblems *problems)
{
  if (recovery_document_count(document, RECOVERY_DOCUMENT_EXCEPTIONS) > 0)
    recovery_problem_error(
        problems, "L01",
        RECOVERY_DOCUMENT_AT(document, EXCEPTIONS, Exception, 0)->at,
        "exceptions: a station takes none in its policy. Grant each as an act: "
        "fidotool exception request");
}

/* Who approves is the tier's to say, and a new key has no age. */
static void
check_recovery_rules(const Document *document, RecoveryProblems *problems)
{
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_REQUIRES); i++) {
    const RecoveryDocumentRequire *require =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);

    if (!recovery_issue_binds(document, &require->scope))
      continue;
    if (require->max_age_s >= 0)
      not_yet(problems, require->at,
              "max_age_s in a requirement of journey recovery");
    if (require->approvals > 0)
      not_yet(problems, require->at,
              "approvals in a requirement of journey recovery");
    if (require->slots.count > 0)
      not_yet(problems, require->at,
              "slots in a requirement of journey recovery");
  }
}

static void
check_carried_out(const Document *document, RecoveryProblems *problems)
{
  check_roles(document, problems);
  check_exceptions(document, problems);
  check_recovery_rules(document, problems);
  check_classes(document, problems);
  check_recovery(document, problems);
  recovery_problem_sort(problems);
}

/* ---- the policy ---- */

static char **
copy_ids(const Document *document, RecoveryDocumentSection section,
         const RecoveryDocumentRefs *refs)
{
  char **ids = g_new0(char *, refs->count + 1);

  for (uint32_t i = 0; i < refs->count; i++)
    ids[i] =
        g_strdup(recovery_document_id(document, section, refs->items[i].index));
  return ids;
}

static RecoveryPolicyTier
take_tier(const Document *document, const Tier *tier)
{
  return (RecoveryPolicyTier){
      .issue = copy_ids(document, RECOVERY_DOCUMENT_CLASSES, &tier->issue),
      .slots = copy_ids(document, RECOVERY_DOCUMENT_SLOTS, &tier->slots),
      .off_kiosk = (int)tier->off_kiosk,
      .wait_h = tier->wait_h,
      .restrict_h = tier->restrict_h,
      .contest_h = tier->contest_h,
      .read_s = tier->read_s,
      .evidence = g_strdup(tier->evidence),
      .min_keys = (int)tier->min_keys,
      .subject_count = tier->subject.count,
      .subject_span_s = tier->subject.span_s,
      .agent_count = tier->agent.count,
      .agent_span_s = tier->agent.span_s,
      .approver_count = tier->approver.count,
      .approver_span_s = tier->approver.span_s,
  };
}

static int64_t
find_keep_personal(const Document *document)
{
  for (guint i = 0; i < document->retention->len; i++) {
    const RecoveryDocumentRetention *line =
        &g_array_index(document->retention, RecoveryDocumentRetention, i);

    if (line->class_of == RECOVERY_DOCUMENT_PERSONAL)
      return recovery_lint_keep_s(line);
  }
  return 0;
}

static Document *
read_document(const char *yaml, size_t len, bool practice,
              RecoveryProblems *problems)
{
  g_autoptr(RecoveryDocument) document = NULL;

  if (len > POLICY_MAX)
    recovery_problem_error(problems, "L01", (Place){1, 1},
                           "a station takes a policy of at most 1 MiB");
  else
    document = recovery_document_read(yaml, len, problems);
  if (document == NULL)
    return NULL;
  recovery_lint_check(document, practice, problems);
  check_carried_out(document, problems);
  return problems->errors == 0 ? g_steal_pointer(&document) : NULL;
}

RecoveryPolicy *
recovery_policy_of(Document *document)
{
  RecoveryPolicy *policy = g_new0(RecoveryPolicy, 1);

  policy->serial = ++last_serial;
  policy->document = document;
  policy->decide = recovery_decide_new(document);
  policy->standard = take_tier(document, &document->recovery.standard);
  policy->keep_personal_s = find_keep_personal(document);
  return policy;
}

RecoveryPolicy *
recovery_policy_read(const char *yaml, size_t len, bool practice,
                     GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  Document *document = read_document(yaml, len, practice, problems);
  g_autofree char *text = NULL;

  if (document == NULL) {
    text = recovery_problem_write_errors(problems);
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s", text);
    return NULL;
  }
  return recovery_policy_of(document);
}

void
recovery_policy_free(RecoveryPolicy *policy)
{
  if (policy == NULL)
    return;
  g_free(policy->standard.evidence);
  g_strfreev(policy->standard.issue);
  g_strfreev(policy->standard.slots);
  recovery_decide_free(policy->decide);
  recovery_document_free(policy->document);
  g_free(policy);
}
